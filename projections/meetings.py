"""Meetings and their resumptions, with the topics on their agenda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.meetings import FORMAL, NOT_STATED, minutes
from domain.records import Record
from domain.symbols import parse
from projections.days import year_of
from projections.versioned import Boolean, Integer, column, view

MEETINGS = view(
    "meetings",
    column("record", null=False),
    column("symbol", null=False),
    column("number", Integer),
    column("date", null=False),
    column("year", Integer),
    column("mode", null=False),
    column("private", Boolean, null=False),
    column("topic", null=False),
    column("topics", null=False),
    column("place"),
    column("press", null=False),
    column("letters", null=False),
    column("corrigenda", null=False),
    column("outcomes", null=False),
    column("format"),
    column("agenda"),
    column("theme"),
    column("president"),
    column("concept_note"),
    column("hours", null=False),
    column("minutes", Integer),
    key=("record",),
    indexes=(("symbol",), ("number",), ("date", "record"), ("year", "date", "record")),
)

TOPICS = view(
    "meeting_topics",
    column("meeting", null=False),
    column("topic", null=False),
    key=("meeting", "topic"),
    indexes=(("topic", "meeting"),),
)

SITTINGS = view(
    "sittings",
    column("record", null=False),
    column("meeting", null=False),
    column("symbol", null=False),
    column("part", Integer),
    column("date", null=False),
    column("year", Integer),
    column("private", Boolean, null=False),
    column("press", null=False),
    column("corrigenda", null=False),
    column("hours", null=False),
    column("minutes", Integer),
    key=("record",),
    indexes=(("meeting", "symbol"), ("date", "record")),
)


def rows(record: Record) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The rows of one meeting or resumption. Topics of all statements count: a table may list a meeting twice."""
    reading = record.reading()
    date = reading.get("date") or ""
    topics: list[str] = []
    for statement in record.statements:
        topics += [topic for topic in statement.fields.get("topics", []) if topic not in topics]
    if "topics" in record.corrections:
        topics = record.corrections["topics"][0] or []
    if record.kind == "sitting":
        symbol = reading["symbol"]
        row = {
            "record": record.id,
            "meeting": reading["meeting"],
            "symbol": symbol,
            "part": reading.get("part"),
            "date": date,
            "year": year_of(date),
            "private": bool(reading.get("private")),
            "press": reading.get("press") or [],
            "corrigenda": reading.get("corrigenda") or [],
            **_hours(reading),
        }
        return {"sittings": [row]}
    row = {
        "record": record.id,
        "symbol": reading.get("symbol") or record.id.removeprefix("meeting:"),
        "number": reading.get("number"),
        "date": date,
        "year": year_of(date),
        "mode": reading.get("mode") or (FORMAL if reading.get("number") else NOT_STATED),
        "private": bool(reading.get("private")),
        "topic": topics[0] if topics else reading.get("agenda") or "",
        "topics": topics,
        "place": reading.get("place"),
        "press": reading.get("press") or [],
        "letters": reading.get("letters") or [],
        "corrigenda": reading.get("corrigenda") or [],
        "outcomes": reading.get("outcomes") or [],
        "format": reading.get("format"),
        "agenda": reading.get("agenda"),
        "theme": reading.get("theme"),
        "president": reading.get("president"),
        "concept_note": reading.get("concept_note"),
        **_hours(reading),
    }
    return {
        "meetings": [row],
        "meeting_topics": [{"meeting": record.id, "topic": topic} for topic in topics],
    }


def _hours(reading: Mapping[str, Any]) -> dict[str, Any]:
    """The sittings and their length; minutes are None where no source gives hours."""
    hours = reading.get("hours") or []
    return {"hours": hours, "minutes": minutes(hours) if hours else None}


def base_symbol(symbol: str) -> str:
    """The meeting's own record symbol for the record of a resumption: ``S/PV.9052`` for its Resumption 1."""
    return parse(symbol).base
