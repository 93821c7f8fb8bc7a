"""An archive of one's own for each test, and the fixtures' folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.archive import Archive, open_archive
from domain.facts import Pending
from ops import importing
from ops.importing import Report
from ops.sources import FORMATS
from ops.sources.findings import Finding, Notice, Problem

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture
def new_archive(tmp_path: Path) -> Iterator[Callable[[str], Archive]]:
    opened: list[Archive] = []

    def make(name: str) -> Archive:
        settings = {"PERSISTENCE_MODULE": "ops.store.sqlite", "SQLITE_DBNAME": str(tmp_path / f"{name}.db")}
        opened.append(open_archive(settings))
        return opened[-1]

    yield make
    for archive in opened:
        archive.close()


@pytest.fixture
def archive(new_archive: Callable[[str], Archive]) -> Archive:
    return new_archive("log")


@pytest.fixture
def imported(archive: Archive) -> Callable[..., Report]:
    """Import fixtures by source and file, into the test's archive; the last report is returned."""

    def run(*what: tuple[str, str]) -> Report:
        reports = [
            importing.run(archive, source, FIXTURES / file if file else FIXTURES, "tester") for source, file in what
        ]
        return reports[-1]

    return run


@pytest.fixture
def read(archive: Archive) -> Callable[[str, Path], tuple[list[Pending], list[Problem], list[Notice]]]:
    """What a source says of a file, sorted into facts, problems and notices."""

    def run(source: str, path: Path) -> tuple[list[Pending], list[Problem], list[Notice]]:
        said: list[Finding] = list(FORMATS[source].facts(path, archive.register()))
        return (
            [one for one in said if isinstance(one, Pending)],
            [one for one in said if isinstance(one, Problem)],
            [one for one in said if isinstance(one, Notice)],
        )

    return run
