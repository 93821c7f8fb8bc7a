"""While the cluster is away everything else goes on; when it is back, the index catches up by itself."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.cli import app
from ops.follow import Follower
from ops.house import House
from ops.settings import Settings
from search.elastic import open_searcher
from search.elastic_client import Cluster
from search.engine import Query, UnavailableError
from tests.search.conftest import Small, everything
from tests.search.elastic.doorway import Doorway
from tests.search.elastic_server import Server, free_port


@pytest.fixture
def doorway(elasticsearch: Server) -> Iterator[Doorway]:
    made = Doorway(elasticsearch.port)
    yield made
    made.shut()


def settings(home: Path, cluster: Cluster, port: int) -> Settings:
    return Settings(home=home, search_url=f"http://127.0.0.1:{port}", search_index=cluster.index, search_timeout=5)


def until(true: Callable[[], bool]) -> None:
    """Wait for a condition; fails after a minute."""
    ends = time.monotonic() + 60
    while not true():
        assert time.monotonic() < ends, "it did not come true within a minute"
        time.sleep(0.02)


def test_a_question_while_the_cluster_is_away_says_so_and_when_to_ask_again(
    there: Small, cluster: Cluster, doorway: Doorway
) -> None:
    there.record(everything())
    there.indexer.catch_up()
    searcher = open_searcher(replace(cluster, urls=(f"http://127.0.0.1:{doorway.port}",)))
    assert searcher.search(Query("1325")).total > 0
    doorway.shut()
    with pytest.raises(UnavailableError, match="cannot be reached") as told:
        searcher.search(Query("1325"))
    assert told.value.retry_after > 0
    assert searcher.position() == 0
    assert searcher.status()["health"] == "unreachable"
    assert "cannot be reached" in searcher.status()["problem"]
    doorway.open()
    until(lambda: searcher.position() > 0)
    assert searcher.search(Query("1325")).straight_to == "vote:S/RES/1325"
    searcher.close()


def test_a_cluster_that_does_not_answer_is_given_up_in_time(cluster: Cluster, doorway: Doorway) -> None:
    doorway.silent = True
    searcher = open_searcher(replace(cluster, urls=(f"http://127.0.0.1:{doorway.port}",), timeout=0.2))
    with pytest.raises(UnavailableError, match=r"does not answer within 0\.2 s"):
        searcher.search(Query("1325"))
    searcher.close()


def test_read_models_go_on_while_the_cluster_is_away_and_the_index_catches_up_by_itself(
    tmp_path: Path, cluster: Cluster, doorway: Doorway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "council.follow")
    house, facts = House(settings(tmp_path, cluster, doorway.port)), everything()
    list(house.archive.record(facts[:20], by="test"))
    house.catch_up()
    follower = Follower(house, interval=0.05)
    follower.start()
    try:
        until(lambda: house.searcher.position() == house.archive.position())
        doorway.shut()
        list(house.archive.record(facts[20:40], by="test"))
        reached = house.archive.position()

        def read() -> bool:
            with house.views.reader() as views:
                return views.reached == reached

        until(read)
        until(lambda: "stays behind" in caplog.text)
        list(house.archive.record(facts[40:], by="test"))
        reached = house.archive.position()
        until(read)
        assert caplog.text.count("stays behind") == 1
        doorway.open()
        until(lambda: house.searcher.position() == house.archive.position())
        assert house.searcher.search(Query("1325")).straight_to == "vote:S/RES/1325"
        until(lambda: "follows again" in caplog.text)
        assert caplog.text.count("built anew") == 1, "it went on from its own position"
    finally:
        follower.stop()
        house.close()


def test_the_archive_starts_and_answers_without_its_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = free_port()
    monkeypatch.setenv("COUNCIL_HOME", str(tmp_path))
    monkeypatch.setenv("COUNCIL_SEARCH_URL", f"http://127.0.0.1:{nobody}")
    house = House(Settings())
    list(house.archive.record(everything(), by="test"))
    position = house.archive.position()
    house.close()
    told = CliRunner().invoke(app, ["status", "--json"])
    assert told.exit_code == 0
    search = json.loads(told.stdout)["search"]
    assert (search["health"], search["ready"], search["lag"]) == ("unreachable", False, position)
    told = CliRunner().invoke(app, ["query", '{ vote(id: "S/RES/1325") { outcome } }'])
    assert "cannot be reached" not in told.output


def test_one_fact_is_found_soon_after_it_is_recorded(
    tmp_path: Path, cluster: Cluster, doorway: Doorway, tell: Callable[[str], None]
) -> None:
    house, facts = House(settings(tmp_path, cluster, doorway.port)), everything()
    last = [fact for fact in facts if fact.record == "vote:S/RES/1325"]
    list(house.archive.record((fact for fact in facts if fact not in last), by="test"))
    house.catch_up()
    follower = Follower(house)
    follower.start()
    try:
        assert house.searcher.search(Query("1325")).straight_to != "vote:S/RES/1325"
        list(house.archive.record(last, by="test"))
        began = time.perf_counter()
        until(lambda: house.searcher.search(Query("1325")).straight_to == "vote:S/RES/1325")
        tell(f"a fact is found on a cluster {time.perf_counter() - began:.2f} s after it was recorded")
    finally:
        follower.stop()
        house.close()
