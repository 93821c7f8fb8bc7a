"""Connections that do not wait for ever: the head of a request must be there in time, and be of bounded size.

The server's own protocol ends only idle connections, between two requests. One that sends a head a byte at a time, or
none at all, would be kept for as long as it likes. The application never sees such a request, so it is refused here.
"""

from __future__ import annotations

import asyncio
import re
import sys
from http import HTTPStatus
from typing import Any

import h11
from starlette.datastructures import MutableHeaders
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.guard import secure
from api.terms import Terms

FIELDS = 100
"""Fields in the head of a request."""

_END = re.compile(rb"\r?\n\r?\n")


def protocol(terms: Terms) -> type[asyncio.Protocol]:
    """The protocol of connections on these terms, as uvicorn takes it (``http=``)."""
    return type("Connection", (Connection,), {"terms": terms})


class Connection(H11Protocol):
    """HTTP/1.1 with an end to waiting."""

    terms = Terms()
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on, and wait while a head is not whole."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    def handle_events(self) -> None:
        """Read what has come. A head is measured before it is read: reading thousands of fields takes its time."""
        if self.conn.their_state is h11.IDLE and not self._fits(self.conn.trailing_data[0]):
            self._refuse(431, self._too_large())
            return
        super().handle_events()

    def _fits(self, data: bytes) -> bool:
        end = _END.search(data)
        head = data if end is None else data[: end.start()]
        return len(head) <= self.terms.head_bytes and head.count(b"\n") <= FIELDS

    def _too_large(self) -> str:
        return f"the head of a request holds at most {self.terms.head_bytes} bytes and {FIELDS} fields"

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.terms.body_seconds, self._late)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _late(self) -> None:
        self._waiting = None
        if self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE and not self.transport.is_closing():
            seconds = self.terms.body_seconds
            self._refuse(408, f"the head of the request did not arrive within {seconds:g} seconds")

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read as a request; a head that is too large by a status of its own."""
        wrong = sys.exc_info()[1]
        if isinstance(wrong, h11.RemoteProtocolError) and wrong.error_status_hint == 431:
            self._refuse(431, self._too_large())
        else:
            self._refuse(400, msg)

    def _refuse(self, status: int, told: str) -> None:
        headers = MutableHeaders({"Content-Type": "text/plain; charset=utf-8", "Connection": "close"})
        headers["Content-Length"] = str(len(told))
        secure(headers)
        head = h11.Response(status_code=status, headers=headers.raw, reason=HTTPStatus(status).phrase.encode())
        for event in (head, h11.Data(data=told.encode("ascii")), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def settings(terms: Terms) -> dict[str, Any]:
    """What uvicorn is to be told of connections on these terms."""
    return {
        "http": protocol(terms),
        "h11_max_incomplete_event_size": terms.head_bytes,
        "proxy_headers": bool(terms.proxies.strip()),
        "forwarded_allow_ips": terms.proxies,
    }
