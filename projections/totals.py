"""Running totals: per year, per member and year, and what the archive holds by kind, year and source.

Each total is a projection with versions of its own, so it too can be asked as of any position.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.charter import PERMANENT
from domain.meetings import FORMAL
from domain.votes import BALLOTLESS
from projections.versioned import Boolean, Change, Integer, Writer, column, view

YEAR_COUNTS = (
    "votes",
    "adopted",
    "unanimous",
    "non_unanimous",
    "without_vote",
    "not_adopted",
    "vetoed",
    "veto_casts",
    "ballots",
    "meetings",
    "private_meetings",
    "resumptions",
    "other_meetings",
    "statements",
    "missions",
)

YEAR_TOTALS = view(
    "year_totals",
    column("year", Integer, null=False),
    *(column(name, Integer, null=False) for name in YEAR_COUNTS),
    key=("year",),
)

CHOICE_COLUMNS = {
    "yes": "yes",
    "no": "no",
    "abstain": "abstain",
    "not voting": "not_voting",
    "not participating": "not_voting",
    "absent": "not_voting",
    "unknown": "unknown",
}

MEMBER_COUNTS = ("ballots", "yes", "no", "abstain", "not_voting", "unknown", "vetoes")

MEMBER_TOTALS = view(
    "member_totals",
    column("member", null=False),
    column("year", Integer, null=False),
    column("permanent", Boolean, null=False),
    *(column(name, Integer, null=False) for name in MEMBER_COUNTS),
    key=("member", "year"),
    indexes=(("year", "member"),),
)

COVERAGE = view(
    "coverage",
    column("kind", null=False),
    column("year", Integer, null=False),
    column("source", null=False),
    column("statements", Integer, null=False),
    key=("kind", "year", "source"),
    indexes=(("source", "kind", "year"),),
)


class YearTotals:
    """Counts of a calendar year. A row whose year is unknown counts under year 0."""

    def __init__(self, writer: Writer) -> None:
        self._years: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(YEAR_COUNTS, 0))
        for row in writer.now("year_totals"):
            self._years[row["year"]] = {name: row[name] for name in YEAR_COUNTS}

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed rows into account."""
        touched: set[int] = set()
        for change in changes:
            count = _COUNTED.get(change.view)
            if count is None:
                continue
            for row, step in ((change.before, -1), (change.after, 1)):
                if row is None:
                    continue
                year = row["year"] or 0
                for name in count(row):
                    self._years[year][name] += step
                touched.add(year)
        for year in touched:
            writer.replace("year_totals", f"year:{year}", [{"year": year, **self._years[year]}], position)


def _vote(row: Mapping[str, Any]) -> list[str]:
    names = ["votes"]
    if row["outcome"] == "adopted":
        names.append("adopted")
        if row["modality"] in BALLOTLESS:
            names.append("without_vote")
        elif row["unanimous"]:
            names.append("unanimous")
        elif row["unanimous"] is not None:
            names.append("non_unanimous")
    elif row["outcome"] in ("vetoed", "not adopted"):
        names.append("not_adopted")
        if row["outcome"] == "vetoed":
            names.append("vetoed")
    return names


def _meeting(row: Mapping[str, Any]) -> list[str]:
    if row["mode"] != FORMAL:
        return ["other_meetings"]
    return ["meetings", "private_meetings"] if row["private"] else ["meetings"]


_COUNTED: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "votes": _vote,
    "ballots": lambda row: ["ballots"],
    "vetoes": lambda row: ["veto_casts"] if row["in_vote"] else [],
    "meetings": _meeting,
    "sittings": lambda row: ["resumptions"],
    "documents": lambda row: ["statements"] if row["type"] == "presidential statement" else [],
    "missions": lambda row: ["missions"],
}


class MemberTotals:
    """How each member voted in each year, and the vetoes it cast."""

    def __init__(self, writer: Writer) -> None:
        self._totals: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(MEMBER_COUNTS, 0))
        for row in writer.now("member_totals"):
            self._totals[row["member"], row["year"]] = {name: row[name] for name in MEMBER_COUNTS}

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed ballots and vetoes into account."""
        touched: set[tuple[str, int]] = set()
        for change in changes:
            if change.view not in ("ballots", "vetoes"):
                continue
            for row, step in ((change.before, -1), (change.after, 1)):
                if row is None or (change.view == "vetoes" and not row["in_vote"]):
                    continue
                key = (row["member"], row["year"] or 0)
                totals = self._totals[key]
                if change.view == "ballots":
                    totals["ballots"] += step
                    totals[CHOICE_COLUMNS[row["choice"]]] += step
                else:
                    totals["vetoes"] += step
                touched.add(key)
        for member, year in touched:
            totals = self._totals[member, year]
            row = {"member": member, "year": year, "permanent": member in PERMANENT, **totals}
            writer.replace("member_totals", f"{member}/{year}", [row] if any(totals.values()) else [], position)


class Coverage:
    """How many statements the archive holds, by kind, year and source."""

    def __init__(self, writer: Writer) -> None:
        self._counts: dict[tuple[str, int, str], int] = defaultdict(int)
        for row in writer.now("coverage"):
            self._counts[row["kind"], row["year"], row["source"]] = row["statements"]

    def state(self, kind: str, year: int | None, source: str, writer: Writer, position: int) -> None:
        """One more statement of a source."""
        key = (kind, year or 0, source)
        self._counts[key] += 1
        row = {"kind": key[0], "year": key[1], "source": key[2], "statements": self._counts[key]}
        writer.replace("coverage", f"{kind}/{key[1]}/{source}", [row], position)
