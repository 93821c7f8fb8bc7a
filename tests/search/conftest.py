"""A small archive of real cases, its read models and its index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.archive import Archive, open_archive
from domain.documents import Document, document_id
from domain.facts import Pending
from domain.meetings import FORMAL, Meeting, meeting_id
from domain.members import Membership, membership_id
from domain.votes import Vote, resolution_vote_id
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.views import Views
from search.embedded import open_searcher
from search.engine import Query, Results, Searcher
from search.indexer import Indexer
from search.writing import EmbeddedTarget
from tests import council

FIFTEEN_2000 = ["ARG", "BGD", "CAN", "CHN", "FRA", "GBR", "JAM", "MLI", "MYS", "NAM", "NLD", "RUS", "TUN", "UKR", "USA"]


def s_res_1325() -> list[Pending]:
    """S/RES/1325 (2000), its meeting S/PV.4213, and S/PRST/2000/32 of another meeting, without a title of its own."""
    vote = Vote(
        label="S/RES/1325(2000)",
        resolution=1325,
        year=2000,
        draft="S/2000/1044",
        meeting="S/PV.4213",
        date="2000-10-31",
        title="women and peace and security",
        agenda="Women and peace and security",
        outcome="adopted",
        modality="vote",
        tally="15-0-0",
        not_voting=0,
        ballots=council.ballots(FIFTEEN_2000),
    )
    resolution = Document(symbol="S/RES/1325 (2000)", type="resolution", date="2000-10-31", language="en")
    told = [
        council.fact(resolution_vote_id(1325), "taken", vote),
        council.fact(document_id("S/RES/1325 (2000)"), "issued", resolution),
    ]
    for number, date, topic in (
        (4213, "2000-10-31", "Women and peace and security"),
        (4220, "2000-11-10", "Responsibility of the Security Council in the maintenance of peace"),
        (1325, "1966-11-04", "The Palestine question"),
    ):
        symbol = f"S/PV.{number}"
        claims = Meeting(number=number, symbol=symbol, date=date, mode=FORMAL, private=False, topics=[topic])
        told.append(council.fact(meeting_id(symbol), "convened", claims, council.TABLES))
    statement = Document(symbol="S/PRST/2000/32", type="presidential statement", date="2000-11-10", meeting="S/PV.4220")
    told.append(council.fact(document_id("S/PRST/2000/32"), "issued", statement, council.TABLES))
    germany = Membership(member="DEU", year=2020, permanent=False, name="Germany")
    told.append(council.fact(membership_id("DEU", 2020), "held", germany, "membership"))
    return told


def everything() -> list[Pending]:
    """All cases."""
    return [*council.everything(), *s_res_1325()]


@dataclass
class Small:
    """An archive with everything that stands on it."""

    archive: Archive
    models: ReadModels
    views: Views
    folder: Path
    indexer: Indexer
    searcher: Searcher

    def record(self, facts: Iterable[Pending]) -> None:
        """Record facts and bring the read models up to them; the index stays behind."""
        list(self.archive.record(facts, by="test"))
        self.models.catch_up()

    def ask(self, text: str = "", **filters: object) -> Results:
        """Search with at most a hundred hits."""
        return self.searcher.search(Query(**{"text": text, "first": 100, **filters}))  # type: ignore[arg-type]

    def found(self, text: str = "", **filters: object) -> set[str]:
        """The records found."""
        return {hit.record for hit in self.ask(text, **filters).hits}

    def close(self) -> None:
        """Give everything back."""
        self.searcher.close()
        self.views.close()
        self.archive.close()


def make(folder: Path) -> Small:
    """An empty archive in a folder."""
    archive = open_archive(environment(None, folder / "log.db"))
    place = SqlitePlace(folder / "views")
    models, views, index = ReadModels(archive, place), Views(place), folder / "index"
    models.catch_up()
    return Small(archive, models, views, index, Indexer(views, EmbeddedTarget(index)), open_searcher(index))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """The archive of all cases, indexed. Tests that use it only read."""
    made = make(tmp_path_factory.mktemp("small"))
    made.record(everything())
    made.indexer.catch_up()
    yield made
    made.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Small]:
    """An archive of a test's own, with nothing in it."""
    made = make(tmp_path)
    yield made
    made.close()
