"""An archive on each kind of database, with its read models and the views on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table, create_engine
from sqlalchemy.engine import Connection

from domain.archive import Archive, open_archive
from ops.store import environment
from projections import engine
from projections.place import Place, PostgresPlace, ReadModels, SqlitePlace
from projections.reading import Reader
from projections.versioned import VIEWS, Row
from projections.views import Views

Opened = tuple[Archive, ReadModels, Views]


@pytest.fixture
def opened(store_url: tuple[str | None, Path]) -> Iterator[Opened]:
    url, path = store_url
    archive = open_archive(environment(url, path))
    place: Place = PostgresPlace(url) if url else SqlitePlace(path.parent / "views")
    views = Views(place)
    yield archive, ReadModels(archive, place), views
    views.close()
    archive.close()


def contents(read: Reader) -> dict[str, list[tuple[object, ...]]]:
    """All rows that hold at the reader's position, without their versions."""
    found = {}
    for name, view in VIEWS.items():
        rows = read.rows(f"select {','.join('t.' + c for c in view.columns)} from {name} t where {read.live('t')}")
        found[name] = sorted((tuple(row.values()) for row in rows), key=repr)
    return found


def replayed(archive: Archive, position: int) -> dict[str, list[tuple[object, ...]]]:
    """All rows that hold once the log is played from nothing to a position, in a database of its own."""
    with create_engine("sqlite://").connect() as connection:
        with connection.begin():
            engine.create(connection)
        engine.advance(archive, connection, _insert, fresh=True, until=position)
        return contents(Reader(connection.connection.driver_connection, "sqlite", position, None))


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    connection.connection.driver_connection.executemany(  # type: ignore[union-attr]
        f"INSERT INTO {table.name} VALUES ({','.join('?' * len(table.columns))})", rows
    )
