"""Operations carried out for those who keep a connection open: one answer, or one for every event that is followed.

Nothing is queued for anybody. A follower asks for the next answers when it has sent the last ones, so that the log
itself is the buffer: a slow reader costs what it has not yet taken off its connection, and nothing is lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final

import anyio
import anyio.to_thread
import orjson
from graphql import GraphQLError, OperationType

from api.access import network
from api.graphql import answers
from api.graphql.answers import Answers, Kept
from api.graphql.asked import Asked, RefusedError
from api.graphql.fields import Asking
from api.graphql.http import NONE_LEFT, Endpoint
from api.graphql.prepared import choose
from api.graphql.subscriptions import Followed, followed
from api.graphql.telling import worded
from api.points import client_of
from api.state import State, state
from api.tail import LOOK, Tail
from projections.patience import Patience, StoppedError
from projections.reading import Reader, Values

LOG = logging.getLogger("council.subscriptions")

HEARTBEAT: Final = 15.0
"""Seconds after which a stream that has nothing to say shows that it is alive."""

PATIENCE: Final = 30.0
"""Seconds a reader has to take something off a connection that is full, before it is closed."""

CHUNK: Final = 64_000
"""Bytes of answers made ahead for one follower; the answer that passes it is the last."""

WORKERS: Final = 2
"""Answers made at once for all followers: beside those of the endpoint, whose threads they do not take."""

KEPT: Final = 2_000_000
"""Bytes of answers kept for other followers of the same document."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How much may be open at once. Each is a setting, ``COUNCIL_SUBSCRIPTIONS`` and its name."""

    total: int = 1_000
    """Subscriptions in one process."""
    socket: int = 100
    """Operations on one socket."""
    address: int = 100
    """Connections (sockets and event streams) from one address."""


class FullError(Exception):
    """Nothing further is opened now. ``why``: a row of the endpoint's table of statuses."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Single:
    """One answer and nothing after it. ``refused``: it holds errors alone, of a document or variables not valid."""

    body: dict[str, Any]
    position: int
    refused: bool

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Its errors, as they are sent."""
        found: list[dict[str, Any]] = self.body.get("errors", [])
        return found


@dataclass(slots=True)
class Following:
    """A subscription that is carried on from a place: everything up to it has been told."""

    asked: Asked
    followed: Followed
    place: int


class Operations:
    """What is carried out in one process for those who stay connected. To be used in one event loop."""

    def __init__(self, endpoint: Endpoint, caps: Caps | None = None) -> None:
        self.endpoint = endpoint
        self.caps = caps or Caps()
        self.tail = Tail(endpoint.context)
        self.open = 0
        """Subscriptions carried on now."""
        self.ending: set[Callable[[], None]] = set()
        """What to call when the server is about to stop."""
        self._context = replace(endpoint.context, kept={})  # past positions must not drive out what answers share
        self._addresses: Counter[str] = Counter()
        self._workers = anyio.CapacityLimiter(WORKERS)
        self._kept = Answers(KEPT)
        self.made = 0
        """Answers made; for measuring."""

    def closed(self) -> bool:
        """Whether the server is about to stop."""
        return self.tail.closed

    def close(self) -> None:
        """End everything between two answers; for the server to call before it stops, in its own loop."""
        self.tail.close()
        for end in list(self.ending):
            end()

    @contextmanager
    def connected(self, address: str) -> Iterator[None]:
        """Count a connection while it is open. Raises FullError."""
        key = network(address)
        if self.closed() or self.open >= self.caps.total:
            raise FullError(f"{self.open} subscriptions are open here: try again later", "not ready")
        if self._addresses[key] >= self.caps.address:
            told = f"{self.caps.address} connections are open from this address: close some, or put several operations"
            raise FullError(f"{told} on one WebSocket", "throttled")
        self._addresses[key] += 1
        try:
            yield
        finally:
            self._addresses[key] -= 1
            if not self._addresses[key]:
                del self._addresses[key]

    async def begin(self, asked: Asked, address: str, last: int | None = None) -> Single | Following:
        """Answer a query, or find out what a subscription follows; either costs an address what one answer costs.
        ``last``: the position of the last answer the client has, where it says so beside the document. Raises one of
        ``REFUSALS``.
        """
        return await anyio.to_thread.run_sync(self._begin, asked, address, last, limiter=self._workers)

    def _begin(self, asked: Asked, address: str, last: int | None) -> Single | Following:
        points, client = self.endpoint.points, client_of(address)
        points.afford(points.short(client), NONE_LEFT)
        seconds = self.endpoint.terms.answer_seconds
        try:
            return self._begun(asked, last, Patience(seconds), lambda objects: points.pay(client, objects))
        except StoppedError:
            raise RefusedError("timed out", f"the answer took more than the {seconds:g} seconds it may") from None

    def _begun(
        self, asked: Asked, last: int | None, patience: Patience, admit: Callable[[int], None]
    ) -> Single | Following:
        executor = self.endpoint.executor
        with self._context.views.reader(patience=patience) as read:
            prepared, now = executor.prepare(asked.text), state(self._context, read)
            if prepared.document is None:
                return _refused(prepared.errors, now)
            chosen = choose(prepared, asked.operation)
            if isinstance(chosen, GraphQLError):
                return _refused([chosen], now)
            if chosen.operation == OperationType.MUTATION:
                return _refused([GraphQLError("a mutation is sent with POST, and answered as JSON")], now)
            if chosen.operation == OperationType.QUERY:
                asking = Asking(self._context, read)
                answer = executor.execute(asked.text, asked.variables, asked.operation, asking, admit)
                self.made += 1
                return Single(_body(answer, now), now.position, not answer.started)
            found = followed(executor.schema, prepared, chosen, asked.variables)
            if isinstance(found, list):
                return _refused(found, now)
            admit(prepared.objects or 0)
            begun = max(known) if (known := [one for one in (found.after, last) if one is not None]) else read.reached
            if begun > max(read.reached, self._context.archive.position()):
                told = f"there is no position {begun} to go on from: the archive reaches to {read.reached}"
                return _refused([GraphQLError(told)], now)
        return Following(asked, found, begun)

    async def follow(self, following: Following) -> AsyncGenerator[list[tuple[int, bytes]], None]:
        """The answers of a subscription with their positions, some at a time; none at a time if for a while there was
        nothing to tell up to ``following.place``. Ends when the server stops.
        """
        self.open += 1
        self.tail.joined()
        try:
            while not self.closed():
                if await self.tail.more(following.place, HEARTBEAT):
                    rows, reached = await self._next(following)
                    while rows and not self.closed():
                        told = await self._told(following.asked, rows)
                        rows = rows[len(told) :]
                        if told:
                            yield told
                            following.place = told[-1][0]
                        else:  # read models that are being swapped, or cannot be read
                            await asyncio.sleep(LOOK)
                    if not rows:
                        following.place = max(following.place, reached)
                elif not self.closed():
                    yield []
        finally:
            self.open -= 1
            self.tail.left()

    async def _next(self, following: Following) -> tuple[Sequence[Values], int]:
        """The next events to tell of, and the position up to which there are no others."""
        if following.followed.newest:
            return [{"position": self.tail.position}], self.tail.position
        try:
            return await self.tail.after(following.place, following.followed.wanted)
        except Exception as error:
            return await self._waited(error), following.place

    async def _told(self, asked: Asked, rows: Sequence[Values]) -> list[tuple[int, bytes]]:
        try:
            return await anyio.to_thread.run_sync(self._answers, asked, rows, limiter=self._workers)
        except Exception as error:
            return await self._waited(error)

    async def _waited(self, error: Exception) -> list[Any]:
        """Nothing, after a while: the read models cannot be read now, and what is not told now follows."""
        LOG.warning("a subscription waits for the read models: %s", error)
        await asyncio.sleep(1)
        return []

    def _answers(self, asked: Asked, rows: Sequence[Values]) -> list[tuple[int, bytes]]:
        """Answers to the first of some events, from one snapshot, each as of its own event."""
        told: list[tuple[int, bytes]] = []
        size = 0
        document = orjson.dumps([asked.text, asked.variables, asked.operation])
        with self._context.views.reader() as read:
            for row in rows:
                if size > CHUNK or row["position"] > read.reached:
                    break
                body = self._answer(asked, row, read, document)
                told.append((row["position"], body))
                size += len(body)
        return told

    def _answer(self, asked: Asked, row: Values, read: Reader, document: bytes) -> bytes:
        position = row["position"]
        key = f"{position}-{blake2b(document, digest_size=12).hexdigest()}"
        kept = self._kept.get(key)
        if kept is not None:
            return kept.body
        context, watch = answers.watched(self._context)
        then = read.at(position)
        then.reached = position  # so that it reads the same however far the log has come meanwhile
        answer = self.endpoint.executor.execute(
            asked.text, asked.variables, asked.operation, Asking(context, then), event=dict(row)
        )
        self.made += 1
        body = orjson.dumps(_body(answer, state(self._context, then)))
        if not watch.named and not answer.errors:
            self._kept.put(key, asked.text, Kept(body, pinned=False))
        return body


def _body(answer: Any, now: State) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if answer.errors:
        body["errors"] = [worded(error) for error in answer.errors]
    if answer.started:
        body["data"] = answer.data
    body["extensions"] = {"archive": now.told()}
    return body


def _refused(errors: Sequence[GraphQLError], now: State) -> Single:
    told: Mapping[str, Any] = {"errors": [worded(error) for error in errors], "extensions": {"archive": now.told()}}
    return Single(dict(told), now.position, refused=True)
