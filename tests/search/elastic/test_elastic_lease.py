"""One writer at a time, among all processes and machines; who was taken for dead makes nothing current."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from elasticsearch import Elasticsearch

from search import elastic_lease
from search.elastic_client import Cluster
from search.elastic_lease import Lease
from search.engine import SearchError

ELSEWHERE = {"token": "another", "machine": "another machine", "process": 1, "began": "1"}


def taken(client: Elasticsearch, cluster: Cluster, holder: dict[str, object]) -> None:
    """Write down somebody as the holder."""
    client.index(index=f"{cluster.index}-writing", id="writer", document=holder)


@pytest.fixture
def lease(cluster: Cluster) -> Callable[[], Lease]:
    def make() -> Lease:
        return Lease(cluster.client(), cluster)

    with make().held():
        pass
    return make


def test_a_second_writer_waits_for_the_first(lease: Callable[[], Lease]) -> None:
    got, done = threading.Event(), threading.Event()

    def second() -> None:
        with lease().held():
            got.set()
            done.wait(60)

    waiting = threading.Thread(target=second)
    with lease().held():
        waiting.start()
        assert not got.wait(0.5)
    assert got.wait(60)
    done.set()
    waiting.join()


def test_a_holder_whose_process_has_ended_here_is_followed_at_once(
    lease: Callable[[], Lease], client: Elasticsearch, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_lease, "PATIENCE", 10**9)
    gone = {"token": "another", "machine": elastic_lease._machine(), "process": 2**22 - 1, "began": "1"}
    taken(client, cluster, gone)
    with lease().held():
        assert client.get(index=f"{cluster.index}-writing", id="writer")["_source"]["process"] != 2**22 - 1


def test_a_holder_elsewhere_is_followed_when_it_renews_no_more(
    lease: Callable[[], Lease], client: Elasticsearch, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_lease, "PATIENCE", 1.0)
    taken(client, cluster, ELSEWHERE)
    with lease().held() as held:
        assert held is None


def test_who_was_taken_for_dead_finds_out_before_it_makes_anything_current(
    lease: Callable[[], Lease], client: Elasticsearch, cluster: Cluster
) -> None:
    mine = lease()
    with mine.held():
        mine.confirm()
        taken(client, cluster, ELSEWHERE)
        with pytest.raises(SearchError, match="another process has taken over"):
            mine.confirm()
    assert client.get(index=f"{cluster.index}-writing", id="writer")["_source"] == ELSEWHERE
