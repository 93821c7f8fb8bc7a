"""Telling the answer to a GraphQL request: body, headers, and every refusal in the form the specification wants."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.access import AccessError
from api.graphql import answers
from api.graphql.answers import Kept
from api.graphql.asked import GRAPHQL, JSON, STATUS, Asked, RefusedError
from api.graphql.front import Told, written
from api.graphql.persisted import PersistedError, UnreachableError
from api.graphql.prepared import Answer
from api.guard import SAFE, SlowError
from api.points import SpentError, price
from api.state import State
from projections.reading import ViewsError

LOG = logging.getLogger("council.graphql")

LONGEST = 1_000
"""Characters of an error's message, which may repeat what was sent."""

HEADERS = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}

_SAME = {
    media: [*SAFE, *written({**HEADERS, "Content-Type": f"{media}; charset=utf-8"}, without="Cache-Control")]
    for media in (JSON, GRAPHQL)
}
_PINNED, _MOVING = (b"cache-control", answers.PINNED.encode()), (b"cache-control", HEADERS["Cache-Control"].encode())

REFUSALS = (
    AccessError,
    RefusedError,
    PersistedError,
    ViewsError,
    UnreachableError,
    SlowError,
    SpentError,
    ClientDisconnect,
)
"""What a request can be refused for, beside the errors of its document."""


def told(kept: Kept, asked: Asked, media: str, tag: str) -> Response:
    """An answer without errors."""
    lasting = _PINNED if asked.get and kept.pinned else _MOVING
    return Told(kept.body, STATUS["answered"], [*_SAME[media], (b"etag", tag.encode()), lasting], kept)


def keeping(kept: Kept, asked: Asked, tag: str) -> dict[str, str]:
    """The headers that say how long an answer may be kept by others: for ever, or until it is asked about again."""
    return {"ETag": tag, **({"Cache-Control": answers.PINNED} if asked.get and kept.pinned else {})}


def worded(error: GraphQLError) -> dict[str, Any]:
    """An error as it is sent; what went wrong inside is logged and not told."""
    original = error.original_error
    formatted: dict[str, Any] = dict(error.formatted)
    if original is not None and not isinstance(original, GraphQLError):
        LOG.error("internal error at %s", error.path, exc_info=original)
        formatted["message"] = "an internal error; it has been logged"
    message = formatted["message"].encode("utf-8", "replace").decode()
    formatted["message"] = message if len(message) <= LONGEST else f"{message[:LONGEST]} …"
    return formatted


def body_of(answer: Answer, now: State) -> bytes:
    """What is sent: errors, data, and beside them the state answered from and the cost."""
    body: dict[str, Any] = {}
    if answer.errors:
        body["errors"] = [worded(error) for error in answer.errors]
    if answer.started:
        body["data"] = answer.data
    cost = {"nodes": answer.objects, "points": price(answer.objects)}
    body["extensions"] = {"archive": now.told(), "cost": cost}
    return orjson.dumps(body)


def response_of(answer: Answer, now: State, media: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer as it is sent, with what went wrong; nobody keeps it for longer than it holds."""
    headers = {**(headers or {}), **_unkept(answer)}
    status = STATUS["answered"] if answer.started else STATUS[f"refused as {media}"]
    return Response(body_of(answer, now), status, {**HEADERS, **headers}, f"{media}; charset=utf-8")


def _unkept(answer: Answer) -> dict[str, str]:
    """Headers of an answer that lacks what could not be reached: nobody may keep it; when to ask again."""
    waits = [error.extensions.get("retryAfter") for error in answer.errors if error.extensions]
    known = [wait for wait in waits if wait is not None]
    return {"Cache-Control": "no-store", "Retry-After": str(max(known))} if known else {}


def plainly(refused: Exception, media: str) -> Response:
    """How a refusal (one of ``REFUSALS``) is told to a client that takes a media type."""
    if isinstance(refused, AccessError):
        return plain(STATUS[refused.why], str(refused), media, refused.headers, refused.code)
    if isinstance(refused, RefusedError):
        return plain(refused.status, str(refused), media, refused.headers, refused.code)
    if isinstance(refused, PersistedError):
        status = STATUS[refused.why or f"refused as {media}"]
        return plain(status, str(refused), media, {"Cache-Control": "no-store"}, refused.code)
    if isinstance(refused, SpentError):
        return plain(STATUS["throttled"], str(refused), media, {"Retry-After": str(refused.wait)}, "RATE_LIMITED")
    if isinstance(refused, SlowError):
        return plain(STATUS["too slow"], str(refused), media, {"Connection": "close"})
    if isinstance(refused, ClientDisconnect):
        return plain(STATUS["malformed"], "the request ended before its body did", media, {})
    return plain(STATUS["not ready"], str(refused), media, {"Retry-After": "5"})


def plain(status: int, message: str, media: str, headers: Mapping[str, str], code: str | None = None) -> Response:
    """An answer that holds one error and nothing else."""
    error: dict[str, Any] = {"message": message.encode("utf-8", "replace").decode()}
    if code is not None:
        error["extensions"] = {"code": code}
    body = orjson.dumps({"errors": [error]})
    return Response(body, status, {**HEADERS, **headers}, f"{media}; charset=utf-8")
