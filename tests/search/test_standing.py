"""Standing searches: one id for one question, a store that forgets nothing, and changes that follow from the log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.members import Name, name_id
from ops.store.searches import SearchStore, open_searches
from search import standing
from search.documents import KINDS
from search.engine import Query
from search.standing import FullError, StandingError, id_of, normal, question
from tests import council
from tests.conftest import StoreUrl
from tests.search.conftest import Small, everything


def the_id(text: str = "", **filters: object) -> str:
    return id_of(normal(Query(text=text, **filters)))  # type: ignore[arg-type]


# --- One id for one question ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Query("women  peace "), Query("women peace")),
        (Query("“peace and security”"), Query('"peace and security"')),
        (Query("Mali", kinds=("vote", "meeting")), Query("Mali", kinds=("meeting", "vote", "vote"))),
        (Query(members=("FRA:NOT_VOTING", "usa")), Query(members=("USA", "fra:not voting"))),
        (Query("Mali", sort="-date", first=7, after="x", as_of=3), Query("Mali")),
        (Query(outcomes=("Vetoed",), years=(1990, None)), Query(outcomes=("vetoed",), years=(1990, None))),
    ],
)
def test_who_asks_the_same_has_the_same_id(one: Query, other: Query) -> None:
    assert id_of(normal(one)) == id_of(normal(other))


def test_who_asks_something_else_has_another_id() -> None:
    asked = [
        *(Query(), Query("Mali"), Query("Haiti"), Query("Mali -Haiti"), Query("Mali", kinds=("vote",))),
        *(Query("Mali", years=(1990, None)), Query("Mali", years=(None, 1990)), Query("Mali", language="fr")),
        *(Query("Mali", members=("FRA",)), Query("Mali", members=("FRA:no",)), Query("Mali", outcomes=("FRA",))),
    ]
    assert len({id_of(normal(one)) for one in asked}) == len(asked)


def test_an_id_stays_what_it_is() -> None:
    """Addresses are given away: no release may change them."""
    assert the_id() == "jlskz4xyal3pkiip"
    asked: Any = {"kinds": ("vote",), "members": ("FRA:no",), "years": (1990, None), "language": "fr"}
    assert the_id(**asked) == "hq6w5dlkdozbmr2n"


TYPED = st.lists(
    st.sampled_from(
        ["women", "Mali", '"peace and security"', "-Israel", "OR", "NOT", "S/RES/1325(2000)", "القرار", "安理会", "É"]
    )
    | st.text(max_size=8),
    max_size=6,
).map(" ".join)


@given(TYPED, st.lists(st.sampled_from(KINDS)), st.lists(st.text(min_size=1, max_size=12)))
def test_a_normal_form_read_again_is_itself(text: str, kinds: list[str], agenda: list[str]) -> None:
    try:
        once = normal(Query(text=text, kinds=tuple(kinds), agenda=tuple(agenda)))
    except StandingError:
        return
    assert normal(question(once)) == once


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Query("x" * 1_001), "1001 characters"),
        (Query(kinds=("votes",)), "no kind of record 'votes'; there are: vote, meeting"),
        (Query(years=(1325, None)), "`from` is 1325; accepted is a year from 1945"),
        (Query(language="de"), "`language` is 'de'; accepted are ar, zh, en, fr, ru, es"),
        (Query(agenda=("a\nb",)), "a value of `agenda` is not 1 to 1000 characters"),
        (Query(outcomes=(" ",)), "a value of `outcomes`"),
        (Query(members=("FRA",) * 101), "`members` has 101 values; at most 100"),
        (Query(agenda=tuple(f"{n:03}" + "x" * 900 for n in range(100))), "too long to be saved"),
    ],
)
def test_what_cannot_be_watched_is_refused_with_what_is_accepted(asked: Query, said: str) -> None:
    with pytest.raises(StandingError, match=said.replace("(", r"\(")):
        normal(asked)


# --- The store ------------------------------------------------------------------------------------------------------


def opened(store_url: StoreUrl, most: int = 100) -> SearchStore:
    url, path = store_url
    return open_searches(url, path.with_name("searches.db"), most)


def test_a_search_saved_again_is_the_one_saved_before(store_url: StoreUrl) -> None:
    store = opened(store_url)
    first, fresh = store.save(normal(Query("Mali")), 7)
    again, second = store.save(normal(Query(" Mali ")), 99)
    assert (fresh, second) == (True, False)
    assert first == again == store.find(first.id)
    assert (again.position, normal(again.query)) == (7, normal(Query("Mali")))
    store.close()
    reopened = opened(store_url)
    assert reopened.find(first.id) == first
    assert reopened.find("nothing") is None
    assert reopened.find("\x00") is None
    reopened.close()


def test_a_full_store_takes_no_more_and_keeps_what_it_has(store_url: StoreUrl) -> None:
    store = opened(store_url, most=2)
    kept = [store.save(normal(Query(text)), 0)[0] for text in ("Mali", "Haiti")]
    with pytest.raises(FullError, match="2 searches are saved here, and no more are taken"):
        store.save(normal(Query("Sudan")), 0)
    assert [store.find(one.id) for one in kept] == kept
    assert store.save(normal(Query("Mali")), 5) == (kept[0], False)
    store.close()


def test_searches_with_signs_of_every_language_come_back_as_they_were(store_url: StoreUrl, tmp_path: Path) -> None:
    store = opened(store_url)
    for text in ("مجلس الأمن", "安理会", "Сирия", "‮a‬", "\U0001f54a"):
        saved, _ = store.save(normal(Query(text)), 0)
        found = store.find(saved.id)
        assert found is not None
        assert normal(found.query) == saved.asked
    store.close()


# --- What it has to tell --------------------------------------------------------------------------------------------


def told(small: Small, query: Query) -> list[tuple[int, str, str]]:
    found = standing.changes(small.searcher, query, 0, small.searcher.position())
    return [(change.position, change.change, change.hit.record) for change in found]


def test_a_corrected_match_is_told_as_changed_and_as_gone_when_it_matches_no_more(empty: Small) -> None:
    empty.record(everything())
    for now in ("Ukraine: draft resolution", "Zanzibar"):
        authority: Any = {"authority": "S/PV.8979/Corr.1", "reason": "for the test", "by": "test"}
        empty.archive.correct("vote:S/2022/155", "title", now, **authority)
    empty.models.catch_up()
    empty.indexer.catch_up()
    last = empty.searcher.position()
    query = Query("Ukraine", kinds=("vote",))
    story = [one for one in told(empty, query) if one[2] == "vote:S/2022/155"]
    assert story == told(empty, query)
    assert [one[1] for one in story][:1] == ["new"]
    assert [one[1] for one in story][-2:] == ["changed", "gone"]
    assert [one[0] for one in told(empty, query)][-2:] == [last - 1, last]


def test_the_changes_of_an_index_that_followed_in_steps_are_those_of_one_built_at_once(empty: Small) -> None:
    facts = everything()
    for start in range(0, len(facts), 3):
        empty.record(facts[start : start + 3])
        empty.indexer.catch_up()
    name = Name(member="RUS", name="Rossiyskaya Federatsiya", language="ru", first="1991-12-24")
    empty.record([council.fact(name_id("RUS", "ru", "1991-12-24"), "borne", name, "curated")])
    empty.indexer.catch_up()
    queries = [Query(), Query("Ukraine"), Query(members=("RUS",)), Query("peace", kinds=("meeting",))]
    followed = [told(empty, query) for query in queries]
    empty.indexer.rebuild()
    assert [told(empty, query) for query in queries] == followed
    at_the_end = [one for one in followed[2] if one[0] == empty.searcher.position()]
    assert len(at_the_end) > 1, "one event changes the member and what was cast under its name"


def test_all_results_are_those_of_the_pages_at_every_position(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "MOST", 4)
    for query in (Query(), Query("peace"), Query(members=("FRA",))):
        for position in (small.searcher.position(), small.searcher.position() // 2):
            found = [hit.record for hit in standing.results(small.searcher, query, position)]
            whole = small.searcher.search(replace(query, first=100, sort="-date", as_of=position))
            assert found == [hit.record for hit in whole.hits]
            assert len(found) == whole.total


def test_adding_up_the_changes_gives_the_results(small: Small) -> None:
    for query in (Query(), Query("peace"), Query(members=("FRA",)), Query("Ukraine", kinds=("vote",))):
        held: set[str] = set()
        for _, change, record in told(small, query):
            assert (record in held) == (change != "new")
            (held.discard if change == "gone" else held.add)(record)
        assert held == small.found(query.text, kinds=query.kinds, members=query.members)
