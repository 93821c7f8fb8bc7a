"""Where standing searches are kept: ``searches.db`` in the home folder, or a table beside the log.

Kept is what is asked and nothing of who asked it. A row is written once and never changed or removed: an address given
to a reader of feeds stays good.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from ops.store import now
from ops.store.tables import alone, copied, open_engine
from search.standing import FullError, Saved, UnreachableError, id_of

METADATA = MetaData()
SEARCHES = Table(
    "standing_searches",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("asked", String, nullable=False),
    Column("saved", String, nullable=False),
    Column("position", Integer, nullable=False),
)

WRITING = 5_249_001_963
"""The advisory lock under which the table is made and a search is added in PostgreSQL."""


class SearchStore:
    """The standing searches of one archive, at most so many. Thread-safe; close it when done."""

    def __init__(self, engine: Engine, most: int) -> None:
        self._engine = engine
        self._most = most

    def save(self, asked: str, position: int) -> tuple[Saved, bool]:
        """Keep a normal form; gives what is kept and whether it is new. The same again changes nothing.

        Raises FullError where no more are taken, UnreachableError where the database does not answer.
        """
        id = id_of(asked)
        known = self.find(id)
        if known is None:
            with self._answering(), alone(self._engine, WRITING) as connection:
                known = _found(connection, id)
                if known is None:
                    return self._added(connection, Saved(id, asked, now(), position)), True
        if known.asked != asked:
            raise FullError(f"another search bears the id {id}: word the search a little differently")
        return known, False

    def find(self, id: str) -> Saved | None:
        """The search of an id; None if none was saved. Raises UnreachableError."""
        if "\x00" in id:
            return None
        with self._answering(), self._engine.connect() as connection:
            return _found(connection, id)

    def copy_to(self, other: SearchStore) -> int:
        """Copy the searches that another archive's store lacks; gives how many it then has."""
        return copied(SEARCHES, self._engine, other._engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _added(self, connection: Connection, saved: Saved) -> Saved:
        count = connection.execute(select(func.count()).select_from(SEARCHES)).scalar_one()
        if count >= self._most:
            raise FullError(
                f"{count} searches are saved here, and no more are taken; those saved go on. "
                "Whoever runs this archive can raise COUNCIL_SEARCHES"
            )
        values = {"id": saved.id, "asked": saved.asked, "saved": saved.saved, "position": saved.position}
        connection.execute(insert(SEARCHES).values(values))
        return saved

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise UnreachableError(f"the store of searches does not answer ({type(error).__name__})") from error


def open_searches(url: str | None, path: Path, most: int) -> SearchStore:
    """The standing searches in the database of a ``postgresql://`` URL, or in a file; at most ``most`` are kept.

    Raises sqlalchemy's own error if the database cannot be reached.
    """
    engine = open_engine(url, path)
    with alone(engine, WRITING) as connection:
        METADATA.create_all(connection)
    return SearchStore(engine, most)


def _found(connection: Connection, id: str) -> Saved | None:
    row = connection.execute(select(SEARCHES).where(SEARCHES.c.id == id)).one_or_none()
    return None if row is None else Saved(**row._mapping)
