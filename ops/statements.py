"""The log laid out as rows of the data package's tables: every statement and every correction, in the log's order.

A page of the log at a time: the records that it speaks of are folded from all their events, and what the page opened
is laid out. Of the rest of the log only the ids of records that are spoken of more than once are held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from domain.archive import Archive
from domain.facts import ATTESTED, CORRECTED, REDACTED, Entry
from domain.kinds import KINDS
from domain.records import Record, Statement
from domain.votes import Vote
from ops.package import BALLOTS, CORRECTIONS, STATEMENT, Table, tables

Values = list[Any]
"""A row as typed values; None is an empty cell."""
Opened = Callable[[Any], Any]
"""A value of a personal field → as a reader may see it."""

PAGE = 1_000
"""Events of the log whose records are held at once."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A record and the events it is folded from."""

    record: Record
    entries: list[Entry]


def rows(
    archive: Archive, position: int, progress: Callable[[int], None] | None = None
) -> Iterator[tuple[str, Values]]:
    """Table and row for every statement and correction in the log up to a position, as they stand at that position.

    ``progress`` is told of events read.
    """
    again = _spoken_of_again(archive, position)
    after = 0
    while after < position:
        page = [entry for entry in archive.page(after, PAGE) if entry.position <= position]
        if not page:
            return
        told: dict[str, _Told] = {}
        for entry in page:
            if entry.record not in told:
                entries = archive.of(entry.record) if entry.record in again else [entry]
                told[entry.record] = _folded(entry.record, [one for one in entries if one.position <= position])
        for entry in page:
            yield from _laid_out(told[entry.record], entry, archive.opened)
            if progress is not None:
                progress(1)
        after = page[-1].position


def _spoken_of_again(archive: Archive, position: int) -> set[str]:
    """The records with a second event up to a position: asking the log for each of the others would cost most."""
    found: set[str] = set()
    after = 0
    while page := archive.raw(after, PAGE):
        found.update(record for at, record, version, _, _ in page if version > 1 and at <= position)
        after = page[-1][0]
        if after >= position:
            break
    return found


def _folded(record: str, entries: list[Entry]) -> _Told:
    folded = Record(record, entries[0].kind)
    for entry in entries:
        folded.apply(entry)
    return _Told(folded, entries)


def _laid_out(told: _Told, entry: Entry, opened: Opened) -> Iterator[tuple[str, Values]]:
    """The rows that an event opened: those of the statement that began with it, or of a correction of the record."""
    record = told.record
    if entry.verb == CORRECTED:
        if not entry.claims.get("of"):
            yield from ((CORRECTIONS, row) for row in _correction(told, entry, opened))
        return
    statement = record.statement(entry.source) if entry.verb != REDACTED else None
    if statement is None or statement.position != entry.position or not KINDS[record.kind].published:
        return
    table = _tables()[record.kind]
    verbs = [
        one.verb
        for one in told.entries
        if one.verb not in (CORRECTED, REDACTED) and (one.source.name, one.source.part) == statement.key
    ]
    yield table.name, _statement(table, record, statement, verbs, opened)
    if record.kind == Vote.kind:
        yield from ((BALLOTS, row) for row in _ballots(record, statement))


@cache
def _tables() -> dict[str, Table]:
    return {table.kind: table for table in tables().values() if table.kind}


def _key(record: Record, statement: Statement) -> Values:
    return [record.id.removeprefix(f"{record.kind}:"), statement.source, statement.part]


def _statement(table: Table, record: Record, statement: Statement, told: Iterable[str], opened: Opened) -> Values:
    values = [*_key(record, statement), statement.row or None, statement.document or None]
    for column in table.columns[len(STATEMENT) :]:
        if column.name == "verbs":
            opening = record.verbs[0]
            values.append(list(dict.fromkeys(opening if verb == ATTESTED else verb for verb in told)))
        else:
            value = statement.fields.get(column.name)
            values.append(opened(value) if column.name in KINDS[record.kind].personal else value)
    return values


def _ballots(record: Record, statement: Statement) -> Iterator[Values]:
    key = _key(record, statement)
    for member, choice in sorted((statement.fields.get(BALLOTS) or {}).items()):
        yield [*key, member, choice]


def _correction(told: _Told, entry: Entry, opened: Opened) -> Iterator[Values]:
    """A correction that changes what its record reads, with what it read before, all statements counted."""
    name = entry.claims["field"]
    was = Record(told.record.id, told.record.kind, statements=told.record.statements).reading().get(name)
    personal = name in KINDS[entry.kind].personal
    for one in told.entries:
        if one.verb != CORRECTED or one.claims.get("of") or one.claims["field"] != name:
            continue
        now = one.claims.get("now")
        was, now = (opened(was), opened(now)) if personal else (was, now)
        if one.position == entry.position:
            if was != now:
                reason = entry.claims["reason"] or None
                yield [entry.record, name, written(was), written(now), entry.claims["authority"], reason]
            return
        was = now


_encode = msgspec.json.Encoder(order="deterministic").encode


def written(value: Any) -> str:
    """A value as JSON, the same for equal values."""
    return _encode(value).decode()
