"""Where citations are kept: ``citations.db`` in the home folder, or a table beside the log.

A row is written once and never changed or removed: an address in a paper stays good.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields, replace
from pathlib import Path

from sqlalchemy import BigInteger, Column, MetaData, String, Table, func, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from api.citation import Citation, FullError, UnreachableError
from ops.store import now
from ops.store.tables import alone, copied, open_engine

METADATA = MetaData()
CITATIONS = Table(
    "citations",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("document", String, nullable=False),
    Column("variables", String, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded", String, nullable=False),
    Column("checkpoint", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("cited", String, nullable=False),
    Column("made_by", String, nullable=False),
)

WRITING = 5_249_001_965
"""The advisory lock under which the table is made and a citation is added in PostgreSQL."""

PAGE = 500
"""Citations read at once when all are gone through."""


class CitationStore:
    """The citations of one archive, at most so many. Thread-safe; close it when done."""

    def __init__(self, engine: Engine, most: int) -> None:
        self._engine = engine
        self._most = most

    def keep(self, made: Citation) -> tuple[Citation, bool]:
        """Keep a citation; gives what is kept under its id, and whether it is new. ``cited`` is set here if empty.

        Raises FullError where no more are taken, UnreachableError where the database does not answer.
        """
        known = self.find(made.id)
        if known is not None:
            return known, False
        with self._answering(), alone(self._engine, WRITING) as connection:
            known = _found(connection, made.id)
            if known is not None:
                return known, False
            count = connection.execute(select(func.count()).select_from(CITATIONS)).scalar_one()
            if count >= self._most:
                raise FullError(
                    f"{count} citations are kept here, and no more are taken; those made stay good. "
                    "Whoever runs this archive can raise COUNCIL_CITATIONS"
                )
            kept = made if made.cited else replace(made, cited=now())
            names = [field.name for field in fields(Citation)]
            connection.execute(insert(CITATIONS).values(dict(zip(names, astuple(kept), strict=True))))
            return kept, True

    def find(self, id: str) -> Citation | None:
        """The citation of an id; None if there is none. Raises UnreachableError."""
        if "\x00" in id:
            return None
        with self._answering(), self._engine.connect() as connection:
            return _found(connection, id)

    def all(self) -> Iterator[Citation]:
        """Every citation, in order of time, then of id. Raises UnreachableError."""
        after: tuple[str, str] = ("", "")
        order = CITATIONS.c.cited, CITATIONS.c.id
        while True:
            later = (order[0] > after[0]) | ((order[0] == after[0]) & (order[1] > after[1]))
            with self._answering(), self._engine.connect() as connection:
                rows = connection.execute(select(CITATIONS).where(later).order_by(*order).limit(PAGE)).all()
            if not rows:
                return
            yield from (Citation(**row._mapping) for row in rows)
            after = rows[-1].cited, rows[-1].id

    def copy_to(self, other: CitationStore) -> int:
        """Copy the citations that another archive's store lacks; gives how many it then has."""
        return copied(CITATIONS, self._engine, other._engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise UnreachableError(f"the store of citations does not answer ({type(error).__name__})") from error


def open_citations(url: str | None, path: Path, most: int) -> CitationStore:
    """The citations in the database of a ``postgresql://`` URL, or in a file; at most ``most`` are kept.

    Raises sqlalchemy's own error if the database cannot be reached.
    """
    engine = open_engine(url, path)
    with alone(engine, WRITING) as connection:
        METADATA.create_all(connection)
    return CitationStore(engine, most)


def _found(connection: Connection, id: str) -> Citation | None:
    row = connection.execute(select(CITATIONS).where(CITATIONS.c.id == id)).one_or_none()
    return None if row is None else Citation(**row._mapping)
