"""Changes of standing searches as they come: server-sent events, for any number of readers of any speed.

One task looks at the search index for all streams of a process; each stream asks what changed for it in a thread, and
waits for its own reader alone. What a stream has sent is known by its reader: the id of an event is its place in the
log, and a stream that is opened again goes on from there.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import groupby
from typing import Any, Final

import anyio
import anyio.to_thread
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.context import Context
from api.feeds import told
from search.engine import Change, Query, Searcher, SearchError

LOG = logging.getLogger("council.streams")

MOST: Final = 200
"""Streams open at once in one process."""

LOOK: Final = 0.5
"""Seconds between two looks at the index."""

HEARTBEAT: Final = 15.0
"""Seconds after which a stream that has nothing to say shows that it is alive."""

RETRY: Final = 3_000
"""Milliseconds after which a reader shall come again when the stream breaks off."""

ASKING: Final = 2
"""Streams that ask the index at once: they compete for one interpreter."""

_PLACE = re.compile(r"([0-9]{1,15})(?:-([0-9]{1,6}))?", re.ASCII)


class Place:
    """How far a reader has come: to the end of a position, or to the n-th change at a position."""

    __slots__ = ("ordinal", "position")

    def __init__(self, position: int, ordinal: int | None = None) -> None:
        self.position, self.ordinal = position, ordinal

    @classmethod
    def read(cls, text: str) -> Place:
        """The place an id names: ``1200`` or ``1200-3``. Raises ValueError."""
        match = _PLACE.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                "the id of an event of this stream, such as 1200-3, or a position of the log, such as 1200"
            )
        return cls(int(match[1]), None if match[2] is None else int(match[2]))

    def __str__(self) -> str:
        return str(self.position) if self.ordinal is None else f"{self.position}-{self.ordinal}"

    def following(self, searcher: Searcher, query: Query) -> list[tuple[Place, Change]]:
        """The next changes after this place, each with its own. Raises :class:`SearchError`."""
        after = self.position if self.ordinal is None else self.position - 1
        while page := searcher.changes(query, after):
            fresh = [(place, change) for place, change in _placed(page) if not self._knows(place)]
            if fresh:
                return fresh
            after = page[-1].position
        return []

    def _knows(self, place: Place) -> bool:
        return place.position == self.position and (place.ordinal or 0) <= (self.ordinal or 0)


def _placed(page: list[Change]) -> Iterator[tuple[Place, Change]]:
    """Each change with its place; a page has all changes of a position."""
    for position, changes in groupby(page, key=lambda change: change.position):
        for ordinal, change in enumerate(changes, 1):
            yield Place(position, ordinal), change


class Streams:
    """The open streams of one process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._open: set[Stream] = set()
        self._watch: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()
        self._limiter: anyio.CapacityLimiter | None = None
        self._closed = False
        self.position = 0
        """Where the index was at the last look; 0 where it could not be asked."""

    @property
    def full(self) -> bool:
        """Whether no further stream is taken."""
        return self._closed or len(self._open) >= MOST

    def close(self) -> None:
        """End every stream, between two events; for the server to call before it stops, in its own loop."""
        self._closed = True
        self._moved.set()
        if self._watch is not None:
            self._watch.cancel()

    def joined(self, stream: Stream) -> None:
        """Count a stream that begins, and look at the index from the first one on."""
        self._open.add(stream)
        if self._watch is None or self._watch.done():
            self._limiter = anyio.CapacityLimiter(ASKING)
            self._moved = asyncio.Event()
            self._watch = asyncio.get_running_loop().create_task(self._look())

    def left(self, stream: Stream) -> None:
        """Count a stream no longer; after the last one nobody looks."""
        self._open.discard(stream)
        if not self._open and self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def events(self, query: Query, place: Place, href: Callable[[str, int], str]) -> AsyncIterator[str]:
        """What a stream sends, without end until :meth:`close`: first its place, so that a reader who hears nothing
        knows where to go on; then changes, each with its id; a sign of life where there are none.
        """
        yield f"retry: {RETRY}\nid: {place}\n\n"
        asked = 0
        while not self._closed:
            moved, seen = self._moved, self.position
            found: list[tuple[Place, Change]] = []
            if seen not in (0, asked):
                try:
                    found = await self._following(query, place)
                    asked = asked if found else seen
                except SearchError as error:  # the changes come when the index does
                    LOG.warning("a stream waits for the search index: %s", error)
                    self.position = asked = 0
            for place, change in found:
                yield _event(place, change, href)
            if not found and not await _within(moved, HEARTBEAT):
                yield f": nothing new up to position {self.position}\n\n"

    async def _following(self, query: Query, place: Place) -> list[tuple[Place, Change]]:
        searcher = self._context.searcher
        assert searcher is not None
        return await anyio.to_thread.run_sync(place.following, searcher, query, limiter=self._limiter)

    async def _look(self) -> None:
        searcher = self._context.searcher
        assert searcher is not None
        while True:
            position = await anyio.to_thread.run_sync(searcher.position)
            if position != self.position:
                self.position, moved = position, self._moved
                self._moved = asyncio.Event()
                moved.set()
            await asyncio.sleep(LOOK)


class Stream(StreamingResponse):
    """One open stream."""

    def __init__(self, streams: Streams, content: AsyncIterator[str], headers: dict[str, str]) -> None:
        super().__init__(content, headers=headers, media_type="text/event-stream")
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the reader goes away or the server stops."""
        self._streams.joined(self)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.left(self)


async def _within(moved: asyncio.Event, seconds: float) -> bool:
    """Whether the index moved within so many seconds."""
    try:
        await asyncio.wait_for(moved.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _event(place: Place, change: Change, href: Callable[[str, int], str]) -> str:
    data: dict[str, Any] = {**told(change), "url": href(change.hit.record, change.position)}
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()
    return f"event: {change.change}\nid: {place}\ndata: {written}\n\n"
