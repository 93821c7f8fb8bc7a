"""What changed between two states of the archive: which records, and how each of them reads.

A state is a position of the log. The difference of two positions is exact and always the same: it is read from the
versioned rows themselves, so that replaying the events between the two gives it, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projections.reading import Reader, Values, ViewsError
from projections.versioned import VIEWS, Boolean, View

NEW, CHANGED, ATTESTED = "new", "changed", "attested"
"""A record opened in between; one that reads otherwise; one that was spoken of again and reads the same."""

_KEYS = 400


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value that reads otherwise. ``row`` tells rows of one record apart (a ballot's member); None: no such row."""

    table: str
    row: str
    field: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A record with events in between: positions of the first and last of them, and what reads otherwise."""

    record: str
    kind: str
    state: str
    events: int
    first: int
    last: int
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class KindChanges:
    """How many records of a kind were opened, and how many known ones were spoken of again."""

    kind: str
    new: int
    known: int
    events: int


def between(read: Reader, start: int, end: int) -> None:
    """Check that two positions are states of this archive, in order. Raises :class:`ViewsError`."""
    if not 0 <= start <= end <= read.position:
        raise ViewsError(f"no difference from {start} to {end}: give two positions in order, from 0 to {read.position}")


def kinds(read: Reader, start: int, end: int) -> list[KindChanges]:
    """What happened in between, by kind of record. Raises :class:`ViewsError` as :func:`between` does."""
    between(read, start, end)
    sql = (
        "select kind, count(case when opened = 1 then 1 end) as new, count(case when opened > 1 then 1 end) as known, "
        "sum(events) as events from (select record, kind, min(version) as opened, count(*) as events from events "
        "where position > :start and position <= :end group by record, kind) as touched group by kind order by kind"
    )
    rows = read.rows(sql, {"start": start, "end": end})
    return [KindChanges(row["kind"], int(row["new"]), int(row["known"]), int(row["events"])) for row in rows]


def touched(read: Reader, start: int, end: int, *, kind: str | None = None, record: str | None = None) -> int:
    """How many records have events in between. Raises :class:`ViewsError` as :func:`between` does."""
    between(read, start, end)
    narrowed, params = _narrowed(kind, record)
    sql = f"select count(distinct record) as n from events where position > :start and position <= :end{narrowed}"
    return int(read.value(sql, {"start": start, "end": end, **params}))


def _narrowed(kind: str | None, record: str | None) -> tuple[str, dict[str, Any]]:
    given = {name: value for name, value in (("kind", kind), ("record", record)) if value is not None}
    return "".join(f" and {name} = :{name}" for name in given), given


def changes(
    read: Reader,
    start: int,
    end: int,
    *,
    kind: str | None = None,
    record: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Change]:
    """Records with events in between, by the position of the first; ``after``: go on behind that position.

    Raises :class:`ViewsError` as :func:`between` does.
    """
    between(read, start, end)
    narrowed, given = _narrowed(kind, record)
    params: dict[str, Any] = {"start": start, "end": end, "after": after, "limit": limit, **given}
    found = read.rows(
        "select record, kind, min(version) as opened, min(position) as first, max(position) as last, "
        f"count(*) as events from events where position > :start and position <= :end{narrowed} "
        "group by record, kind having min(position) > :after order by first limit :limit",
        params,
    )
    fields = _fields(read, [row["record"] for row in found], start, end)
    return [_change(row, fields.get(row["record"], ())) for row in found]


def _change(row: Values, fields: Sequence[FieldChange]) -> Change:
    state = NEW if row["opened"] == 1 else CHANGED if fields else ATTESTED
    return Change(row["record"], row["kind"], state, int(row["events"]), row["first"], row["last"], tuple(fields))


def _fields(read: Reader, records: Sequence[str], start: int, end: int) -> dict[str, list[FieldChange]]:
    """What reads otherwise in the rows these records own, table by table: one statement for each table."""
    found: dict[str, list[FieldChange]] = {}
    for name, view in VIEWS.items():
        for record, (before, after) in _rows(read, view, records, start, end).items():
            found.setdefault(record, []).extend(_compared(name, view, record, before, after))
    return found


Keyed = dict[tuple[Any, ...], Values]


def _rows(read: Reader, view: View, records: Sequence[str], start: int, end: int) -> dict[str, tuple[Keyed, Keyed]]:
    """Owner → its rows at the one position and at the other, by key."""
    found: dict[str, tuple[Keyed, Keyed]] = {}
    names = ",".join(view.columns)
    for low in range(0, len(records), _KEYS):
        params: dict[str, Any] = {f"k{number}": record for number, record in enumerate(records[low : low + _KEYS])}
        marks = ",".join(f":{name}" for name in params)
        sql = (
            f"select {names}, owner as owner_, since as since_, until as until_ from {view.name} "
            f"where owner in ({marks}) and since <= :end and (until is null or until > :start)"
        )
        for row in read.rows(sql, {**params, "start": start, "end": end}):
            owner, since, until = row.pop("owner_"), row.pop("since_"), row.pop("until_")
            before, after = found.setdefault(owner, ({}, {}))
            key = tuple(row[name] for name in view.key)
            if since <= start:
                before[key] = row
            if until is None or until > end:
                after[key] = row
    return found


def _compared(name: str, view: View, record: str, before: Keyed, after: Keyed) -> Iterable[FieldChange]:
    for key in sorted({*before, *after}, key=repr):
        was, now = before.get(key), after.get(key)
        label = "/".join(str(part) for part in key if part != record)
        for column in view.columns:
            if column in view.key:
                continue
            boolean = isinstance(view.table.c[column].type, Boolean)
            old, new = _value(was, column, boolean), _value(now, column, boolean)
            if old != new:
                yield FieldChange(name, label, column, old, new)


def _value(row: Mapping[str, Any] | None, column: str, boolean: bool) -> Any:
    """A stored value as stated: lists and objects are kept as JSON text; an empty list is nothing stated."""
    value = row[column] if row is not None else None
    if boolean:
        return None if value is None else bool(value)
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            value = json.loads(value)
        except json.JSONDecodeError:
            return value
    return None if value in ("", [], {}) else value
