"""The reading side of a place of read models: it opens one consistent snapshot for each reader."""

from __future__ import annotations

import math
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from projections.patience import STEPS, Patience, StoppedError
from projections.place import Place, PostgresPlace, SqlitePlace
from projections.reading import Reader, ViewsError

WAIT = 30.0
"""Seconds to wait for a connection of the pool."""


class Views:
    """The reading side of a place of read models. Thread-safe: every thread has connections of its own."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._threads = threading.local()
        self._pool: Any = None

    def reader(self, as_of: int | None = None, patience: Patience | None = None) -> AbstractContextManager[Reader]:
        """One consistent snapshot, as of now or of a position. ``patience``: how long what is read in it may take; it
        ends statements that run, with :class:`StoppedError`.

        Raises :class:`ViewsError` when there are no read models, or for a position outside the log.
        """
        if isinstance(self._place, SqlitePlace):
            return self._sqlite(self._place, as_of, patience)
        assert isinstance(self._place, PostgresPlace)
        return self._postgres(self._place, as_of, patience)

    def position(self) -> int:
        """The position that the read models have reached. Raises :class:`ViewsError` when there are none."""
        if isinstance(self._place, SqlitePlace):
            build, connection = self._free(self._place)
            try:
                reached: int = connection.execute(_REACHED).fetchone()[0]
                return reached
            finally:
                self._give_back(build, connection)
        with self.reader() as read:
            return read.reached

    @contextmanager
    def _sqlite(self, place: SqlitePlace, as_of: int | None, patience: Patience | None) -> Iterator[Reader]:
        build, connection = self._free(place)
        try:
            connection.execute("BEGIN")
            if patience is not None:
                connection.set_progress_handler(lambda: patience.over, STEPS)
            reached: int = connection.execute(_REACHED).fetchone()[0]
            yield _at(Reader(connection, "sqlite", reached, None, patience), as_of)
        finally:
            if patience is not None:
                connection.set_progress_handler(None, 0)
            connection.rollback()
            self._give_back(build, connection)

    def _free(self, place: SqlitePlace) -> tuple[str, sqlite3.Connection]:
        """A connection of this thread to the current build, and the build's name."""
        build = place.current()
        if build is None:
            raise ViewsError("there are no read models yet: run `council rebuild`")
        known: tuple[str, list[sqlite3.Connection]] | None = getattr(self._threads, "free", None)
        if known is None or known[0] != build:
            for stale in known[1] if known else []:
                stale.close()
            known = (build, [])
            self._threads.free = known
        return build, known[1].pop() if known[1] else _connect(place, build)

    def _give_back(self, build: str, connection: sqlite3.Connection) -> None:
        current = getattr(self._threads, "free", None)
        if current is not None and current[0] == build:
            current[1].append(connection)
        else:
            connection.close()

    @contextmanager
    def _postgres(self, place: PostgresPlace, as_of: int | None, patience: Patience | None) -> Iterator[Reader]:
        if self._pool is None:
            from psycopg.rows import dict_row
            from psycopg_pool import ConnectionPool

            size = int(os.environ.get("COUNCIL_DATABASE_POOL", "4"))
            self._pool = ConnectionPool(
                place.url, min_size=0, max_size=size, kwargs={"row_factory": dict_row}, open=True
            )
        with self._taken(patience) as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            found = connection.execute("SELECT build FROM views.pointer WHERE id = 1").fetchone()
            if found is None:
                raise ViewsError("there are no read models yet: run `council rebuild`")
            connection.execute(f"SET LOCAL search_path TO views_{found['build']}")
            reached = int(connection.execute(_REACHED).fetchone()["position"])
            reader = _at(Reader(connection, "postgresql", reached, None, patience), as_of)
            if patience is None:
                yield reader
                return
            if patience.seconds:
                connection.execute(f"SET LOCAL statement_timeout = {max(1, math.ceil(patience.left * 1_000))}")
            patience.running(connection.cancel_safe)
            try:
                yield reader
            finally:
                patience.running(None)

    @contextmanager
    def _taken(self, patience: Patience | None) -> Iterator[Any]:
        """A connection of the pool. Raises StoppedError where the patience ends before one is free."""
        from psycopg_pool import PoolTimeout

        wait = WAIT if patience is None or not patience.seconds else max(0.001, min(WAIT, patience.left))
        try:
            connection = self._pool.getconn(wait)
        except PoolTimeout as error:
            if patience is not None and patience.over:
                raise StoppedError from error
            raise ViewsError("all connections to the database are in use (COUNCIL_DATABASE_POOL)") from error
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    def close(self) -> None:
        """Close the connections of this thread and the pool."""
        known = getattr(self._threads, "free", None)
        for connection in known[1] if known else []:
            connection.close()
        self._threads.free = None
        if self._pool is not None:
            self._pool.close()
            self._pool = None


_REACHED = "select position from progress where name = 'all'"


def _at(now: Reader, as_of: int | None) -> Reader:
    return now if as_of is None else now.at(as_of)


def _connect(place: SqlitePlace, build: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{place.path(build)}?mode=ro", uri=True, check_same_thread=False)
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=10000")
    connection.execute("PRAGMA mmap_size=268435456")
    return connection
