"""Where registered GraphQL documents are kept: ``persisted.db`` in the home folder, or a table beside the log.

A row is written once and never changed or removed: what a portal was built on, and what an id in a paper names, stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, MetaData, String, Table, Text, func, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from api.graphql.persisted import FullError, UnreachableError, id_of
from ops.store import now
from ops.store.tables import alone, copied, open_engine

METADATA = MetaData()
DOCUMENTS = Table(
    "persisted_documents",
    METADATA,
    Column("id", String(71), primary_key=True),
    Column("text", Text, nullable=False),
    Column("registered", String, nullable=False),
    Column("registered_by", Text, nullable=False),
)

WRITING = 5_249_001_971
"""The advisory lock under which the table is made and a document is added in PostgreSQL."""


class PersistedStore:
    """The registered documents of one archive, at most so many. Thread-safe; close it when done."""

    def __init__(self, engine: Engine, most: int) -> None:
        self._engine = engine
        self._most = most

    def find(self, id: str) -> str | None:
        """The text of an id; None if none is registered. Raises UnreachableError."""
        if "\x00" in id:
            return None
        with _answering(), self._engine.connect() as connection:
            return _found(connection, id)

    def keep(self, text: str, by: str) -> bool:
        """Register a text; whether it is new. The same again changes nothing. Raises FullError, UnreachableError."""
        id = id_of(text)
        if self.find(id) is not None:
            return False
        with _answering(), alone(self._engine, WRITING) as connection:
            if _found(connection, id) is not None:
                return False
            count = connection.execute(select(func.count()).select_from(DOCUMENTS)).scalar_one()
            if count >= self._most:
                raise FullError(
                    f"{count} documents are registered here, and no more are taken; those registered go on. "
                    "Whoever runs this archive can raise COUNCIL_PERSISTED"
                )
            values = {"id": id, "text": text, "registered": now(), "registered_by": by}
            connection.execute(insert(DOCUMENTS).values(values))
        return True

    def copy_to(self, other: PersistedStore) -> int:
        """Copy the documents that another archive's store lacks; gives how many it then has."""
        return copied(DOCUMENTS, self._engine, other._engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def open_persisted(url: str | None, path: Path, most: int) -> PersistedStore:
    """The registered documents in the database of a ``postgresql://`` URL, or in a file; at most ``most`` are kept.

    Raises sqlalchemy's own error if the database cannot be reached.
    """
    engine = open_engine(url, path)
    with alone(engine, WRITING) as connection:
        METADATA.create_all(connection)
    return PersistedStore(engine, most)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise UnreachableError(f"the store of documents does not answer ({type(error).__name__})") from error


def _found(connection: Connection, id: str) -> str | None:
    return connection.execute(select(DOCUMENTS.c.text).where(DOCUMENTS.c.id == id)).scalar_one_or_none()
