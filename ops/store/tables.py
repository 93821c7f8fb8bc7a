"""Small tables of the archive's own, beside the log: a file each in the home folder, or tables in its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, create_engine, func, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine

from ops.store import POSTGRES_SCHEMES

LOCK_TIMEOUT_SECONDS = 10
"""How long a writer waits for another one of the same file."""
PAGE = 1_000
"""Rows read and written at once when a table is copied."""


def open_engine(url: str | None, path: Path) -> Engine:
    """An engine on the database of a ``postgresql://`` URL, or on the file at ``path``, whose folder is made."""
    if url and url.startswith(POSTGRES_SCHEMES):
        return create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    return create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": LOCK_TIMEOUT_SECONDS})


@contextmanager
def alone(engine: Engine, lock: int) -> Iterator[Connection]:
    """A transaction that only one server at a time is in: what it reads holds until it has written.

    ``lock``: the number of the advisory lock that stands for the table in PostgreSQL.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.commit()


def copied(table: Table, source: Engine, target: Engine) -> int:
    """Copy the rows of a table that the other database lacks, by its primary key; gives how many it then has."""
    keys = list(table.primary_key.columns)
    with source.connect() as reading, target.begin() as writing:
        insert: Any = (postgresql if target.dialect.name == "postgresql" else sqlite).insert(table)
        rows = reading.execution_options(stream_results=True).execute(select(table).order_by(*keys))
        for part in rows.mappings().partitions(PAGE):
            writing.execute(insert.on_conflict_do_nothing(), [dict(row) for row in part])
        if target.dialect.name == "postgresql":
            for column in (each for each in keys if each is table.autoincrement_column):
                _go_on_after(writing, table, column)
        return writing.execute(select(func.count()).select_from(table)).scalar_one()


def _go_on_after(connection: Connection, table: Table, column: Column[Any]) -> None:
    """Let the numbers that PostgreSQL gives go on after the greatest there is."""
    last = connection.execute(select(func.max(column))).scalar()
    if last is not None:
        sequence = func.pg_get_serial_sequence(table.fullname, column.name)
        connection.execute(select(func.setval(sequence, last)))
