"""An archive on each kind of database, with its read models and the views on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.archive import Archive, open_archive
from ops.store import environment
from projections.place import Place, PostgresPlace, ReadModels, SqlitePlace
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
