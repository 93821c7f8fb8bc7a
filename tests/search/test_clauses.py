"""What each node of a query finds in the embedded index, whatever is in it; orders, and pages in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.documents import Document, document_id
from domain.facts import Pending
from search import fields
from search.embedded import EmbeddedEngine, EmbeddedSnapshot
from search.engine import SORTS, Pinned, Query, Question
from search.kinds import SearchDocument
from search.languages import Word, words
from search.query import All, Any, Either, Filter, Named, Node, Not, Pattern, Phrase, Prefix, Span, Words
from tests import council
from tests.search.conftest import Small, everything

MIDDLE = {"vote:S/2014/916", "meeting:S/PV.7354", "meeting:S/PV.5028"}
"""The situation in the Middle East; two of the three name the Palestinian question."""


@pytest.fixture(scope="module")
def snapshot(small: Small) -> Iterator[EmbeddedSnapshot]:
    engine = EmbeddedEngine(small.folder)
    yield engine.snapshot()
    engine.close()


def found(snapshot: EmbeddedSnapshot, tree: Node, sort: str = "relevance") -> set[str]:
    """The records a tree finds; the count must be theirs."""
    answer = snapshot.answer(Question(Pinned(snapshot.position), tree, sort=sort, first=500))
    records = [found.shown.record for found in answer.found]
    assert answer.total == len(records) == len(set(records))
    return set(records)


def word(text: str) -> Words:
    return Words(text, tuple(words(text)))


EVERYTHING = All(())


def test_not_holds_wherever_it_stands(snapshot: EmbeddedSnapshot) -> None:
    every = found(snapshot, EVERYTHING)
    middle, palestinian = All((word("middle"), word("east"))), word("palestinian")
    assert found(snapshot, middle) == MIDDLE
    assert found(snapshot, Not(middle)) == every - MIDDLE
    assert found(snapshot, Not(Not(middle))) == MIDDLE
    assert found(snapshot, All((middle, Not(palestinian)))) == {"meeting:S/PV.5028"}
    assert found(snapshot, Any((Not(middle), palestinian))) == every - {"meeting:S/PV.5028"}
    assert found(snapshot, Not(Any((middle, word("women"))))) == every - MIDDLE - found(snapshot, word("women"))
    assert found(snapshot, All((Not(middle), Not(Not(palestinian))))) == found(snapshot, palestinian) - MIDDLE
    assert found(snapshot, Either(Not(middle), (palestinian,))) == every - {"meeting:S/PV.5028"}


def test_parts_that_are_none_find_all_or_nothing(snapshot: EmbeddedSnapshot) -> None:
    assert len(found(snapshot, EVERYTHING)) > 20
    assert found(snapshot, Not(EVERYTHING)) == set()
    assert found(snapshot, Any(())) == set()
    assert found(snapshot, Filter("kind", ())) == set()
    assert found(snapshot, Phrase("", ())) == set()


def test_a_beginning_finds_the_words_that_begin_so_as_written(snapshot: EmbeddedSnapshot) -> None:
    assert found(snapshot, Prefix("palest*", "palest")) == found(snapshot, word("palestine")) | found(
        snapshot, word("palestinian")
    )
    assert found(snapshot, Prefix("alestin*", "alestin")) == set()
    assert "member:FRA" in found(snapshot, Prefix("фран*", "фран"))


def test_a_pattern_holds_from_end_to_end(snapshot: EmbeddedSnapshot) -> None:
    assert found(snapshot, Pattern("S/PV.9*", "s/pv.9*")) == {"meeting:S/PV.9052"}
    assert found(snapshot, Pattern("PV.9052", "pv.9052")) == set()
    assert found(snapshot, Pattern("*9052", "*9052")) == {"meeting:S/PV.9052"}
    assert found(snapshot, Pattern("S/P*.*52", "s/p**.*52")) == {"meeting:S/PV.9052"}
    assert found(snapshot, Pattern("S/PRST/*/3?", "s/prst/*/3?")) == set()
    assert found(snapshot, Pattern("S.PRST.2000.32", "s.prst.2000.32")) == set()
    assert found(snapshot, Pattern("S/PRST/2000/*", "s/prst/2000/*")) == {"document:S/PRST/2000/32"}


def test_many_leaves_and_much_depth_are_answered(snapshot: EmbeddedSnapshot) -> None:
    leaf: Node = word("middle")
    wide = Any(tuple(Either(word(f"nothing{number}"), (word("middle"),)) for number in range(30)))
    assert found(snapshot, wide) == MIDDLE
    for number in range(60):
        leaf = Not(Not(leaf)) if number % 2 else All((leaf, Any((leaf if number < 6 else word("east"), word("east")))))
    assert found(snapshot, leaf) == MIDDLE


_TEXT = st.text(
    st.characters() | st.sampled_from("\ud800\udfff\x00\\.+*?()|[]{}^$#&-~/ \n\u202e"), max_size=70
) | st.builds(
    str.__mul__,
    st.sampled_from(["ab*", "*a", "\\", "a", "安", "(?i", "[", "\x00"]),
    st.sampled_from([1, 50, 3000, 70_000]),
)
_NUMBER = st.none() | st.integers(-(2**70), 2**70)
_LEAF = st.one_of(
    st.builds(Words, _TEXT, st.lists(st.builds(Word, st.none() | _TEXT, st.tuples(_TEXT)), max_size=3).map(tuple)),
    st.builds(Phrase, _TEXT, st.lists(_TEXT, max_size=4).map(tuple)),
    st.builds(Prefix, _TEXT, _TEXT),
    st.builds(Named, _TEXT, st.lists(_TEXT, max_size=3).map(tuple), st.lists(_TEXT, max_size=3).map(tuple)),
    st.builds(Pattern, _TEXT, _TEXT),
    st.builds(Filter, st.sampled_from(["kind", "agenda", "own"]), st.lists(_TEXT, max_size=3).map(tuple)),
    st.builds(Span, st.sampled_from(["year", "day"]), _NUMBER, _NUMBER),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    tree=st.recursive(_LEAF, lambda part: st.builds(All, st.tuples(part, part)) | st.builds(Not, part), max_leaves=6)
)
def test_no_character_in_a_leaf_raises(snapshot: EmbeddedSnapshot, tree: Node) -> None:
    every = len(found(snapshot, EVERYTHING))
    assert len(found(snapshot, tree)) + len(found(snapshot, Not(tree))) == every


# --- Dates and symbols ------------------------------------------------------------------------------------------------


def issued(*told: tuple[str, str | None]) -> Iterator[SearchDocument]:
    for symbol, date in told:
        yield SearchDocument(f"document:{symbol}", "document", "A letter", symbol=symbol, date=date)


def test_a_partial_date_counts_by_its_first_day() -> None:
    days = {"2014-03-18": 20140318, "2014-03": 20140301, "2014": 20140101, "2014-03-18/2014-03-20": 20140318}
    assert {text: fields.day_number(text) for text in days} == days
    assert [fields.day_number(text) for text in (None, "", "n.d.", "2014-13", "2014-02-30")] == [0] * 5


def test_days_span_from_first_to_last_and_leave_out_what_has_none(snapshot: EmbeddedSnapshot) -> None:
    of_2000 = found(snapshot, Span("year", 2000, 2000))
    assert {"vote:S/RES/1325", "document:S/PRST/2000/32"} <= of_2000
    assert found(snapshot, Span("day", 20001031, 20001031)) == {
        *("vote:S/RES/1325", "document:S/RES/1325 (2000)", "meeting:S/PV.4213")
    }
    assert "vote:S/RES/1325" not in found(snapshot, Span("day", 20001101, None))
    dated = found(snapshot, Span("day", None, None))
    assert "member:FRA" not in dated
    assert dated == found(snapshot, Span("day", None, 20001031)) | found(snapshot, Span("day", 20001101, None))
    assert found(snapshot, Span("day", 20001031, 20001030)) == set()


def test_records_without_a_date_come_last_both_ways(small: Small) -> None:
    for sort in ("date", "-date"):
        dates = [hit.date for hit in small.ask(sort=sort).hits]
        undated = dates.index(None)
        assert all(dates[:undated])
        assert not any(dates[undated:])
        assert dates[:undated] == sorted(filter(None, dates), reverse=sort == "-date")


def test_symbols_are_in_the_order_the_council_numbers() -> None:
    """Resolutions and meetings by number, which runs on; letters and statements by year first; no symbol last."""
    order = ["S/RES/9", "S/RES/242 (1967)", "S/RES/1325 (2000)", "S/PV.9", "S/PV.4213", "S/PV.9052"]
    order += ["S/1999/1000", "S/2000/9", "S/2000/1044"]
    kinds = {"S/RES": 0, "S/PV.": 1}
    made = {document.symbol: fields.numbered(document) for document in issued(*((symbol, None) for symbol in order))}
    for kind in (*kinds, "S/"):
        mine = [symbol for symbol in order if kinds.get(kind) == kinds.get(symbol[:5])]
        assert sorted(mine, key=lambda symbol: made[symbol]) == mine
    nothing = fields.numbered(SearchDocument("member:FRA", "member", "France"))
    assert max(made.values()) < nothing < 2**63


# --- Pages ------------------------------------------------------------------------------------------------------------


def turned(small: Small, query: Query, between: Iterator[object]) -> list[str]:
    """The records on all pages of an answer; between two pages something may happen."""
    seen, after = [], None
    while True:
        results = small.searcher.search(replace(query, after=after))
        seen += [hit.record for hit in results.hits]
        after = results.next
        if after is None:
            return seen
        next(between, None)


def letters() -> list[list[Pending]]:
    """Many letters of one title and one day, a few at a time: nothing but themselves tells them apart."""
    made = []
    for start in range(1, 60, 4):
        documents = [(f"S/2001/{number}", Document(symbol=f"S/2001/{number}", type="letter", date="2001-01-01",
                      title="The situation in the Middle East")) for number in range(start, start + 4)]  # fmt: skip
        made.append([council.fact(document_id(symbol), "issued", claims) for symbol, claims in documents])
    return made


@pytest.mark.parametrize("text", ["", "situation", "situation OR peace", "situ*", "S/2001/*", "kind:document"])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_give_every_hit_once_while_the_index_is_caught_up_and_built(empty: Small, sort: str, text: str) -> None:
    told = letters()
    empty.record([*everything(), *(fact for facts in told[:9] for fact in facts)])
    empty.indexer.catch_up()
    whole = [hit.record for hit in empty.ask(text, sort=sort).hits]
    assert len(whole) >= 36

    def happening() -> Iterator[None]:
        for number, facts in enumerate(told[9:]):
            empty.record(facts)
            empty.indexer.rebuild() if number == 2 else empty.indexer.catch_up()
            yield

    between = happening()
    assert turned(empty, Query(text, sort=sort, first=7), between) == whole
    assert turned(empty, Query(text, sort=sort, first=3, as_of=5), iter(())) == [
        hit.record for hit in empty.ask(text, sort=sort, as_of=5).hits
    ]


def test_hits_of_one_score_come_in_the_same_order_from_any_index(empty: Small) -> None:
    """Written in other steps, a segment here and there, of one score the newest come first."""
    told = letters()
    for facts in told:
        empty.record(facts)
        empty.indexer.catch_up()
    followed = [(hit.record, hit.score) for hit in empty.ask("situation").hits]
    assert len({score for _, score in followed}) == 1
    empty.indexer.rebuild()
    assert [record for record, _ in followed] == [hit.record for hit in empty.ask("situation").hits]
    assert [hit.record for hit in empty.ask("situation").hits] == [
        hit.record for hit in empty.ask("situation", sort="-date").hits
    ]
