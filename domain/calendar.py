"""Days as the record gives them: a day, a sitting past midnight, a month, or no more than a year.

An occurrence is an interval of whole days, both ends included, in the calendar of United Nations Headquarters. Nothing
is made more exact than its source: a source that says "1946" yields the whole of 1946.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final

ACCEPTED: Final = (
    "2022, 2022-05, 2022-05-26, 1973-11-22/1973-11-23, 26 May 2022, May 2022, and, where the year is known from "
    "elsewhere, 26 May, 9 Sep., 22/23 November, 22-23 March, 1 + 2 March or 31 March - 1 April"
)

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


class CalendarError(ValueError):
    """The text is not a day, or not one that exists. The message names the text, the trouble and what is accepted."""

    def __init__(self, text: str, found: str) -> None:
        shown = text if len(text) <= 80 else text[:77] + "..."
        super().__init__(f"{shown!r}: {found}; accepted are {ACCEPTED}")
        self.text = text


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The days `first` to `last`, both included. Ordered by first day, then last.
    Raises CalendarError if it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise CalendarError(f"{self.first}/{self.last}", "the interval ends before it begins")

    @property
    def days(self) -> int:
        """Length in days; 1 for a single day."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return iso(self)


def on(day: date) -> Interval:
    """The interval of one day."""
    return Interval(day, day)


def iso(interval: Interval) -> str:
    """The shortest ISO 8601 form: '2022', '2022-05', '2022-05-26' or '1973-11-22/1973-11-23'.

    `parse_iso` is its inverse.
    """
    first, last = interval.first, interval.last
    if first == last:
        return first.isoformat()
    if interval == _whole(first.year):
        return f"{first.year:04d}"
    if interval == _whole(first.year, first.month):
        return f"{first.year:04d}-{first.month:02d}"
    return f"{first.isoformat()}/{last.isoformat()}"


_ISO: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@lru_cache(maxsize=65_536)
def parse_iso(text: str) -> Interval:
    """The interval an ISO 8601 form names: a year, month or day, or two of them with '/' between.

    Raises CalendarError for anything else, and for days that do not exist.
    """
    ends = [_ISO.fullmatch(end) for end in text.split("/")] if len(text) <= 40 else []
    spans = [_span(text, *(int(part) if part else None for part in end.groups())) for end in ends if end]
    if not spans or len(spans) != len(ends) or len(spans) > 2:
        raise CalendarError(text, "not an ISO 8601 date or interval")
    if spans[-1].last < spans[0].first:
        raise CalendarError(text, "the interval ends before it begins")
    return Interval(spans[0].first, spans[-1].last)


_BETWEEN: Final = r" ?(?:[/+&,\u2013\u2014-]|and|to) ?"
_DAYS: Final = rf"[0-9]{{1,2}}(?![0-9])(?:{_BETWEEN}[0-9]{{1,2}}(?![0-9])){{0,6}}"
_MONTH: Final = r"[a-z]{3,9}"
_NAMED: Final = re.compile(rf"(?P<days>{_DAYS}) ?(?P<month>{_MONTH})\.?(?:,? ?(?P<year>[0-9]{{4}}))?")
_ACROSS: Final = re.compile(
    rf"(?P<day>[0-9]{{1,2}}) ?(?P<month>{_MONTH})\.?(?:,? ?(?P<year>[0-9]{{4}}))?{_BETWEEN}"
    rf"(?P<last_day>[0-9]{{1,2}}) ?(?P<last_month>{_MONTH})\.?(?:,? ?(?P<last_year>[0-9]{{4}}))?"
)
_MONTH_OF: Final = re.compile(rf"(?P<month>{_MONTH})\.?(?:,? ?(?P<year>[0-9]{{4}}))?")


def parse_day(text: str, year: int | None = None) -> Interval:
    """The day or days a source gives, in ISO form or in English words; `year` serves a text that names none.

    Several days ('22/23 November', a meeting that ran past midnight) are one interval from the first to the last;
    they must stand in order. '31 December - 1 January' ends in the next year. Raises CalendarError if the
    text is not a day, if the day does not exist, or if no year is known.
    """
    typed = " ".join(text.lower().split()) if len(text) <= 80 else ""
    if re.fullmatch(r"[0-9]{4}[0-9/-]{0,20}", typed):
        return parse_iso(typed)
    if match := _NAMED.fullmatch(typed):
        month = _month(text, match["month"])
        days = [int(day) for day in re.findall(r"[0-9]+", match["days"])]
        if any(later <= day for day, later in pairwise(days)):
            raise CalendarError(text, "the days are not in order")
        known = _year(text, match["year"], year)
        return Interval(_day(text, known, month, days[0]), _day(text, known, month, days[-1]))
    if match := _ACROSS.fullmatch(typed):
        return _across(text, match, year)
    if match := _MONTH_OF.fullmatch(typed):
        return _whole(_year(text, match["year"], year), _month(text, match["month"]))
    raise CalendarError(text, "not a day")


def _across(text: str, match: re.Match[str], year: int | None) -> Interval:
    """'31 March - 1 April': a year named once serves both ends, and the end may lie in the year after."""
    month, last_month = _month(text, match["month"]), _month(text, match["last_month"])
    turns = 1 if last_month < month else 0
    if match["year"] or not match["last_year"]:
        known = _year(text, match["year"], year)
        last_known = int(match["last_year"] or known + turns)
    else:  # '31 December - 1 January 1947'
        last_known = int(match["last_year"])
        known = last_known - turns
    first = _day(text, known, month, int(match["day"]))
    last = _day(text, last_known, last_month, int(match["last_day"]))
    if last < first:
        raise CalendarError(text, "the interval ends before it begins")
    return Interval(first, last)


def _year(text: str, named: str | None, year: int | None) -> int:
    known = int(named) if named else year
    if known is None:
        raise CalendarError(text, "the year is not known")
    if not 1 <= known <= 9999:
        raise CalendarError(text, f"there is no year {known}")
    return known


def _month(text: str, word: str) -> int:
    for number, name in enumerate(_MONTHS, start=1):
        if name.startswith(word):
            return number
    raise CalendarError(text, f"{word!r} is not a month")


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CalendarError(text, f"there is no {day} {_MONTHS[month - 1].capitalize()} {year}") from None


def _whole(year: int, month: int | None = None) -> Interval:
    if month is None:
        return Interval(date(year, 1, 1), date(year, 12, 31))
    return Interval(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _span(text: str, year: int | None, month: int | None = None, day: int | None = None) -> Interval:
    """The year, month or day that up to three numbers name."""
    if year is None or year == 0:
        raise CalendarError(text, "there is no such year")
    if month is None:
        return _whole(year)
    if not 1 <= month <= 12:
        raise CalendarError(text, f"there is no month {month}")
    return _whole(year, month) if day is None else on(_day(text, year, month, day))
