"""Members: memberships by year, terms derived from adjoining years, names and seats by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from babel import Locale

from domain.members import Election
from domain.records import Record
from projections.tables import plain_rows, plain_view
from projections.versioned import Boolean, Change, Integer, Writer, column, view

LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
"""The six official languages of the United Nations."""

MEMBERSHIPS = view(
    "memberships",
    column("record", null=False),
    column("member", null=False),
    column("year", Integer, null=False),
    column("permanent", Boolean),
    column("region"),
    column("name"),
    column("first"),
    column("last"),
    key=("record",),
    indexes=(("member", "year"), ("year", "member")),
)

NAMES = view(
    "names",
    column("record", null=False),
    column("member", null=False),
    column("name", null=False),
    column("language", null=False),
    column("first", null=False),
    column("last"),
    key=("record",),
    indexes=(("member", "language"),),
)

SEATS = view(
    "seats",
    column("record", null=False),
    column("member", null=False),
    column("holder", null=False),
    column("first", null=False),
    column("last"),
    key=("record",),
    indexes=(("member",),),
)

ELECTIONS = plain_view(Election, "elections", indexes=(("member", "term_first"), ("term_first", "member")))

election_rows = plain_rows("elections", Election)

TERMS = view(
    "terms",
    column("member", null=False),
    column("first_year", Integer, null=False),
    column("last_year", Integer, null=False),
    column("permanent", Boolean, null=False),
    column("region"),
    key=("member", "first_year"),
    indexes=(("member", "first_year"),),
)

MEMBERS = view(
    "members",
    column("code", null=False),
    column("name", null=False),
    column("permanent", Boolean, null=False),
    column("first_year", Integer),
    column("last_year", Integer),
    column("years", Integer, null=False),
    key=("code",),
    indexes=(("name", "code"),),
)


def rows(record: Record) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The rows of one membership, name or seat."""
    reading = record.reading()
    if record.kind == "membership":
        row = {
            "record": record.id,
            "member": reading["member"],
            "year": reading["year"],
            "permanent": reading.get("permanent"),
            "region": reading.get("group"),
            "name": reading.get("name"),
            "first": reading.get("first") or f"{reading['year']}-01-01",
            "last": reading.get("last") or f"{reading['year']}-12-31",
        }
        return {"memberships": [row]}
    if record.kind == "name":
        row = {
            "record": record.id,
            "member": reading["member"],
            "name": reading["name"],
            "language": reading.get("language") or "en",
            "first": reading.get("first") or "",
            "last": reading.get("last"),
        }
        return {"names": [row]}
    row = {
        "record": record.id,
        "member": reading["member"],
        "holder": reading["holder"],
        "first": reading.get("first") or "",
        "last": reading.get("last"),
    }
    return {"seats": [row]}


class Members:
    """Terms and the list of members: running state over memberships and names."""

    views = ("memberships", "names")

    def __init__(self, writer: Writer) -> None:
        # By record, not by year or day: two records can come to bear the same one, and one of them go again.
        self._seats: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._names: dict[str, dict[str, Mapping[str, Any]]] = {}
        for name in self.views:
            for row in writer.now(name):
                self._take(name, row, present=True)

    def _take(self, name: str, row: Mapping[str, Any], *, present: bool) -> None:
        if name == "names" and row["language"] != "en":
            return
        held = (self._seats if name == "memberships" else self._names).setdefault(row["member"], {})
        if present:
            held[row["record"]] = row
        else:
            held.pop(row["record"], None)

    def _years(self, code: str) -> dict[int, tuple[bool, str | None, str | None]]:
        """Year → (permanent, region, name); of two records on one year the first by id."""
        years: dict[int, tuple[bool, str | None, str | None]] = {}
        for _, row in sorted(self._seats.get(code, {}).items()):
            years.setdefault(row["year"], (bool(row["permanent"]), row["region"], row["name"]))
        return years

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed memberships and names into account."""
        touched: dict[str, bool] = {}
        for change in changes:
            if change.view not in self.views:
                continue
            for row, present in ((change.before, False), (change.after, True)):
                if row is not None:
                    self._take(change.view, row, present=present)
                    touched[row["member"]] = touched.get(row["member"], False) or change.view == "memberships"
        for code, seats in touched.items():
            years = self._years(code)
            if seats:
                writer.replace("terms", f"terms:{code}", terms(code, years), position)
            known = [name for _, _, name in (years[year] for year in sorted(years)) if name]
            latest = max(((row["first"], record) for record, row in self._names.get(code, {}).items()), default=None)
            name = self._names[code][latest[1]]["name"] if latest else (known[-1] if known else code)
            member = {
                "code": code,
                "name": name,
                "permanent": any(permanent for permanent, _, _ in years.values()),
                "first_year": min(years, default=None),
                "last_year": max(years, default=None),
                "years": len(years),
            }
            writer.replace("members", f"member:{code}", [member], position)


def terms(code: str, years: Mapping[int, tuple[bool, str | None, str | None]]) -> list[dict[str, Any]]:
    """Runs of adjoining years: a term is as long as the yearly lists say, never assumed to be two years."""
    found: list[dict[str, Any]] = []
    for year in sorted(years):
        permanent, region, _ = years[year]
        if found and found[-1]["last_year"] == year - 1 and found[-1]["permanent"] == permanent:
            found[-1]["last_year"] = year
            found[-1]["region"] = region or found[-1]["region"]
        else:
            found.append(
                {"member": code, "first_year": year, "last_year": year, "permanent": permanent, "region": region}
            )
    return found


_ALPHA2 = {"DDR": "DD", "CSK": "CS", "YUG": "YU"}
"""Codes of former States that CLDR still names under a code of their own."""


@lru_cache(maxsize=1)
def _territories() -> dict[str, dict[str, str]]:
    from babel.core import get_global

    aliases: dict[str, str] = {}
    for short, names in get_global("territory_aliases").items():
        if len(short) == 3 and short.isalpha() and len(names) == 1:
            aliases[short] = names[0]
    return {
        language: {
            three: str(Locale.parse(language).territories.get(two, "")) for three, two in {**aliases, **_ALPHA2}.items()
        }
        for language in LANGUAGES
    }


@lru_cache(maxsize=512)
def names_in_languages(code: str) -> dict[str, str]:
    """A member's present-day name in the six languages, as CLDR gives it; languages without one are absent."""
    return {language: names[code] for language, names in _territories().items() if names.get(code)}
