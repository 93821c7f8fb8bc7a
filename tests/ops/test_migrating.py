"""Moving an archive between databases: the same positions, times, roots, answers and citations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.access import RECORD
from domain.documents import Document
from ops import migrating
from ops.house import House
from ops.serving import application
from ops.settings import Settings
from ops.store import MigrationError, open_store
from tests import council
from tests.end_to_end.conftest import command_line

QUERY = """query Ballots($draft: String!) {
  vote(symbol: $draft) { title outcome ballots { member { code } choice } provenance { events { position recorded } } }
  archive { position recorded checkpoint events }
}"""


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    house = House(settings)
    try:
        yield house
    finally:
        house.close()


def filled(house: House) -> dict[str, bytes]:
    """An archive with sealed names, one redacted, a correction, a token, a search and citations: id → cited bytes."""
    for facts in (council.everything(), council.practice()):
        list(house.archive.record(facts, by="a clerk"))
    house.archive.redact("briefing:S/PV.8175#1", authority="Letter", reason="reprisals", by="a clerk")
    house.archive.correct("vote:S/2014/916", "title", "Put right", authority="S/PV.7354", reason="a test", by="a clerk")
    house.catch_up()
    house.tokens.create("portal", [RECORD])
    house.documents.keep("{ archive { position } }", "portal")
    cited: dict[str, bytes] = {}
    with TestClient(application(house)) as client:
        assert client.post("/searches", json={"query": "peace"}).status_code == 201
        for told in (
            {"query": QUERY, "variables": {"draft": "S/2014/916"}},
            {"query": QUERY, "variables": {"draft": "S/2014/916"}, "position": 20},
            {"query": "{ briefings(first: 50) { nodes { id person } } }"},
            {"page": "/votes/S/2014/916"},
        ):
            made = client.post("/citations", json=told).json()
            cited[made["id"]] = client.get(f"/citations/{made['id']}/answer").content
        list(house.archive.record([council.fact("document:S/2023/1", "issued", Document(symbol="S/2023/1"))], by="x"))
        house.catch_up()
    return cited


def moved(source: House, target: House) -> migrating.Moved:
    migrating.copy_kept(source, target)
    migrating.copy_log(source.settings, target.settings, lambda _: None)
    target.catch_up()
    return migrating.compare(source, target, lambda _: None)


@pytest.mark.parametrize("way", ["to postgresql", "to sqlite"])
def test_an_archive_moved_is_the_same_and_every_citation_gives_the_cited_bytes(
    way: str, tmp_path: Path, database_url: str
) -> None:
    files = Settings(home=tmp_path / "files", clerk="a clerk")
    database = Settings(home=tmp_path / "served", database_url=database_url, clerk="a clerk")
    here, there = (files, database) if way == "to postgresql" else (database, files)
    with opened(here) as source, opened(there) as target:
        if here is database:  # PostgreSQL leaves a gap where a transaction failed: it has to survive the move
            list(source.archive.record(council.s_res_1559(), by="a clerk"))
            store, known = open_store(database_url, tmp_path), StoredEvent(*source.archive.raw(0, 1)[0][1:])
            with pytest.raises(IntegrityError):
                store.insert_commit([known], recorded="2026-01-01T00:00:00Z", recorded_by="x", source="", note="")
            store.close()
        cited = filled(source)
        told = moved(source, target)
        assert (told.citations, told.broken) == (len(cited), [])
        assert list(target.archive.raw(0, 10_000)) == list(source.archive.raw(0, 10_000))
        assert list(target.archive.commits()) == list(source.archive.commits())
        assert target.tokens.all() == source.tokens.all()
        assert not target.documents.keep("{ archive { position } }", "another")  # it is there
        with TestClient(application(target)) as client:
            for id, then in cited.items():
                assert client.get(f"/citations/{id}/answer").content == then
            named = client.post("/graphql", json={"query": "{ briefings(first: 50) { nodes { id person } } }"}).json()
        persons = {one["id"]: one["person"] for one in named["data"]["briefings"]["nodes"]}
        assert persons.pop("briefing:S/PV.8175#1") == "withheld"
        assert "withheld" not in persons.values()
        # it goes on from there: no position, number or id is given twice
        before = target.archive.position()
        list(target.archive.record([council.fact("document:S/2023/2", "issued", Document(symbol="S/2023/2"))], by="x"))
        assert target.archive.position() == before + 1
        assert target.tokens.create("another", [RECORD])[1].id == len(source.tokens.all()) + 1


def test_a_move_that_was_stopped_goes_on_and_one_to_another_archive_is_refused(tmp_path: Path) -> None:
    here, there = Settings(home=tmp_path / "here"), Settings(home=tmp_path / "there")
    with opened(here) as source, opened(there) as target:
        filled(source)
        taken: list[int] = []

        def stopping(events: int) -> None:
            taken.append(events)
            if len(taken) == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            migrating.copy_log(here, there, stopping)
        assert 0 < target.archive.position() == sum(taken) < source.archive.position()
        rest = migrating.copy_log(here, there, lambda _: None)
        assert sum(taken) + rest == source.archive.position()
        assert migrating.copy_log(here, there, lambda _: None) == 0
        list(target.archive.record([council.fact("document:S/2023/9", "issued", Document(symbol="S/2023/9"))], by="x"))
        with pytest.raises(MigrationError, match="another archive at that place"):
            migrating.copy_log(here, there, lambda _: None)


def test_what_is_not_the_same_is_not_called_so(tmp_path: Path) -> None:
    here, there = Settings(home=tmp_path / "here"), Settings(home=tmp_path / "there")
    with opened(here) as source, opened(there) as target:
        filled(source)
        moved(source, target)
        list(source.archive.record([council.fact("document:S/2023/9", "issued", Document(symbol="S/2023/9"))], by="x"))
        source.catch_up()
        with pytest.raises(MigrationError, match="the logs differ"):
            migrating.compare(source, target, lambda _: None)


@pytest.mark.parametrize(
    ("where", "said"),
    [("mysql://x/y", "neither a folder nor"), ("{home}", "where the archive is already")],
)
def test_a_place_that_cannot_be_is_refused(tmp_path: Path, where: str, said: str) -> None:
    told = Settings(home=tmp_path, search_api_key=SecretStr("x"))
    with pytest.raises(MigrationError, match=said):
        migrating.target_of(told, where.format(home=tmp_path))


def test_council_migrate_says_what_it_did_and_how_to_serve_the_copy(tmp_path: Path, database_url: str) -> None:
    home = tmp_path / "home"
    with opened(Settings(home=home)) as house:
        cited: dict[str, Any] = filled(house)
    run = command_line(home)
    told = run("migrate", database_url).stdout
    for line in (f"{len(cited)} citations give the cited bytes there", f"COUNCIL_DATABASE_URL={database_url}"):
        assert line in told
    again = run("migrate", database_url).stdout
    assert again.startswith("0 events copied")
    assert "council: mysql:// is neither" in run("migrate", "mysql://x/y", check=False).stderr
