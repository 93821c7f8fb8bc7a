"""The index in a cluster is as disposable as the embedded one: caught up, stamped, swapped, never half there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from domain.members import Name, name_id
from search import documents
from search.elastic import STAMP, open_searcher
from search.elastic_client import Cluster
from search.elastic_writing import ElasticTarget
from search.engine import FullError, Query, SearchError
from search.indexer import Indexer
from tests import council
from tests.search.conftest import Small, everything


def answers(small: Small) -> list[tuple[int, list[tuple[str, str, str | None]], Any]]:
    """What the index answers at each position: records with titles in order, and all facets."""
    told = []
    for position in range(small.searcher.position() + 1):
        results = small.ask(as_of=position)
        told.append((results.total, [(h.record, h.title, h.date) for h in results.hits], results.facets))
    return told


def indices(client: Elasticsearch, cluster: Cluster) -> list[str]:
    """The numbers of the indices there are, built or being built."""
    return sorted(name[-6:] for name in client.indices.get(index=f"{cluster.index}-0*"))


def current(client: Elasticsearch, cluster: Cluster) -> list[str]:
    """The numbers of the indices the alias names."""
    return sorted(name[-6:] for name in client.indices.get_alias(name=cluster.index))


def test_there_is_no_index_at_first(there: Small) -> None:
    assert there.searcher.position() == 0
    assert there.searcher.status()["ready"] is False
    assert there.searcher.status()["health"] == "green"
    with pytest.raises(SearchError, match="no search index yet: build it"):
        there.ask("peace")


def test_catching_up_fact_by_fact_makes_the_same_index_as_a_rebuild(
    there: Small, client: Elasticsearch, cluster: Cluster
) -> None:
    facts = everything()
    for start in range(0, len(facts), 7):
        there.record(facts[start : start + 7])
        there.indexer.catch_up()
        assert there.searcher.position() == there.archive.position()
    followed, count = answers(there), there.searcher.status()["documents"]
    assert current(client, cluster) == ["000001"]
    there.indexer.rebuild()
    assert indices(client, cluster) == current(client, cluster) == ["000002"]
    assert answers(there) == followed
    assert there.searcher.status()["documents"] == count > 0


def test_a_correction_replaces_without_a_duplicate_and_the_past_stays(there: Small) -> None:
    there.record(everything())
    there.indexer.catch_up()
    before, total = there.searcher.position(), there.ask().total
    there.archive.correct(
        "vote:S/2022/155", "title", "Zanzibar", authority="S/PV.8979/Corr.1", reason="for the test", by="test"
    )
    there.models.catch_up()
    assert there.found("Zanzibar") == set()
    there.indexer.catch_up()
    assert there.found("Zanzibar") == {"vote:S/2022/155"}
    assert there.found("Ukraine", as_of=before) == {"vote:S/2022/155"}
    assert there.ask().total == total


def test_a_new_name_reaches_the_vetoes_cast_under_it(there: Small) -> None:
    there.record(everything())
    there.indexer.catch_up()
    name = Name(member="RUS", name="Rossiyskaya Federatsiya", language="ru", first="1991-12-24")
    there.record([council.fact(name_id("RUS", "ru", "1991-12-24"), "borne", name, "curated")])
    there.indexer.catch_up()
    assert there.found("Rossiyskaya") == {"member:RUS", "veto:S/2022/155/RUS", "vote:S/2022/155"}


def test_versions_that_are_no_longer_made_are_removed(there: Small, client: Elasticsearch, cluster: Cluster) -> None:
    facts = everything()
    there.record(facts[:30])
    there.indexer.catch_up()
    with there.views.reader() as read:
        known = next(documents.documents(read))
    stale = {"record": known.record, "since": 1, "until": 2**62, "title": ["Atlantis"]}
    client.index(index=cluster.index, id=f"{known.record}@999", document=stale, refresh=True)
    target = ElasticTarget(cluster)
    with target.writing(), there.views.reader() as read:
        stamp = target.stamp()
        assert stamp is not None
        target.replace({known.record}, documents.documents(read, [known.record]), lambda _: stamp, lambda _: None)
    assert not client.exists(index=cluster.index, id=f"{known.record}@999")
    assert client.exists(index=cluster.index, id=f"{known.record}@{known.since}")


@pytest.mark.parametrize("part", ["engine", "analysis", "schema", "views", "event"])
def test_an_index_of_another_stamp_is_rebuilt_and_that_is_told(
    there: Small, client: Elasticsearch, cluster: Cluster, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    there.record(everything())
    there.indexer.catch_up()
    stamp = client.get(index=cluster.index, id=STAMP)["_source"]["stamp"]
    client.index(index=cluster.index, id=STAMP, document={"stamp": {**stamp, part: "another"}})
    if part in ("engine", "analysis", "schema"):
        assert there.searcher.status()["ready"] is False
        with pytest.raises(SearchError, match="another version: rebuild it"):
            there.ask()
    caplog.clear()
    there.indexer.catch_up()
    assert "built anew" in caplog.text
    assert indices(client, cluster) == ["000002"]
    assert there.ask("1325").straight_to == "vote:S/RES/1325"
    assert there.searcher.status()["ready"] is True


def test_an_index_without_a_stamp_is_rebuilt(there: Small, client: Elasticsearch, cluster: Cluster) -> None:
    there.record(everything())
    there.indexer.catch_up()
    client.delete(index=cluster.index, id=STAMP)
    with pytest.raises(SearchError, match="build it"):
        there.ask()
    there.indexer.catch_up()
    assert there.ask("1325").straight_to == "vote:S/RES/1325"


def test_a_name_that_is_somebody_elses_index_is_left_alone(
    there: Small, client: Elasticsearch, cluster: Cluster
) -> None:
    client.indices.create(index=cluster.index)
    there.record(everything())
    with pytest.raises(SearchError, match="set COUNCIL_SEARCH_INDEX"):
        there.indexer.catch_up()
    client.indices.delete(index=cluster.index)


def test_what_is_no_field_of_ours_is_refused_with_the_records_id(there: Small, cluster: Cluster) -> None:
    there.record(everything())
    with there.views.reader() as read:
        known = next(documents.documents(read))
    broken = replace(known, years=("one",))  # type: ignore[arg-type]
    target = ElasticTarget(cluster)
    with pytest.raises(SearchError, match=f"does not take {known.record}@{known.since}: document_parsing"):
        target.build(iter([broken]), lambda _: pytest.fail("it was stamped"), lambda _: None)


def test_an_open_searcher_follows_catching_up_and_rebuilds(there: Small, cluster: Cluster) -> None:
    facts = everything()
    there.record(facts[:20])
    there.indexer.catch_up()
    first = there.ask().total
    there.record(facts[20:])
    assert there.ask().total == first
    there.indexer.catch_up()
    second = there.ask().total
    assert second > first
    Indexer(there.views, ElasticTarget(cluster)).rebuild()
    assert there.ask().total == second


def test_pages_go_on_where_they_ended_whatever_comes_between(there: Small) -> None:
    facts = everything()
    there.record(facts[:40])
    there.indexer.catch_up()
    for sort in ("-date", "date", "symbol", "relevance"):
        asked = Query("security" if sort == "relevance" else "", sort=sort, first=3)
        whole = [hit.record for hit in there.ask(asked.text, sort=sort).hits]
        results = there.searcher.search(asked)
        seen = [hit.record for hit in results.hits]
        if sort == "-date":
            there.record(facts[40:])
            there.indexer.catch_up()
        while results.next:
            results = there.searcher.search(Query(asked.text, sort=sort, first=3, after=results.next))
            seen += [hit.record for hit in results.hits]
        assert seen == whole


def test_an_index_that_may_not_be_written_is_told_and_goes_on_answering(
    there: Small, client: Elasticsearch, cluster: Cluster
) -> None:
    facts = everything()
    there.record(facts[:30])
    there.indexer.catch_up()
    before = answers(there)
    there.record(facts[30:])
    client.indices.put_settings(index=cluster.index, settings={"index.blocks.write": True})
    with pytest.raises(FullError, match="its disk is nearly full"):
        there.indexer.catch_up()
    assert answers(there) == before
    assert indices(client, cluster) == ["000001"]
    client.indices.put_settings(index=cluster.index, settings={"index.blocks.write": None})
    there.indexer.catch_up()
    assert there.searcher.position() == there.archive.position()
    assert answers(there)[: len(before)] == before


def test_the_work_is_reported(there: Small) -> None:
    there.record(everything())
    told: list[int] = []
    there.indexer.rebuild(told.append)
    assert sum(told) == there.searcher.status()["documents"]


def test_a_searcher_may_be_closed_and_asked_again(there: Small, cluster: Cluster) -> None:
    there.record(everything())
    there.indexer.catch_up()
    searcher = open_searcher(cluster)
    searcher.close()
    assert searcher.search(Query("1325")).straight_to == "vote:S/RES/1325"
    searcher.close()
