"""The values of an indicator by period, as of a reader's position and up to a day, and the records behind each.

Rows are dated by their own day, month or year; one dated by its year alone counts in the year and, by months, under the
year. With ``on``, only what had happened by the end of that day counts: what is dated by a year counts when it is over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.calendar import CalendarError, Interval, parse_iso
from projections.indicators.coverage import NONE, WHOLE, Coverage, coverage
from projections.indicators.definition import MEAN, SHARE, STATE, Indicator
from projections.indicators.registry import IndicatorError
from projections.reading import Reader, Values
from projections.versioned import VIEWS

YEAR, MONTH, PRESIDENCY = "year", "month", "presidency"
CALENDAR = (YEAR, MONTH, PRESIDENCY)
UNDATED = "undated"
NOT_STATED = "not stated"
MOST_PERIODS = 1_200
"""Periods in one answer: a hundred years of months."""


@dataclass(frozen=True, slots=True)
class Value:
    """One figure. ``value`` is None where the archive holds nothing it could be counted from: never a 0 for that.

    ``partial``: something that could change it is not recorded, as ``note`` says. A share is in per cent, a mean in the
    indicator's unit, both to one decimal.
    """

    period: str
    value: float | None
    numerator: int | None
    denominator: int | None
    partial: bool
    note: str
    member: str | None = None
    """By presidency: the member presiding."""
    listed: bool = True
    """Whether a list covers any of the period; else it was counted from single records."""


@dataclass(frozen=True, slots=True)
class Span:
    """The periods asked for, and the day up to which things count."""

    first: str | None = None
    last: str | None = None
    on: date | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The first and last day asked for."""
        return (parse_iso(self.first).first if self.first else date.min), (
            parse_iso(self.last).last if self.last else date.max
        )


ALL = Span()


def span(first: str | None = None, last: str | None = None, on: str | None = None) -> Span:
    """Years, months or days to count from and to, and the day to count up to. Raises :class:`IndicatorError`."""
    for name, text in (("from", first), ("to", last), ("on", on)):
        try:
            if text is not None and (len(text) > 10 or "/" in text or not parse_iso(text)):
                raise CalendarError(text, "a year, month or day")
            if name == "on" and text is not None and len(text) != 10:
                raise CalendarError(text, "a day")
        except CalendarError as error:
            asked = "a day such as 2023-08-28" if name == "on" else "a year, month or day such as 2023 or 2023-08"
            raise IndicatorError(f"{name}: {text!r} is not {asked}") from error
    made = Span(first, last, date.fromisoformat(on) if on else None)
    if made.days[0] > made.days[1]:
        raise IndicatorError(f"from: {first} is after {last}")
    return made


def check_by(one: Indicator, by: str) -> None:
    """Refuse a grouping the indicator has not. Raises :class:`IndicatorError` naming those it has."""
    if by not in (*CALENDAR, *one.groups):
        raise IndicatorError(f"{one.name} is not given by {by!r}; it is by: {', '.join((*CALENDAR, *one.groups))}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure with the rows it was made from."""

    value: Value
    rows: list[Values]


def cells(read: Reader, one: Indicator, by: str = YEAR, asked: Span = ALL) -> list[Cell]:
    """The figures of an indicator with their rows, oldest first; by a column: the largest first.

    ``by``: year, month, presidency, or one of the indicator's groups. Raises :class:`IndicatorError`.
    """
    check_by(one, by)
    counted = Counted(read, one, asked)
    if by not in CALENDAR:
        return counted.by_group(by)
    presiding = presidents(read) if by == PRESIDENCY else {}
    return counted.by_period(YEAR if by == YEAR else MONTH, presiding)


def values(read: Reader, one: Indicator, by: str = YEAR, asked: Span = ALL) -> list[Value]:
    """The figures of an indicator: see :func:`cells`."""
    return [cell.value for cell in cells(read, one, by, asked)]


def counting(one: Indicator, rows: list[Values]) -> list[Values]:
    """The rows a figure stands on: what counts, and for shares and means also what is compared with."""
    every = one.measure in (SHARE, MEAN)
    return [row for row in rows if row["known"] and (every or row["n"])]


def behind(read: Reader, one: Indicator, asked: Span = ALL) -> list[Values]:
    """The rows behind the figure of a whole span, oldest first."""
    counted = Counted(read, one, asked)
    return counting(one, counted.holding(counted.asked_days) if one.measure == STATE else counted.rows)


def total(read: Reader, one: Indicator, period: str, on: date | None = None) -> Value:
    """The figure of any one period: a year, month, day or interval. Raises :class:`CalendarError`."""
    days = parse_iso(period)
    asked = Span(period.partition("/")[0], period.rpartition("/")[2], on)
    counted = Counted(read, one, asked)
    return counted.figure(period, counted.holding(days) if one.measure == STATE else counted.rows, days)


class Counted:
    """The rows of an indicator that lie in a span, with what is covered."""

    def __init__(self, read: Reader, one: Indicator, asked: Span) -> None:
        self.one, self.asked, self._read = one, asked, read
        self.rows = select(read, one, asked)

    @property
    def covered(self) -> Coverage:
        """What the indicator's basis covers; looked up only where a figure asks for it."""
        return coverage(self._read, self.one)

    @property
    def asked_days(self) -> Interval:
        """The span as days, cut at the day up to which things count."""
        first, last = self.asked.days
        last = min(last, self.asked.on or last)
        return Interval(min(first, last), last)

    def by_period(self, length: str, presiding: Mapping[str, str]) -> list[Cell]:
        """Figures by year or month, each month with the member presiding."""
        size = 4 if length == YEAR else 7
        parts: dict[str, list[Values]] = {}
        for row in self.rows:
            parts.setdefault(row["date"][:size] or UNDATED, []).append(row)
        found = []
        for period in self._periods(parts, length):
            days = self.asked_days if period == UNDATED else self._within(parse_iso(period))
            rows = self.holding(days) if self.one.measure == STATE else parts.get(period, [])
            found.append(Cell(self.figure(period, rows, days, presiding.get(period)), rows))
        return found

    def _within(self, days: Interval) -> Interval:
        """The part of a period that was asked for."""
        first, last = self.asked.days
        return Interval(max(days.first, first), max(min(days.last, last), max(days.first, first)))

    def by_group(self, column: str) -> list[Cell]:
        """Figures by the values of a column, over the whole span."""
        parts: dict[str, list[Values]] = {}
        for row in self.rows:
            parts.setdefault(_named(row[column]), []).append(row)
        days = self._reach()
        found = [Cell(self.figure(name, rows, days), rows) for name, rows in parts.items()]
        shown = [cell for cell in found if cell.value.numerator or cell.value.denominator]
        return sorted(shown, key=lambda cell: (-(cell.value.numerator or 0), cell.value.period))

    def _reach(self) -> Interval:
        """The days a figure over everything asked for speaks of: without bounds, those covered or recorded."""
        first, last = self.asked.days
        known = [parse_iso(row["date"]) for row in self.rows if row["date"]]
        firsts = [days.first for days in known] + ([self.covered.first] if self.covered.first else [])
        lasts = [days.last for days in known] + ([self.covered.last] if self.covered.last else [])
        first = first if self.asked.first else min(firsts, default=date.min)
        last = last if self.asked.last else max(lasts, default=date.max)
        return Interval(min(first, last), last)

    def holding(self, days: Interval) -> list[Values]:
        """Rows of a state that hold at the end of an interval."""
        end = min(days.last, self.asked.on or days.last).isoformat()
        return [row for row in self.rows if row["date"] <= end and not (row["ends"] and row["ends"] <= end)]

    def figure(self, period: str, rows: list[Values], days: Interval, member: str | None = None) -> Value:
        """One figure from the rows of its period (of a state: those that hold at its end)."""
        one = self.one
        if self.asked.on and self.asked.on < days.last:
            days = Interval(min(days.first, self.asked.on), self.asked.on)
        known = [row for row in rows if row["known"]]
        numerator, denominator = sum(int(row["n"]) for row in known), len(known)
        listed, missing = self.covered.of(days)
        if one.measure == STATE:
            listed, missing = (WHOLE, "") if known else (NONE, "nothing recorded it could be counted from")
        notes = [missing] if missing else []
        if len(rows) > len(known):
            notes.append(f"what decides it is not stated for {len(rows) - len(known)} of {len(rows)}")
        value: float | None
        if one.measure in (SHARE, MEAN):
            factor = 100 if one.measure == SHARE else 1
            value = _short(factor * numerator / denominator) if denominator else None
        else:
            # None of those that are known is no zero where others are not known, or nobody listed them.
            value = numerator if numerator or (listed != NONE and len(known) == len(rows)) else None
        shares = one.measure in (SHARE, MEAN)
        return Value(
            period,
            value,
            numerator if value is not None else None,
            denominator if value is not None and shares else None,
            bool(notes),
            "; ".join(notes),
            member,
            listed != NONE,
        )

    def _periods(self, parts: Mapping[str, list[Values]], length: str) -> Iterator[str]:
        """The periods to answer for: those asked for, else from the first to the last recorded or covered."""
        asked, dated = self.asked, [part for part in parts if part != UNDATED]
        firsts = [*dated, *([str(self.covered.first)] if self.covered.first else [])]
        lasts = [*dated, *([str(self.covered.last)] if self.covered.last else [])]
        if self.one.measure == STATE:
            lasts.extend(row["ends"] for row in self.rows if row["ends"])
        first, last = asked.first or min(firsts, default=None), asked.last or max(lasts, default=None)
        if asked.on and last is not None:
            last = min(last, asked.on.isoformat())
        if UNDATED in parts:
            yield UNDATED
        if first is None or last is None:
            return
        months = list(_months(first, last) if length == MONTH else _years(first, last))
        if len(months) > MOST_PERIODS:
            raise IndicatorError(f"{len(months)} periods are too many for one answer (at most {MOST_PERIODS})")
        # rows of a state that began before the span count in it, but their own periods were not asked for
        yield from sorted({*months, *(part for part in dated if part >= (asked.first or "")[: len(part)])})


def select(read: Reader, one: Indicator, asked: Span) -> list[Values]:
    """The rows of an indicator's selection within a span, oldest first."""
    bounds, params = [], {}
    if asked.first and one.measure != STATE:
        bounds.append("s.date >= :low")
        params["low"] = asked.first
    if asked.last:
        bounds.append("s.date < :high")
        params["high"] = _after(parse_iso(asked.last).last)
    if asked.on:
        bounds.append("s.date < :on_high")
        params["on_high"] = _after(asked.on)
    if asked.last or asked.on:
        bounds.append("s.date <> ''")
    where = f" where {' and '.join(bounds)}" if bounds else ""
    sql = f"select * from ({filled(read, one.sql, asked.on)}) s{where} order by s.date, s.record"
    rows = [row for row in read.rows(sql, params) if asked.on is None or _over(row["date"], asked.on)]
    if one.judge is not None:
        return one.judge(read, rows, asked.on)
    if asked.on is not None and one.measure == SHARE:
        day = asked.on.isoformat()
        rows = [{**row, "n": 0} if (row.get("met_on") or "") > day else row for row in rows]
    return rows


_PLACE = re.compile(r"\{([a-z]+)\}")


def filled(read: Reader, sql: str, on: date | None = None) -> str:
    """A selection with its places filled: ``{position}``, ``{on}`` (the day up to which things count, or the last there
    is), and ``{t}`` for the condition under which rows of alias ``t`` hold.
    """
    known = {"position": str(read.position), "on": f"'{on or date.max}'"}
    return _PLACE.sub(lambda at: known.get(at[1]) or f"({read.live(at[1])})", sql)


def presidents(read: Reader) -> dict[str, str]:
    """Month → the member presiding: as recorded, else as the rotation gives it where it is computed."""
    found: dict[str, str] = {}
    if "rotation" in VIEWS:
        found.update(_presiding(read, "rotation"))
    found.update(_presiding(read, "presidencies"))
    return found


def _presiding(read: Reader, view: str) -> dict[str, str]:
    sql = f"select month, member from {view} where member is not null and month is not null and {read.live()}"
    return {row["month"]: row["member"] for row in read.rows(sql)}


def _named(value: Any) -> str:
    return str(value) if value not in (None, "") else NOT_STATED


def _over(occurred: str, on: date) -> bool:
    """Whether what is dated so had happened by the end of a day; what began on a day had."""
    head = occurred.partition("/")[0]
    return head <= on.isoformat() if len(head) == 10 else parse_iso(head).last <= on


def _after(day: date) -> str:
    """The shortest text that sorts after every date up to a day, and after none later: the next day, month or year."""
    if day == date.max:
        return ":"
    following = day + timedelta(days=1)
    if following.day > 1:
        return following.isoformat()
    return f"{following:%Y}" if following.month == 1 else f"{following:%Y-%m}"


def _short(number: float) -> float:
    """A number to one decimal, whole where it is whole."""
    rounded = round(number, 1)
    return int(rounded) if rounded.is_integer() else rounded


def _years(first: str, last: str) -> list[str]:
    return [f"{year:04d}" for year in range(int(first[:4]), int(last[:4]) + 1)]


def _months(first: str, last: str) -> list[str]:
    low, high = parse_iso(first[:7]).first, parse_iso(last[:7]).last
    months = range(low.year * 12 + low.month - 1, high.year * 12 + high.month)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in months]
