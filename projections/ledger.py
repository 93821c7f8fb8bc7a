"""The ledger: a Merkle tree over the log, whose root at any position stands for every event up to there.

Hashing is that of RFC 9162 (and RFC 6962): a leaf is SHA-256 over a zero byte and the event's entry, a node over a one
byte and its two halves. An entry names an event and the SHA-256 of its stored bytes (:func:`entry`); nothing of it
depends on the database it lies in, so an archive moved elsewhere has the same roots.

Leaves are kept by the tile, 256 to a row. The root of any earlier tree follows from the full tiles before it and the
leaves of one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from sqlalchemy import BigInteger, Column, LargeBinary, Table, select
from sqlalchemy.engine import Connection

from projections.reading import Reader
from projections.versioned import METADATA

WIDTH = 256
"""Leaves of a full tile: a power of two, so that a full tile is a subtree of every tree that holds it."""
_HASH = 32

EMPTY = sha256(b"").digest()
"""The root of the tree of no events."""

LEDGER = Table(
    "ledger",
    METADATA,
    Column("tile", BigInteger, primary_key=True, autoincrement=False),
    Column("first", BigInteger, nullable=False),
    Column("leaves", LargeBinary, nullable=False),
    Column("root", LargeBinary),
)
"""The tiles in order: the position of their first event, the hashes of their leaves end to end, and their root once
they are full."""

_encode = msgspec.json.Encoder().encode


def entry(position: int, record: str, version: int, topic: str, state: bytes) -> bytes:
    """What stands in the ledger for one stored event: a JSON array without spaces, in UTF-8, of its position, record,
    version, topic and the SHA-256 of its stored bytes in hexadecimal digits.
    """
    return _encode([position, record, version, topic, sha256(state).hexdigest()])


def leaf(told: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + told).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaves, or over the roots of full subtrees of a size and a smaller last."""
    if not hashes:
        return EMPTY
    level = list(hashes)
    while len(level) > 1:
        # The last of an odd number goes up as it is: that is where RFC 9162 splits, at the largest power of two.
        odd = level[-1:] if len(level) % 2 else []
        level = [sha256(b"\x01" + level[n] + level[n + 1]).digest() for n in range(0, len(level) - 1, 2)] + odd
    return level[0]


class Ledger:
    """Adds events to the tree, in order of position; one instance serves one pass over the log."""

    def __init__(self, connection: Connection, *, fresh: bool) -> None:
        self._connection = connection
        self._tile, self._first = 0, 0
        self._leaves: list[bytes] = []
        self._stored = False
        """Whether the tile being filled has a row already."""
        if not fresh:
            last = connection.execute(select(LEDGER).order_by(LEDGER.c.tile.desc()).limit(1)).one_or_none()
            if last is not None and last.root is None:
                self._tile, self._first, self._leaves, self._stored = last.tile, last.first, _parted(last.leaves), True
            elif last is not None:
                self._tile = last.tile + 1
        self._full: list[dict[str, object]] = []

    def take(self, position: int, record: str, version: int, topic: str, state: bytes) -> None:
        """Add one stored event."""
        if not self._leaves:
            self._first = position
        self._leaves.append(leaf(entry(position, record, version, topic, state)))
        if len(self._leaves) == WIDTH:
            self._full.append(self._row())
            self._tile, self._leaves = self._tile + 1, []

    def flush(self) -> None:
        """Write what was added. The caller commits."""
        rows = [*self._full, self._row()] if self._leaves else self._full
        if not rows:
            return
        if self._stored:
            self._connection.execute(LEDGER.delete().where(LEDGER.c.tile == rows[0]["tile"]))
        self._connection.execute(LEDGER.insert(), rows)
        self._full, self._stored = [], bool(self._leaves)

    def _row(self) -> dict[str, object]:
        whole = root(self._leaves) if len(self._leaves) == WIDTH else None
        return {"tile": self._tile, "first": self._first, "leaves": b"".join(self._leaves), "root": whole}


def _parted(leaves: bytes) -> list[bytes]:
    return [bytes(leaves[start : start + _HASH]) for start in range(0, len(leaves), _HASH)]


def checkpoint(read: Reader) -> tuple[int, bytes]:
    """How many events there are up to the reader's position, and the root of the tree over them (32 bytes)."""
    last = read.row(
        "select tile, first, leaves from ledger where first <= :position order by tile desc limit 1",
        {"position": read.position},
    )
    if last is None:
        return 0, EMPTY
    leaves = _parted(last["leaves"])
    if read.as_of is not None:
        sql = "select count(*) as n from events where position between :first and :position"
        leaves = leaves[: read.value(sql, {"first": last["first"], "position": read.position})]
    before = read.rows("select root from ledger where tile < :tile order by tile", {"tile": last["tile"]})
    size = WIDTH * len(before) + len(leaves)
    return size, root([*(bytes(row["root"]) for row in before), root(leaves)])


__all__ = ["EMPTY", "LEDGER", "WIDTH", "Ledger", "checkpoint", "entry", "leaf", "root"]
