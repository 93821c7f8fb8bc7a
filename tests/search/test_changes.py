"""What changed in an answer between two positions: from the log alone, each change once, in order, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.facts import Pending
from domain.members import Name, name_id
from search.engine import Change, Query
from tests import council
from tests.search.conftest import Small, everything, make

Told = tuple[int, str, str, str]

NEW_NAME = council.fact(
    name_id("RUS", "ru", "1991-12-24"),
    "borne",
    Name(member="RUS", name="Rossiyskaya Federatsiya", language="ru", first="1991-12-24"),
    "curated",
)

QUERIES = (
    Query(),
    Query("peace"),
    Query("situation -palestinian"),
    Query("Soviet OR Rossiyskaya"),
    Query(kinds=("vote",), members=("RUS:veto",)),
    Query("S/2022/155"),
)


def told(changes: list[Change]) -> list[Told]:
    return [(change.position, change.change, change.hit.record, change.hit.highlight) for change in changes]


def all_of(small: Small, query: Query) -> list[Told]:
    return told(small.searcher.changes(query, 0, first=10_000))


def by_the_answers(small: Small, query: Query) -> list[tuple[int, str, str]]:
    """What the answers at each position say came and went: the definition, without what only changed."""
    found, before = [], set[str]()
    for position in range(1, small.searcher.position() + 1):
        now = small.found(query.text, kinds=query.kinds, members=query.members, as_of=position)
        found += [(position, "new", record) for record in now - before]
        found += [(position, "gone", record) for record in before - now]
        before = now
    return sorted(found)


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """The archive of all cases with corrections, followed step by step."""
    small = make(tmp_path_factory.mktemp("corrected"))
    for facts in steps():
        small.record(facts)
        small.indexer.catch_up()
    correct(small)
    yield small
    small.close()


def steps() -> list[list[Pending]]:
    """All cases, a few at a time."""
    facts = everything()
    return [facts[start : start + 7] for start in range(0, len(facts), 7)]


def correct(small: Small) -> None:
    """A member is given another name, which changes several records at once; then S/2022/155 is given another title by
    a corrigendum, and back."""
    small.record([NEW_NAME])
    small.indexer.catch_up()
    for title in ("Zanzibar", "Letter on Ukraine"):
        small.archive.correct(
            "vote:S/2022/155", "title", title, authority="S/PV.8979/Corr.1", reason="for the test", by="test"
        )
        small.models.catch_up()
        small.indexer.catch_up()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.text or str(query.kinds))
def test_what_comes_and_goes_is_what_the_answers_say(corrected: Small, query: Query) -> None:
    changes = [(at, change, record) for at, change, record, _ in all_of(corrected, query)]
    assert sorted(change for change in changes if change[1] != "changed") == by_the_answers(corrected, query)
    assert len(set(changes)) == len(changes)


def test_a_correction_brings_in_changes_and_takes_out(corrected: Small) -> None:
    """Under the title of the corrigendum S/2022/155 comes and goes; among vetoed drafts it only changes."""
    last = corrected.searcher.position()
    changed = [("changed", "vote:S/2022/155")]
    drafts = corrected.searcher.changes(Query(kinds=("vote",), outcomes=("vetoed",)), last - 2)
    assert [(change.change, change.hit.record) for change in drafts] == changed * 2
    zanzibar = corrected.searcher.changes(Query("Zanzibar"), 0)
    assert [(change.position, change.change) for change in zanzibar] == [(last - 1, "new"), (last, "gone")]
    assert {change.hit.title for change in zanzibar} == {"Zanzibar"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.sampled_from(QUERIES), first=st.integers(1, 12), start=st.integers(-3, 60))
def test_pages_give_every_change_once_and_positions_whole(
    corrected: Small, query: Query, first: int, start: int
) -> None:
    every = [change for change in all_of(corrected, query) if change[0] > start]
    seen, after = [], start
    while page := corrected.searcher.changes(query, after, first=first):
        assert len(page) <= first or len({change.position for change in page[first - 1 :]}) == 1
        seen += told(page)
        after = page[-1].position
    assert seen == every


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.sampled_from(QUERIES), first=st.integers(1, 12), before=st.none() | st.integers(-3, 90))
def test_backwards_the_same_changes_are_met(corrected: Small, query: Query, first: int, before: int | None) -> None:
    every = [change for change in all_of(corrected, query) if before is None or change[0] < before]
    seen: list[Told] = []
    while page := corrected.searcher.latest(query, before, first=first):
        seen += told(page)
        before = page[-1].position
    assert sorted(seen) == sorted(every)
    assert [change[0] for change in seen] == sorted((change[0] for change in every), reverse=True)


def test_up_to_a_position_no_later_change_is_told(corrected: Small) -> None:
    every = all_of(corrected, Query())
    for upto in range(0, corrected.searcher.position() + 3, 5):
        some = told(corrected.searcher.changes(Query(), 0, upto, first=10_000))
        assert some == [change for change in every if change[0] <= upto]


@settings(max_examples=5, deadline=None)
@given(cuts=st.sets(st.integers(1, 80), max_size=6))
def test_changes_are_the_same_however_the_index_followed_the_log(cuts: set[int]) -> None:
    """Fact by fact with the index caught up at random places, then built anew: what is told is told again the same."""
    with TemporaryDirectory() as folder:
        small, facts = make(Path(folder)), everything()
        try:
            for start, end in zip((0, *sorted(cuts)), (*sorted(cuts), len(facts)), strict=True):
                small.record(facts[start:end])
                small.indexer.catch_up()
            followed = [all_of(small, query) for query in QUERIES]
            small.indexer.rebuild()
            assert [all_of(small, query) for query in QUERIES] == followed
        finally:
            small.close()
    assert followed == _at_once()


_ONCE: list[list[list[Told]]] = []


def _at_once() -> list[list[Told]]:
    """The same of an index made in one go."""
    if not _ONCE:
        with TemporaryDirectory() as folder:
            small = make(Path(folder))
            for fact in everything():  # one by one, so that positions are those of the facts
                list(small.archive.record([fact], by="test"))
            small.models.catch_up()
            small.indexer.catch_up()
            _ONCE.append([all_of(small, query) for query in QUERIES])
            small.close()
    return _ONCE[0]


def test_a_new_name_changes_the_vetoes_cast_under_it(empty: Small) -> None:
    """Of each record concerned there is one change at the position of the name, however many rows it touches."""
    empty.record(everything())
    empty.indexer.catch_up()
    before = empty.searcher.position()
    empty.record([NEW_NAME])
    empty.indexer.catch_up()
    changes = empty.searcher.changes(Query("Rossiyskaya"), before)
    assert [(change.change, change.hit.record) for change in changes] == [
        ("new", "member:RUS"),
        ("new", "veto:S/2022/155/RUS"),
        ("new", "vote:S/2022/155"),
    ]
    veto = empty.searcher.changes(Query(kinds=("veto",), members=("RUS",)), before)
    assert [(change.change, change.hit.record) for change in veto] == [("changed", "veto:S/2022/155/RUS")]
