"""Tables whose rows know from which to which log position they hold.

Every row has ``since`` and ``until``. "Now" is ``until is null``; "as of P" is ``since <= P and (until is null or
until > P)``. A row belongs to an *owner* (the record, or the running total, it is derived from); a projection says "the
rows of this owner now read so" and :class:`Writer` closes what changed and opens what is new. Within one position the
last word counts, so the content does not depend on how events are batched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    text,
)
from sqlalchemy.engine import Connection

METADATA = MetaData()

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point on every database, so that pages and hashes are the same everywhere."""

Row = tuple[Any, ...]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A versioned table: its columns (without owner, since, until) and which of them tell its rows apart."""

    table: Table
    columns: tuple[str, ...]
    key: tuple[str, ...]
    _positions: tuple[int, ...] = field(repr=False, default=())

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    def row(self, values: Mapping[str, Any]) -> Row:
        """Column values in table order. Lists and objects become JSON text. Raises KeyError for a missing column."""
        return tuple([_json(v) if type(v) in _COMPOUND else v for v in map(values.__getitem__, self.columns)])

    def key_of(self, row: Row) -> Key:
        """What tells this row apart from the others of its table."""
        return tuple(row[i] for i in self._positions)


_COMPOUND = frozenset({list, tuple, dict})
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


VIEWS: dict[str, View] = {}
"""All versioned tables by name, in order of definition."""


def view(name: str, *columns: Column[Any], key: Sequence[str], indexes: Sequence[Sequence[str]] = ()) -> View:
    """Define a versioned table. ``indexes``: column lists that are looked up among the rows that hold now."""
    # The name of a column tells nothing about its use: owner, since and until are the same three everywhere.
    table = Table(
        name,
        METADATA,
        *columns,
        Column("owner", TEXT, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("until", BigInteger),
        PrimaryKeyConstraint(*key, "since"),
    )
    Index(f"{name}_owner", table.c.owner, table.c.until)
    for number, names in enumerate(indexes):
        chosen = [table.c[column] for column in names]
        now = text("until is null")
        Index(f"{name}_now_{number}", *chosen, sqlite_where=now, postgresql_where=now)
        Index(f"{name}_ever_{number}", *chosen, table.c.since, table.c.until)
    names_of = tuple(column.name for column in columns)
    VIEWS[name] = View(table, names_of, tuple(key), tuple(names_of.index(part) for part in key))
    return VIEWS[name]


def shape() -> str:
    """A short hash of all tables as they are defined: names, types and keys of their columns, and their indexes."""
    digest = hashlib.blake2b(digest_size=6)
    for table in METADATA.sorted_tables:
        digest.update(f"\n{table.name}".encode())
        for each in table.columns:
            digest.update(f"\t{each.name} {each.type!r} {each.nullable} {each.primary_key}".encode())
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            digest.update(f"\t{index.name} {[column.name for column in index.columns]}".encode())
    return digest.hexdigest()


EVENTS = Table(
    "events",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("record", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("verb", TEXT, nullable=False),
    Column("occurred", TEXT, nullable=False),
    Column("recorded", TEXT, nullable=False),
    Column("recorded_by", TEXT, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("row", TEXT, nullable=False),
    Column("document", TEXT, nullable=False),
)
"""One row per event, never changed: the log as a table one can filter and page through."""
Index("events_record", EVENTS.c.record, EVENTS.c.position)
Index("events_kind", EVENTS.c.kind, EVENTS.c.position)
Index("events_source", EVENTS.c.source, EVENTS.c.position)

PROGRESS = Table(
    "progress",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("stamp", Text, nullable=False),
)
"""How far the projections have read the log, stored in the same transaction as their rows."""


@dataclass(slots=True)
class Held:
    """A row that holds now, since when, and whether the database has it already."""

    row: Row
    since: int
    stored: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a replacement did to one row: ``before`` or ``after`` is None where it came or went."""

    view: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class Writer:
    """Collects the versions of rows over a batch of events and writes them in one go.

    ``fresh``: the tables are empty (a rebuild), so nothing needs to be looked up in them.
    """

    def __init__(self, connection: Connection, *, fresh: bool) -> None:
        self._connection = connection
        self._fresh = fresh
        self._held: dict[str, dict[str, dict[Key, Held]]] = {name: {} for name in VIEWS}
        self._closed: dict[str, list[Row]] = {name: [] for name in VIEWS}
        self._ended: dict[str, list[tuple[Key, int, int]]] = {name: [] for name in VIEWS}
        self._opened: dict[str, dict[tuple[str, Key], Held]] = {name: {} for name in VIEWS}
        self._events: list[dict[str, Any]] = []
        self._new: set[str] = set()

    def begin(self, owner: str) -> None:
        """This owner is new to the log: its rows need not be looked up."""
        self._new.add(owner)

    def held(self, name: str, owner: str) -> dict[Key, Held]:
        """The rows an owner holds now in one table."""
        owners = self._held[name]
        rows = owners.get(owner)
        if rows is None:
            rows = owners[owner] = {}
            if not self._fresh and owner not in self._new:
                view = VIEWS[name]
                columns = [view.table.c[column] for column in view.columns]
                query = view.table.select().with_only_columns(*columns, view.table.c.since)
                query = query.where(view.table.c.owner == owner, view.table.c.until.is_(None))
                for *values, since in self._connection.execute(query):
                    row = tuple(values)
                    rows[view.key_of(row)] = Held(row, since, True)
        return rows

    def now(self, name: str) -> Iterator[dict[str, Any]]:
        """All rows of a table that hold now, as stored (for projections that keep running totals)."""
        if self._fresh:
            return
        view = VIEWS[name]
        columns = [view.table.c[column] for column in view.columns]
        query = view.table.select().with_only_columns(*columns).where(view.table.c.until.is_(None))
        for row in self._connection.execute(query):
            yield dict(zip(view.columns, row, strict=True))

    def replace(
        self,
        name: str,
        owner: str,
        values: Iterable[Mapping[str, Any]],
        position: int,
        changes: list[Change] | None = None,
    ) -> None:
        """From ``position`` on, these are the rows of ``owner`` in table ``name``; nothing else of it holds."""
        view = VIEWS[name]
        held = self.held(name, owner)
        fresh: dict[Key, Row] = {}
        for row_values in values:
            row = view.row(row_values)
            fresh[view.key_of(row)] = row
        for key in [key for key in held if key not in fresh]:
            gone = held.pop(key)
            self._close(view, owner, key, gone, position)
            if changes is not None:
                changes.append(Change(name, dict(zip(view.columns, gone.row, strict=True)), None))
        for key, row in fresh.items():
            known = held.get(key)
            if known is not None and known.row == row:
                continue
            if known is not None:
                self._close(view, owner, key, known, position)
            opened = held[key] = Held(row, position, False)
            self._opened[name][(owner, key)] = opened
            if changes is not None:
                before = dict(zip(view.columns, known.row, strict=True)) if known is not None else None
                changes.append(Change(name, before, dict(zip(view.columns, row, strict=True))))

    def _close(self, view: View, owner: str, key: Key, held: Held, position: int) -> None:
        if held.stored:
            self._ended[view.name].append((key, held.since, position))
            return
        del self._opened[view.name][(owner, key)]
        if held.since != position:
            self._closed[view.name].append((*held.row, owner, held.since, position))

    def event(self, row: dict[str, Any]) -> None:
        """Add one row to the table of events."""
        self._events.append(row)

    def flush(self, insert: Callable[[Connection, Table, list[Row]], None]) -> None:
        """Write what the batch changed. The caller commits."""
        for name, view in VIEWS.items():
            if self._ended[name]:
                ended = (
                    view.table.update()
                    .values(until=bindparam("_until"))
                    .where(view.table.c.since == bindparam("_since"))
                )
                for part in view.key:
                    ended = ended.where(view.table.c[part] == bindparam(f"_{part}"))
                self._connection.execute(
                    ended,
                    [
                        {"_since": since, "_until": until, **{f"_{p}": v for p, v in zip(view.key, key, strict=True)}}
                        for key, since, until in self._ended[name]
                    ],
                )
            rows = self._closed[name]
            for (owner, _), held in self._opened[name].items():
                rows.append((*held.row, owner, held.since, None))
                held.stored = True
            if rows:
                insert(self._connection, view.table, rows)
            self._ended[name], self._closed[name], self._opened[name] = [], [], {}
        if self._events:
            names = [column.name for column in EVENTS.columns]
            insert(self._connection, EVENTS, [tuple(event[name] for name in names) for event in self._events])
            self._events = []
        if not self._fresh:
            self._held = {name: {} for name in VIEWS}
            self._new = set()


def column(name: str, kind: Any = TEXT, *, null: bool = True) -> Column[Any]:
    """A column of a versioned table."""
    return Column(name, kind, nullable=null)


__all__ = [
    "EVENTS",
    "METADATA",
    "PROGRESS",
    "VIEWS",
    "BigInteger",
    "Boolean",
    "Change",
    "Column",
    "Integer",
    "View",
    "Writer",
    "column",
    "shape",
    "view",
]
