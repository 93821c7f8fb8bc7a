"""HTTP as it goes over the wire: uvicorn's protocol on httptools, with two things that it lacks.

An answer that says how long it is goes out in one write: head and body apart cost as much as a small answer takes to
make. Everything else, such as a stream, is sent by uvicorn as ever. And the head of a request has a largest size, as
it has with uvicorn's other parser: httptools would keep what a client sends without end.

It leans on what uvicorn keeps about a request and its answer, so the version is pinned.
"""

from __future__ import annotations

import logging
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

HEAD = 64 * 1024
"""Bytes of a request's line and headers at most; ``h11_max_incomplete_event_size`` of uvicorn's settings is another."""


class Wire(HttpToolsProtocol):
    """The server's end of one connection."""

    _head = 0

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is more of a head than there may be."""
        self._head += len(data)
        super().data_received(data)
        if self._head > (self.config.h11_max_incomplete_event_size or HEAD) and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self.send_400_response("The head of the request is too large.")

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._head = 0
        super().on_body(body)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._head = 0
        cycle.__class__ = Cycle
        super()._start_asgi_task(cycle, app)


class Cycle(RequestResponseCycle):
    """A request and its answer. A head that says how long its body is waits for it."""

    _waiting = b""

    async def send(self, message: Any) -> None:
        """Send a part of the answer."""
        if not self.response_started and message["type"] == "http.response.start":
            self._waiting = self._head_of(message)
            if self._waiting:
                self.response_started, self.waiting_for_100_continue, self.chunked_encoding = True, False, False
                return
        elif self._waiting:
            head, self._waiting = self._waiting, b""
            body = message.get("body", b"")
            if self.flow.write_paused and not self.disconnected:
                await self.flow.drain()
            if self.disconnected:
                return
            if len(body) != self.expected_content_length or message.get("more_body", False):
                self.transport.write(head)
            else:
                self.transport.write(head + body)
                self.response_complete = True
                self.message_event.set()
                self.on_response()
                return
        await super().send(message)

    def _head_of(self, message: Any) -> bytes:
        """The head of a plain answer; empty where it is not one, or not fit to be sent: uvicorn knows what to do."""
        logged = self.access_log and self.access_logger.isEnabledFor(logging.INFO)
        if not self.keep_alive or logged or self.scope["method"] == "HEAD":
            return b""
        lines, length = [], -1
        for name, value in message["headers"]:
            if name == b"content-length":
                length = int(value)
            elif name in (b"connection", b"transfer-encoding"):
                return b""
            lines.append(name + b": " + value)
        head = b"\r\n".join(lines)
        breaks = len(lines) - 1
        if length < 0 or head.count(b"\n") != breaks or head.count(b"\r") != breaks or b"\0" in head:
            return b""
        self.expected_content_length = length
        usual = b"".join([name + b": " + value + b"\r\n" for name, value in self.default_headers])
        return STATUS_LINE[message["status"]] + usual + head + b"\r\n\r\n"
