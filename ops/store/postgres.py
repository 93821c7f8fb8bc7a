"""The log in a PostgreSQL database.

The library's own table is replaced: its rows can be rewritten, its lock needs more than the right to insert, and large
batches hang in its pipeline. Here the database itself lets writers in one at a time, so that positions are visible in
their order and a follower misses none, and refuses to forget.

Used by the library through ``PERSISTENCE_MODULE=ops.store.postgres``; this module must therefore hold one factory only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeVar

from eventsourcing import postgres as library
from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.utils import Environment
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier
from psycopg.sql import Literal as SqlLiteral

from ops.store import COMMIT_AT_TIME, LIBRARY, Commit, RawEvent, ends_at, instant, now

CHUNK_BYTES = 1_000_000
"""How much goes into one INSERT: batches of several megabytes have been seen to hang."""

CHUNK_EVENTS = 5_000

DDL_LOCK = 5_249_001_946
"""The advisory lock under which tables are made; any number will do that nobody else in the database uses."""

TABLES = """
CREATE TABLE IF NOT EXISTS {schema}.stored_events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    originator_id text COLLATE "C" NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    UNIQUE (originator_id, originator_version)
);
CREATE TABLE IF NOT EXISTS {schema}.commits (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL,
    recorded text COLLATE "C" NOT NULL,
    recorded_by text NOT NULL,
    source text NOT NULL,
    note text NOT NULL
);
"""

# The lock is taken before the first position is drawn and held until the commit: no position becomes visible after a
# greater one. It is a trigger so that it binds every writer, and an advisory lock so that a writer needs INSERT only.
GUARDS = """
CREATE OR REPLACE FUNCTION {schema}.log_one_at_a_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('log of ' || TG_TABLE_SCHEMA, 0));
    NOTIFY stored_events;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION {schema}.log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = '23001';
END $$;

CREATE TRIGGER one_at_a_time BEFORE INSERT ON {schema}.stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.log_one_at_a_time();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.log_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.commits
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.log_append_only();
"""

MADE = """
SELECT count(*) = 3 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = {schema_name} AND c.relname IN ('stored_events', 'commits')
  AND t.tgname IN ('one_at_a_time', 'append_only')
"""

COMPRESSES = "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
COMPRESS = "ALTER TABLE {schema}.stored_events ALTER COLUMN state SET COMPRESSION lz4"

INSERT_EVENTS = """
INSERT INTO {schema}.stored_events (originator_id, originator_version, topic, state)
SELECT * FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[])
RETURNING position
"""
INSERT_COMMIT = """
INSERT INTO {schema}.commits (first_position, last_position, recorded, recorded_by, source, note)
VALUES (%s, %s, %s, %s, %s, %s)
"""
RESTORE_EVENTS = """
INSERT INTO {schema}.stored_events (position, originator_id, originator_version, topic, state)
OVERRIDING SYSTEM VALUE
SELECT * FROM unnest(%b::bigint[], %b::text[], %b::bigint[], %b::text[], %b::bytea[])
"""
RESTORE_COMMIT = """
INSERT INTO {schema}.commits (number, first_position, last_position, recorded, recorded_by, source, note)
OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
GO_ON_AFTER = """
SELECT setval(pg_get_serial_sequence('{schema}.stored_events', 'position'), %s),
       setval(pg_get_serial_sequence('{schema}.commits', 'number'), %s)
"""
EVENT_COLUMNS = "SELECT position, originator_id, originator_version, topic, state FROM {schema}.stored_events"
LAST_BEFORE = "SELECT COALESCE(MAX(position), 0) FROM {schema}.stored_events WHERE position < %s"
COMMIT_COLUMNS = (
    "SELECT number, first_position, last_position, recorded, recorded_by, source, note FROM {schema}.commits"
)


class PostgresLog(library.PostgresApplicationRecorder):
    """The append-only log in PostgreSQL. Positions grow; a failed commit leaves a gap."""

    def __init__(self, datastore: library.PostgresDatastore, *, events_table_name: str = "stored_events"):
        if events_table_name != "stored_events":
            raise ValueError(f"the log's table is stored_events, not {events_table_name}")
        super().__init__(datastore, events_table_name=events_table_name)

    def create_table(self) -> None:
        """Make tables and guards if absent; any number of first starts may do so at once."""
        with self.datastore.transaction(commit=True) as cursor:
            if self._made(cursor):
                return
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (DDL_LOCK,))
            if self._made(cursor):
                return
            cursor.execute(self._sql(TABLES), prepare=False)
            cursor.execute(self._sql(GUARDS), prepare=False)
            if self._one(cursor, SQL(COMPRESSES)):
                cursor.execute(self._sql(COMPRESS), prepare=False)

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
        positions = self._append(stored_events, (recorded, recorded_by, source, note), after)
        return (positions[0], positions[-1]) if positions else None

    def restore_commit(self, events: Sequence[RawEvent], commit: Commit, after: int) -> None:
        """Write a transaction of another log as it stands there: positions, number and time are those it has.

        Raises IntegrityError when the log does not end at ``after`` or holds one of the events, and writes nothing.
        """
        with self.datastore.get_connection() as connection, connection.transaction():
            cursor = connection.cursor(row_factory=tuple_row, binary=True)
            for chunk in _chunks(events):
                cursor.execute(self._sql(RESTORE_EVENTS), [list(column) for column in zip(*chunk, strict=True)])
            # Asked under the lock that the first INSERT took.
            (last,) = cursor.execute(self._sql(LAST_BEFORE), (events[0].position,)).fetchall()[0]
            ends_at(after, last)
            cursor.execute(self._sql(RESTORE_COMMIT), tuple(commit))
            cursor.execute(self._sql(GO_ON_AFTER), (events[-1].position, commit.number))

    def select_commits(self, after_number: int = 0, limit: int = 1000) -> list[Commit]:
        """Return up to ``limit`` commits whose number is greater than ``after_number``, in order."""
        return [
            Commit(*row)
            for row in self._rows(COMMIT_COLUMNS + " WHERE number > %s ORDER BY number LIMIT %s", after_number, limit)
        ]

    def commit_at_time(self, iso: str) -> int:
        """Return the last position before the first commit recorded later than a time; 0 when there is none."""
        statement = COMMIT_AT_TIME.format(commits="{schema}.commits", time="%s")
        return int(self._rows(statement, instant(iso))[0][0])

    def select_raw(self, after_position: int, limit: int) -> list[RawEvent]:
        """Return up to ``limit`` events whose position is greater than ``after_position``, in order."""
        return [
            RawEvent(*row)
            for row in self._rows(
                EVENT_COLUMNS + " WHERE position > %s ORDER BY position LIMIT %s", after_position, limit
            )
        ]

    def select_raw_of(self, originator_id: str) -> list[RawEvent]:
        """Return every event of one aggregate, by version."""
        return [
            RawEvent(*row)
            for row in self._rows(
                EVENT_COLUMNS + " WHERE originator_id = %s ORDER BY originator_version", originator_id
            )
        ]

    def max_position(self) -> int:
        """Return the last position in the log; 0 when it is empty."""
        return int(self._rows("SELECT COALESCE(MAX(position), 0) FROM {schema}.stored_events")[0][0])

    def count(self) -> int:
        """Return how many events the log holds."""
        return int(self._rows("SELECT COUNT(*) FROM {schema}.stored_events")[0][0])

    def close(self) -> None:
        """Close every connection to the database."""
        self.datastore.close()

    # What the library asks

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append events in one transaction for the library's ``save``; return their positions."""
        return self._append(stored_events, (now(), LIBRARY, "", ""))

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
        values: list[Any] = []
        if start is not None:
            conditions.append("position >= %s" if inclusive_of_start else "position > %s")
            values.append(start)
        if stop is not None:
            conditions.append("position <= %s")
            values.append(stop)
        if topics:
            conditions.append("topic = ANY(%s)")
            values.append(list(topics))
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return [
            Notification(id=position, originator_id=id_, originator_version=version, topic=topic, state=state)
            for position, id_, version, topic, state in self._rows(
                f"{EVENT_COLUMNS}{where} ORDER BY position LIMIT %s", *values, limit
            )
        ]

    def max_notification_id(self) -> int | None:
        """Return the last position, or None when the log is empty."""
        return self.max_position() or None

    # How

    def _append(
        self, stored_events: Sequence[StoredEvent], commit: tuple[str, str, str, str], after: int | None = None
    ) -> list[int]:
        if not stored_events:
            return []
        positions: list[int] = []
        insert = self._sql(INSERT_EVENTS)
        # Not retried when the connection breaks: nobody could say whether the first attempt was recorded.
        with self.datastore.get_connection() as connection, connection.transaction():
            cursor = connection.cursor(row_factory=tuple_row, binary=True)
            if self.datastore.lock_timeout:
                cursor.execute(SQL("SET LOCAL lock_timeout = {}").format(f"{self.datastore.lock_timeout}s"))
            for chunk in _chunks(stored_events):
                columns = (
                    [str(e.originator_id) for e in chunk],
                    [e.originator_version for e in chunk],
                    [e.topic for e in chunk],
                    [e.state for e in chunk],
                )
                cursor.execute(insert, columns)
                positions.extend(row[0] for row in cursor)
            if after is not None:
                # Asked under the lock that the first INSERT took: whoever came before is visible, nobody comes between.
                (last,) = cursor.execute(self._sql(LAST_BEFORE), (positions[0],)).fetchall()[0]
                ends_at(after, last)
            cursor.execute(self._sql(INSERT_COMMIT), (positions[0], positions[-1], *commit))
        return positions

    def _rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.datastore.get_connection() as connection:
            cursor = connection.cursor(row_factory=tuple_row, binary=True)
            return cursor.execute(self._sql(statement), values).fetchall()

    def _sql(self, statement: str) -> Composed:
        schema = self.datastore.schema
        return SQL(statement).format(schema=Identifier(schema), schema_name=SqlLiteral(schema))

    def _made(self, cursor: Cursor[Any]) -> bool:
        return bool(self._one(cursor, self._sql(MADE)))

    @staticmethod
    def _one(cursor: Cursor[Any], statement: SQL | Composed) -> Any:
        row = cursor.execute(statement).fetchone()
        return next(iter(row.values())) if row else None


class Factory(library.PostgresFactory):
    """Gives the library the log instead of its own table, and the connection every parameter of the URL."""

    application_recorder_class = PostgresLog

    def __init__(self, env: Environment | Any):
        super().__init__(env)
        _pass_on(self.datastore, self.env.get("COUNCIL_DATABASE_URL"))

    def application_recorder(self) -> PostgresLog:
        """Return the log. Its table has one name, whatever the application is called."""
        log = PostgresLog(self.datastore)
        if self.env_create_table():
            log.create_table()
        return log


def environment(url: str) -> dict[str, str]:
    """Return the library's settings for the database that a ``postgresql://`` URL names.

    What the URL leaves out (user, password, host) is filled in by PostgreSQL's own client: environment, password file,
    unix socket. Raises psycopg.ProgrammingError when the URL cannot be read.
    """
    given = _parameters(url)
    return {
        "PERSISTENCE_MODULE": "ops.store.postgres",
        "POSTGRES_DBNAME": str(given.get("dbname", "")),
        "POSTGRES_HOST": str(given.get("host", "")),
        "POSTGRES_PORT": str(given.get("port", "5432")),
        "POSTGRES_USER": str(given.get("user", "")),
        "POSTGRES_PASSWORD": str(given.get("password", "")),
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_PRE_PING": "y",
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "60",
        "ORIGINATOR_ID_TYPE": "text",
        "COUNCIL_DATABASE_URL": url,
    }


def open_log(url: str) -> PostgresLog:
    """Open the log in the database that ``url`` names, making its tables if absent."""
    return Factory(Environment(env=environment(url))).application_recorder()


def _parameters(url: str) -> dict[str, Any]:
    return conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))


def _pass_on(datastore: library.PostgresDatastore, url: str | None) -> None:
    """Hand the URL's other parameters, such as ``sslmode``, to the pool: the library's settings know only five."""
    known: set[Literal["dbname", "host", "port", "user", "password"]] = {"dbname", "host", "port", "user", "password"}
    kwargs = datastore.pool.kwargs
    if url and isinstance(kwargs, dict):
        kwargs.update({name: value for name, value in _parameters(url).items() if name not in known})


E = TypeVar("E", StoredEvent, RawEvent)


def _chunks(stored_events: Sequence[E]) -> Iterator[list[E]]:
    """Cut events into lists of at most about a megabyte."""
    chunk: list[E] = []
    size = 0
    for event in stored_events:
        length = len(event.state) + len(event.topic) + len(str(event.originator_id)) + 16
        if chunk and (size + length > CHUNK_BYTES or len(chunk) == CHUNK_EVENTS):
            yield chunk
            chunk, size = [], 0
        chunk.append(event)
        size += length
    if chunk:
        yield chunk
