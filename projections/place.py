"""Where read models live: SQLite files in a folder, or schemas of a PostgreSQL database.

Every build has a name of its own (``b000017``). A rebuild fills a new build beside the current one and then swaps a
pointer in one step; readers keep what they have open until they ask again.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Table, create_engine, event, text
from sqlalchemy.engine import Connection, Engine

from domain.archive import Archive
from projections import engine
from projections.reading import ViewsError
from projections.versioned import Row

_BUILD = re.compile(r"b\d{6}")

REBUILD_BATCH = 50_000
FOLLOWED = 1_000
"""Events that are always followed one by one; when far more are missing, building anew is quicker."""


class Place(Protocol):
    """A place for read models on one kind of database."""

    dialect: str

    def current(self) -> str | None:
        """The build readers use, or None."""

    def builds(self) -> list[str]:
        """All builds there are, finished or not."""

    def make(self, build: str) -> Engine:
        """A writing engine on a new, empty build."""

    def write(self, build: str) -> Engine:
        """A writing engine on an existing build."""

    def swap(self, build: str) -> None:
        """Make a build the current one, in one step."""

    def drop(self, build: str) -> None:
        """Remove a build."""

    def insert(self, connection: Connection, table: Table, rows: list[Row]) -> None:
        """Write many rows at once."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the only right to write read models in this place."""


class SqlitePlace:
    """Builds as files ``<folder>/b000001.db``, with the pointer in ``<folder>/current``."""

    dialect = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._pointer = str(folder / "current")
        self._named: tuple[tuple[int, ...], str | None] = (), None

    def current(self) -> str | None:
        """The build named by the pointer file, which is read again only when it is another one than last time.

        Every swap puts a new file in its place, written after the last one was; it is stamped before it is read, so
        that a swap in between is seen the next time.
        """
        try:
            found = os.stat(self._pointer)
            stamp = found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size
            known, build = self._named
            if stamp != known:
                build = Path(self._pointer).read_text().strip() or None
                self._named = stamp, build
        except FileNotFoundError:
            return None
        return build

    def path(self, build: str) -> Path:
        """The file of a build."""
        return self.folder / f"{build}.db"

    def builds(self) -> list[str]:
        """All builds, by file."""
        return sorted(path.stem for path in self.folder.glob("b*.db") if _BUILD.fullmatch(path.stem))

    def make(self, build: str) -> Engine:
        """A new file; while it is built nobody reads it, so it need not survive a crash."""
        return self._engine(build, "OFF", "OFF")

    def write(self, build: str) -> Engine:
        """The current file, in WAL mode so that readers are never blocked."""
        return self._engine(build, "WAL", "FULL")

    def _engine(self, build: str, journal: str, synchronous: str) -> Engine:
        made = create_engine(f"sqlite:///{self.path(build)}")

        @event.listens_for(made, "connect")
        def _set(connection: sqlite3.Connection, _: object) -> None:
            connection.execute(f"PRAGMA journal_mode={journal}")
            connection.execute(f"PRAGMA synchronous={synchronous}")
            connection.execute("PRAGMA busy_timeout=10000")

        return made

    def swap(self, build: str) -> None:
        """Put the finished file on disk for good, then point to it."""
        path = self.path(build)
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("ANALYZE")
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        pointer = self.folder / "current.new"
        pointer.write_text(build + "\n")
        os.replace(pointer, self.folder / "current")

    def drop(self, build: str) -> None:
        """Unlink the files; readers that still have them open are not disturbed."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.path(build)}{suffix}").unlink(missing_ok=True)

    def insert(self, connection: Connection, table: Table, rows: list[Row]) -> None:
        """``executemany`` through the driver."""
        marks = ",".join("?" * len(table.columns))
        driver: Any = connection.connection.driver_connection
        driver.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A lock file, held by the operating system for as long as the process lives."""
        import fcntl

        with open(self.folder / "writing", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


class PostgresPlace:
    """Builds as schemas ``views_b000001`` of a database, with the pointer in ``views.current``."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url
        self._plain = create_engine(_driver(url), isolation_level="AUTOCOMMIT")
        with self._plain.connect() as connection, self.writing():
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS views"))
            connection.execute(text("CREATE TABLE IF NOT EXISTS views.pointer (id int PRIMARY KEY, build text)"))

    def current(self) -> str | None:
        """The build the pointer row names."""
        with self._plain.connect() as connection:
            return connection.execute(text("SELECT build FROM views.pointer WHERE id = 1")).scalar()

    def builds(self) -> list[str]:
        """All builds, by schema."""
        query = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'views\\_b%' ORDER BY nspname")
        with self._plain.connect() as connection:
            return [name.removeprefix("views_") for name in connection.execute(query).scalars()]

    def make(self, build: str) -> Engine:
        """A new schema."""
        with self._plain.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA views_{build}"))
        return self.write(build)

    def write(self, build: str) -> Engine:
        """An engine whose search path is the build's schema."""
        made = create_engine(_driver(self.url))

        @event.listens_for(made, "connect")
        def _set(connection: Any, _: object) -> None:
            connection.autocommit = True
            connection.execute(f"SET search_path TO views_{build}")
            connection.autocommit = False

        return made

    def swap(self, build: str) -> None:
        """Let the planner know the tables, then point to the build in one statement.

        Without statistics it takes hardly any row to hold now: comparing two members took 1.1 s instead of 5 ms, until
        the server's own round of analysis came by.
        """
        tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = :schema"
        query = "INSERT INTO views.pointer VALUES (1, :build) ON CONFLICT (id) DO UPDATE SET build = excluded.build"
        with self._plain.connect() as connection:
            names = connection.execute(text(tables), {"schema": f"views_{build}"}).scalars().all()
            connection.execute(text(f"ANALYZE {', '.join(names)}"))
            connection.execute(text(query), {"build": build})

    def drop(self, build: str) -> None:
        """Drop the schema."""
        with self._plain.connect() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS views_{build} CASCADE"))

    def insert(self, connection: Connection, table: Table, rows: list[Row]) -> None:
        """COPY through the driver."""
        names = ",".join(f'"{column.name}"' for column in table.columns)
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """An advisory lock of the session."""
        with self._plain.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(7210507)"))
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(7210507)"))


def _driver(url: str) -> str:
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


class ReadModels:
    """The read models of one archive: catch up with the log, rebuild beside and swap."""

    def __init__(self, archive: Archive, place: Place) -> None:
        self.archive = archive
        self.place = place
        self._here = threading.Lock()
        self._kept: tuple[str, int, engine.Running] | None = None
        """What the projections keep in mind, for the build and position it is true of."""

    def catch_up(self, report: Callable[[int], None] | None = None) -> int:
        """Bring the current build up to the end of the log (building it if there is none, or if it is of another
        stamp); returns its position.
        """
        with self._here, self.place.writing():
            build = self.place.current()
            if build is None or build not in self.place.builds():
                return self._build(report)
            writer = self.place.write(build)
            try:
                with writer.connect() as connection:
                    position, stamp = engine.progress(connection)
                    connection.rollback()
                    if stamp == engine.STAMP and position <= self.archive.position():
                        behind = self.archive.position() - position
                        if behind == 0:
                            return position
                        if behind <= max(FOLLOWED, position // 4):
                            return self._advance(connection, build, position, report)
            finally:
                writer.dispose()
            return self._build(report)

    def _advance(self, connection: Connection, build: str, position: int, report: Callable[[int], None] | None) -> int:
        kept, self._kept = self._kept, None
        running = kept[2] if kept is not None and kept[:2] == (build, position) else None
        reached, running = engine.advance(self.archive, connection, self.place.insert, report=report, running=running)
        self._kept = build, reached, running
        return reached

    def rebuild(self, report: Callable[[int], None] | None = None, batch: int = REBUILD_BATCH) -> int:
        """Build everything anew from the log beside the current build, then swap; returns the position reached."""
        with self._here, self.place.writing():
            return self._build(report, batch)

    def _build(self, report: Callable[[int], None] | None = None, batch: int = REBUILD_BATCH) -> int:
        before, self._kept = self.place.current(), None
        for left in self.place.builds():
            if left != before:
                self.place.drop(left)
        build = f"b{int((before or 'b000000')[1:]) + 1:06d}"
        writer = self.place.make(build)
        try:
            with writer.connect() as connection:
                with connection.begin():
                    engine.create(connection)
                position, running = engine.advance(
                    self.archive, connection, self.place.insert, fresh=True, batch=batch, report=report
                )
        finally:
            writer.dispose()
        self.place.swap(build)
        self._kept = build, position, running
        return position

    def content_hash(self) -> str:
        """The hash of all rows of the current build. Raises :class:`ViewsError` if there is none."""
        build = self.place.current()
        if build is None:
            raise ViewsError("there are no read models yet: run `council rebuild`")
        writer = self.place.write(build)
        try:
            with writer.connect() as connection:
                return engine.content_hash(connection)
        finally:
            writer.dispose()
