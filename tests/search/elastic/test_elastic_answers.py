"""What only a server can get wrong: questions it would refuse, values it does not hold, values in its own syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings

from search.elastic import ElasticEngine, node_query
from search.elastic_client import Cluster
from search.elastic_writing import ElasticTarget
from search.engine import Query, SearchError
from search.query import Pattern
from search.weights import IN_TITLE
from tests.search.conftest import Small, everything, make
from tests.search.elastic.conftest import on
from tests.search.elastic_server import Server
from tests.search.ranking import ASKED, SAID, ranked
from tests.search.typed import TYPED


@pytest.fixture(scope="module")
def whole(elasticsearch: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """The archive of all cases on the server. Tests that use it only read."""
    made = on(make(tmp_path_factory.mktemp("whole")), elasticsearch.cluster("answers"))
    made.record(everything())
    made.indexer.catch_up()
    yield made
    made.close()
    client = Elasticsearch(elasticsearch.url)
    client.indices.delete(index="answers-*")
    client.indices.delete_index_template(name="answers")
    client.close()


_OTHER_SCRIPT = re.compile(
    r"[^\x00-\u024f\u0300-\u036f\u0400-\u052f\u0600-\u06ff\u2000-\u206f\u3000-\u303f\u4e00-\u9fff]"
)
"""What stands in no text in an official language: the engines part words of other scripts in ways of their own."""


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=TYPED)
def test_whatever_is_typed_is_answered_alike_by_both_engines(whole: Small, small: Small, text: str) -> None:
    """Nothing raises; in the scripts of the official languages the same is found."""
    here, there = small.ask(text, sort="date"), whole.ask(text, sort="date")
    assert (there.understood, there.problems, there.straight_to) == (here.understood, here.problems, here.straight_to)
    if _OTHER_SCRIPT.search(text) is None:
        assert (there.total, there.facets) == (here.total, here.facets)
        assert [hit.record for hit in there.hits] == [hit.record for hit in here.hits]


def test_signs_of_the_servers_own_patterns_stand_for_themselves() -> None:
    assert node_query(Pattern("", "s/pv.????")) == {"wildcard": {"own": {"value": "s/pv.\\?\\?\\?\\?"}}}
    assert node_query(Pattern("", "s\\*")) == {"wildcard": {"own": {"value": "s\\\\*"}}}
    assert node_query(Pattern("", "s/***")) == {"wildcard": {"own": {"value": "s/*"}}}


def test_a_pattern_longer_than_any_symbol_is_not_sent(whole: Small) -> None:
    assert whole.ask("S/PRST/2000/*" + "a" * 900).total == 0


def test_the_stamp_is_no_record(whole: Small) -> None:
    assert whole.ask().total == sum(count for _, count in whole.ask().facets["kind"])
    assert "stamp" not in {hit.record for hit in whole.ask().hits}


def test_a_cursor_of_the_other_engine_is_refused_or_goes_on(whole: Small, small: Small) -> None:
    first = small.searcher.search(Query("", sort="-date", first=3))
    with pytest.raises(SearchError, match="begin again without it"):
        whole.searcher.search(Query("", sort="-date", first=3, after=first.next))


def test_near_spellings_are_suggested_as_by_the_other_engine(whole: Small, small: Small) -> None:
    for text in ("Ukrane", "Palestin", "Secretary-Genral", "zzzzzzzz"):
        assert whole.ask(text).suggestion == small.ask(text).suggestion


def test_changes_are_those_of_the_other_engine(whole: Small, small: Small) -> None:
    for text in ("", "Ukraine", "1325", "veto"):
        assert whole.searcher.changes(Query(text), 0) == small.searcher.changes(Query(text), 0)
        assert whole.searcher.latest(Query(text), first=5) == small.searcher.latest(Query(text), first=5)


@pytest.mark.parametrize("text", ASKED)
def test_a_title_that_says_all_comes_before_texts_that_repeat_it(cluster: Cluster, text: str) -> None:
    found = ranked(ElasticTarget(cluster), ElasticEngine(cluster), text)
    assert len(found) > 10
    assert found[0][0] == SAID
    assert found[0][1] > IN_TITLE > found[1][1]
