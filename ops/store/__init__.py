"""Where the log is kept: an SQLite file, or PostgreSQL when a URL names one.

Both stores offer the same methods with the same row shapes, so that one caller serves both. The event-sourcing library
finds them through its environment settings; :func:`environment` writes those settings, :func:`open_store` opens a
store without the library's application around it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from eventsourcing.persistence import IntegrityError

from domain.archive import timestamp

if TYPE_CHECKING:
    from ops.store.postgres import PostgresLog
    from ops.store.sqlite import SqliteLog

SQLITE_SCHEME = "sqlite:///"
POSTGRES_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")

LIBRARY = "library"
"""Who recorded a commit that came through the library's own ``save``, which does not say."""


COMMIT_AT_TIME = """
SELECT COALESCE(MAX(last_position), 0) FROM {commits}
WHERE number < COALESCE((SELECT MIN(number) FROM {commits} WHERE recorded > {time}), 9223372036854775807)
"""
"""Not the last commit stamped at or before a time: a clock set back would then change what past times answer."""


class MigrationError(RuntimeError):
    """An archive that cannot be moved to another database; the message says why, and what to do."""


def ends_at(after: int, last: int) -> None:
    """Raise IntegrityError unless the log ended at the position the writer had read it to."""
    if last != after:
        raise IntegrityError(f"the log ends at position {last}, not {after}: somebody has recorded meanwhile")


class Commit(NamedTuple):
    """One transaction of the log: which positions it wrote, when, by whom and from where."""

    number: int
    first_position: int
    last_position: int
    recorded: str
    recorded_by: str
    source: str
    note: str


class RawEvent(NamedTuple):
    """One stored event as it lies in the log."""

    position: int
    originator_id: str
    originator_version: int
    topic: str
    state: bytes


def instant(text: str) -> str:
    """Give a time the one form the log compares: ISO 8601, UTC, six digits of a second, ``Z``.

    Raises ValueError when the text is no ISO time or names no zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the time {text!r} names no zone; write it like 2026-01-31T12:00:00Z")
    return timestamp(moment)


def now() -> str:
    """Return the present time in the form of :func:`instant`."""
    return timestamp(datetime.now(UTC))


def environment(url: str | None, path: Path) -> dict[str, str]:
    """Return the library's settings for the store that ``url`` names, or for the SQLite file at ``path`` if none.

    Raises ValueError when the URL is neither SQLite nor PostgreSQL.
    """
    if url and url.startswith(POSTGRES_SCHEMES):
        from ops.store import postgres

        return postgres.environment(url)
    from ops.store import sqlite

    return sqlite.environment(_sqlite_path(url, path))


def open_store(url: str | None, path: Path) -> SqliteLog | PostgresLog:
    """Open the log that ``url`` names, or the SQLite file at ``path`` if none, making it if absent.

    Close it with ``.close()``. Raises ValueError when the URL is neither SQLite nor PostgreSQL.
    """
    if url and url.startswith(POSTGRES_SCHEMES):
        from ops.store import postgres

        return postgres.open_log(url)
    from ops.store import sqlite

    return sqlite.open_log(_sqlite_path(url, path))


def _sqlite_path(url: str | None, path: Path) -> Path:
    if not url:
        return path
    if not url.startswith(SQLITE_SCHEME) or url == SQLITE_SCHEME:
        raise ValueError(
            f"cannot keep the log at {url.split('://')[0]!r}://…; "
            "write sqlite:///folder/file.db or postgresql://user@host:port/database"
        )
    return Path(unquote(url.removeprefix(SQLITE_SCHEME)))
