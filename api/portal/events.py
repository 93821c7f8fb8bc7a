"""The events behind a record: who said what, when it was written down, and what was put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.portal import links
from api.portal.pages import Ask, Go, NotFoundError, Show
from domain.facts import CORRECTED, Entry
from domain.kinds import KINDS

LONGEST = 600
"""Characters of one claimed value shown at most; the rest stays in the log."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event, ready to be shown."""

    position: int
    record: str
    kind: str
    verb: str
    occurred: str
    source: str
    row: str
    document: str
    recorded: str
    recorded_by: str
    claims: list[tuple[str, Any]]
    correction: dict[str, Any] | None
    seen: str
    """The record's page as of this event."""


def behind(ask: Ask, record: str, page: str | None = None) -> list[Told]:
    """The events of one record up to the position asked for, oldest first. ``page``: where the record is shown."""
    address = page or links.path(record)
    entries = ask.context.archive.of(record)
    return [_told(ask, entry, address) for entry in entries if entry.position <= ask.read.position]


def _told(ask: Ask, entry: Entry, address: str) -> Told:
    corrected = entry.verb == CORRECTED
    claims = _readable(ask, entry)
    return Told(
        entry.position,
        entry.record,
        entry.kind,
        entry.verb,
        entry.occurred,
        entry.source.name,
        entry.source.row,
        entry.source.document,
        entry.recorded,
        entry.recorded_by,
        [] if corrected else [(name.replace("_", " "), value) for name, value in claims.items()],
        claims if corrected else None,
        links.with_params(address, {"as_of": entry.position}),
    )


def _readable(ask: Ask, entry: Entry) -> dict[str, Any]:
    """What an event claims, with the names of persons as a reader may see them."""
    personal = KINDS[entry.kind].personal
    if entry.verb == CORRECTED and entry.claims["field"] in personal:
        sealed: tuple[str, ...] = ("was", "now")
    else:
        sealed = personal
    return {name: ask.opened(value) if name in sealed else value for name, value in entry.claims.items()}


def shown(ask: Ask) -> Show | Go:
    """``/events?record=``: all events of one record; without a record, the newest events of the log."""
    record = ask.text("record")
    if not record:
        events = _latest(ask)
        return Show("events.html", {"record": "", "events": events, "home": None})
    published = record.partition(":")[0] not in KINDS or KINDS[record.partition(":")[0]].published
    events = behind(ask, record) if published else []
    if not events:
        raise NotFoundError(f"There is no record “{record[:120]}” at this position.", record.partition(":")[2])
    return Show("events.html", {"record": record, "events": events, "home": ask.record(record)})


def _latest(ask: Ask) -> list[Told]:
    position = ask.read.position
    entries = ask.context.archive.page(max(0, position - 30), 30)
    shown = [entry for entry in entries if entry.position <= position and KINDS[entry.kind].published]
    return [_told(ask, entry, links.path(entry.record)) for entry in reversed(shown)]


PAGES = [("/events", shown)]
