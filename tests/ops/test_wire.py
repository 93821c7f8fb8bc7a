"""What goes over the wire is what uvicorn would send, in one write where it can be; heads of requests have an end."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ops.wire import HEAD, Wire

ANSWERS: dict[str, tuple[int, list[tuple[bytes, bytes]], list[bytes]]] = {
    "/plain": (200, [(b"content-type", b"text/plain"), (b"content-length", b"5")], [b"Hello"]),
    "/empty": (200, [(b"content-length", b"0")], [b""]),
    "/unchanged": (304, [(b"etag", b'"1"')], [b""]),
    "/in-two": (200, [(b"content-length", b"10")], [b"Hello", b"again"]),
    "/stream": (200, [(b"content-type", b"text/event-stream")], [b"data: 1\n\n", b"data: 2\n\n"]),
    "/close": (200, [(b"content-length", b"2"), (b"connection", b"close")], [b"So"]),
    "/split": (200, [(b"content-length", b"2"), (b"x", b"a\r\nset-cookie: b")], [b"So"]),
    "/too-long": (200, [(b"content-length", b"2")], [b"Hello"]),
    "/too-short": (200, [(b"content-length", b"9")], [b"Hello"]),
}
"""Path → status, headers, and the parts of a body."""


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    taken, more = 0, True
    while more:
        message = await receive()
        taken, more = taken + len(message.get("body", b"")), message.get("more_body", False)
    if scope["path"] == "/taken":
        told = str(taken).encode()
        status, headers, parts = 200, [(b"content-length", b"%d" % len(told))], [told]
    else:
        status, headers, parts = ANSWERS[scope["path"]]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for number, part in enumerate(parts):
        await send({"type": "http.response.body", "body": part, "more_body": number < len(parts) - 1})


def _served(protocol: type) -> Iterator[int]:
    server = uvicorn.Server(
        uvicorn.Config(application, port=0, http=protocol, lifespan="off", log_config=None, log_level="critical")
    )
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=20)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def ours() -> Iterator[int]:
    yield from _served(Wire)


@pytest.fixture(scope="module")
def usual() -> Iterator[int]:
    yield from _served(HttpToolsProtocol)


def told(port: int, raw: bytes) -> bytes:
    """All that a server sends until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        found = b""
        with suppress(ConnectionError):  # whoever is refused has not been read to the end
            connection.sendall(raw)
            while part := connection.recv(1 << 16):
                found += part
    return re.sub(rb"date: [^\r]*", b"date: then", found)


def get(path: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    lines = [f"{method} {path} HTTP/{version}", "Host: here", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


LAST = get("/plain", "Connection: close")


@pytest.mark.parametrize("path", [*ANSWERS, "/taken"])
@pytest.mark.parametrize(
    "asked",
    [
        lambda path: get(path) + LAST,
        lambda path: get(path, "Connection: close"),
        lambda path: get(path, version="1.0"),
        lambda path: get(path, method="HEAD") + LAST,
        lambda path: get(path, "Content-Length: 3", "Expect: 100-continue", method="POST") + b"abc" + LAST,
    ],
)
def test_the_same_bytes_go_out_as_by_uvicorn_alone(path: str, asked: Any, ours: int, usual: int) -> None:
    expected = told(usual, asked(path))
    assert expected.startswith(b"HTTP/1.1 ") or path == "/split"  # nothing at all goes out of that one
    assert told(ours, asked(path)) == expected


def test_head_and_body_of_a_plain_answer_go_out_in_one_write(ours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    begin = Wire.connection_made

    class Noted:
        def __init__(self, transport: Any) -> None:
            self._transport = transport

        def write(self, data: bytes) -> None:
            written.append(data)
            self._transport.write(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._transport, name)

    noted: Any = Noted
    monkeypatch.setattr(Wire, "connection_made", lambda self, transport: begin(self, noted(transport)))
    assert told(ours, get("/plain") + get("/stream", "Connection: close"))
    assert written[0].endswith(b"\r\n\r\nHello")
    assert written[1].endswith(b"\r\n\r\n")


def test_a_head_without_end_is_refused_and_a_large_body_is_not(ours: int) -> None:
    endless = b"GET /plain HTTP/1.1\r\nx: " + b"a" * (HEAD + 1)
    assert told(ours, endless).startswith(b"HTTP/1.1 400 ")
    many = get("/plain", *[f"x{number}: {'a' * 100}" for number in range(10_000)])
    assert told(ours, many)[:13] in (b"HTTP/1.1 400 ", b"")
    body = b"b" * (5 * HEAD)
    sent = get("/taken", f"Content-Length: {len(body)}", "Connection: close", method="POST") + body
    assert told(ours, sent).endswith(b"\r\n\r\n%d" % len(body))
    assert told(ours, get("/plain") * 3_000 + LAST).count(b"Hello") == 3_001
