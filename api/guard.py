"""What holds for every request and every answer: headers that keep browsers safe, and how much and how long may come.

This is the one place for the headers of safety: an answer that has one of its own keeps it, all others get them here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import anyio
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.terms import Terms

PAGES = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""The policy of pages. They have no scripts, so none are allowed."""
OTHERS = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of what is no page: opened as one it can do nothing."""

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""On every answer, beside a content security policy."""

SAFE = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
SAFE.append((b"content-security-policy", OTHERS.encode()))
"""All of them, as they go over the wire with what is no page. An answer that begins with them is let through."""

READ = ("GET", "HEAD", "POST")
"""Methods that pages of other origins may use."""
SENT = ("If-None-Match", "Last-Event-ID")
"""Headers that they may send."""
SHOWN = (
    *("ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "Link", "Location"),
    *("Content-Disposition", "X-Archive-Position"),
)
"""Headers of answers that they may read."""


class SlowError(Exception):
    """A body that does not arrive in time."""


def secure(headers: MutableHeaders) -> None:
    """Add the headers of safety that an answer has none of its own for."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    page = headers.get("content-type", "").startswith("text/html")
    headers.setdefault("Content-Security-Policy", PAGES if page else OTHERS)


class Guard:
    """The middleware around everything."""

    def __init__(self, app: ASGIApp, terms: Terms) -> None:
        self._app, self._terms = app, terms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, and its answer out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def safely(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = message["headers"]
                if not headers or headers[0] is not SAFE[0]:
                    secure(MutableHeaders(scope=message))
            await send(message)

        if _head(scope) > self._terms.head_bytes:
            told = f"address and headers of a request hold at most {self._terms.head_bytes} bytes: send it with POST"
            await PlainTextResponse(told, 431, {"Connection": "close"})(scope, receive, safely)
            return
        try:
            await self._app(scope, _Body(receive, self._terms.body_seconds), safely)
        except SlowError as slow:
            if begun:
                raise
            await PlainTextResponse(str(slow), 408, {"Connection": "close"})(scope, receive, safely)


class _Body:
    """What a server receives of a request; the body must be there in time."""

    __slots__ = ("_done", "_ends", "_receive", "_seconds")

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive, self._seconds = receive, seconds
        self._ends = time.monotonic() + seconds
        self._done = False

    async def __call__(self) -> Message:
        """The next message. Raises SlowError."""
        if self._done:
            return await self._receive()
        with anyio.move_on_after(self._ends - time.monotonic()):
            message = await self._receive()
            self._done = message["type"] != "http.request" or not message.get("more_body", False)
            return message
        raise SlowError(f"the body of the request did not arrive within {self._seconds:g} seconds")


def _head(scope: Scope) -> int:
    """Bytes of a request's head, about."""
    address = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    return address + sum(len(name) + len(value) + 4 for name, value in scope["headers"])
