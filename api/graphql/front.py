"""The straight way to ``/graphql``: past the routing, the pages of errors and the packing that only pages need.

Those layers cost more than a small answer. What this one does for them: it finds the path, and it packs what is sent
to whom takes it packed; an answer that is kept is kept packed, too. An error of ours passes through to the outermost
layer like one of any page.
"""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers as StarletteHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.graphql.answers import Kept

PATH = "/graphql"
SMALLEST = 1_000
"""Bytes from which an answer is packed."""
LARGE = 128 * 1024
"""Bytes from which packing is left to a thread, so that it holds up nobody."""
LEVEL = 3
"""How hard zlib tries: 45 kB of ballots become 3.5 kB in half the time that 3.1 kB take at level 5."""

Headers = list[tuple[bytes, bytes]]


class Told(Response):
    """An answer whose headers are written out already. ``kept``: where it is kept, if it is."""

    def __init__(self, body: bytes, status: int, headers: Headers, kept: Kept | None = None) -> None:
        self.body, self.status_code, self.background, self.kept = body, status, None, kept
        self.raw_headers = [*headers, (b"content-length", b"%d" % len(body))]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body})


class Straight(Request):
    """A request whose headers are looked up by name, the first where one stands several times."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope, self._receive, self._headers = scope, receive, First(scope=scope)


class First(StarletteHeaders):
    """Headers that are looked up more than once."""

    def __init__(self, scope: Scope) -> None:
        self._list = scope["headers"]
        self._first = dict(reversed(self._list))

    def get(self, key: str, default: Any = None) -> Any:
        """The first header of a name in lower case."""
        value = self._first.get(key.encode())
        return default if value is None else value.decode("latin-1")

    def __contains__(self, key: Any) -> bool:
        return key.encode() in self._first


class Front:
    """A layer before an application that answers ``/graphql`` by itself."""

    def __init__(self, app: ASGIApp, endpoint: Callable[[Request], Awaitable[Response]]) -> None:
        self._app, self._endpoint = app, endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on what asks for another path."""
        if scope["type"] != "http" or scope["path"] != scope.get("root_path", "") + PATH:
            await self._app(scope, receive, send)
            return
        response = await self._endpoint(Straight(scope, receive))
        size = len(getattr(response, "body", b""))  # a stream has none
        if size >= SMALLEST:
            if not isinstance(response, Told):
                response.headers.add_vary_header("Accept-Encoding")
            if takes_packed(scope):
                await run_in_threadpool(pack, response) if size >= LARGE else pack(response)
        await response(scope, receive, send)


def written(headers: Mapping[str, str], without: str = "") -> Headers:
    """Headers as they go over the wire, all but one."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items() if name != without]


def takes_packed(scope: Scope) -> bool:
    """Whether the client reads gzip."""
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def pack(response: Response) -> None:
    """Make a response one in gzip."""
    kept = response.kept if isinstance(response, Told) else None
    body = kept.packed if kept is not None else None
    if body is None:
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        body = packer.compress(response.body) + packer.flush()
        if kept is not None:
            kept.packed = body
    response.body = body
    response.headers["content-encoding"] = "gzip"
    response.headers["content-length"] = str(len(body))
