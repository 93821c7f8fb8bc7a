"""Advice of the Peacebuilding Commission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.records import Record
from projections.days import year_of
from projections.versioned import Integer, column, view

FIELDS = (
    "topic",
    "item",
    "requested_on",
    "requested_by",
    "requested_in",
    "symbol",
    "received_on",
    "meeting",
    "considered_on",
    "form",
    "remark",
)

ADVICE = view(
    "advice",
    column("record", null=False),
    column("date", null=False),
    column("year", Integer),
    *(column(name) for name in FIELDS),
    key=("record",),
    indexes=(("date", "record"),),
)


def rows(record: Record) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The row of one piece of advice. ``date`` sorts it: the first step that is dated."""
    reading = record.reading()
    date = next((reading[name] for name in ("requested_on", "received_on", "considered_on") if reading.get(name)), "")
    return {
        "advice": [
            {
                "record": record.id,
                "date": date,
                "year": year_of(date),
                **{name: reading.get(name) for name in FIELDS},
            }
        ]
    }
