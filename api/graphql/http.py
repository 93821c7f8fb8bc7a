"""GraphQL over HTTP: GET and POST, both media types, GraphiQL for browsers (see ``asked.py`` and ``telling.py``).

Everybody reads. A mutation is let in by its bearer token before any of it is carried out, and mutations are carried
out one after another, beside the reading.

An answer is a function of document, variables and log position: that is its ETag, and by that it is kept to be given
again (``answers.py``). Nothing a client sends may end in a 500: what cannot be read is refused with a message that says
what is expected.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from hashlib import blake2b
from typing import TypeVar

import anyio
import anyio.to_thread
import orjson
from graphql import GraphQLError, OperationType, print_schema
from starlette.requests import Request
from starlette.responses import Response

from api.access import PREFIX, AccessError, Principal
from api.context import Context
from api.graphql import answers, graphiql
from api.graphql.answers import Answers, Kept
from api.graphql.asked import JSON, STATUS, Asked, RefusedError, accepted, address_of, read
from api.graphql.fields import Asking
from api.graphql.limits import LIMITS, Limits, parse_within
from api.graphql.mutations import OPEN, SCOPE, Writing
from api.graphql.persisted import Persisted, PersistedError
from api.graphql.prepared import Answer, Executor
from api.graphql.schema import ROOT, SCHEMA
from api.graphql.telling import HEADERS, REFUSALS, body_of, keeping, plainly, response_of, told
from api.graphql.turn import Turn, watch
from api.points import Points, client_of, price
from api.state import state
from api.terms import TERMS, Terms
from projections.engine import STAMP
from projections.patience import Patience, StoppedError

WRITTEN = 1_000_000
"""Bytes of a request that bears a good token: a long speech in Chinese or Arabic alone has more than 100,000. The
document in it stays as short as anybody's (``Limits.body``); facts go into its variables."""

WORKERS = 2
"""Answers made at once in worker threads. They compete for one interpreter: more of them only take turns more often."""

DOORS = 4
"""Tokens looked at once; our own do not wait for those whose issuer is slow to answer."""

NONE_LEFT = "none are left"

T = TypeVar("T")

UNKEPT = ("savedSearch", "citation", "mutation")
"""Words of documents whose answer may change at the same position: keeping a search or a citation moves none."""

MADE_BY = blake2b(f"{STAMP}\n{print_schema(SCHEMA)}".encode(), digest_size=12).hexdigest()
"""The schema and the read models an answer is made by: another release is another answer, at the same position too."""


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
        response.raw_headers += self.points.headers(turn.client)
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
            return response_of(answer, state(self.context, writing.read), media)

    def known(self, asked: Asked, media: str, match: str | None = None) -> Response | None:
        """The answer, if it is kept. Raises ViewsError."""
        tag = self._tag(asked, media, self.context.views.position())
        found = self.kept.get(tag)
        if found is None:
            return None
        self.answered += 1
        if asked.get and _matches(match, tag):
            return Response(status_code=STATUS["unchanged"], headers={**HEADERS, **keeping(found, asked, tag)})
        return told(found, asked, media, tag)

    def answer(self, asked: Asked, media: str, turn: Turn, match: str | None = None) -> Response:
        """Run the operation on one snapshot. Raises RefusedError and ViewsError."""
        try:
            turn.patience.check()  # it may have waited for a thread
            return self._made(asked, media, turn, match)
        except StoppedError:
            turn.end = "left" if turn.patience.gone else "stopped"
            why = f"the answer took more than the {self.terms.answer_seconds:g} seconds it may: ask for less at a time"
            raise RefusedError("timed out", why, "TIMEOUT", **{"Cache-Control": "no-store"}) from None
        finally:
            turn.log(asked.text, self.executor.name(asked.text, asked.operation), self.terms.slow_seconds)

    def _made(self, asked: Asked, media: str, turn: Turn, match: str | None) -> Response:
        with self.context.views.reader(patience=turn.patience) as reader:
            position = reader.position
            tag = self._tag(asked, media, position)
            if asked.get and match is not None and tag in match:
                return _unchanged(tag)  # whoever has the tag has had the answer: no look at the document is needed
            self.points.afford(self.points.short(turn.client), NONE_LEFT)
            if asked.get:
                self._only_queries(asked)
                if _matches(match, tag):
                    return _unchanged(tag)
            context, watched = answers.watched(self.context)
            asking = Asking(context, reader)
            asking.admit = lambda objects: self._spend(turn, objects)
            answer = self._executed(asked, asking, asking.admit)
            now = state(self.context, reader)
        if not answer.started:
            self.points.spend(turn.client, price(0))
        if not answer.started or answer.errors:
            return response_of(answer, now, media)
        made = Kept(body_of(answer, now), pinned=False)
        if not watched.named and not any(name in asked.text for name in UNKEPT):
            made.pinned = "asOf" in asked.text and answers.pinned(self.executor.prepare(asked.text), asked.operation)
            self.kept.put(tag, asked.text, made)
        return told(made, asked, media, tag)

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


def _unchanged(tag: str) -> Response:
    return Response(status_code=STATUS["unchanged"], headers={"ETag": tag, **HEADERS})


def _mutates(text: str) -> bool:
    """Whether a document that is not valid here begins a mutation: GET must refuse it as such."""
    try:
        document = parse_within(text)
    except GraphQLError:
        return False
    return any(getattr(one, "operation", None) == OperationType.MUTATION for one in document.definitions)
