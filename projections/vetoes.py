"""Vetoes: one row per cast, saying whether the official list names it and which vote it was cast in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.records import Record
from domain.vetoes import Followup
from projections.days import year_of
from projections.reading import Reader
from projections.tables import plain_rows, plain_view
from projections.versioned import Boolean, Integer, column, view

OFFICIAL = "library-vetoes"
"""The source that is the United Nations' own list of vetoes."""

VETOES = view(
    "vetoes",
    column("record", null=False),
    column("vote"),
    column("member", null=False),
    column("date", null=False),
    column("year", Integer),
    column("draft"),
    column("meeting"),
    column("records", null=False),
    column("agenda"),
    column("official", Boolean, null=False),
    column("in_vote", Boolean, null=False),
    column("sources", null=False),
    key=("record",),
    indexes=(("vote",), ("date", "record"), ("member", "date", "record")),
)

FOLLOWUPS = plain_view(Followup, "followups", indexes=(("vote",),))

followup_rows = plain_rows("followups", Followup)


def rows(record: Record) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The row of one veto cast."""
    reading = record.reading()
    date = reading.get("date") or ""
    sources = sorted({statement.source for statement in record.statements})
    row = {
        "record": record.id,
        "vote": reading.get("vote"),
        "member": reading["member"],
        "date": date,
        "year": year_of(date),
        "draft": reading.get("draft"),
        "meeting": reading.get("meeting"),
        "records": reading.get("records") or [],
        "agenda": reading.get("agenda"),
        "official": OFFICIAL in sources,
        "in_vote": reading.get("vote") is not None,
        "sources": sources,
    }
    return {"vetoes": [row]}


def casts_by_member(read: Reader) -> list[dict[str, Any]]:
    """Casts by member: those the official list names, and those in votes the archive holds."""
    sql = (
        "select member, count(case when official then 1 end) as official, count(case when in_vote then 1 end) as own "
        f"from vetoes where {read.live()} group by member order by official desc, member"
    )
    return read.rows(sql)
