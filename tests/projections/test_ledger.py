"""The ledger: its roots are those of RFC 9162 over the log as stored, at every position, on each kind of database."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from hypothesis import given
from hypothesis import strategies as st

from domain.documents import Document
from domain.facts import Pending
from ops.store import open_store
from projections.ledger import EMPTY, WIDTH, checkpoint, entry, leaf, root
from tests import council
from tests.projections.conftest import Opened

VECTORS = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
]
"""Leaves in hexadecimal digits, and the root after each: the trees that implementations of RFC 6962 compare."""


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


def test_the_roots_are_those_that_certificate_transparency_publishes() -> None:
    leaves: list[bytes] = []
    for told, expected in VECTORS:
        leaves.append(leaf(bytes.fromhex(told)))
        assert root(leaves).hex() == expected


@given(st.integers(0, 1_200))
def test_a_root_over_tiles_is_the_root_over_their_leaves(size: int) -> None:
    leaves = [leaf(str(n).encode()) for n in range(size)]
    tiles = [root(leaves[start : start + WIDTH]) for start in range(0, size, WIDTH)]
    assert root(leaves) == root(tiles) == by_definition(leaves)


def test_an_entry_names_the_event_and_the_hash_of_what_is_stored() -> None:
    told = entry(7, "vote:S/RES/1559", 2, "vote.attested/1", b"{}")
    assert told.decode() == f'[7,"vote:S/RES/1559",2,"vote.attested/1","{sha256(b"{}").hexdigest()}"]'


def letters(first: int, many: int) -> list[Pending]:
    """Letters of 2023 to the Council."""
    return [
        council.fact(f"document:S/2023/{n}", "issued", Document(symbol=f"S/2023/{n}", date="2023-09-05"))
        for n in range(first, first + many)
    ]


@dataclass(frozen=True)
class Step:
    """What is recorded before the read models catch up again."""

    events: int
    fails: bool = False


STEPS = [Step(0), Step(1), Step(254), Step(1), Step(3, fails=True), Step(1), Step(300), Step(211), Step(1)]


def test_at_every_position_the_root_is_that_of_the_log_up_to_there(
    opened: Opened, store_url: tuple[str | None, Path]
) -> None:
    archive, models, _ = opened
    number = 1
    for step in STEPS:
        if step.fails:  # a position is drawn and given back: in PostgreSQL it leaves a gap
            store, known = open_store(*store_url), StoredEvent(*archive.raw(0, 1)[0][1:])
            with pytest.raises(IntegrityError):
                store.insert_commit([known], recorded="2026-01-01T00:00:00Z", recorded_by="x", source="", note="")
            store.close()
        list(archive.record(letters(number, step.events), by="a clerk", chunk=100))
        number += step.events
        models.catch_up()
    followed = roots(opened)
    stored = archive.raw(0, 10_000)
    leaves = [leaf(entry(*one)) for one in stored]
    assert followed[0] == (0, EMPTY)
    # a position without an event stands for the events before it
    positions = [0, *(one[0] for one in stored)]
    for count, (position, after) in enumerate(pairwise([*positions, positions[-1] + 1])):
        for between in range(position, after):
            assert followed[between] == (count, by_definition(leaves[:count])), between
    models.rebuild(batch=70)
    assert roots(opened) == followed


def roots(opened: Opened) -> list[tuple[int, bytes]]:
    with opened[2].reader() as read:
        return [checkpoint(read.at(position)) for position in range(read.reached + 1)]
