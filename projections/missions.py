"""Missions of the Council."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.records import Record
from projections.days import year_of
from projections.versioned import Integer, column, view

MISSIONS = view(
    "missions",
    column("record", null=False),
    column("year", Integer, null=False),
    column("title", null=False),
    column("first"),
    column("last"),
    column("date", null=False),
    column("region"),
    column("countries", null=False),
    column("sites", null=False),
    column("leads", null=False),
    column("participants", null=False),
    column("terms_of_reference"),
    column("report"),
    column("documents", null=False),
    column("meetings", null=False),
    column("remark"),
    column("decided_on"),
    column("decided_in"),
    column("terms_of_reference_on"),
    column("report_on"),
    column("legs", null=False),
    key=("record",),
    indexes=(("date", "record"), ("year", "date", "record")),
)


def rows(record: Record) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The row of one mission. ``date`` sorts it: the first day known, else the year."""
    reading = record.reading()
    first, last = reading.get("first"), reading.get("last")
    row = {
        "record": record.id,
        "year": reading.get("year") or year_of(first or last) or 0,
        "title": reading.get("title") or "",
        "first": first,
        "last": last,
        "date": first or last or str(reading.get("year") or ""),
        "region": reading.get("region"),
        "countries": reading.get("countries") or [],
        "sites": reading.get("sites") or [],
        "leads": reading.get("leads") or [],
        "participants": reading.get("participants") or [],
        "terms_of_reference": reading.get("terms_of_reference"),
        "report": reading.get("report"),
        "documents": reading.get("documents") or [],
        "meetings": reading.get("meetings") or [],
        "remark": reading.get("remark"),
        "decided_on": reading.get("decided_on"),
        "decided_in": reading.get("decided_in"),
        "terms_of_reference_on": reading.get("terms_of_reference_on"),
        "report_on": reading.get("report_on"),
        "legs": reading.get("legs") or [],
    }
    return {"missions": [row]}
