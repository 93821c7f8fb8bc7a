"""Answers given again: what is kept, for how long, and what never is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.graphql.answers import PINNED, Answers, Kept
from tests import council
from tests.api.conftest import House

VOTE = '{ vote(symbol: "S/2014/916") { outcome tally { yes } } }'


def serving(house: House, **given: Any) -> tuple[TestClient, Any, list[str]]:
    """A client, the endpoint, and the documents that the endpoint carries out from now on."""
    app = create_app(house.archive, house.views, **given)
    executor, carried_out = app.state.endpoint.executor, []
    execute: Callable[..., Any] = executor.execute

    def watched(text: str, *rest: Any) -> Any:
        carried_out.append(text)
        return execute(text, *rest)

    executor.execute = watched
    return TestClient(app, follow_redirects=False), app.state.endpoint, carried_out


def test_an_answer_is_made_once_and_given_again_by_both_methods(small: House) -> None:
    client, endpoint, carried_out = serving(small)
    first = client.post("/graphql", json={"query": VOTE})
    again = client.post("/graphql", json={"query": VOTE})
    asked = client.get("/graphql", params={"query": VOTE})
    assert first.content == again.content == asked.content
    assert first.headers["etag"] == again.headers["etag"] == asked.headers["etag"]
    assert carried_out == [VOTE]
    unchanged = client.get("/graphql", params={"query": VOTE}, headers={"if-none-match": first.headers["etag"]})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", first.headers["etag"])
    other = client.post("/graphql", json={"query": VOTE}, headers={"accept": "application/graphql-response+json"})
    assert (other.json(), len(carried_out)) == (first.json(), 2)
    assert 0 < endpoint.kept.bytes < 3_000


def test_variables_and_operation_tell_answers_apart(small: House) -> None:
    client, _, carried_out = serving(small)
    text = "query A($s: String!) { vote(symbol: $s) { id } } query B { archive { position } }"
    for operation, symbol in (("A", "1559"), ("A", "S/2014/916"), ("B", ""), ("A", "1559")):
        told = client.post("/graphql", json={"query": text, "operationName": operation, "variables": {"s": symbol}})
        assert ("vote" in told.json()["data"]) == (operation == "A")
    assert len(carried_out) == 3


def test_after_a_new_event_the_answer_is_made_anew(empty: House) -> None:
    empty.record(council.s_2014_916())
    client, _, carried_out = serving(empty)
    count = {"query": "{ votes(first: 1) { totalCount } }"}
    before = client.post("/graphql", json=count).json()
    empty.record(council.s_res_1559())
    after = client.post("/graphql", json=count).json()
    assert after["data"]["votes"]["totalCount"] == before["data"]["votes"]["totalCount"] + 1
    assert len(carried_out) == 2


@pytest.mark.parametrize(
    "text",
    [
        "{ nothing }",
        "{ votes { nodes { id } } }",
        '{ savedSearch(id: "0000000000000000") { id } }',
        '{ node(id: "briefing:S/PV.8175#1") { ... on Briefing { person } } }',
        '{ node(id: "briefing:S/PV.8175#1") { provenance { statements { fields } } } }',
    ],
)
def test_errors_standing_searches_and_names_under_seal_are_not_kept(text: str, wide: House) -> None:
    client, endpoint, _ = serving(wide)
    for _ in range(2):
        client.post("/graphql", json={"query": text})
    assert endpoint.kept.bytes == 0


def test_a_name_is_withheld_from_the_next_answer_on(empty: House) -> None:
    empty.record(council.practice())
    client, _, _ = serving(empty)
    text = '{ node(id: "briefing:S/PV.8175#1") { ... on Briefing { person } } }'
    pinned = f"{{ asOf(position: {empty.archive.position()}) {text} }}"
    before = client.get("/graphql", params={"query": pinned})
    assert before.headers["cache-control"] == "no-cache"
    name = before.json()["data"]["asOf"]["node"]["person"]
    assert name not in (None, "withheld")
    empty.archive.redact("briefing:S/PV.8175#1", authority="Letter", reason="reprisals", by="tests")
    # The read models have not followed yet: the position, and so the tag, is still the same.
    after = client.get("/graphql", params={"query": pinned})
    assert after.json()["data"]["asOf"]["node"]["person"] == "withheld"


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        ('{ asOf(position: 20) { vote(symbol: "1559") { outcome } } }', True),
        ("query($p: Int) { asOf(position: $p) { archive { position } } }", True),
        ("{ a: asOf(position: 2) { archive { position } } b: asOf(position: 9) { __typename } }", True),
        ("{ ...Then } fragment Then on Query { asOf(position: 2) { archive { position } } }", True),
        ("{ asOf(position: 2) { archive { newest } } }", False),
        ('{ asOf(position: 2) { asOf(time: "2200-01-01") { votes(first: 1) { totalCount } } } }', False),
        ("{ asOf(position: 2) { ...Deep } } fragment Deep on Query { diff(from: {position: 1}) { end } }", False),
        ('{ asOf(time: "2200-01-01") { archive { position } } }', False),
        ("{ asOf(position: 2) { archive { position } } archive { position } }", False),
        ("{ archive { position } }", False),
        ("{ asOf(position: 2) { __typename } b: asOf(position: 9000) { archive { position } } }", False),
        ("{ __typename }", False),
    ],
)  # fmt: skip
def test_only_what_is_pinned_to_a_position_stays_for_ever(text: str, pinned: bool, small: House) -> None:
    client, _, _ = serving(small)
    for _ in range(2):  # made, then given again
        asked = client.get("/graphql", params={"query": text, "variables": '{"p": 3}'})
        assert asked.headers["cache-control"] == (PINNED if pinned else "no-cache")
        sent = client.post("/graphql", json={"query": text, "variables": {"p": 3}})
        assert sent.headers["cache-control"] == "no-cache"


def test_the_answers_kept_are_bounded_in_bytes_and_the_oldest_go_first() -> None:
    answers = Answers(9_000)
    answers.put("large", "text", Kept(b"x" * 2_000, False))
    assert answers.get("large") is None
    for number in range(20):
        answers.put(f"key {number}", f"text {number}", Kept(b"x" * 500, False))
        answers.get("key 0")
    assert answers.get("key 0") is not None
    assert answers.get("key 1") is None
    assert answers.get("key 19") is not None
    assert answers.bytes <= 9_000
    assert not answers.knows("text 2")
    assert answers.knows("text 19")


def test_none_are_kept_where_the_setting_says_so(small: House) -> None:
    client, endpoint, carried_out = serving(small, answers=0)
    for _ in range(2):
        assert client.post("/graphql", json={"query": VOTE}).status_code == 200
    assert (len(carried_out), endpoint.kept.bytes) == (2, 0)


@pytest.mark.parametrize("answers", [0, 32_000_000])
def test_who_takes_gzip_gets_the_same_answer_packed_anew_or_kept(answers: int, small: House) -> None:
    client, endpoint, carried_out = serving(small, answers=answers)
    ballots = {"query": '{ vote(symbol: "S/2014/916") { ballots { member { code name } choice permanent date } } }'}
    plain = client.post("/graphql", json=ballots, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for _ in range(2):
        packed = client.post("/graphql", json=ballots, headers={"accept-encoding": "br, gzip"})
        assert (packed.headers["content-encoding"], packed.content) == ("gzip", plain.content)
        assert int(packed.headers["content-length"]) < len(plain.content) / 3
        assert packed.headers["etag"] == plain.headers["etag"]
    assert plain.headers["vary"] == packed.headers["vary"]
    assert {"Accept", "Accept-Encoding"} <= set(plain.headers["vary"].split(", "))
    assert [kept.packed is not None for kept, _ in endpoint.kept._kept.values()] == ([True] if answers else [])
    again = client.post("/graphql", json=ballots, headers={"accept-encoding": "identity"})
    assert (again.content, again.headers.get("content-encoding")) == (plain.content, None)
    assert len(carried_out) == (1 if answers else 4)
    small_ = client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in small_.headers


def test_other_paths_and_errors_of_ours_take_the_usual_way(small: House) -> None:
    app = create_app(small.archive, small.views)
    client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    assert client.get("/graphql/").status_code in (307, 308)
    assert client.get("/graphql/static/nothing.js").status_code == 404
    assert client.delete("/graphql").status_code == 405

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a secret")

    app.state.endpoint.known = app.state.endpoint.answer = broken
    failed = client.post("/graphql", json={"query": VOTE})
    assert (failed.status_code, failed.headers["cache-control"]) == (500, "no-store")
    assert "secret" not in failed.text
