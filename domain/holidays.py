"""The working calendar of United Nations Headquarters: holidays as recorded facts, working days counted on them.

Holidays are designated year by year in information circulars (ST/IC/YYYY/N). They are recorded like any other fact, so
the calendar has a source, can be corrected, and can be asked as of any state of the archive.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar

from domain.calendar import parse_iso
from domain.facts import Claims, Example, Text, said


class Holiday(Claims, frozen=True, kw_only=True):
    """One official holiday at Headquarters, on the day it is observed."""

    kind: ClassVar[str] = "holiday"
    verbs: ClassVar[tuple[str, ...]] = ("designated",)
    compared: ClassVar[tuple[str, ...]] = ("name",)
    required: ClassVar[tuple[str, ...]] = ("date",)
    cited: ClassVar[tuple[str, ...]] = ()

    ahead: ClassVar[tuple[str, ...]] = ("date",)
    named_by: ClassVar[tuple[str, ...]] = ("date",)
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example({"date": "2022-05-30", "name": "Memorial Day"}, source="ST/IC/2021/26")

    date: Annotated[Text, said("The day it is observed.")] = None
    name: Annotated[Text, said("Its name.")] = None
    circular: Annotated[Text, said("Symbol of the circular that designates it.")] = None

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the day."""
        return holiday_id(said["date"])


def days_off(text: str) -> list[date]:
    """The days of a holiday as recorded: one, or all of an interval; none where only a month or year is known."""
    if len(text.partition("/")[0]) != len("2022-05-30"):
        return []
    span = parse_iso(text)
    return [span.first + timedelta(days=n) for n in range(span.days)]


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Whether Headquarters works on a day: Monday to Friday, no holiday."""
    return day.weekday() < 5 and day not in holidays


def after_working_days(day: date, number: int, holidays: Collection[date]) -> date:
    """The day that is ``number`` working days after a day; that day itself does not count (A/RES/76/262).

    The veto of 26 May 2022 and ten: 10 June 2022, since Memorial Day (30 May) is a holiday.
    """
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day, holidays)
    return day


def working_days_between(first: date, last: date, holidays: Collection[date]) -> int:
    """Working days after ``first`` up to and including ``last``; negative if ``last`` is the earlier."""
    if last < first:
        return -working_days_between(last, first, holidays)
    return sum(is_working_day(first + timedelta(days=n), holidays) for n in range(1, (last - first).days + 1))


def holiday_id(day: str) -> str:
    """``holiday:2022-05-30``."""
    return f"holiday:{day}"
