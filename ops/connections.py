"""Connections that do not wait for ever: the head of a request must be there in time, and be of bounded size.

The server's own protocol ends only idle connections, between two requests, and keeps what comes of a head without end.
The application never sees a head that is not whole, so it is refused here.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from starlette.datastructures import MutableHeaders
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.guard import secure
from api.terms import Terms

FIELDS = 100
"""Fields in the head of a request."""


class HeadError(Exception):
    """A head that is refused; the parser stops there."""


def protocol(terms: Terms) -> type[asyncio.Protocol]:
    """The protocol of connections on these terms, as uvicorn takes it (``http=``)."""
    return type("Connection", (Connection,), {"terms": terms})


class Connection(HttpToolsProtocol):
    """HTTP/1.1 with an end to waiting."""

    terms = Terms()
    _waiting: asyncio.TimerHandle | None = None
    _heading = True
    """Whether what comes next belongs to a head."""
    _bytes = 0
    """Bytes that came of a head which is not whole."""
    _large = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on, and wait while a head is not whole."""
        if self._heading:
            self._bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing() or not self._heading or not self._bytes:
            return
        if self._bytes > self.terms.head_bytes:
            self._refuse(431, self._too_large())
        elif self._waiting is None:
            self._wait()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field. Raises HeadError for one too many."""
        super().on_header(name, value)
        if len(self.headers) > FIELDS:
            self._large = True
            raise HeadError

    def on_headers_complete(self) -> None:
        """The head is whole. Raises HeadError where it names no host, or several (RFC 9112, 3.2)."""
        if [name for name, _ in self.headers].count(b"host") != 1 and self.parser.get_http_version() == "1.1":
            raise HeadError
        self._stop_waiting()
        self._heading, self._bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole; what comes next is another."""
        self._heading = True
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read as a request; a head that is too large by a status of its own."""
        if self._large:
            self._refuse(431, self._too_large())
        else:
            self._refuse(400, msg)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.terms.body_seconds, self._late)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _late(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            seconds = self.terms.body_seconds
            self._refuse(408, f"the head of the request did not arrive within {seconds:g} seconds")

    def _too_large(self) -> str:
        return f"the head of a request holds at most {self.terms.head_bytes} bytes and {FIELDS} fields"

    def _refuse(self, status: int, told: str) -> None:
        headers = MutableHeaders({"Content-Type": "text/plain; charset=utf-8", "Connection": "close"})
        headers["Content-Length"] = str(len(told))
        secure(headers)
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
        lines += [name + b": " + value for name, value in headers.raw]
        self.transport.write(b"\r\n".join([*lines, b"", told.encode("ascii")]))
        self.transport.close()


def settings(terms: Terms) -> dict[str, Any]:
    """What uvicorn is to be told of connections on these terms."""
    return {
        "http": protocol(terms),
        "proxy_headers": bool(terms.proxies.strip()),
        "forwarded_allow_ips": terms.proxies,
    }
