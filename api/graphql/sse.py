"""GraphQL over server-sent events: the distinct connections mode of the graphql-sse protocol.

One request, one operation: its answers come as events ``next``, and ``complete`` after the last. The id of an event is
the position its answer is given as of; a reader that comes again with it (``Last-Event-ID``, which browsers send by
themselves) goes on from there. A stream that is cut off, or ends because the server stops, has no ``complete``.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.graphql import operations
from api.graphql.asked import JSON, STATUS, RefusedError, address_of
from api.graphql.operations import Following, FullError, Operations, Single
from api.graphql.telling import REFUSALS, plain, plainly

LOG = logging.getLogger("council.subscriptions")

MEDIA: Final = "text/event-stream"
RETRY: Final = 3_000
"""Milliseconds after which a reader shall come again when the stream breaks off."""
AGAIN: Final = {"Retry-After": "30"}

HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept",
}

_POSITION = re.compile(r"[0-9]{1,10}", re.ASCII)


def wanted(request: Request) -> bool:
    """Whether a client takes events and not an answer in JSON."""
    accept = request.headers.get("accept", "")
    return request.method in ("GET", "POST") and MEDIA in accept and "json" not in accept


async def answered(request: Request, carried: Operations) -> Response:
    """The stream that answers a request."""
    address = address_of(request)
    try:
        last = _last(request)
        _, asked = await carried.endpoint.received(request, address)
        with carried.connected(address):
            pass
        found = await carried.begin(asked, address, last)
    except FullError as full:
        return plain(STATUS[full.why], str(full), JSON, AGAIN)
    except REFUSALS as refused:
        return plainly(refused, JSON)
    return EventStream(carried, address, found)


def _last(request: Request) -> int | None:
    """The position of the last event the client has. Raises RefusedError."""
    told = request.headers.get("last-event-id", "").strip()
    if not told:
        return None
    if not _POSITION.fullmatch(told):
        raise RefusedError("malformed", "`Last-Event-ID` is the id of an event of this stream: a position of the log")
    return int(told)


class EventStream(StreamingResponse):
    """One open stream."""

    def __init__(self, carried: Operations, address: str, found: Single | Following) -> None:
        content = _single(found) if isinstance(found, Single) else _followed(carried, found)
        super().__init__(content, headers=HEADERS, media_type=MEDIA)
        self._content = content
        self._carried, self._address, self._found = carried, address, found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the reader goes away, takes nothing for too long, or the server stops."""

        async def patient(message: Message) -> None:
            async with asyncio.timeout(operations.PATIENCE):
                await send(message)

        try:
            with self._carried.connected(self._address):
                await super().__call__(scope, receive, patient)
        except FullError as full:
            await plain(STATUS[full.why], str(full), JSON, AGAIN)(scope, receive, send)
        except TimeoutError:
            place = self._found.place if isinstance(self._found, Following) else self._found.position
            LOG.warning("cut off a stream to %s that took nothing; it goes on after position %d", self._address, place)
        finally:
            await self._content.aclose()


async def _single(found: Single) -> AsyncGenerator[bytes, None]:
    yield _next(found.position, orjson.dumps(found.body))
    yield b"event: complete\ndata:\n\n"


async def _followed(carried: Operations, following: Following) -> AsyncGenerator[bytes, None]:
    """First the place, so that a reader who hears nothing knows where to go on, then answers and signs of life."""
    yield f"retry: {RETRY}\nid: {following.place}\n\n".encode()
    async with aclosing(carried.follow(following)) as told:
        async for answers in told:
            events = [_next(position, body) for position, body in answers]
            yield b"".join(events) or f": nothing new\nid: {following.place}\n\n".encode()


def _next(position: int, body: bytes) -> bytes:
    return b"event: next\nid: %d\ndata: %s\n\n" % (position, body)
