"""The working calendar of United Nations Headquarters."""

from __future__ import annotations

from datetime import date

from domain.holidays import Holiday, days_off
from projections.reading import Reader
from projections.tables import plain_rows, plain_view

HOLIDAYS = plain_view(Holiday, "holidays")

holiday_rows = plain_rows("holidays", Holiday)


def holidays(read: Reader) -> frozenset[date]:
    """The days on which Headquarters is closed, as far as the archive knows."""
    rows = read.rows(f"select date from holidays where {read.live()}")
    return frozenset(day for row in rows for day in days_off(row["date"]))
