"""Where the archive's own bearer tokens are kept: ``access.db`` in the home folder, or a table beside the log.

A token is 256 random bits after a prefix. It is shown once, when it is made; what is kept is its SHA-256, whose it is,
what it allows, and until when. Rows are never removed: who once could write stays known.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update
from sqlalchemy.engine import Engine, Row
from sqlalchemy.exc import SQLAlchemyError

from api.access import PREFIX, SCOPES, AccessUnavailableError, Token, digest
from domain.archive import timestamp
from ops.store import POSTGRES_SCHEMES, now
from ops.store.tables import alone, copied, open_engine

_log = logging.getLogger("council.access")

METADATA = MetaData()
TOKENS = Table(
    "access_tokens",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("created", String, nullable=False),
    Column("expires", String),
    Column("last_used", String),
    Column("revoked", String),
    sqlite_autoincrement=True,
)
_SEEN = [column for column in TOKENS.c if column.name != "sha256"]

MAKING = 5_249_001_947
"""The advisory lock under which the table is made in PostgreSQL."""
LONGEST_NAME = 100
"""Characters of a principal's name."""

_DAYS = re.compile(r"([1-9][0-9]{0,4})d")


class TokenError(ValueError):
    """A token that cannot be made or revoked; the message says why and what to do."""


class TokenStore:
    """The tokens of one archive. Thread-safe; close it when done."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, name: str, scopes: Sequence[str], expires: str | None = None) -> tuple[str, Token]:
        """Make a token for a principal; gives the token itself, which nobody can see again, and its row.

        ``expires``: a time in UTC (see :func:`until`), or None for never. Raises TokenError for a name or scope that
        cannot be.
        """
        allowed = tuple(scope for scope in SCOPES if scope in scopes)
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not allowed:
            said = f"there is no scope {unknown[0]!r}" if unknown else "a token needs a scope"
            raise TokenError(f"{said}; there are: {', '.join(SCOPES)}")
        check_name(name)
        token = PREFIX + secrets.token_urlsafe(32)
        values = {"name": name, "scopes": " ".join(allowed), "created": now(), "expires": expires}
        with self._engine.begin() as connection:
            made = connection.execute(insert(TOKENS).values(sha256=digest(token), **values).returning(*_SEEN)).one()
        return token, _token(made)

    def all(self) -> list[Token]:
        """All tokens there ever were, oldest first."""
        with self._engine.connect() as connection:
            return [_token(row) for row in connection.execute(select(*_SEEN).order_by(TOKENS.c.id))]

    def revoke(self, id: int) -> Token:
        """Let a token be good no longer, from the next request on; a second time changes nothing.

        Raises TokenError if there is no such token.
        """
        with self._engine.begin() as connection:
            connection.execute(
                update(TOKENS).where(TOKENS.c.id == id, TOKENS.c.revoked.is_(None)).values(revoked=now())
            )
            row = connection.execute(select(*_SEEN).where(TOKENS.c.id == id)).one_or_none()
        if row is None:
            raise TokenError(f"there is no token {id}: `council token list` shows all")
        return _token(row)

    def find(self, digest: str) -> Token | None:
        """The token of a SHA-256, good or not. Raises AccessUnavailableError if the database does not answer."""
        try:
            with self._engine.connect() as connection:
                row = connection.execute(select(*_SEEN).where(TOKENS.c.sha256 == digest)).one_or_none()
        except SQLAlchemyError as error:
            raise AccessUnavailableError(f"the store of tokens does not answer ({type(error).__name__})") from error
        return None if row is None else _token(row)

    def used(self, token: Token, day: str) -> None:
        """Note the day a token was last used on. Writing may go on without it: a failure is only logged."""
        try:
            with self._engine.begin() as connection:
                connection.execute(update(TOKENS).where(TOKENS.c.id == token.id).values(last_used=day))
        except SQLAlchemyError as error:
            _log.warning("the last use of token %d could not be noted (%s)", token.id, type(error).__name__)

    def copy_to(self, other: TokenStore) -> int:
        """Copy the tokens that another archive's store lacks; gives how many it then has."""
        return copied(TOKENS, self._engine, other._engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def open_tokens(url: str | None, path: Path) -> TokenStore:
    """The tokens in the database of a ``postgresql://`` URL, or in a file that only its owner can read.

    Raises sqlalchemy's own error if the database cannot be reached.
    """
    if not (url and url.startswith(POSTGRES_SCHEMES)):
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    engine = open_engine(url, path)
    with alone(engine, MAKING) as connection:
        METADATA.create_all(connection)
    return TokenStore(engine)


def until(text: str, today: date | None = None) -> str:
    """When a token ends, from ``90d`` (days from today) or ``2027-01-31`` (its last day), as a time in UTC.

    Raises TokenError for anything else, and for a day gone by.
    """
    today = today or datetime.now(UTC).date()
    days = _DAYS.fullmatch(text)
    try:
        last = today + timedelta(days=int(days[1])) if days else date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise TokenError(f"{text!r} is neither a number of days such as 90d nor a day such as 2027-01-31") from None
    if last < today:
        raise TokenError(f"{text} is past: give a day from {today.isoformat()} on")
    return timestamp(datetime.combine(last, time.max, UTC))


def check_name(name: str) -> None:
    """Refuse a name that could be taken for somebody else's or for two lines of a log. Raises TokenError."""
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise TokenError(f"the name {name!r} is not 1 to {LONGEST_NAME} printable characters")
    if "#" in name or "://" in name:
        raise TokenError(f"the name {name!r} looks like one that an OpenID issuer gives: leave out `#` and `://`")


def _token(row: Row[tuple[object, ...]]) -> Token:
    values = dict(row._mapping)
    return Token(**{**values, "scopes": tuple(values["scopes"].split())})
