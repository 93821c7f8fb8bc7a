"""GraphQL over HTTP: GET and POST, both media types, every status in one table, GraphiQL for browsers.

Everybody reads. A mutation is let in by its bearer token before any of it is carried out, and mutations are carried
out one after another, beside the reading.

An answer is a function of document, variables and log position: that is its ETag, and by that it is kept to be given
again (``answers.py``). Nothing a client sends may end in a
500: what cannot be read is refused with a message that says what is expected.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import orjson
from graphql import GraphQLError, OperationType, print_schema
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response

from api.access import PREFIX, AccessError, Principal
from api.context import Context
from api.graphql import answers, graphiql
from api.graphql.answers import Answers, Kept
from api.graphql.fields import Asking
from api.graphql.front import Told, written
from api.graphql.limits import LIMITS, Limits
from api.graphql.mutations import OPEN, SCOPE, Writing
from api.graphql.persisted import Persisted, PersistedError, UnreachableError, named
from api.graphql.prepared import Answer, Executor
from api.graphql.schema import ROOT, SCHEMA
from api.graphql.turn import Turn, watch
from api.guard import SlowError
from api.points import Points, SpentError, client_of, price
from api.state import State, state
from api.terms import TERMS, Terms
from projections.engine import STAMP
from projections.patience import Patience, StoppedError
from projections.reading import ViewsError

LOG = logging.getLogger("council.graphql")

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"

STATUS = {
    "answered": 200,
    "refused as application/json": 200,
    "refused as application/graphql-response+json": 400,
    "unchanged": 304,
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "wrong method": 405,
    "not acceptable": 406,
    "too slow": 408,
    "too large": 413,
    "wrong media type": 415,
    "throttled": 429,
    "not ready": 503,
    "timed out": 503,
}
"""Every status this endpoint gives. *Refused*: read as a request, but its document or variables are not valid."""

WRITTEN = 1_000_000
"""Bytes of a request that bears a good token: a long speech in Chinese or Arabic alone has more than 100,000. The
document in it stays as short as anybody's (``Limits.body``); facts go into its variables."""

LONGEST = 1_000
"""Characters of an error's message, which may repeat what was sent."""

WORKERS = 2
"""Answers made at once in worker threads. They compete for one interpreter: more of them only take turns more often."""

DOORS = 4
"""Tokens looked at once; our own do not wait for those whose issuer is slow to answer."""

HEADERS = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}
NONE_LEFT = "none are left"

HEADERS = {"Vary": "Accept", "Cache-Control": "no-cache"}

_SAME = {
    media: written({**HEADERS, "Content-Type": f"{media}; charset=utf-8"}, without="Cache-Control")
    for media in (JSON, GRAPHQL)
}
_PINNED, _MOVING = (b"cache-control", answers.PINNED.encode()), (b"cache-control", HEADERS["Cache-Control"].encode())

T = TypeVar("T")

UNKEPT = ("savedSearch", "citation", "mutation")
"""Words of documents whose answer may change at the same position: keeping a search or a citation moves none."""

MADE_BY = blake2b(f"{STAMP}\n{print_schema(SCHEMA)}".encode(), digest_size=12).hexdigest()
"""The schema and the read models an answer is made by: another release is another answer, at the same position too."""


class RefusedError(Exception):
    """A request that is not a GraphQL request, or not one to be served so."""

    def __init__(self, why: str, message: str, code: str | None = None, /, **headers: str) -> None:
        super().__init__(message)
        self.status = STATUS[why]
        self.code = code
        self.headers = headers


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


def address_of(connection: HTTPConnection) -> str:
    """Where a request comes from."""
    client = connection.scope["client"]
    return client[0] if client else "an unknown address"


class Asked:
    """A request's parameters, checked. A document that only its id names has yet to be found: its text is empty."""

    __slots__ = ("document", "get", "operation", "text", "variables")

    def __init__(self, parameters: Mapping[str, Any], *, get: bool) -> None:
        try:
            self.document = named(parameters)
        except ValueError as error:
            raise RefusedError("malformed", str(error)) from error
        text = parameters.get("query")
        if text is None and self.document is not None:
            text = ""
        if not isinstance(text, str):
            raise RefusedError("malformed", "`query` is missing or not a text: it holds the GraphQL document")
        variables = parameters.get("variables")
        if variables is not None and not isinstance(variables, dict):
            raise RefusedError("malformed", "`variables` is not a JSON object")
        operation = parameters.get("operationName")
        if operation is not None and not isinstance(operation, str):
            raise RefusedError("malformed", "`operationName` is not a text")
        extensions = parameters.get("extensions")
        if extensions is not None and not isinstance(extensions, dict):
            raise RefusedError("malformed", "`extensions` is not a JSON object")
        self.text = text
        self.variables: dict[str, Any] = variables or {}
        self.operation: str | None = operation or None
        self.get = get


class Endpoint:
    """The handler of ``/graphql``. ``threads``: answer in worker threads, so that a slow answer holds up no other.
    ``limits``: what one request may cost; ``kept``: bytes of answers that are kept; ``terms``: what a client may spend,
    and how long an answer may take; ``persisted``: documents that are asked by their id.
    """

    def __init__(
        self,
        context: Context,
        *,
        threads: bool = True,
        compiled: bool | None = None,
        limits: Limits = LIMITS,
        kept: int = answers.BYTES,
        terms: Terms = TERMS,
        persisted: Persisted | None = None,
    ) -> None:
        self.context = context
        self.persisted = persisted or Persisted()
        self.limits = limits
        self.terms = terms
        self.points = Points(terms.points)
        self.kept = Answers(kept)
        self.executor = Executor(SCHEMA, ROOT, compiled, limits)
        self.threads = threads
        self._workers = anyio.CapacityLimiter(WORKERS)
        self._writer = anyio.CapacityLimiter(1)
        self._ours, self._issuers = anyio.CapacityLimiter(DOORS), anyio.CapacityLimiter(DOORS)
        self.compiled = 0
        self.answered = 0

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if graphiql.wanted(request):
            return graphiql.page()
        client = client_of(address_of(request))
        turn = Turn(client, Patience(self.terms.answer_seconds))
        response = await self._answered(request, turn)
        response.headers.update(self.points.headers(turn.client))
        return response

    async def _answered(self, request: Request, turn: Turn) -> Response:
        media = JSON
        try:
            if request.method not in ("GET", "POST"):
                raise RefusedError("wrong method", "GraphQL is asked with GET or POST", Allow="GET, POST")
            media = accepted(request.headers.get("accept"))
            address = address_of(request)
            principal, asked = await self.received(request, address)
            if principal is not None:
                turn.client = f"token of {principal.name}"
            turn.patience = Patience(self.terms.answer_seconds)
            if "mutation" in asked.text:  # it is read and checked before anybody sees who may
                self.points.afford(self.points.short(turn.client), NONE_LEFT)
            scopes = await self._scopes(asked) if "mutation" in asked.text else None
            if scopes is not None:
                writer = self.context.access.require(principal, scopes, address)
                return await self._run(self._writer, lambda: self.write(asked, media, writer, address))
            match = request.headers.get("if-none-match")
            if self.kept.knows(asked.text) and (known := self.known(asked, media, match)) is not None:
                return known
            if self.executor.light(asked.text):
                return self.answer(asked, media, turn, match)
            return await self._while_waited_for(request, turn, lambda: self.answer(asked, media, turn, match))
        except REFUSALS as refused:
            if isinstance(refused, AccessError | PersistedError) or (
                isinstance(refused, RefusedError) and refused.code is None  # else they were taken when it began
            ):
                self.points.spend(turn.client, price(0))
            return plainly(refused, media)

    async def received(self, request: Request, address: str) -> tuple[Principal | None, Asked]:
        """Who sends a request, and what it asks, its document found. Raises one of ``REFUSALS``."""
        principal = await self._principal(request, address) if "authorization" in request.headers else None
        asked = await read(request, self.limits.body, self.limits.body if principal is None else WRITTEN)
        await self.found(asked, trusted=principal is not None)
        return principal, asked

    async def found(self, asked: Asked, *, trusted: bool = False) -> None:
        """Find the document that is named by its id. Raises PersistedError or UnreachableError."""
        if not self.persisted.idle(asked):
            await self._run(self._workers, lambda: self.persisted.resolve(asked, trusted=trusted))

    async def _run(self, limiter: anyio.CapacityLimiter, work: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(work, limiter=limiter) if self.threads else work()

    async def _while_waited_for(self, request: Request, turn: Turn, work: Callable[[], Response]) -> Response:
        """Do work in a worker thread, and stop it when whoever asked goes away."""
        if not self.threads:
            return work()
        watching = asyncio.create_task(watch(request, turn.patience))
        try:
            return await self._run(self._workers, work)
        finally:
            watching.cancel()

    async def _principal(self, request: Request, address: str) -> Principal | None:
        """Who sends the request. Raises AccessError for a bearer token that is not good."""
        header = ", ".join(request.headers.getlist("authorization"))
        if not header:
            return None
        doors = self._ours if PREFIX in header else self._issuers
        return await self._run(doors, lambda: self.context.access.identify(header, address))

    async def _scopes(self, asked: Asked) -> list[str] | None:
        """The scopes that a mutation needs; None for what is no mutation, is open to everybody, or comes by GET and is
        refused as such."""
        if asked.get:
            return None
        fields = await self._run(self._workers, lambda: self.executor.mutation(asked.text, asked.operation))
        return None if fields is None or fields <= OPEN else [SCOPE[name] for name in sorted(fields) if name in SCOPE]

    def write(self, asked: Asked, media: str, principal: Principal, address: str) -> Response:
        """Carry out a mutation for somebody who may. Raises ViewsError before anything is written."""
        with Writing(self.context, principal, address) as writing:
            answer = self._executed(asked, writing)
            return _response(answer, state(self.context, writing.read), media)

    def known(self, asked: Asked, media: str, match: str | None = None) -> Response | None:
        """The answer, if it is kept. Raises ViewsError."""
        tag = self._tag(asked, media, self.context.views.position())
        found = self.kept.get(tag)
        if found is None:
            return None
        self.answered += 1
        if asked.get and _matches(match, tag):
            return Response(status_code=STATUS["unchanged"], headers={**HEADERS, **_keeping(found, asked, tag)})
        return _told(found, asked, media, tag)

    def answer(self, asked: Asked, media: str, turn: Turn, match: str | None = None) -> Response:
        """Run the operation on one snapshot. Raises RefusedError and ViewsError."""
        try:
            turn.patience.check()  # it may have waited for a thread
            return self._made(asked, media, turn, match)
        except StoppedError:
            turn.end = "left" if turn.patience.gone else "stopped"
            told = f"the answer took more than the {self.terms.answer_seconds:g} seconds it may: ask for less at a time"
            raise RefusedError("timed out", told, "TIMEOUT", **{"Cache-Control": "no-store"}) from None
        finally:
            turn.log(asked.text, self.executor.name(asked.text, asked.operation), self.terms.slow_seconds)

    def _made(self, asked: Asked, media: str, turn: Turn, match: str | None) -> Response:
        with self.context.views.reader(patience=turn.patience) as reader:
            position = reader.position
            tag = self._tag(asked, media, position)
            unchanged = Response(status_code=STATUS["unchanged"], headers={"ETag": tag, **HEADERS})
            if asked.get and match is not None and tag in match:
                return unchanged  # without another look at the document: whoever has the tag has had the answer
            self.points.afford(self.points.short(turn.client), NONE_LEFT)
            if asked.get:
                self._only_queries(asked)
                if _matches(match, tag):
                    return unchanged
            context, watched = answers.watched(self.context)
            asking = Asking(context, reader)
            asking.admit = lambda objects: self._spend(turn, objects)
            answer = self._executed(asked, asking, asking.admit)
            now = state(self.context, reader)
        if not answer.started:
            self.points.spend(turn.client, price(0))
        if not answer.started or answer.errors:
            return _response(answer, now, media)
        told = Kept(_body(answer, now), pinned=False)
        if not watched.named and not any(name in asked.text for name in UNKEPT):
            told.pinned = "asOf" in asked.text and answers.pinned(self.executor.prepare(asked.text), asked.operation)
            self.kept.put(tag, asked.text, told)
        return _told(told, asked, media, tag)

    def _spend(self, turn: Turn, objects: int) -> None:
        """Take the points of an answer from whoever asks. Raises SpentError."""
        turn.objects = objects
        self.points.pay(turn.client, objects)

    def _executed(self, asked: Asked, asking: Asking, admit: Callable[[int], None] | None = None) -> Answer:
        try:
            answer = self.executor.execute(asked.text, asked.variables, asked.operation, asking, admit)
        except RecursionError:
            answer = Answer(None, [GraphQLError("the document is nested too deeply")], started=False)
        self.answered += 1
        self.compiled += answer.compiled
        return answer

    def _only_queries(self, asked: Asked) -> None:
        prepared = self.executor.prepare(asked.text)
        for name, operation in prepared.operations.items():
            if operation.operation == OperationType.MUTATION and asked.operation in (None, name):
                raise RefusedError("wrong method", "GET asks; a mutation is sent with POST", Allow="POST")
        if not prepared.operations and _mutates(asked.text):
            raise RefusedError("wrong method", "GET asks; a mutation is sent with POST", Allow="POST")

    def _tag(self, asked: Asked, media: str, position: int) -> str:
        index = 0
        if "earch" in asked.text and self.context.searcher is not None:
            index = self.context.searcher.position()
        if any(name in asked.text for name in UNKEPT):
            index = time.time_ns()
        told = orjson.dumps([MADE_BY, position, index, asked.text, asked.variables, asked.operation, media])
        return f'"{position}-{blake2b(told, digest_size=12).hexdigest()}"'


def _matches(match: str | None, tag: str) -> bool:
    """Whether a client's `If-None-Match` names the answer."""
    return match is not None and (match.strip() == "*" or tag in match)


def _told(kept: Kept, asked: Asked, media: str, tag: str) -> Response:
    """An answer without errors."""
    lasting = _PINNED if asked.get and kept.pinned else _MOVING
    return Told(kept.body, STATUS["answered"], [*_SAME[media], (b"etag", tag.encode()), lasting], kept)


def _keeping(kept: Kept, asked: Asked, tag: str) -> dict[str, str]:
    """The headers that say how long an answer may be kept by others: for ever, or until it is asked about again."""
    return {"ETag": tag, **({"Cache-Control": answers.PINNED} if asked.get and kept.pinned else {})}


def _mutates(text: str) -> bool:
    """Whether a document that is not valid here begins a mutation: GET must refuse it as such."""
    from api.graphql.limits import parse_within

    try:
        document = parse_within(text)
    except GraphQLError:
        return False
    return any(getattr(one, "operation", None) == OperationType.MUTATION for one in document.definitions)


@lru_cache(maxsize=32)
def accepted(header: str | None) -> str:
    """The media type to answer in. Raises RefusedError if the client takes neither."""
    if not header:
        return JSON
    best, quality = "", 0.0
    for part in header.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
            elif parameter.startswith("charset=") and parameter[8:].strip('"') not in ("utf-8", "utf8"):
                weight = 0.0
        for offered in (GRAPHQL, JSON) if kind == GRAPHQL else (JSON, GRAPHQL):
            if kind in (offered, "*/*", "application/*") and weight > quality:
                best, quality = offered, weight
    if not best:
        raise RefusedError("not acceptable", f"this endpoint answers in {JSON} or {GRAPHQL}")
    return best


async def read(request: Request, address: int, most: int) -> Asked:
    """The request's parameters, from an address or a body of at most so many bytes. Raises RefusedError."""
    if request.method == "GET":
        return Asked(_from_address(request, address), get=True)
    told = request.headers.get("content-type", "")
    if told != JSON:
        kind, _, parameter = told.partition(";")
        charset = parameter.strip().lower().removeprefix("charset=").strip('"')
        if kind.strip().lower() != JSON or ("charset=" in parameter.lower() and charset not in ("utf-8", "utf8")):
            kind = kind.strip() or "untyped"
            raise RefusedError("wrong media type", f"send the request as {JSON} in UTF-8, not {kind}")
    if (coded := request.headers.get("content-encoding", "identity")).lower() != "identity":
        told = f"send the request as it is, not as {coded[:20]}"
        raise RefusedError("wrong media type", told, **{"Accept-Encoding": "identity"})
    body, more = b"", True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise RefusedError(
                "too large", f"a request holds at most {most} bytes: ask for less, or in several requests"
            )
    try:
        parameters = orjson.loads(body)
        json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise RefusedError("malformed", f"the body is not JSON: {error}") from error
    if not isinstance(parameters, dict):
        raise RefusedError("malformed", "the body is not a JSON object; batches (arrays) are not served")
    return Asked(parameters, get=False)


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object that tells a name twice: what was meant would depend on who reads it. Raises RefusedError."""
    names = {name for name, _ in pairs}
    if len(names) < len(pairs):
        twice = next(name for name in names if sum(name == other for other, _ in pairs) > 1)
        raise RefusedError("malformed", f"the body tells `{twice[:40]}` twice in one object")


def _from_address(request: Request, most: int) -> dict[str, Any]:
    if len(request.url.query) > most:
        raise RefusedError("too large", f"a request holds at most {most} bytes: send it with POST, or ask for less")
    parameters: dict[str, Any] = dict(request.query_params)
    if len(request.query_params.multi_items()) > len(parameters):
        raise RefusedError("malformed", "the address tells a parameter twice")
    for name in ("variables", "extensions"):
        written = parameters.get(name)
        if written == "":
            parameters[name] = None
        elif written is not None:
            try:
                parameters[name] = orjson.loads(written)
            except (orjson.JSONDecodeError, RecursionError) as error:
                raise RefusedError("malformed", f"`{name}` is not JSON: {error}") from error
    return parameters


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


def _body(answer: Answer, now: State) -> bytes:
    """What is sent: errors, data, and beside them the state answered from and the cost."""
    body: dict[str, Any] = {}
    if answer.errors:
        body["errors"] = [worded(error) for error in answer.errors]
    if answer.started:
        body["data"] = answer.data
    cost = {"nodes": answer.objects, "points": price(answer.objects)}
    body["extensions"] = {"archive": now.told(), "cost": cost}
    return orjson.dumps(body)


def _response(answer: Answer, now: State, media: str, headers: Mapping[str, str] | None = None) -> Response:
    headers = {**(headers or {}), **_unkept(answer)}
    status = STATUS["answered"] if answer.started else STATUS[f"refused as {media}"]
    return Response(_body(answer, now), status, {**HEADERS, **headers}, f"{media}; charset=utf-8")


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
