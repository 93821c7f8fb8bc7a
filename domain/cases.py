"""A case: one statement to be judged against the rest of the record, beside how its record reads with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.calendar import CalendarError, Interval, parse_iso
from domain.desk import Desk


@dataclass(frozen=True, slots=True)
class Case:
    """One statement to be judged: its record, what it says, and how the record reads with it."""

    desk: Desk
    kind: str
    record: str
    said: Mapping[str, Any]
    reads: Mapping[str, Any]

    def both(self, *names: str) -> list[Any]:
        """What the statement says of some fields; where it does not speak of one, what the record reads."""
        return [self.said.get(name, self.reads.get(name)) for name in names]

    def span(self, name: str) -> Interval | None:
        """The days a field names, in the statement or as the record reads; None where it names none."""
        return span_of(self.both(name)[0])

    def day(self) -> date | None:
        """The day of what the statement speaks of, if one day is known: its date, else that of its meeting."""
        when, meeting = self.both("date", "meeting")
        if when:
            interval = span_of(when)
            return interval.first if interval and interval.days <= 2 else None
        days = self.desk.days(meeting) if meeting else []
        return days[0][0] if days and (days[0][1] - days[0][0]).days <= 1 else None


def span_of(text: str | None) -> Interval | None:
    """The days a text names in ISO 8601; None for what is no date, which is a fault of its own."""
    try:
        return parse_iso(text) if text else None
    except CalendarError:
        return None
