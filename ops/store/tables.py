"""Small tables of the archive's own, beside the log: a file each in the home folder, or tables in its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL, Connection, Engine

from ops.store import POSTGRES_SCHEMES

LOCK_TIMEOUT_SECONDS = 10
"""How long a writer waits for another one of the same file."""


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
