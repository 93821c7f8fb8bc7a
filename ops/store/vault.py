"""Where the keys of sealed names are kept: ``vault.db`` in the home folder, or the schema ``vault`` in PostgreSQL.

Outside the log on purpose: the log forgets nothing, and here forgetting is the point. A key is on disk before the event
it belongs to is in the log; a destroyed one leaves no copy in any file the database still has.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.schema import CreateSchema, CreateTable

from domain.sealing import KEY_BYTES, Place
from ops.store import POSTGRES_SCHEMES
from ops.store.tables import copied

SCHEMA = "vault"
"""The tables' schema in PostgreSQL; SQLite has a file instead."""
MAKING = 5_249_001_948
"""The advisory lock under which the tables are made in PostgreSQL."""
CHUNK = 500
"""Keys per statement."""
LOCK_TIMEOUT_SECONDS = 30

METADATA = MetaData()
KEYS = Table(
    "keys",
    METADATA,
    Column("record", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("key", LargeBinary, nullable=False),
    schema=SCHEMA,
)
REACHED = Table("reached", METADATA, Column("position", BigInteger, primary_key=True), schema=SCHEMA)
"""One row, or none: up to where in the log redactions have been carried out. In the vault, so that a vault restored
from a backup looks again at what came after it."""

PRAGMAS = (
    # A rollback journal and no write-ahead log: it is gone with the transaction, and the old pages with it.
    "journal_mode = DELETE",
    # EXTRA, as FULL could bring the journal back after a power cut: a key would be lost whose event is in the log.
    "synchronous = EXTRA",
    "secure_delete = ON",
)


class Vault:
    """The keyring of one archive (:class:`domain.sealing.Keyring`). Thread-safe; close it when done."""

    def __init__(self, engine: Engine) -> None:
        self._postgres = engine.dialect.name == "postgresql"
        names = {SCHEMA: SCHEMA if self._postgres else None}
        self._engine = engine.execution_options(schema_translate_map=names)

    def create_tables(self) -> None:
        """Make the tables if absent; any number of first starts may do so at once."""
        with self._engine.connect() as connection:
            if inspect(connection).has_table(REACHED.name, schema=SCHEMA if self._postgres else None):
                return
        with self._engine.begin() as connection:
            if self._postgres:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MAKING})
                connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            for table in (KEYS, REACHED):
                connection.execute(CreateTable(table, if_not_exists=True))

    def fresh(self, events: Sequence[Place]) -> list[bytes]:
        """The key of each event, made and on disk. One left from an event that was never written is used again."""
        found: dict[Place, bytes] = {}
        with self._engine.begin() as connection:
            # In one order, so that two writers do not wait for each other; again, as one may be destroyed meanwhile.
            while missing := sorted(set(events) - found.keys()):
                for chunk in _chunks(missing):
                    self._make(connection, chunk)
                    found.update(_look_up(connection, chunk))
        return [found[each] for each in events]

    def _make(self, connection: Connection, events: Sequence[Place]) -> None:
        """A random key for each event that has none. Never another one: the event may be in the log."""
        rows = [{"record": of, "version": nth, "key": secrets.token_bytes(KEY_BYTES)} for of, nth in events]
        connection.execute(self._insert(KEYS), rows)

    def _insert(self, table: Table) -> Any:
        """Insert what is not there; another process may be about the same."""
        insert: Any = (postgresql if self._postgres else sqlite).insert(table)
        return insert.on_conflict_do_nothing()

    def key(self, record: str, version: int) -> bytes | None:
        """The key of one event, or None if it was destroyed."""
        with self._engine.connect() as connection:
            return _look_up(connection, [(record, version)]).get((record, version))

    def destroy(self, records: Sequence[str]) -> int:
        """Destroy the keys of all events of these records; returns how many there were."""
        destroyed = 0
        with self._engine.begin() as connection:
            for start in range(0, len(records), CHUNK):
                chosen = KEYS.c.record.in_(records[start : start + CHUNK])
                destroyed += connection.execute(delete(KEYS).where(chosen)).rowcount
        if destroyed and self._postgres:
            # A deleted row stays in the table's file until the table is written anew.
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"VACUUM FULL {SCHEMA}.{KEYS.name}"))
        return destroyed

    def reached(self) -> int:
        """The position of the log up to which every redaction has been carried out; 0 at first."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(REACHED.c.position))).scalar() or 0

    def reach(self, position: int) -> None:
        """Remember that every redaction up to a position has been carried out."""
        with self._engine.begin() as connection:
            connection.execute(delete(REACHED))
            connection.execute(self._insert(REACHED).values(position=position))

    def count(self) -> int:
        """How many keys there are."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(KEYS)).scalar_one()

    def copy_to(self, other: Vault) -> int:
        """Copy the keys that another archive's vault lacks, and how far redactions were carried out; gives how many
        keys it then has."""
        copied(REACHED, self._engine, other._engine)
        return copied(KEYS, self._engine, other._engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _look_up(connection: Connection, events: Sequence[Place]) -> dict[Place, bytes]:
    chosen = tuple_(KEYS.c.record, KEYS.c.version).in_(events)
    return {(of, nth): key for of, nth, key in connection.execute(select(KEYS).where(chosen))}


def _chunks(events: Sequence[Place]) -> Iterator[Sequence[Place]]:
    for start in range(0, len(events), CHUNK):
        yield events[start : start + CHUNK]


def open_vault(url: str | None, path: Path) -> Vault:
    """The keys in the database of a ``postgresql://`` URL, or in the file at ``path`` that only its owner can read.

    Makes what is absent. Raises SQLAlchemy's own error if the database cannot be reached.
    """
    if url and url.startswith(POSTGRES_SCHEMES):
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=2)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)  # one copied back from a backup may be open to others
        engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": LOCK_TIMEOUT_SECONDS})
        event.listen(engine, "connect", _set)
    vault = Vault(engine)
    vault.create_tables()
    return vault


def _set(connection: Any, _: object) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchall()
