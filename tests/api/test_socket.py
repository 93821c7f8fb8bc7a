"""GraphQL over WebSockets: the protocol, what breaks it, slow readers, and real clients of a server that is killed."""

from __future__ import annotations

import json
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api import tail
from api.app import create_app
from api.graphql import operations
from api.graphql import socket as sockets
from api.graphql.operations import Caps
from ops.house import House as Whole
from ops.settings import Settings
from tests import council
from tests.api.conftest import House
from tests.api.conftest import opened as opened_house
from tests.api.following import EVENTS, Heard, logged, sse
from tests.serving import Served, serving, until

PROTOCOL = "graphql-transport-ws"
ALL = {"query": EVENTS, "variables": {"after": 0}}
FOREVER = {"query": EVENTS}
AUDITS = Path(__file__).parent / "audits"


@pytest.fixture(scope="module")
def app(small: House) -> Any:
    return create_app(small.archive, small.views, caps=Caps(total=50, socket=3, address=4))


@pytest.fixture
def opened(app: Any) -> Iterator[WebSocketTestSession]:
    """A socket that was acknowledged."""
    with TestClient(app).websocket_connect("/graphql", [PROTOCOL]) as session:
        assert str(session.accepted_subprotocol) == PROTOCOL
        session.send_json({"type": "connection_init"})
        assert session.receive_json() == {"type": "connection_ack"}
        yield session


def subscribe(session: Any, id: str, payload: Any) -> None:
    session.send_json({"type": "subscribe", "id": id, "payload": payload})


def closed(session: WebSocketTestSession) -> tuple[int, str]:
    """How the server closes a socket, whatever it says before."""
    try:
        while True:
            session.receive_json()
    except WebSocketDisconnect as why:
        return why.code, why.reason or ""


def test_a_query_is_answered_and_complete(opened: WebSocketTestSession, small: House) -> None:
    subscribe(opened, "q", {"query": "{ archive { position } }"})
    end = small.archive.position()
    told = opened.receive_json()
    assert (told["id"], told["type"], told["payload"]["data"]) == ("q", "next", {"archive": {"position": end}})
    assert told["payload"]["extensions"]["archive"]["position"] == end
    assert opened.receive_json() == {"id": "q", "type": "complete"}
    subscribe(opened, "q", {"query": "{ nothing }"})
    error = opened.receive_json()
    assert (error["type"], error["payload"][0]["message"]) == ("error", "Cannot query field 'nothing' on type 'Query'.")


def test_operations_run_side_by_side_until_they_are_completed(opened: WebSocketTestSession, small: House) -> None:
    subscribe(opened, "a", ALL)
    subscribe(opened, "b", ALL)
    told: dict[str, list[int]] = {"a": [], "b": []}
    expected = [position for position, _, _ in logged(small.archive)]
    while len(told["a"]) + len(told["b"]) < 2 * len(expected):
        message = opened.receive_json()
        assert message["type"] == "next"
        told[message["id"]].append(message["payload"]["data"]["events"]["position"])
    assert told == {"a": expected, "b": expected}
    opened.send_json({"type": "complete", "id": "a"})
    opened.send_json({"type": "complete", "id": "unknown"})
    opened.send_json({"type": "ping", "payload": {"a": 1}})
    assert opened.receive_json() == {"type": "pong", "payload": {"a": 1}}
    opened.send_json({"type": "pong"})
    subscribe(opened, "a", {"query": "{ archive { position } }"})
    assert [opened.receive_json()["type"] for _ in range(2)] == ["next", "complete"]


@pytest.mark.parametrize(
    ("message", "code", "reason"),
    [
        ("{", 4400, "not JSON"),
        ("[]", 4400, "`type`"),
        ('"x"', 4400, "`type`"),
        ("[" * 3000, 4400, "not JSON"),
        ('{"type": 1}', 4400, "`type`"),
        ('{"type": "start", "id": "1"}', 4400, "no client sends the type 'start'"),
        ('{"type": "next", "id": "1"}', 4400, "no client sends"),
        ('{"type": "subscribe", "payload": {"query": "{a}"}}', 4400, "`id`"),
        ('{"type": "subscribe", "id": "", "payload": {"query": "{a}"}}', 4400, "`id`"),
        ('{"type": "subscribe", "id": "%s", "payload": {"query": "{a}"}}' % ("x" * 129), 4400, "1 to 128"),
        ('{"type": "subscribe", "id": "1"}', 4400, "`payload`"),
        ('{"type": "subscribe", "id": "1", "payload": {"query": 1}}', 4400, "`query`"),
        ('{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}}', 4400, "`variables`"),
        ('{"type": "ping", "payload": 1}', 4400, "`payload`"),
        ('{"type": "complete"}', 4400, "`id`"),
        ('{"type": "connection_init"}', 4429, "Too many initialisation requests"),
        (
            json.dumps({"type": "subscribe", "id": "live", "payload": FOREVER}),
            4409,
            "Subscriber for live already exists",
        ),
        ('{"type": "ping", "x": "%s"}' % ("x" * 100_000), 4400, "more than 100000 characters"),
    ],
)
def test_what_is_no_message_closes_the_socket(
    opened: WebSocketTestSession, message: str, code: int, reason: str
) -> None:
    subscribe(opened, "live", FOREVER)
    opened.send_text(message)
    why = closed(opened)
    assert why[0] == code
    assert reason in why[1]


def test_bytes_are_no_message(opened: WebSocketTestSession) -> None:
    opened.send_bytes(b"{}")
    assert closed(opened) == (4400, "Invalid message: send JSON as text")


def test_nothing_is_carried_out_before_the_introduction(app: Any) -> None:
    with TestClient(app).websocket_connect("/graphql", [PROTOCOL]) as session:
        subscribe(session, "1", ALL)
        assert closed(session)[0] == 4401


def test_who_does_not_introduce_themselves_is_closed(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "INIT", 0.05)
    with TestClient(app).websocket_connect("/graphql", [PROTOCOL]) as session:
        assert closed(session) == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize("offered", [[], ["graphql-ws"]])
def test_another_protocol_is_not_spoken(app: Any, offered: list[str]) -> None:
    with TestClient(app).websocket_connect("/graphql", offered) as session:
        assert closed(session)[0] == 4406


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://testserver", 101), ("https://portal.example", 101), ("https://other.example", 403), ("null", 403)],
)
def test_pages_of_other_sites_open_no_socket_unless_they_may(small: House, origin: str, status: int) -> None:
    app = create_app(small.archive, small.views, origins=frozenset({"https://portal.example"}))
    found = 101
    try:
        with TestClient(app).websocket_connect("/graphql", [PROTOCOL], headers={"origin": origin}):
            pass
    except WebSocketDenialResponse as denied:
        found = denied.status_code
    assert found == status


def test_mutations_and_limits_are_those_of_http(opened: WebSocketTestSession) -> None:
    subscribe(opened, "1", {"query": 'mutation { saveSearch(query: "x") { fresh } }'})
    assert "sent with POST" in opened.receive_json()["payload"][0]["message"]
    subscribe(opened, "2", {"query": "{ archive { position } " * 1 + "a: archive { position } " * 31 + "}"})
    assert opened.receive_json()["payload"][0]["extensions"]["limit"] == "aliases"
    subscribe(opened, "3", {"documentId": "sha256:" + "0" * 64})
    assert opened.receive_json()["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


def test_one_socket_carries_so_many_operations_and_takes_more_when_some_are_complete(
    opened: WebSocketTestSession,
) -> None:
    for number in range(4):
        subscribe(opened, str(number), FOREVER)
    error = opened.receive_json()
    assert (error["id"], error["type"]) == ("3", "error")
    assert error["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "socket", "most": 3}
    opened.send_json({"type": "complete", "id": "0"})
    subscribe(opened, "3", {"query": "{ archive { position } }"})
    assert opened.receive_json()["type"] == "next"


WORDS = st.sampled_from(["type", "id", "payload", "query", "variables", "extensions", "operationName", "1", "ping"])
KINDS = ["connection_init", "connection_ack", "ping", "pong", "subscribe", "next", "error", "complete", "x"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)
QUERIES = st.sampled_from([EVENTS, "{archive{position}}", "subscription{archive{position}}", "{", "", "{x}", "\x00"])
PAYLOADS = st.fixed_dictionaries({"query": QUERIES}, optional={"variables": VALUES, "operationName": VALUES})
MESSAGES = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)}, optional={"id": st.sampled_from(["1", "2"]), "payload": PAYLOADS | VALUES}
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGES.map(json.dumps) | VALUES.map(json.dumps) | st.text(max_size=20), max_size=6))
@example(['{"type":"subscribe","id":"\\ud800","payload":{"query":"{a}"}}'])
def test_whatever_is_sent_is_answered_by_the_protocol(app: Any, messages: list[str]) -> None:
    """Each message is answered, or closes the socket with a code of the protocol; the next socket is served."""
    with TestClient(app).websocket_connect("/graphql", [PROTOCOL]) as session:
        session.send_json({"type": "connection_init"})
        for message in messages:
            session.send_text(message.encode("utf-8", "replace").decode())
        session.send_json({"type": "ping", "payload": {"last": True}})
        code = None
        try:
            while (told := session.receive_json()) != {"type": "pong", "payload": {"last": True}}:
                assert told["type"] in ("connection_ack", "next", "error", "complete", "pong")
        except WebSocketDisconnect as why:
            code = why.code
        assert code in (None, 4400, 4409, 4429)
    assert app.state.operations.open == 0


# --- A real server --------------------------------------------------------------------------------------------------


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[House]:
    house = opened_house(None, tmp_path / "log.db")
    house.record(council.everything())
    yield house
    house.views.close()
    house.archive.close()


@contextmanager
def dialled(base: str, **more: Any) -> Iterator[ClientConnection]:
    """A socket of a real client that was acknowledged."""
    protocols: list[Any] = [PROTOCOL]
    with connect(base.replace("http", "ws") + "/graphql", subprotocols=protocols, **more) as made:
        made.send(json.dumps({"type": "connection_init"}))
        assert json.loads(made.recv(30)) == {"type": "connection_ack"}
        yield made


def listened(base: str, after: int, most: int, end: int) -> list[int]:
    """Positions told by a socket that is left after so many, or at the end."""
    heard: list[int] = []
    with dialled(base, max_queue=None) as session:
        payload = {"query": EVENTS, "variables": {"after": after}}
        session.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        while len(heard) < most and (not heard or heard[-1] < end):
            heard.append(json.loads(session.recv(30))["payload"]["data"]["events"]["position"])
    return heard


def left(most: int, end: int) -> Callable[[Heard], bool]:
    """When to leave an event stream: after so many answers, or at the end."""
    return lambda told: len(told.answers) >= most or (bool(told.answers) and told.answers[-1][0] >= end)


def days(first: int, count: int) -> list[Any]:
    """So many records of one event each."""
    numbers = range(first, first + count)
    return council.holidays(*(f"{1950 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}" for n in numbers))


def test_a_thousand_events_and_a_hundred_breaks_lose_nothing_and_double_nothing(
    growing: House, tell: Callable[[str], None]
) -> None:
    """Both protocols by turns, left at random, while the log grows by leaps."""
    chance = random.Random(1946)
    start = growing.archive.position()
    end = start + 1_000

    def write() -> None:
        written = 0
        while written < 1_000:
            leap = min(chance.randrange(1, 120), 1_000 - written)
            growing.record(days(written, leap))
            written += leap

    heard: list[int] = []
    breaks = 0
    with serving(create_app(growing.archive, growing.views)) as base:
        writer = threading.Thread(target=write)
        writer.start()
        begun = time.monotonic()
        while not heard or heard[-1] < end:
            last = heard[-1] if heard else start
            most = chance.randrange(1, 25)
            if chance.random() < 0.5:
                heard += listened(base, last, most, end)
            else:
                named = chance.random() < 0.5
                told = sse(base, EVENTS, {"after": start if named else last}, last if named else None, left(most, end))
                heard += [position for position, _ in told.answers]
            breaks += 1
        spent = time.monotonic() - begun
        writer.join()
    tell(f"subscriptions: 1,000 events over {breaks} connections in {spent:.1f} s")
    assert heard == list(range(start + 1, end + 1))


def test_a_reader_that_takes_nothing_is_closed_with_the_place_to_go_on_from(
    growing: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "PATIENCE", 1.0)
    claims = " ".join(f"a{number}: claims" for number in range(30))
    query = f"subscription ($after: Int) {{ events(after: $after) {{ position {claims} }} }}"
    growing.record(council.practice())
    end = growing.archive.position()
    app = create_app(growing.archive, growing.views)
    carried = app.state.operations
    with serving(app) as base:
        host, _, port = base.removeprefix("http://").partition(":")
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        narrow.connect((host, int(port)))
        with dialled(base, sock=narrow, compression=None, max_queue=1) as session:
            for number in range(20):
                payload = {"query": query, "variables": {"after": 0}}
                session.send(json.dumps({"type": "subscribe", "id": str(number), "payload": payload}))
            until(lambda: carried.open == 20, "the operations did not begin")
            until(lambda: carried.open == 0, "nobody lost patience")
            made = carried.made
            heard: dict[str, list[int]] = {}
            with suppress(ConnectionClosed):
                for text in session:
                    told = json.loads(text)
                    heard.setdefault(told["id"], []).append(told["payload"]["data"]["events"]["position"])
        assert session.close_code == 1013
        places = [heard[str(number)][-1] if str(number) in heard else 0 for number in range(20)]
        assert session.close_reason == f"nothing was taken for too long: go on after position {min(places)}"
        assert min(places) < end, "all of it went into buffers: the reader was not slow enough"
        assert made < 20 * end
        for positions in heard.values():
            assert positions == list(range(1, len(positions) + 1))
        assert listened(base, min(places), end, end) == list(range(min(places) + 1, end + 1))


def test_a_server_that_stops_says_where_to_go_on(growing: House) -> None:
    end = growing.archive.position()
    app = create_app(growing.archive, growing.views)
    with serving(app) as base, dialled(base) as session:
        session.send(json.dumps({"type": "subscribe", "id": "1", "payload": ALL}))
        for _ in range(end):
            session.recv(30)
        app.state.operations.tail._task.get_loop().call_soon_threadsafe(app.state.operations.close)
        with pytest.raises(ConnectionClosed) as why:
            session.recv(30)
        assert why.value.rcvd is not None
        assert (why.value.rcvd.code, why.value.rcvd.reason) == (1012, f"the server stops: go on after position {end}")
        until(lambda: not app.state.operations.open, "an operation goes on")


@pytest.mark.slow
def test_the_npm_clients_hear_everything_once_though_the_server_is_killed(tmp_path: Path) -> None:
    assert (AUDITS / "node_modules" / "graphql-ws").exists(), "the clients are not installed: run `make setup-dev`"
    house = Whole(Settings(home=tmp_path))
    list(house.archive.record(council.everything(), by="test"))
    served = Served(tmp_path)
    served.start()
    last = house.archive.position() + 60
    commands = [["node", "follow.js", f"{served.base}/graphql", how, str(last)] for how in ("ws", "sse")]
    with ExitStack() as stack:
        stack.callback(house.close)
        stack.callback(served.kill)
        clients = [
            subprocess.Popen(command, cwd=AUDITS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for command in commands
        ]
        for client in clients:
            stack.callback(client.kill)
        for round in range(2):
            for number in range(10):
                list(house.archive.record(days(30 * round + number, 1), by="test"))
            for client in clients:
                assert client.stderr is not None
                assert client.stderr.readline().strip().isdigit(), "the client told no position"
            served.end(signal.SIGKILL if round == 0 else signal.SIGTERM)
            list(house.archive.record(days(30 * round + 10, 20), by="test"))  # while nobody serves
            served.start()
        expected = [position for position, _, _ in logged(house.archive)]
        assert expected[-1] == last
        for client in clients:
            told = json.loads(client.communicate(timeout=60)[0])
            assert told["heard"] == expected
            assert told["breaks"] >= 2


def test_the_tail_is_looked_at_for_all(growing: House) -> None:
    """Sockets and streams of one process share one task."""
    app = create_app(growing.archive, growing.views)
    with serving(app) as base, dialled(base) as session:
        session.send(json.dumps({"type": "subscribe", "id": "1", "payload": FOREVER}))
        end = growing.archive.position()
        until(lambda: app.state.operations.tail.position == end, "nobody looks")
        growing.record(days(0, 1))
        assert json.loads(session.recv(30))["payload"]["data"]["events"]["position"] == end + 1
        heard = sse(base, EVENTS, {"after": end}, enough=lambda told: len(told.answers) == 1)
        assert [position for position, _ in heard.answers] == [end + 1]
        assert app.state.operations.tail.pages == 0
    assert tail.LOOK < 1
