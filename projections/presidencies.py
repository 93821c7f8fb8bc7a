"""Presidencies as recorded, cessions of the chair, and the rotation as the list of members makes it (rules 18 to 20).

The rotation is computed from the months the record holds: who presides after the president of the month before, as
recorded or else as computed. It is written where the list of members is complete. Recorded and computed president stand
beside each other; where they differ, a conflict says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from domain.charter import size
from domain.presidencies import Cession, Presidency, month_after, successor
from projections import conflicts
from projections.tables import plain_rows, plain_view
from projections.versioned import Boolean, Change, Integer, Writer, column, view

PRESIDENCIES = plain_view(Presidency, "presidencies", indexes=(("month",), ("member", "month")))
CESSIONS = plain_view(Cession, "cessions", indexes=(("month",),))

presidency_rows = plain_rows("presidencies", Presidency)
cession_rows = plain_rows("cessions", Cession)

ROTATION = view(
    "rotation",
    column("month", null=False),
    column("year", Integer, null=False),
    column("member"),
    column("recorded"),
    column("record"),
    column("after"),
    column("differs", Boolean, null=False),
    key=("month",),
    indexes=(("month",), ("year", "month")),
)
"""``member``: as computed; ``recorded``: as the record has it, in ``record``; ``after``: who presided before."""

Held = dict[str, Mapping[str, Any]]
"""Rows by record: two records can come to bear one month, and one of them go again."""


class Rotation:
    """The presidency month by month: running state over presidencies, memberships and names."""

    def __init__(self, writer: Writer) -> None:
        self._presidencies: dict[str, Held] = {}
        self._seats: dict[int, Held] = {}
        self._names: dict[str, Held] = {}
        for name in ("presidencies", "memberships", "names"):
            for row in writer.now(name):
                self._take(name, row, present=True)
        self._begins = self._begin()
        self._rows = {row["month"]: {**row, "differs": bool(row["differs"])} for row in writer.now("rotation")}

    def _take(self, name: str, row: Mapping[str, Any], *, present: bool) -> None:
        held: Held
        if name == "presidencies":
            held = self._presidencies.setdefault(row["month"], {})
        elif name == "memberships":
            held = self._seats.setdefault(row["year"], {})
        else:
            held = self._names.setdefault(row["member"], {})
        if present:
            held[row["record"]] = row
        else:
            held.pop(row["record"], None)

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed presidencies, memberships and names into account; look only at the months they touch."""
        touched: set[str] = set()
        for change in changes:
            if change.view not in ("presidencies", "memberships", "names"):
                continue
            for row, present in ((change.before, False), (change.after, True)):
                if row is not None:
                    self._take(change.view, row, present=present)
                    touched.update(self._touched(change.view, row))
        if touched:
            self._begins = self._begin()
            self._settle(touched, writer, position)

    def _touched(self, name: str, row: Mapping[str, Any]) -> Iterator[str]:
        """The months whose president can be another one because of a row."""
        if name == "presidencies":
            yield row["month"]
            return
        years = [row["year"]] if name == "memberships" else self._years_as(row)
        for year in years:
            yield from _months(f"{year}-01", f"{year + 1}-01")

    def _years_as(self, name: Mapping[str, Any]) -> list[int]:
        """The years a member sits on the Council under a name."""
        if name["language"] != "en":
            return []
        first, last = name["first"][:4], (name["last"] or "9999")[:4]
        return [
            year
            for year, seats in self._seats.items()
            if first <= str(year) <= last and any(seat["member"] == name["member"] for seat in seats.values())
        ]

    def _begin(self) -> str | None:
        """The first month with a recorded president."""
        return min((month for month in self._presidencies if self._recorded(month)[0]), default=None)

    def _settle(self, touched: set[str], writer: Writer, position: int) -> None:
        """Work out the months touched, and those after them for as long as the president handed on is another one."""
        while touched:
            month = min(touched)
            touched.remove(month)
            known, row = self._rows.get(month), self._row(month)
            if row == known:
                continue
            if row is None:
                del self._rows[month]
            else:
                self._rows[month] = row
            owner = f"rotation:{month}"
            writer.replace("rotation", owner, [row] if row else [], position)
            writer.replace("conflicts", owner, conflicts.of_rotation(row) if row else [], position)
            if _president(known) != _president(row):
                touched.add(month_after(month))

    def _row(self, month: str) -> dict[str, Any] | None:
        """How a month reads; None where nobody is recorded and nobody can be computed."""
        recorded, record = self._recorded(month)
        if self._begins is None or month < self._begins:
            return None
        after = _president(self._rows.get(month_after(month, -1))) if month > self._begins else None
        member = self._computed(month, after) if after else None
        if recorded is None and member is None:
            return None
        return {
            "month": month,
            "year": int(month[:4]),
            "member": member,
            "recorded": recorded,
            "record": record,
            "after": after,
            "differs": recorded is not None and member is not None and recorded != member,
        }

    def _recorded(self, month: str) -> tuple[str | None, str | None]:
        """The recorded president and the record; the first by id where several bear the month."""
        for record, row in sorted(self._presidencies.get(month, {}).items()):
            if row["member"]:
                return str(row["member"]), record
        return None, None

    def _computed(self, month: str, after: str) -> str | None:
        """Who presides after a member, or None where the list of members of that month is not complete."""
        day = f"{month}-01"
        members = {
            seat["member"]
            for seat in self._seats.get(int(month[:4]), {}).values()
            if (seat["first"] or "") <= day <= _end(seat["last"])
        }
        if len(members) != size(date.fromisoformat(day)):
            return None
        named = [(self._name(member, day), member) for member in sorted(members)]
        return successor(self._name(after, f"{month_after(month, -1)}-01"), named)

    def _name(self, member: str, day: str) -> str:
        """The English name a member bore on a day; else as a list of members prints it; else its code."""
        borne = [
            (row["first"], record, row["name"])
            for record, row in self._names.get(member, {}).items()
            if row["language"] == "en" and row["first"] <= day <= _end(row["last"])
        ]
        if borne:
            return str(max(borne)[2])
        seats = sorted(self._seats.get(int(day[:4]), {}).items())
        return next((str(seat["name"]) for _, seat in seats if seat["member"] == member and seat["name"]), member)


def _president(row: Mapping[str, Any] | None) -> str | None:
    """Who presides in a month: as recorded, else as computed."""
    return (row["recorded"] or row["member"]) if row else None


def _end(last: str | None) -> str:
    """The last day of a date that may be partial or missing, for comparing texts."""
    return f"{last}-99-99"[:10] if last else "9999"


def _months(first: str, last: str) -> Iterator[str]:
    """The months from one to another, both included."""
    while first <= last:
        yield first
        first = month_after(first)
