"""The state an answer is given from: up to where in the log, recorded when, and the root that stands for all of it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from api.context import Context
from projections.ledger import checkpoint
from projections.reading import Reader


@dataclass(frozen=True, slots=True)
class State:
    """One state of the archive.

    ``position``: the number of the last event taken into account. ``recorded``: when that event was recorded (UTC),
    None for the empty archive. ``events``: how many there are up to it. ``checkpoint``: the root of the Merkle tree
    over them (:mod:`projections.ledger`), in base64.
    """

    position: int
    recorded: str | None
    events: int
    checkpoint: str

    def told(self) -> dict[str, str | int | None]:
        """As it stands beside every answer."""
        return {"position": self.position, "recorded": self.recorded, "checkpoint": self.checkpoint}


def state(context: Context, read: Reader) -> State:
    """The state a reader answers from; worked out once for each position."""
    return context.remembered(("state", read.position), lambda: _worked_out(read))


def _worked_out(read: Reader) -> State:
    sql = "select recorded from events where position <= :position order by position desc limit 1"
    recorded = read.value(sql, {"position": read.position})
    events, root = checkpoint(read)
    return State(read.position, recorded, events, b64encode(root).decode())
