"""GraphQL over server-sent events: the graphql-sse protocol, resuming, caps, and readers that take nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.graphql import operations
from api.graphql.limits import Limits
from api.graphql.operations import Caps, Operations
from api.terms import Terms
from tests.api.conftest import House
from tests.api.following import EVENTS, sse
from tests.serving import serving, until

STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def caps() -> Caps:
    return Caps()


@pytest.fixture
def app(small: House, caps: Caps, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(operations, "HEARTBEAT", 0.1)
    return create_app(small.archive, small.views, caps=caps)


@pytest.fixture
def base(app: object) -> Iterator[str]:
    with serving(app) as address:  # type: ignore[arg-type]
        yield address


@pytest.fixture
def carried(app: object) -> Operations:
    found: Operations = app.state.operations  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("get", [False, True])
def test_a_query_is_one_answer_and_complete(base: str, small: House, get: bool) -> None:
    heard = sse(base, "{ archive { position } }", get=get)
    assert heard.complete
    assert heard.data == [{"archive": {"position": small.archive.position()}}]


def test_what_is_streamed_costs_points_too(small: House) -> None:
    app = create_app(small.archive, small.views, terms=Terms(points=2))
    with TestClient(app) as client:
        for status in (200, 200, 429):
            asked = client.post("/graphql", json={"query": "{ archive { position } }"}, headers=STREAM)
            assert asked.status_code == status
        assert asked.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        with client.websocket_connect("/graphql", subprotocols=["graphql-transport-ws"]) as opened:
            opened.send_json({"type": "connection_init"})
            assert opened.receive_json()["type"] == "connection_ack"
            opened.send_json({"id": "1", "type": "subscribe", "payload": {"query": "{ archive { position } }"}})
            [error] = opened.receive_json()["payload"]
            assert error["extensions"]["code"] == "RATE_LIMITED"


def test_what_is_not_valid_is_told_as_an_answer(base: str) -> None:
    for query, said in (
        ("{", "Syntax Error"),
        ("{ nothing }", "Cannot query field"),
        ("subscription { events(after: -1) { position } }", "0 or more, not -1"),
        ('mutation { saveSearch(query: "x") { fresh } }', "a mutation is sent with POST"),
        ("{" + "a: archive { position }" * 31 + "}", "31 aliases"),
    ):
        heard = sse(base, query)
        assert heard.complete
        assert said in heard.errors[0]


def test_a_stream_begins_with_its_place_and_shows_that_it_is_alive(base: str, small: House) -> None:
    end = small.archive.position()
    heard = sse(base, EVENTS, enough=lambda told: len(told.signs) >= 3)
    assert heard.answers == []
    assert heard.places == [str(end)] * 4
    assert not heard.complete
    assert heard.signs[0] == ": nothing new"


def test_a_sign_of_life_moves_the_place_on_where_nothing_fits(base: str, small: House) -> None:
    query = 'subscription { events(after: 0, sources: ["none such"]) { position } }'
    assert sse(base, query, enough=lambda told: bool(told.signs)).places == ["0", str(small.archive.position())]


def test_the_id_of_the_last_event_goes_on(base: str, small: House) -> None:
    end = small.archive.position()
    whole = sse(base, EVENTS, {"after": 0}, enough=lambda told: len(told.answers) == end)
    rest = sse(base, EVENTS, {"after": 0}, last=end - 5, enough=lambda told: len(told.answers) == 5)
    assert rest.answers == whole.answers[-5:]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Last-Event-ID": "12-3"}, {"query": EVENTS}, 400),
        ({"Last-Event-ID": "-1"}, {"query": EVENTS}, 400),
        ({}, {"query": 7}, 400),
        ({}, [], 400),
        ({"Content-Type": "text/plain"}, {"query": EVENTS}, 415),
        ({"Authorization": "Bearer council_x"}, {"query": EVENTS}, 401),
    ],
)
def test_what_is_no_request_has_its_status(small: House, headers: dict[str, str], body: object, status: int) -> None:
    client = TestClient(create_app(small.archive, small.views))
    told = client.post(
        "/graphql", content=json.dumps(body), headers={"Content-Type": "application/json", **STREAM, **headers}
    )
    assert told.status_code == status
    assert told.json()["errors"]


def test_who_takes_json_gets_no_stream(small: House) -> None:
    client = TestClient(create_app(small.archive, small.views))
    told = client.post("/graphql", json={"query": EVENTS}, headers={"Accept": "application/json, text/event-stream"})
    assert "is answered as a stream" in told.json()["errors"][0]["message"]
    told = client.get("/graphql", params={"query": EVENTS})
    assert "is answered as a stream" in told.json()["errors"][0]["message"]


@pytest.mark.parametrize(("caps", "status"), [(Caps(total=2), 503), (Caps(address=2), 429)])
def test_more_than_may_be_open_is_sent_away_until_one_ends(
    base: str, carried: Operations, caps: Caps, status: int
) -> None:
    with ExitStack() as stack:
        kept = [
            stack.enter_context(
                httpx.stream("POST", f"{base}/graphql", json={"query": EVENTS}, headers=STREAM, timeout=60)
            )
            for _ in range(2)
        ]
        lines = [answer.iter_lines() for answer in kept]
        assert [next(each) for each in lines] == ["retry: 3000"] * 2
        until(lambda: carried.open == 2, "the streams did not begin")
        refused = httpx.post(f"{base}/graphql", json={"query": EVENTS}, headers=STREAM)
        assert (refused.status_code, refused.headers["retry-after"]) == (status, "30")
        assert httpx.post(f"{base}/graphql", json={"query": "{ archive { position } }"}).status_code == 200
    until(lambda: carried.open == 0, "a stream goes on though its reader has left")
    assert sse(base, "{ archive { position } }").complete


def test_a_reader_that_takes_nothing_is_cut_off_and_holds_up_nobody(
    small: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made for it fits its connection: the rest stays in the log."""
    monkeypatch.setattr(operations, "PATIENCE", 0.5)
    limits = Limits(aliases=2_000, fields=2_100, tokens=10_000)
    query = f"subscription {{ events(after: 0) {{ {' '.join(f'a{n}: claims' for n in range(2_000))} }} }}"
    app = create_app(small.archive, small.views, limits=limits)
    carried = app.state.operations
    with serving(app) as base, socket.socket() as idle:
        host, _, port = base.removeprefix("http://").partition(":")
        body = json.dumps({"query": query}).encode()
        head = f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
        idle.connect((host, int(port)))
        idle.sendall(head.encode() + body)
        until(lambda: carried.open == 1, "the stream did not begin")
        assert sse(base, "{ archive { position } }").complete
        until(lambda: carried.open == 0, "nobody lost patience")
        assert 0 < carried.made < small.archive.position()


def test_a_server_that_stops_ends_its_streams_without_completing_them(base: str, carried: Operations) -> None:
    def stop(told: object) -> bool:
        task = carried.tail._task
        if task is not None and not carried.closed():
            task.get_loop().call_soon_threadsafe(carried.close)
        return False

    heard = sse(base, EVENTS, enough=stop)
    assert not heard.complete
    assert httpx.post(f"{base}/graphql", json={"query": EVENTS}, headers=STREAM).status_code == 503
