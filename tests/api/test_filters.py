"""Filters joined by `and`, `or` and `not`, against picking the same rows by hand; the log by position; changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import House

CONDITIONS: list[tuple[str, Any, Any]] = [
    ("year", {"eq": 2022}, lambda vote: vote["year"] == 2022),
    ("year", {"lte": 2014}, lambda vote: vote["year"] <= 2014),
    ("outcome", {"eq": "ADOPTED"}, lambda vote: vote["outcome"] == "ADOPTED"),
    ("resolution", {"gte": 2000}, lambda vote: (vote["resolution"] or 0) >= 2000),
    ("draft", {"contains": "2022"}, lambda vote: "2022" in (vote["draft"] or "")),
    ("unanimous", True, lambda vote: vote["unanimous"] is True),
]
"""A condition on a vote, and the same in Python, where what is not known does not hold."""

leaves = st.integers(0, len(CONDITIONS) - 1).map(lambda n: ("is", n))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, max_size=3)), st.tuples(st.just("not"), inner)
    ),
    max_leaves=6,
)


def written(tree: Any) -> dict[str, Any]:
    how, what = tree
    if how == "is":
        name, condition, _ = CONDITIONS[what]
        return {name: condition}
    return {how: written(what) if how == "not" else [written(one) for one in what]}


def holds(tree: Any, vote: dict[str, Any]) -> bool:
    how, what = tree
    if how == "is":
        return bool(CONDITIONS[what][2](vote))
    if how == "not":
        return not holds(what, vote)
    return (all if how == "and" else any)(holds(one, vote) for one in what)


@given(tree=trees)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_and_or_and_not_find_what_picking_by_hand_finds(small: House, tree: Any) -> None:
    fields = "id year outcome resolution draft unanimous"
    votes = small.ask(f"{{ votes(first: 100) {{ nodes {{ {fields} }} }} }}")["votes"]["nodes"]
    asked = "query($filter: VoteFilter) { votes(first: 100, filter: $filter) { totalCount nodes { id } } }"
    found = small.ask(asked, filter=written(tree))["votes"]
    assert [vote["id"] for vote in found["nodes"]] == [vote["id"] for vote in votes if holds(tree, vote)]
    assert found["totalCount"] == len(found["nodes"])


def test_joined_filters_hold_on_both_databases_and_below_a_member(house: House) -> None:
    told = house.ask(
        '{ votes(first: 9, orderBy: DATE_ASC, filter: {or: [{resolution: {eq: 1559}}, {vetoedBy: "RUS"}],'
        '   not: {draft: {eq: "S/2022/999"}}}) { nodes { symbol } }'
        '  country(code: "RUS") { ballots(first: 9, filter: {not: {choice: [YES]}}) { totalCount } } }'
    )
    assert [vote["symbol"] for vote in told["votes"]["nodes"]] == ["S/RES/1559 (2004)", "S/2022/155"]
    assert told["country"]["ballots"]["totalCount"] > 0


@pytest.mark.parametrize(
    ("many", "deep", "said"),
    [(101, 0, "at most 100 filters within"), (1, 9, "at most 8 levels deep, not 9"), (1, 60, "at most 8 levels deep")],
)
def test_a_filter_of_too_many_or_too_deep_is_refused(small: House, many: int, deep: int, said: str) -> None:
    condition: dict[str, Any] = {"or": [{"year": {"eq": 2014}}] * many} if not deep else {"year": {"eq": 2014}}
    for _ in range(deep):
        condition = {"not": condition}
    asked = "query($filter: VoteFilter) { votes(first: 1, filter: $filter) { nodes { id } } }"
    assert said in small.refused(asked, filter=condition)


def test_the_log_is_read_on_from_a_position_without_gap_or_repetition(small: House) -> None:
    read, after = [], "0"
    while True:
        page = small.ask(
            "query($after: String) { events(first: 7, after: $after) {"
            "  nodes { position kind record recorded source } pageInfo { hasNextPage } } }",
            after=after,
        )["events"]
        read += [event["position"] for event in page["nodes"]]
        after = str(read[-1])
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert read == list(range(1, small.archive.position() + 1))
    newest = small.ask('{ events(first: 2, after: "5", orderBy: POSITION_DESC) { nodes { position } } }')
    assert [event["position"] for event in newest["events"]["nodes"]] == [4, 3]
    assert "cursor" in small.refused('{ events(first: 2, after: "soon") { nodes { position } } }')


def test_changes_between_two_states_come_in_pages_with_their_total(empty: House) -> None:
    from tests import council

    before = empty.record(council.everything())
    empty.archive.correct("vote:S/RES/1559", "tally", "9-0-6", authority="S/PV.5028", reason="as read", by="a clerk")
    after = empty.record(council.s_2022_431())
    fields = "totalCount edges { cursor node { record state fields { field was now } } } pageInfo { hasNextPage }"
    asked = f"changes(between: {{from: {{position: {before}}}}}, first: 1"
    told = empty.ask(f"{{ {asked}) {{ {fields} }} }}")["changes"]
    (edge,) = told["edges"]
    assert (edge["node"]["record"], edge["node"]["state"]) == ("vote:S/RES/1559", "changed")
    assert {"field": "abstain", "was": 0, "now": 6} in edge["node"]["fields"]
    assert told["pageInfo"]["hasNextPage"]
    rest = empty.ask(f'{{ {asked}00, after: "{edge["cursor"]}") {{ totalCount nodes {{ record }} }} }}')["changes"]
    assert rest["totalCount"] == told["totalCount"] == len(rest["nodes"]) + 1
    same = empty.ask(
        f"{{ diff(from: {{position: {before}}}, to: {{position: {after}}}) {{ changes(first: 9) {{ totalCount }} }} }}"
    )
    assert same["diff"]["changes"]["totalCount"] == told["totalCount"]
    assert "no difference from" in empty.refused(
        f"{{ changes(between: {{from: {{position: {after}}}, to: {{position: 0}}}}, first: 1) {{ totalCount }} }}"
    )
