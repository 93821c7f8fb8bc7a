"""A small archive of real cases over both databases, and GraphQL over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Context
from api.graphql.fields import Asking
from api.graphql.prepared import Answer, Executor
from api.graphql.schema import ROOT, SCHEMA
from domain.archive import Archive, open_archive
from domain.facts import Pending
from ops.store import environment
from projections.place import Place, PostgresPlace, ReadModels, SqlitePlace
from projections.reading import Reader
from projections.views import Views
from tests import council
from tests.conftest import StoreUrl


@dataclass
class House:
    """An archive with its read models, and the two ways of answering."""

    archive: Archive
    models: ReadModels
    views: Views
    compiled: Executor = field(default_factory=lambda: Executor(SCHEMA, ROOT, True))
    reference: Executor = field(default_factory=lambda: Executor(SCHEMA, ROOT, False))
    read: Reader | None = None

    @property
    def context(self) -> Context:
        return Context(self.archive, self.views)

    def record(self, facts: list[Pending]) -> int:
        """Record facts and catch up; the position reached."""
        list(self.archive.record(facts, by="tests"))
        return self.models.catch_up()

    def answer(self, text: str, variables: dict[str, Any] | None = None, executor: Executor | None = None) -> Answer:
        with self.views.reader() as reader:
            self.read = reader
            return (executor or self.compiled).execute(text, variables, None, Asking(self.context, reader))

    def ask(self, text: str, **variables: Any) -> Any:
        """The data of an answer that must be without errors, the same from both executors, and compiled."""
        fast = self.answer(text, variables)
        assert fast.errors == []
        assert fast.compiled
        slow = self.answer(text, variables, self.reference)
        assert (slow.data, slow.errors) == (fast.data, [])
        return fast.data

    def refused(self, text: str, **variables: Any) -> str:
        """The first error's message of an answer that must have one."""
        answer = self.answer(text, variables)
        assert answer.errors
        return answer.errors[0].message


def opened(url: str | None, path: Path) -> House:
    """A new archive on a PostgreSQL database, or on a SQLite file; its read models beside it."""
    archive = open_archive(environment(url, path), council.Keys())
    place: Place = PostgresPlace(url) if url else SqlitePlace(path.parent / "views")
    return House(archive, ReadModels(archive, place), Views(place))


@pytest.fixture
def empty(store_url: StoreUrl) -> Iterator[House]:
    house = opened(*store_url)
    yield house
    house.views.close()
    house.archive.close()


@pytest.fixture
def house(empty: House) -> House:
    empty.record(council.everything())
    return empty


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same archive on SQLite, made once: for what does not depend on the database."""
    house = opened(None, tmp_path_factory.mktemp("api") / "log.db")
    house.record(council.everything())
    yield house
    house.views.close()
    house.archive.close()


@pytest.fixture(scope="session")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """All cases there are, of every kind, on SQLite, made once."""
    house = opened(None, tmp_path_factory.mktemp("wide") / "log.db")
    house.record([*council.everything(), *council.practice(), *council.supposed()])
    yield house
    house.views.close()
    house.archive.close()


@pytest.fixture
def client(small: House) -> TestClient:
    return TestClient(create_app(small.archive, small.views), follow_redirects=False)
