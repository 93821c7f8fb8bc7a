"""The log in one SQLite file.

The library's own table is replaced: its positions are implicit row numbers, given again after a deletion and changed
by VACUUM, and its rows can be rewritten. Here a position is never given twice and the file refuses to forget.

Used by the library through ``PERSISTENCE_MODULE=ops.store.sqlite``; this module must therefore hold one factory only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventsourcing import sqlite as library
from eventsourcing.persistence import Notification, StoredEvent

from ops.store import COMMIT_AT_TIME, LIBRARY, Commit, RawEvent, ends_at, instant, now

LOCK_TIMEOUT_SECONDS = 30

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS stored_events (
        position INTEGER PRIMARY KEY AUTOINCREMENT CHECK (position > 0),
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS commits (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        first_position INTEGER NOT NULL,
        last_position INTEGER NOT NULL,
        recorded TEXT NOT NULL,
        recorded_by TEXT NOT NULL,
        source TEXT NOT NULL,
        note TEXT NOT NULL
    )
    """,
)

# INSERT OR REPLACE removes the row in its way without asking the DELETE trigger: hence the look before each INSERT.
GUARDS = (
    *(
        f"""
        CREATE TRIGGER IF NOT EXISTS {table}_refuses_{action.lower()} BEFORE {action} ON {table}
        BEGIN SELECT RAISE(ABORT, 'the log is append-only: {action} on {table} is refused'); END
        """
        for table in ("stored_events", "commits")
        for action in ("UPDATE", "DELETE")
    ),
    """
    CREATE TRIGGER IF NOT EXISTS stored_events_refuses_replace BEFORE INSERT ON stored_events
    WHEN EXISTS (SELECT 1 FROM stored_events WHERE position = NEW.position)
      OR EXISTS (SELECT 1 FROM stored_events
                 WHERE originator_id = NEW.originator_id AND originator_version = NEW.originator_version)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: this event or position is already recorded'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS commits_refuses_replace BEFORE INSERT ON commits
    WHEN EXISTS (SELECT 1 FROM commits WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: this commit is already recorded'); END
    """,
)

INSERT_EVENT = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)"
RESTORE_EVENT = "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?)"
RESTORE_COMMIT = "INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?)"
INSERT_COMMIT = (
    "INSERT INTO commits (first_position, last_position, recorded, recorded_by, source, note) VALUES (?, ?, ?, ?, ?, ?)"
)


class _Pool(library.SQLiteConnectionPool):
    def _create_connection(self) -> library.SQLiteConnection:
        connection = super()._create_connection()
        cursor = connection.cursor()
        # WAL with synchronous=NORMAL can lose committed transactions when the power fails.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {(self.lock_timeout or 0) * 1000}"):
            cursor.execute(f"PRAGMA {pragma}")
            cursor.fetchall()
        return connection


class Datastore(library.SQLiteDatastore):
    """Connections to one file: write-ahead log, full synchronisation, text ids."""

    def __init__(self, db_name: str, lock_timeout: int = LOCK_TIMEOUT_SECONDS):
        super().__init__(db_name, lock_timeout=lock_timeout, originator_id_type="text")
        self.pool = _Pool(db_name=db_name, lock_timeout=lock_timeout, pool_timeout=float(lock_timeout))


class SqliteLog(library.SQLiteApplicationRecorder):
    """The append-only log in an SQLite file. Positions begin at 1 and have no gaps."""

    def __init__(self, datastore: library.SQLiteDatastore, events_table_name: str = "stored_events"):
        if events_table_name != "stored_events":
            raise ValueError(f"the log's table is stored_events, not {events_table_name}")
        super().__init__(datastore, events_table_name)
        self.insert_events_statement = INSERT_EVENT
        self.select_max_notification_id_statement = "SELECT MAX(position) FROM stored_events"

    def construct_create_table_statements(self) -> list[str]:
        """Return the statements that make tables and guards; harmless when they exist."""
        return [*TABLES, *GUARDS]

    # What the archive asks

    def insert_commit(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        recorded: str,
        recorded_by: str,
        source: str,
        note: str,
        after: int | None = None,
    ) -> tuple[int, int] | None:
        """Append events and their commit in one transaction; return the first and last position, None for no events.

        Raises IntegrityError when a version of an aggregate is already recorded or the log does not end at ``after``,
        and ValueError when ``recorded`` is no ISO time with a zone; nothing is then written.
        """
        recorded = instant(recorded)
        if not stored_events:
            return None
        with self.datastore.transaction(commit=True) as cursor:
            return self._append(cursor, stored_events, (recorded, recorded_by, source, note), after)

    def restore_commit(self, events: Sequence[RawEvent], commit: Commit, after: int) -> None:
        """Write a transaction of another log as it stands there: positions, number and time are those it has.

        Raises IntegrityError when the log does not end at ``after`` or holds one of the events, and writes nothing.
        """
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT COALESCE(MAX(position), 0) FROM stored_events")
            ends_at(after, int(cursor.fetchone()[0]))
            cursor.executemany(RESTORE_EVENT, [tuple(event) for event in events])
            cursor.execute(RESTORE_COMMIT, tuple(commit))

    def select_commits(self, after_number: int = 0, limit: int = 1000) -> list[Commit]:
        """Return up to ``limit`` commits whose number is greater than ``after_number``, in order."""
        return [
            Commit(*row)
            for row in self._rows("SELECT * FROM commits WHERE number > ? ORDER BY number LIMIT ?", after_number, limit)
        ]

    def commit_at_time(self, iso: str) -> int:
        """Return the last position before the first commit recorded later than a time; 0 when there is none."""
        return int(self._rows(COMMIT_AT_TIME.format(commits="commits", time="?"), instant(iso))[0][0])

    def select_raw(self, after_position: int, limit: int) -> list[RawEvent]:
        """Return up to ``limit`` events whose position is greater than ``after_position``, in order."""
        return [
            RawEvent(*row)
            for row in self._rows(
                "SELECT * FROM stored_events WHERE position > ? ORDER BY position LIMIT ?", after_position, limit
            )
        ]

    def select_raw_of(self, originator_id: str) -> list[RawEvent]:
        """Return every event of one aggregate, by version."""
        return [
            RawEvent(*row)
            for row in self._rows(
                "SELECT * FROM stored_events WHERE originator_id = ? ORDER BY originator_version", originator_id
            )
        ]

    def max_position(self) -> int:
        """Return the last position in the log; 0 when it is empty."""
        return int(self._rows("SELECT COALESCE(MAX(position), 0) FROM stored_events")[0][0])

    def count(self) -> int:
        """Return how many events the log holds."""
        return int(self._rows("SELECT COUNT(*) FROM stored_events")[0][0])

    def close(self) -> None:
        """Close every connection to the file."""
        self.datastore.close()

    # What the library asks

    def _insert_events(
        self, c: library.SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int] | None:
        if not stored_events:
            return []
        first, last = self._append(c, stored_events, (now(), LIBRARY, "", ""))
        return range(first, last + 1)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events from ``start`` to ``stop`` as the library's notifications, whose id is the position."""
        conditions: list[str] = []
        values: list[int | str] = []
        if start is not None:
            conditions.append("position >= ?" if inclusive_of_start else "position > ?")
            values.append(start)
        if stop is not None:
            conditions.append("position <= ?")
            values.append(stop)
        if topics:
            conditions.append(f"topic IN ({','.join('?' * len(topics))})")
            values.extend(topics)
        where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
        statement = f"SELECT * FROM stored_events {where}ORDER BY position LIMIT ?"
        return [
            Notification(id=position, originator_id=id_, originator_version=version, topic=topic, state=state)
            for position, id_, version, topic, state in self._rows(statement, *values, limit)
        ]

    # How

    def _append(
        self,
        cursor: library.SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        commit: tuple[str, str, str, str],
        after: int | None = None,
    ) -> tuple[int, int]:
        cursor.executemany(
            INSERT_EVENT, [(str(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events]
        )
        cursor.execute("SELECT MAX(position) FROM stored_events")
        last = int(cursor.fetchone()[0])
        # One writer at a time, and AUTOINCREMENT leaves no gap in a transaction.
        first = last - len(stored_events) + 1
        if after is not None:
            ends_at(after, first - 1)
        cursor.execute(INSERT_COMMIT, (first, last, *commit))
        return first, last

    def _rows(self, statement: str, *values: int | str) -> list[tuple[Any, ...]]:
        with self.datastore.transaction(commit=False) as cursor:
            plain = cursor.sqlite_cursor
            plain.row_factory = None
            return plain.execute(statement, values).fetchall()


class Factory(library.SQLiteFactory):
    """Gives the library the log instead of its own table."""

    application_recorder_class = SqliteLog

    def __init__(self, env: Any):
        super().__init__(env)
        given = self.datastore.pool
        self.datastore.close()
        self.datastore = Datastore(given.db_name, given.lock_timeout or LOCK_TIMEOUT_SECONDS)


def environment(path: Path) -> dict[str, str]:
    """Return the library's settings for a log in the file at ``path``."""
    return {
        "PERSISTENCE_MODULE": "ops.store.sqlite",
        "SQLITE_DBNAME": str(path),
        "ORIGINATOR_ID_TYPE": "text",
    }


def open_log(path: Path) -> SqliteLog:
    """Open the log in the file at ``path``, making it and its folder if absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    log = SqliteLog(Datastore(str(path)))
    log.create_table()
    return log
