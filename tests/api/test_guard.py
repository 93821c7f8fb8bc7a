"""What holds for every request and answer: headers of safety, whose pages may read, how much may come, how slowly."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.guard import HEADERS
from api.terms import Terms
from tests.api.conftest import House
from tests.serving import serving

EVERYWHERE = [
    ("GET", "/", 200),
    ("GET", "/votes", 200),
    ("GET", "/nowhere", 404),
    ("GET", "/static/portal.css", 200),
    ("GET", "/static/nothing.css", 404),
    ("DELETE", "/votes", 405),
    ("GET", "/healthz", 200),
    ("GET", "/schema.graphql", 200),
    ("GET", "/graphql?query={archive{position}}", 200),
    ("GET", "/graphql", 400),
    ("PUT", "/graphql", 405),
    ("GET", "/graphql/static/examples.json", 200),
    ("GET", "/graphql/static/nothing.js", 404),
    ("GET", "/searches/0000000000000000.atom", 404),
    ("POST", "/searches", 415),
    ("OPTIONS", "/votes", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), EVERYWHERE)
def test_every_answer_bears_the_headers_of_safety(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value]
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert ("style-src" in policy) == ("html" in answer.headers["content-type"]), "what is no page needs no styles"


def test_a_fault_of_ours_is_told_without_its_trace_and_safely(small: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("select secret from nowhere")

    app = create_app(small.archive, small.views)
    monkeypatch.setattr("api.graphql.http.read", broken)
    monkeypatch.setattr("projections.reading.Reader._rows", broken)
    client = TestClient(app, raise_server_exceptions=False)
    for path in ("/graphql?query={archive{position}}", "/votes"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("compiled", ["1", "0"])
def test_no_sql_in_errors(small: House, monkeypatch: pytest.MonkeyPatch, compiled: str) -> None:
    monkeypatch.setenv("COUNCIL_COMPILED", compiled)
    monkeypatch.setattr("projections.reading.Reader.live", lambda self, alias="": "secret = 'of the database'")
    answer = TestClient(create_app(small.archive, small.views)).get("/graphql?query={votes(first:1){totalCount}}")
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["message"] == "an internal error; it has been logged"
    assert "secret" not in answer.text


ORIGIN = {"origin": "https://data.example.org"}
ASKS = {**ORIGIN, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}


def test_pages_of_every_origin_may_read_and_bear_no_token(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{archive{position}}"}, headers=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "RateLimit" in answer.headers["access-control-expose-headers"]
    before = client.options("/graphql", headers=ASKS)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, "*")
    with_token = {**ASKS, "access-control-request-headers": "authorization"}
    assert client.options("/graphql", headers=with_token).status_code == 400
    assert client.options("/graphql", headers={**ASKS, "access-control-request-method": "PUT"}).status_code == 400


def test_origins_that_are_named_may_read_and_write_others_may_not(small: House) -> None:
    terms = Terms(cors="https://data.example.org, https://www.example.org")
    client = TestClient(create_app(small.archive, small.views, terms=terms))
    with_token = {**ASKS, "access-control-request-headers": "authorization, content-type"}
    before = client.options("/graphql", headers=with_token)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, ORIGIN["origin"])
    answer = client.get("/healthz", headers=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == ORIGIN["origin"]
    assert "Origin" in answer.headers["vary"]
    other = {"origin": "https://elsewhere.example.org"}
    assert "access-control-allow-origin" not in client.get("/healthz", headers=other).headers
    assert client.options("/graphql", headers={**ASKS, **other}).status_code == 400


def test_no_origin_may_read_where_none_is_named(small: House) -> None:
    client = TestClient(create_app(small.archive, small.views, terms=Terms(cors="")))
    assert "access-control-allow-origin" not in client.get("/healthz", headers=ORIGIN).headers


@pytest.fixture(scope="module")
def port(small: House) -> Iterator[int]:
    """The application on a real port that waits for hardly anything."""
    terms = Terms(body_seconds=0.4, head_bytes=4_096)
    with serving(create_app(small.archive, small.views, terms=terms)) as address:
        yield int(address.rpartition(":")[2])


def say(port: int, *parts: bytes) -> bytes:
    """What the server answers to some bytes, until it ends the connection."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as client:
        for part in parts:
            client.sendall(part)
        told = b""
        while chunk := client.recv(65_536):
            told += chunk
        return told


POST = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"


@pytest.mark.parametrize(
    ("parts", "status", "said"),
    [
        ((POST % b"/graphql", b'{"query":'), 408, b"body"),
        ((POST % b"/searches", b"{"), 408, b"body"),
        ((b"GET /votes HTTP/1.1\r\nHost:",), 408, b"head"),
        ((), 408, b"head"),
        ((b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Long: " + b"x" * 5_000,), 431, b"4096 bytes"),
        ((b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Long: " + b"x" * 5_000 + b"\r\n\r\n",), 431, b"4096 bytes"),
        ((b"GET /?" + b"x" * 5_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",), 431, b"4096 bytes"),
        ((b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: x\r\n" * 101 + b"\r\n",), 431, b"100 fields"),
        ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",), 400, b"Invalid HTTP"),
        ((b"GET / HTTP/1.1\r\n\r\n",), 400, b"Invalid HTTP"),
    ],
)
def test_what_is_slow_or_too_large_is_cut_off(port: int, parts: tuple[bytes, ...], status: int, said: bytes) -> None:
    told = say(port, *parts)
    head, _, _ = told.partition(b"\r\n\r\n")
    assert head.split()[1] == str(status).encode()
    assert said in told
    assert b"x-content-type-options: nosniff" in head.lower()


def test_a_connection_that_was_refused_nothing_goes_on(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as client:
        for _ in range(3):
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            client.sendall(b"\r\n")
            told = b""
            while b'"status"' not in told:
                told += client.recv(65_536)
            assert told.startswith(b"HTTP/1.1 200")
