"""Conflicts: where the record contradicts itself, listed and never settled by the archive on its own.

Kinds:

``sources``     two sources state different values of one field of one record, or name somebody as casting a veto whose
                ballot in that vote is no No;
``outcome``     the announced outcome differs from what Article 27 computes from the ballots;
``tally``       the stated tally differs from the ballots counted;
``membership``  a ballot of a State that was not a member of the Council that year;
``gap``         meeting numbers that no source holds a record of;
``order``       a date that runs against the numbering (resolutions, meetings);
``date``        a vote dated on no day of its meeting, nor of the meeting's resumptions;
``rotation``    a month's president as recorded is not the one the list of members makes it (rules 18 to 20).
"""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from typing import Any

from domain.charter import size
from domain.kinds import KINDS
from domain.records import Record, Statement
from projections.days import as_day, year_of
from projections.versioned import VIEWS, Change, Integer, Writer, column, view

CONFLICTS = view(
    "conflicts",
    column("id", null=False),
    column("kind", null=False),
    column("record"),
    column("field", null=False),
    column("summary", null=False),
    column("readings", null=False),
    column("date", null=False),
    column("year", Integer),
    key=("id",),
    indexes=(("record",), ("kind", "id"), ("date", "id")),
)

KINDS_OF_CONFLICT = ("sources", "outcome", "tally", "membership", "gap", "order", "date", "rotation")

_DATES = frozenset({"date", "first", "last"})


def rows(record: Record, vote: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The conflicts within one record. ``vote``: its row in ``votes``, for a record of that kind."""
    found: list[dict[str, Any]] = []
    reading = record.reading()
    date = reading.get("date") or reading.get("first") or ""
    for field, values in record.disagreements(KINDS[record.kind].compared).items():
        if field in _DATES and _overlap([value for value, _ in values]):
            continue
        if field == "vetoed_by" and len({tuple(sorted(value)) for value, _ in values}) == 1:
            continue
        readings = [_reading(field, value, by, values) for value, by in values]
        found.append(
            _conflict(
                "sources",
                record.id,
                field,
                "; ".join(f"{_said(r['value'])} ({', '.join(r['sources'])})" for r in readings),
                readings,
                date,
            )
        )
    if vote is not None:
        found += _against_the_charter(record, reading, vote, date)
    return found


def _against_the_charter(
    record: Record, reading: Mapping[str, Any], vote: Mapping[str, Any], date: str
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    announced, computed = reading.get("outcome"), vote["computed"]
    if announced and computed not in (announced, "undetermined"):
        readings = [
            {"value": announced, "sources": ["announced"], "position": None},
            {"value": computed, "sources": ["computed"], "position": None},
        ]
        found.append(
            _conflict("outcome", record.id, "outcome", f"announced {announced}, computed {computed}", readings, date)
        )
    ballots: Mapping[str, str] = reading.get("ballots") or {}
    stated = reading.get("tally")
    if ballots and stated and "unknown" not in ballots.values():
        choices = list(ballots.values())
        counted = f"{choices.count('yes')}-{choices.count('no')}-{choices.count('abstain')}"
        if counted != stated:
            readings = [
                {"value": stated, "sources": ["stated"], "position": None},
                {"value": counted, "sources": ["counted"], "position": None},
            ]
            found.append(_conflict("tally", record.id, "tally", f"stated {stated}, counted {counted}", readings, date))
    return found


def _conflict(
    kind: str, record: str, field: str, summary: str, readings: list[dict[str, Any]], date: str
) -> dict[str, Any]:
    return {
        "id": f"conflict:{kind}/{record}/{field}",
        "kind": kind,
        "record": record,
        "field": field,
        "summary": f"{field}: {summary}",
        "readings": readings,
        "date": date,
        "year": year_of(date),
    }


def _reading(
    field: str, value: Any, by: Sequence[Statement], values: Sequence[tuple[Any, Sequence[Statement]]]
) -> dict[str, Any]:
    if field == "ballots":
        others = [other for other, _ in values if other is not value]
        value = {
            member: choice
            for member, choice in sorted(value.items())
            if any(other.get(member) != choice for other in others)
        }
    return {
        "value": value,
        "sources": [statement.source for statement in by],
        "position": min(statement.position for statement in by),
    }


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _overlap(dates: Sequence[str]) -> bool:
    """Whether some day lies in all of these ISO dates and intervals (partial dates cover all their days)."""
    spans = [date.split("/") for date in dates]
    return max(span[0] for span in spans) <= min((span[-1] + "-99-99")[:10] for span in spans)


def of_rotation(month: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The conflict of a month of the rotation (its row), if there is one."""
    if not month["differs"]:
        return []
    recorded, computed = month["recorded"], month["member"]
    readings = [
        {"value": recorded, "sources": ["recorded"], "position": None},
        {"value": computed, "sources": ["rotation"], "position": None},
    ]
    summary = f"recorded {recorded}, by the rotation {computed} (after {month['after']})"
    return [_conflict("rotation", month["record"], "member", summary, readings, month["month"])]


class Numbering:
    """Gaps and disorder in one numbered series: running state over its numbers and dates.

    Several records can bear one number (after a wrong correction, say); the first by id then stands for it.
    """

    def __init__(self, view: str, number: str, label: str, gaps: bool, writer: Writer) -> None:
        self._view, self._number, self._label, self._gaps = view, number, label, gaps
        self._numbers: list[int] = []
        self._bearers: dict[int, dict[str, str]] = {}
        """Number → the records that bear it, with their dates."""
        for row in writer.now(view):
            if row[number] is not None:
                self._bearers.setdefault(row[number], {})[row["record"]] = row["date"]
        self._numbers = sorted(self._bearers)

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed rows of the series into account."""
        for change in changes:
            if change.view != self._view:
                continue
            before = change.before[self._number] if change.before else None
            after = change.after[self._number] if change.after else None
            if before is not None and before != after and change.before is not None:
                self._take_out(before, change.before["record"], writer, position)
            if after is not None and change.after is not None:
                self._put_in(after, change.after["date"], change.after["record"], writer, position)

    def _bearer(self, number: int) -> tuple[str, str]:
        """The record that stands for a number, and its date."""
        return min(self._bearers[number].items())

    def _neighbours(self, number: int) -> tuple[int | None, int | None]:
        at = bisect_left(self._numbers, number)
        before = self._numbers[at - 1] if at else None
        after = at + 1 if at < len(self._numbers) and self._numbers[at] == number else at
        return before, self._numbers[after] if after < len(self._numbers) else None

    def _put_in(self, number: int, date: str, record: str, writer: Writer, position: int) -> None:
        bearers = self._bearers.setdefault(number, {})
        if bearers.get(record) == date:
            return
        new = not bearers
        bearers[record] = date
        before, after = self._neighbours(number)
        if new:
            insort(self._numbers, number)
        self._judge(before, number, after, writer, position)

    def _take_out(self, number: int, record: str, writer: Writer, position: int) -> None:
        before, after = self._neighbours(number)
        del self._bearers[number][record]
        if self._bearers[number]:
            self._judge(before, number, after, writer, position)
            return
        self._numbers.remove(number)
        del self._bearers[number]
        self._pair(number, None, writer, position)
        self._gap(number, None, writer, position)
        self._pair(before, after, writer, position)
        self._gap(before, after, writer, position)

    def _judge(self, before: int | None, number: int, after: int | None, writer: Writer, position: int) -> None:
        """Look again at a number and its two neighbours."""
        for low, high in ((before, number), (number, after)):
            self._gap(low, high, writer, position)
            self._pair(low, high, writer, position)

    def _gap(self, low: int | None, high: int | None, writer: Writer, position: int) -> None:
        """The numbers missing between two neighbours; owned by the lower one."""
        if not self._gaps or low is None:
            return
        found = []
        if high is not None and high - low > 1:
            first, last = low + 1, high - 1
            date = self._bearer(low)[1]
            span = self._label.format(first) if first == last else f"{self._label.format(first)}–{last}"
            found.append(
                {
                    "id": f"conflict:gap/{self._view}/{low}",
                    "kind": "gap",
                    "record": None,
                    "field": "number",
                    "summary": f"{span}: no source holds {'it' if first == last else f'these {last - first + 1}'}",
                    "readings": [{"first": first, "last": last}],
                    "date": date,
                    "year": year_of(date),
                }
            )
        writer.replace("conflicts", f"gap:{self._view}/{low}", found, position)

    def _pair(self, low: int | None, high: int | None, writer: Writer, position: int) -> None:
        """Two neighbours whose dates run against their numbers; owned by the lower one."""
        if low is None:
            return
        found = []
        if low in self._bearers and high is not None:
            (record, one), (other, two) = self._bearer(low), self._bearer(high)
            first, second = self._label.format(low), self._label.format(high)
            if one and two and one.split("/")[0] > (two.split("/")[-1] + "-99-99")[:10]:
                found.append(
                    {
                        "id": f"conflict:order/{self._view}/{low}",
                        "kind": "order",
                        "record": record,
                        "field": "date",
                        "summary": f"{first} is dated {one}, after {second} ({two})",
                        "readings": [{"record": record, "value": one}, {"record": other, "value": two}],
                        "date": one,
                        "year": year_of(one),
                    }
                )
        writer.replace("conflicts", f"order:{self._view}/{low}", found, position)


class Seated:
    """Ballots of States that were not members of the Council that year, and members without a ballot.

    Running state over ballots and memberships; a year is judged only when its list of members is complete.
    """

    def __init__(self, writer: Writer) -> None:
        self._members: dict[int, dict[str, str]] = {}
        """Year → the records of membership that name it, each with its member."""
        self._ballots: dict[str, set[str]] = {}
        self._dates: dict[str, str] = {}
        for row in writer.now("memberships"):
            self._members.setdefault(row["year"], {})[row["record"]] = row["member"]
        for row in writer.now("ballots"):
            self._vote(row, present=True)

    def _vote(self, row: Mapping[str, Any], *, present: bool) -> None:
        ballots = self._ballots.setdefault(row["vote"], set())
        if present:
            ballots.add(row["member"])
            self._dates[row["vote"]] = row["date"]
        else:
            ballots.discard(row["member"])

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed ballots and memberships into account."""
        votes: set[str] = set()
        years: set[int] = set()
        for change in changes:
            for row, present in ((change.before, False), (change.after, True)):
                if row is None:
                    continue
                if change.view == "ballots":
                    self._vote(row, present=present)
                    votes.add(row["vote"])
                elif change.view == "memberships":
                    members = self._members.setdefault(row["year"], {})
                    if present:
                        members[row["record"]] = row["member"]
                    else:
                        members.pop(row["record"], None)
                    years.add(row["year"])
        if years:
            votes.update(vote for vote, date in self._dates.items() if year_of(date) in years)
        for vote in sorted(votes):
            writer.replace("conflicts", f"seated:{vote}", self._conflict(vote), position)

    def _conflict(self, vote: str) -> list[dict[str, Any]]:
        ballots, date = self._ballots.get(vote, set()), self._dates.get(vote, "")
        members = set(self._members.get(year_of(date) or 0, {}).values())
        day = as_day(date)
        if not ballots or day is None or len(members) < size(day):
            return []
        strangers, missing = sorted(ballots - members), sorted(members - ballots)
        if not strangers:
            return []
        summary = f"a ballot of {', '.join(strangers)}, not a member in {date[:4]}"
        if missing:
            summary += f"; none of {', '.join(missing)}, which was"
        readings = [
            {"value": strangers, "sources": ["ballots"], "position": None},
            {"value": missing, "sources": ["memberships"], "position": None},
        ]
        return [_conflict("membership", vote, "ballots", summary, readings, date)]


class Casts:
    """Vetoes said to be cast in a vote by members whose ballots in it are no No.

    The list of vetoes and the voting record are two sources on one act (26 June 1946, S/PV.49: France).
    """

    def __init__(self, writer: Writer) -> None:
        self._casts: dict[str, dict[str, Mapping[str, Any]]] = {}
        """Vote → the vetoes cast in it, by record."""
        for row in writer.now("vetoes"):
            self._take(row, present=True)

    def _take(self, row: Mapping[str, Any], *, present: bool) -> None:
        if row["vote"] is None:
            return
        casts = self._casts.setdefault(row["vote"], {})
        if present:
            casts[row["record"]] = row
        else:
            casts.pop(row["record"], None)

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed vetoes and ballots into account."""
        votes: set[str] = set()
        for change in changes:
            for row, present in ((change.before, False), (change.after, True)):
                if row is None:
                    continue
                if change.view == "vetoes":
                    self._take(row, present=present)
                    votes.update([row["vote"]] if row["vote"] else [])
                elif change.view == "ballots" and row["vote"] in self._casts:
                    votes.add(row["vote"])
        for vote in sorted(votes):
            writer.replace("conflicts", f"casts:{vote}", self._conflict(vote, writer), position)

    def _conflict(self, vote: str, writer: Writer) -> list[dict[str, Any]]:
        view = VIEWS["ballots"]
        rows = (dict(zip(view.columns, held.row, strict=True)) for held in writer.held("ballots", vote).values())
        choices = {row["member"]: row["choice"] for row in rows}
        odd = [
            row
            for _, row in sorted(self._casts[vote].items())
            if choices.get(row["member"], "no") not in ("no", "unknown")
        ]
        if not odd:
            return []
        sources = sorted({source for row in odd for source in json.loads(row["sources"])})
        members = sorted(row["member"] for row in odd)
        cast = {member: choices[member] for member in members}
        readings = [
            {"value": dict.fromkeys(members, "no"), "sources": sources, "position": None},
            {"value": cast, "sources": ["ballots"], "position": None},
        ]
        summary = f"a veto of {', '.join(members)} ({', '.join(sources)}); the ballots say {_said(cast)}"
        return [_conflict("sources", vote, "vetoes", summary, readings, odd[0]["date"])]


class Dates:
    """Votes dated on no day of their meeting: running state over votes, meetings and resumptions.

    Whole intervals are compared, so a vote past midnight is no conflict where a source gives the meeting's second day
    or the hours of its sittings.
    """

    views = ("votes", "meetings", "sittings")

    def __init__(self, writer: Writer) -> None:
        self._votes: dict[str, dict[str, str]] = {}
        """Meeting → its votes by record, with their dates."""
        self._days: dict[str, dict[str, tuple[str, ...]]] = {}
        """Meeting → records of the meeting and its resumptions, with the dates and intervals they were held on."""
        for name in self.views:
            for row in writer.now(name):
                self._take(name, row, present=True)

    def _take(self, name: str, row: Mapping[str, Any], *, present: bool) -> str | None:
        """Note a row; the meeting it belongs to."""
        meeting = row["symbol" if name == "meetings" else "meeting"]
        if meeting is None or (name == "votes" and not row["date"]):
            return None
        meeting = str(meeting).partition(" (")[0]
        if name == "votes":
            held: dict[str, Any] = self._votes.setdefault(meeting, {})
        else:
            held = self._days.setdefault(meeting, {})
        if present:
            held[row["record"]] = row["date"] if name == "votes" else _held_on(row)
        else:
            held.pop(row["record"], None)
        return meeting

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed votes, meetings and resumptions into account."""
        votes: dict[str, str | None] = {}
        for change in changes:
            if change.view not in self.views:
                continue
            for row, present in ((change.before, False), (change.after, True)):
                if row is None:
                    continue
                meeting = self._take(change.view, row, present=present)
                if change.view == "votes":
                    votes[row["record"]] = meeting
                elif meeting is not None:
                    votes.update(dict.fromkeys(self._votes.get(meeting, ()), meeting))
        for vote, meeting in sorted(votes.items()):
            writer.replace("conflicts", f"date:{vote}", self._conflict(vote, meeting), position)

    def _conflict(self, vote: str, meeting: str | None) -> list[dict[str, Any]]:
        date = self._votes.get(meeting or "", {}).get(vote, "")
        held = sorted((days, record) for record, days in self._days.get(meeting or "", {}).items() if days)
        if not date or not held or any(_overlap([date, day]) for days, _ in held for day in days):
            return []
        readings: list[dict[str, Any]] = [{"record": vote, "value": date}]
        readings += [{"record": record, "value": days[0]} for days, record in held]
        said = ", resumed ".join(days[0] for days, _ in held)
        return [_conflict("date", vote, "date", f"dated {date}; {meeting} was held {said}", readings, date)]


def _held_on(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The date of a meeting or resumption, and the days from opening to close of each of its sittings."""
    sittings = [sitting.split("/") for sitting in json.loads(row["hours"])]
    dates = [row["date"]] if row["date"] else []
    return (*dates, *(f"{opened[:10]}/{closed[:10]}" for opened, closed in sittings))
