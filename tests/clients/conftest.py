"""A running archive of real cases, for clients in other languages to ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.app import create_app
from domain.archive import open_archive
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.views import Views
from tests import council
from tests.serving import serving


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an archive of real cases."""
    folder = tmp_path_factory.mktemp("clients")
    archive = open_archive(environment(None, folder / "log.db"), council.Keys())
    list(archive.record(council.everything(), by="tests"))
    place = SqlitePlace(folder / "views")
    ReadModels(archive, place).catch_up()
    views = Views(place)
    with serving(create_app(archive, views)) as told:
        yield told
    views.close()
    archive.close()
