"""kill -9 of who writes, at any moment: what is read stays whole, and the next run makes what a clean one makes."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch, helpers

from search import documents, languages
from search.elastic import open_searcher
from search.elastic_client import Cluster
from search.elastic_writing import ElasticTarget
from search.engine import Query, Stamp
from search.kinds import SearchDocument

DOCUMENTS = 20_000
KILLS = 20
TOPICS = (
    "The situation in Haiti",
    "La question de Chypre",
    "La cuestión de Palestina",
    "中东局势",
    "الحالة في مالي",
    "Африка",
)


def made(count: int, position: int) -> Iterator[SearchDocument]:
    """Search documents of meetings, as many as asked for."""
    for number in range(1, count + 1):
        title = f"{TOPICS[number % len(TOPICS)]} {number}"
        yield SearchDocument(f"meeting:S/PV.{number}", "meeting", title, number=number, since=position)


def stamped(position: int, count: int) -> Stamp:
    return Stamp(ElasticTarget.engine, languages.ANALYSIS, documents.SCHEMA, "views", position, "event", count)


def write(cluster: Cluster, told: Any, count: int, position: int, whole: bool) -> None:
    """Build an index, or write all records again, telling how far that has come."""
    target = ElasticTarget(cluster)

    def counted() -> Iterator[SearchDocument]:
        for document in made(count, position):
            told.value += 1
            yield document
        told.value += 1

    with target.writing():
        if whole:
            target.build(counted(), lambda n: stamped(position, n), lambda _: None)
        else:
            records = {document.record for document in made(count, position)}
            target.replace(records, counted(), lambda n: stamped(position, n), lambda _: None)


def killed(cluster: Cluster, at: int, later: float, count: int, position: int, whole: bool) -> None:
    """Write in a process of its own, which is killed that many seconds after that many documents."""
    context = multiprocessing.get_context("fork")
    told = context.Value("i", 0)
    process = context.Process(target=write, args=(cluster, told, count, position, whole))
    process.start()
    while told.value < at and process.is_alive():
        time.sleep(0.001)
    process.join(later)
    assert process.pid is not None
    if process.is_alive():
        os.kill(process.pid, 9)
    process.join()


def ids(client: Elasticsearch, index: str) -> set[str]:
    found = helpers.scan(
        client, index=index, query={"query": {"exists": {"field": "since"}}, "_source": False}, size=5000
    )
    return {hit["_id"] for hit in found}


@pytest.mark.slow
def test_a_build_killed_at_twenty_moments_leaves_what_was_and_then_makes_the_same(
    cluster: Cluster, client: Elasticsearch
) -> None:
    """A killed build is followed by the next, every fifth time by one that nobody kills and that is compared."""
    chance = random.Random(4)
    clean = {f"{document.record}@{document.since}" for document in made(DOCUMENTS, 1)}
    searcher = open_searcher(cluster)
    may_be = {0}  # a request that was under way when its sender died is still carried out
    for number in range(1, KILLS + 1):
        last = number % 4 == 0
        at = DOCUMENTS + 1 if last else chance.randrange(DOCUMENTS)
        killed(cluster, at, chance.random() if last else chance.random() / 20, DOCUMENTS, number, True)
        may_be.add(number)
        assert searcher.position() in may_be
        if may_be.isdisjoint({0}):
            results = searcher.search(Query("Haiti", first=1))
            assert (results.total, results.facets["kind"]) == (DOCUMENTS // 6, [("meeting", DOCUMENTS // 6)])
        if number % 5 == 0:
            context = multiprocessing.get_context("fork").Value("i", 0)
            write(cluster, context, DOCUMENTS, 1, True)
            may_be = {1}
            assert ids(client, cluster.index) == clean
            assert searcher.status()["documents"] == DOCUMENTS
            assert len(client.indices.get(index=f"{cluster.index}-0*")) == 1
    searcher.close()


def test_catching_up_killed_at_any_moment_shows_nothing_half_done(cluster: Cluster, client: Elasticsearch) -> None:
    chance = random.Random(5)
    count = 2_000
    context = multiprocessing.get_context("fork").Value("i", 0)
    write(cluster, context, count, 1, True)
    searcher = open_searcher(cluster)
    for position in range(2, 6):
        before = searcher.position()
        killed(cluster, chance.randrange(count + 2), chance.random() / 20, count, position, False)
        results = searcher.search(Query("Haiti", first=1))
        assert results.total == (count // 6 if searcher.position() in (before, position) else None)
        write(cluster, context, count, position, False)
        assert searcher.position() == position
        assert ids(client, cluster.index) == {f"{document.record}@{position}" for document in made(count, position)}
    searcher.close()
