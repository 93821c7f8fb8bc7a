"""Points: what an answer costs, what a client may spend in an hour, and who a client is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from api.points import HOUR, Points, client_of, price
from api.terms import Terms
from ops import connections
from tests.api.conftest import House

REDACT = 'mutation { redact(record: "x", authority: "y", reason: "z") { __typename } }'
BALLOTS = "{ votes(first: 20) { nodes { symbol ballots { choice } } } }"


def client(house: House, **terms: Any) -> TestClient:
    return TestClient(create_app(house.archive, house.views, terms=Terms(**terms)), follow_redirects=False)


def ask(client: TestClient, query: str, **headers: str) -> Any:
    return client.get("/graphql", params={"query": query}, headers=headers)


@pytest.mark.parametrize(
    ("query", "nodes", "points"),
    [
        ("{ archive { position } }", 1, 1),
        (BALLOTS, 321, 4),
        ("{ votes(first: 100) { nodes { symbol } } }", 101, 2),
        ("{ __schema { types { name } } }", 2_000, 20),
        ("{ nothing }", 0, 1),
        ("{ votes { nodes { id } } }", 21, 1),
    ],
)
def test_every_answer_tells_what_it_costs(small: House, query: str, nodes: int, points: int) -> None:
    asked = client(small, points=1_000)
    answer = ask(asked, query)
    assert answer.json()["extensions"]["cost"] == {"nodes": nodes, "points": points}
    assert answer.headers["ratelimit"] == f'"points";r={1_000 - points};t={HOUR}'
    assert answer.headers["ratelimit-policy"] == f'"points";q=1000;w={HOUR}'


def test_page_sizes_in_variables_cost_what_they_are(small: House) -> None:
    asked = client(small)
    body = {"query": "query($n: Int!) { votes(first: $n) { nodes { symbol } } }", "variables": {"n": 99}}
    assert asked.post("/graphql", json=body).json()["extensions"]["cost"] == {"nodes": 100, "points": 1}


def test_what_is_given_again_costs_nothing(small: House) -> None:
    asked = client(small, points=4)
    first = ask(asked, BALLOTS)
    assert "r=0;" in first.headers["ratelimit"]
    again = ask(asked, BALLOTS)
    assert (again.status_code, again.content) == (200, first.content)
    unchanged = ask(asked, BALLOTS, **{"if-none-match": first.headers["etag"]})
    assert (unchanged.status_code, unchanged.headers["ratelimit"]) == (304, again.headers["ratelimit"])
    refused = ask(asked, "{ archive { position } }")
    assert refused.status_code == 429
    told = refused.json()["errors"][0]
    assert told["extensions"] == {"code": "RATE_LIMITED"}
    assert "4 points" in told["message"]
    assert 0 < int(refused.headers["retry-after"]) <= HOUR


def test_an_answer_that_costs_more_than_is_left_is_refused_and_takes_nothing(small: House) -> None:
    asked = client(small, points=3)
    refused = ask(asked, BALLOTS)
    assert refused.status_code == 429
    assert "costs 4" in refused.json()["errors"][0]["message"]
    assert "r=3;" in refused.headers["ratelimit"]
    assert ask(asked, "{ archive { position } }").status_code == 200


def test_a_document_that_is_not_valid_costs_a_point(small: House) -> None:
    asked = client(small, points=2)
    statuses = [asked.post("/graphql", json={"query": "{ nothing }"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("POST", {"query": REDACT}, 401),
        ("GET", {"query": REDACT}, 405),
        ("POST", {"nothing": 1}, 400),
    ],
)
def test_nothing_that_is_read_is_free(small: House, method: str, body: dict[str, Any], status: int) -> None:
    asked = client(small, points=2)
    for number in range(4):
        body = {name: f"{text} #{number}" if name == "query" else text for name, text in body.items()}
        answer = asked.request(method, "/graphql", **{"json" if method == "POST" else "params": body})
        assert answer.status_code == (status if number < 2 or status == 400 else 429)
        assert f"r={max(0, 1 - number)};" in answer.headers["ratelimit"]


def test_pages_are_not_counted_and_nobody_is_where_the_setting_says_so(small: House) -> None:
    asked = client(small, points=1)
    assert "ratelimit" not in asked.get("/votes").headers
    free = client(small, points=0)
    for _ in range(3):
        answer = ask(free, "{ nothing }")
        assert answer.status_code == 200
        assert not [name for name in answer.headers if name.startswith("ratelimit")]


def test_after_an_hour_all_points_are_there_again() -> None:
    now = 100.0
    points = Points(10, clock=lambda: now)
    assert [points.spend("a", 6), points.spend("a", 4), points.spend("a", 1), points.spend("b", 1)] == [0, 0, HOUR, 0]
    now += HOUR - 1.5
    assert points.spend("a", 1) == 2
    now += 2
    assert points.spend("a", 10) == 0
    assert dict(points.headers("a"))[b"ratelimit"] == f'"points";r=0;t={HOUR}'.encode()


def test_so_many_clients_are_remembered_and_no_more() -> None:
    points = Points(10, clients=100)
    for number in range(1_000):
        points.spend(f"client {number}", 10)
    assert len(points._spent) == 100
    assert points.short("client 999")
    assert not points.short("client 0")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 8), st.integers(0, HOUR)), max_size=40))
def test_nobody_ever_spends_more_within_an_hour_of_theirs(steps: list[tuple[str, int, int]]) -> None:
    now = 0.0
    points, begun, spent = Points(20, clock=lambda: now), dict[str, float](), dict[str, int]()
    for who, cost, pause in steps:
        now += pause / 2
        if now >= begun.get(who, -HOUR) + HOUR:
            begun[who], spent[who] = now, 0
        if points.spend(who, cost) == 0:
            spent[who] += cost
        elif spent[who] == 0:
            del begun[who]  # nothing was taken, so no hour has begun
            spent[who] = 0
        assert spent[who] <= 20
        assert f";r={20 - spent[who]};".encode() in dict(points.headers(who))[b"ratelimit"]


@given(st.integers(0, 10**6))
def test_a_point_pays_for_a_hundred_objects(objects: int) -> None:
    assert price(objects) >= 1
    assert (price(objects) - 1) * 100 < max(objects, 1) <= price(objects) * 100


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("x" * 500, "x" * 64),
    ],
)
def test_who_is_one_client(address: str, client: str) -> None:
    assert client_of(address) == client


def test_a_proxy_is_believed_only_where_the_setting_names_it(small: House) -> None:
    from uvicorn.config import Config

    def left(proxies: str, host: str, forwarded: str) -> str:
        app = create_app(small.archive, small.views, terms=Terms(points=1, proxies=proxies))
        told = Config(app, **connections.settings(app.state.terms))
        told.load()
        asked = TestClient(told.loaded_app, client=(host, 50_000))
        ask(asked, "{ nothing }", **{"x-forwarded-for": "198.51.100.1"})
        return str(ask(asked, "{ nothing }", **{"x-forwarded-for": forwarded}).status_code)

    assert left("192.0.2.0/24", "192.0.2.7", "198.51.100.2") == "200"
    assert left("192.0.2.0/24", "192.0.2.7", "203.0.113.9, 198.51.100.1") == "429"  # a client may write what it likes
    assert left("192.0.2.0/24", "203.0.113.5", "198.51.100.2") == "429"
    assert left("", "192.0.2.7", "198.51.100.2") == "429"
