"""What could have been counted: the spans of days in which an indicator's basis lists everything there was.

A list covers the days from its first to its last entry, as far as its sources state them; a list with entries in every
year has a hole where a year has none. Numbers that no source holds leave the days around them incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import Interval, parse_iso
from projections.days import as_day
from projections.indicators.definition import Indicator, Listed, Monthly
from projections.reading import Reader

WHOLE, PART, NONE = "whole", "part", "none"


@dataclass(frozen=True, slots=True)
class Hole:
    """Numbers missing between two neighbours: from the day of the lower to that of the higher."""

    label: str
    days: Interval


@dataclass(frozen=True, slots=True)
class Coverage:
    """The spans an indicator can be counted in, and the holes in them."""

    spans: tuple[Interval, ...] = ()
    holes: tuple[Hole, ...] = ()

    @property
    def first(self) -> date | None:
        """The first day covered."""
        return self.spans[0].first if self.spans else None

    @property
    def last(self) -> date | None:
        """The last day covered."""
        return self.spans[-1].last if self.spans else None

    def of(self, days: Interval) -> tuple[str, str]:
        """Whether an interval is covered (:data:`WHOLE`, :data:`PART` or :data:`NONE`), and what is missing."""
        inside = [
            Interval(max(one.first, days.first), min(one.last, days.last))
            for one in self.spans
            if one.first <= days.last and one.last >= days.first
        ]
        if not inside:
            return NONE, "no list covers this period: single records only"
        missing = [hole.label for hole in self.holes if hole.days.first <= days.last and hole.days.last >= days.first]
        told = [f"no source holds {', '.join(missing)}"] if missing else []
        if sum(one.days for one in inside) < days.days:
            told.insert(0, "listed " + ", ".join(_said(one) for one in inside) + " only")
        return (PART if told else WHOLE), "; ".join(told)


def _said(days: Interval) -> str:
    return f"{days.first} to {days.last}" if days.days > 1 else str(days.first)


def coverage(read: Reader, one: Indicator) -> Coverage:
    """What an indicator's basis covers at the reader's position; computed once for all indicators of that basis."""
    known = ("coverage", one.basis)
    if known not in read.known:
        read.known[known] = _computed(read, one.basis)
    found: Coverage = read.known[known]
    return found


def _computed(read: Reader, basis: Listed | Monthly | None) -> Coverage:
    match basis:
        case Listed():
            return Coverage(_merged(_runs(read, basis)), _holes(read, basis))
        case Monthly(view):
            sql = f"select distinct month from {view} where month is not null and {read.live()} order by month"
            return Coverage(_merged(parse_iso(row["month"]) for row in read.rows(sql)))
        case None:
            return Coverage()


def _runs(read: Reader, basis: Listed) -> list[Interval]:
    """From the first to the last entry, in runs of years without a hole where the list is a yearly one."""
    marks = ",".join(f":s{number}" for number in range(len(basis.sources)))
    sql = (
        "select substr(occurred, 1, 4) as year, min(occurred) as first, max(occurred) as last from events "
        f"where kind = :kind and source in ({marks}) and verb not in ('corrected', 'redacted') and occurred <> '' "
        "and position <= :position group by substr(occurred, 1, 4) order by 1"
    )
    given = {f"s{number}": source for number, source in enumerate(basis.sources)}
    runs: list[Interval] = []
    for row in read.rows(sql, {"kind": basis.kind, "position": read.position, **given}):
        days = Interval(_first(row["first"]), max(_first(row["first"]), _last(row["last"])))
        if runs and (not basis.yearly or days.first.year == runs[-1].last.year + 1):
            runs[-1] = Interval(runs[-1].first, max(runs[-1].last, days.last))
        else:
            runs.append(days)
    return runs


def _first(occurred: str) -> date:
    return parse_iso(occurred.partition("/")[0]).first


def _last(occurred: str) -> date:
    # A list that names only the year of its last entry covers no day of that year for certain but the first.
    return as_day(occurred.rpartition("/")[2]) or date.min


def _merged(days: Iterable[Interval]) -> tuple[Interval, ...]:
    merged: list[Interval] = []
    for one in sorted(days):
        if merged and one.first <= merged[-1].last + timedelta(days=1):
            merged[-1] = Interval(merged[-1].first, max(merged[-1].last, one.last))
        else:
            merged.append(one)
    return tuple(merged)


_SERIES = {"S/PV.": ("meetings", "number"), "S/RES/": ("votes", "resolution")}


def _holes(read: Reader, basis: Listed) -> tuple[Hole, ...]:
    """Numbers no record bears, between two that do."""
    if not basis.numbered:
        return ()
    view, column = _SERIES[basis.numbered]
    sql = (
        f"select * from (select {column} as number, date, lead({column}) over (order by {column}, record) as later, "
        f"lead(date) over (order by {column}, record) as later_date from {view} "
        f"where {column} is not null and date <> '' and {read.live()}) x where later > number + 1 order by number"
    )
    found = []
    for row in read.rows(sql):
        low, high = row["number"] + 1, row["later"] - 1
        ends = sorted((_first(row["date"]), _first(row["later_date"])))
        label = f"{basis.numbered}{low}" + (f" to {high}" if high > low else "")
        found.append(Hole(label, Interval(*ends)))
    return tuple(found)
