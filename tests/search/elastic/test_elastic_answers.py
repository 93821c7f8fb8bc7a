"""What only a server can get wrong: questions it would refuse, values it does not hold, values in its own syntax."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.elastic import node_query
from search.engine import Query, SearchError
from search.query import Pattern
from tests.search.conftest import Small, everything, make
from tests.search.elastic.conftest import on
from tests.search.elastic_server import Server

PIECES = [
    '"',
    "(",
    ")",
    "*",
    "?",
    "\\",
    "/",
    "S/RES/1325",
    "S/PRST/2000/*",
    "*a*b*",
    "NOT",
    "OR",
    "-",
    "country:FRA",
    "vote:no",
]
PIECES += [
    "year:1990..1999",
    "\x00",
    "\u202e",
    "Haiti",
    "l’homme",
    "安理会",
    "決議",
    "القرار",
    "ёж",
    "½",
    "ﷺ",
    "~2",
    "{",
    "^9",
    "a" * 900,
]


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


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join)))
def test_whatever_is_typed_finds_the_same_records_on_both_engines(whole: Small, small: Small, text: str) -> None:
    here, there = small.ask(text, sort="date"), whole.ask(text, sort="date")
    assert there.total == here.total
    assert there.facets == here.facets
    assert [hit.record for hit in there.hits] == [hit.record for hit in here.hits]
    assert there.straight_to == here.straight_to


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
