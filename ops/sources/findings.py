"""What a source tells whoever imports it: a file that cannot be used, a row not recorded, a word worth saying."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.archive import Register
from domain.facts import Pending

UNRECORDED = "not recorded"
UNMATCHED = "unmatched"


class SourceError(ValueError):
    """A file that cannot be used at all; nothing of it is recorded. Says where, what is wrong and what to do."""

    def __init__(self, file: str | Path, where: str, what: str, todo: str) -> None:
        self.file, self.where, self.what, self.todo = Path(file).name, where, what, todo
        super().__init__(f"{self.file}{', ' + where if where else ''}: {what}. {todo}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A row, or a part of one, that is not recorded. ``kind``: ``not recorded``, or ``unmatched`` when the row speaks
    of a vote that cannot be told apart for certain."""

    file: str
    row: str
    column: str
    value: str
    why: str
    kind: str = UNRECORDED


@dataclass(frozen=True, slots=True)
class Notice:
    """Recorded, but worth saying: an odd spelling, a value left out and why."""

    file: str
    row: str
    column: str
    value: str
    why: str


Finding = Pending | Problem | Notice


class Format(Protocol):
    """One outside format. The modules of this room are such formats, found by name in :data:`ops.sources.FORMATS`."""

    name: str
    check: Callable[[Path], None]
    """Read the file through; raises :class:`SourceError` if it is not whole and of this format."""
    count: Callable[[Path], int]
    """Rows that will be read, for showing progress."""
    facts: Callable[[Path, Register], Iterator[Finding]]
    """What the file says, in an order that depends on the file alone."""
