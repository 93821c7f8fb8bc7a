"""The end of the log as it grows: one task looks at it for everybody in the process who waits for more.

What was recorded lately is kept in memory for all of them, so that hundreds who are up to date cost one look, and one
statement whenever something is recorded. Who lags further behind reads the table of events on their own.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

import anyio
import anyio.to_thread

from api.context import Context
from projections import following
from projections.following import EVERYTHING, Wanted
from projections.reading import Values

LOG = logging.getLogger("council.tail")

LOOK: Final = 0.25
"""Seconds between two looks at how far the read models have come."""

KEPT: Final = 1_000
"""Events kept in memory for those who are up to date."""

PAGE: Final = 100
"""Events that somebody who lags behind reads at once."""

READING: Final = 2
"""Readers of the table of events at once: they compete for one interpreter."""


class Tail:
    """The end of the log, looked at while somebody follows it. To be used in one event loop."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._kept: deque[Values] = deque()
        self._from = 0
        self._followers = 0
        self._task: asyncio.Task[None] | None = None
        self._limiter: anyio.CapacityLimiter | None = None
        self.position = 0
        """How far the read models had come at the last look."""
        self.moved = asyncio.Event()
        """Set when they come further, or when :meth:`close` is called; another event takes its place then."""
        self.closed = False
        self.looks = 0
        """Looks so far; for measuring."""
        self.pages = 0
        """Pages read by those who lagged behind; for measuring."""

    def joined(self) -> None:
        """Somebody begins to follow; the first one sets the task off."""
        self._followers += 1
        if self._task is None or self._task.done():
            self._limiter = anyio.CapacityLimiter(READING)
            self.moved = asyncio.Event()
            self._task = asyncio.get_running_loop().create_task(self._watch())

    def left(self) -> None:
        """Somebody follows no longer; after the last one nobody looks, and nothing is kept."""
        self._followers -= 1
        if not self._followers and self._task is not None:
            self._task.cancel()
            self._task = None
            self._kept.clear()
            self.position = 0

    def close(self) -> None:
        """Wake everybody for the last time."""
        self.closed = True
        if self._task is not None:
            self._task.cancel()
        self.moved.set()

    async def more(self, place: int, seconds: float) -> bool:
        """Wait until there may be something after a place, at most so many seconds; whether there may."""
        try:
            async with asyncio.timeout(seconds):
                while self.position <= place and not self.closed:
                    await self.moved.wait()
        except TimeoutError:
            return False
        return not self.closed

    async def after(self, place: int, wanted: Wanted) -> tuple[Sequence[Values], int]:
        """The next wanted events after a place, and the position up to which there are no others."""
        if place >= self._from:
            fresh = takewhile(lambda row: row["position"] > place, reversed(self._kept))
            return [row for row in fresh if wanted.fits(row)][::-1], self.position
        self.pages += 1
        return await anyio.to_thread.run_sync(self._page, place, wanted, limiter=self._limiter)

    def _page(self, place: int, wanted: Wanted) -> tuple[Sequence[Values], int]:
        with self._context.views.reader() as read:
            return following.after(read, place, wanted, PAGE)

    async def _watch(self) -> None:
        while True:
            try:
                fresh, reached = await anyio.to_thread.run_sync(self._look, self.position)
            except Exception as error:  # whoever follows waits until the read models can be read again
                LOG.warning("the end of the log cannot be read: %s", error)
            else:
                self.looks += 1
                if reached > self.position:
                    self._take(fresh, reached)
            await asyncio.sleep(LOOK)

    def _look(self, known: int) -> tuple[Sequence[Values] | None, int]:
        """What came after a known position, or None if it is unknown or that is more than can be kept."""
        with self._context.views.reader() as read:
            if not known or read.reached <= known:
                return None, read.reached
            found, reached = following.after(read, known, EVERYTHING, KEPT)
            return (found, reached) if reached == read.reached else (None, read.reached)

    def _take(self, fresh: Sequence[Values] | None, reached: int) -> None:
        if fresh is None:
            self._kept.clear()
            self._from = reached
        else:
            self._kept.extend(fresh)
            while len(self._kept) > KEPT:
                self._from = self._kept.popleft()["position"]
        self.position = reached
        moved, self.moved = self.moved, asyncio.Event()
        moved.set()
