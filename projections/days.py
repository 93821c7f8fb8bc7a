"""Days and years out of the ISO dates of the record, which may be partial or intervals."""

from __future__ import annotations

from datetime import date as day


def year_of(date: str | None) -> int | None:
    """The year an ISO date or interval begins in; None where there is none."""
    return int(date[:4]) if date and date[:4].isdigit() else None


def as_day(date: str | None) -> day | None:
    """The first day of an ISO date or interval; 1 January where only the year is known; None where nothing is."""
    if not date:
        return None
    parts = date.partition("/")[0].split("-")
    numbers = [int(part) for part in parts] + [1, 1]
    return day(numbers[0], numbers[1], numbers[2])
