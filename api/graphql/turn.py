"""One request's turn: who asks, how long it may take, what it costs; and the log of those that were slow.

A document is told in the log by its hash, which is also that of ``sha256sum`` over its text: who wrote it can find it
again, and no value that a reader gave is written down.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from hashlib import sha256

import anyio.to_thread
from starlette.requests import Request

from api.points import price
from projections.patience import Patience

LOG = logging.getLogger("council.graphql.slow")


@dataclass
class Turn:
    """What is known of a request while it is answered."""

    client: str
    """Whom it is counted as."""
    patience: Patience
    objects: int = 0
    """How many objects the answer could hold; known when it begins to be made."""
    end: str = "answered"
    """``answered``, or ``stopped`` for lack of time, or ``left`` by whoever asked."""
    begun: float = field(default_factory=time.monotonic)

    def log(self, text: str, operation: str | None, least: float) -> None:
        """Write a line if it took so many seconds (0: never for that alone), or was stopped. ``operation``: the name
        of the operation in the document."""
        seconds = time.monotonic() - self.begun
        if self.end == "answered" and not (least and seconds >= least):
            return
        LOG.warning(
            "%.3f s, %s: document %s, operation %s, %d nodes, %d points",
            *(seconds, self.end, sha256(text.encode("utf-8", "replace")).hexdigest(), operation or "-"),
            *(self.objects, price(self.objects)),
        )


async def watch(request: Request, patience: Patience) -> None:
    """Stop the work for a request when its client goes away. Cancel it when the work is done."""
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            await anyio.to_thread.run_sync(patience.stop)  # the database may take its time to cancel
            return
