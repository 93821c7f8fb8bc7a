"""Answers kept to be given again: an answer is a function of document, variables, position and what made it.

Kept is what was answered whole, without an error, and as it was sent. Not kept is what may have to be different at the
same position: a standing search, and whatever tells a name under seal, which a redaction withholds from then on.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, cast

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from api.context import Context
from api.graphql.prepared import Prepared
from domain.archive import Archive
from domain.sealing import reference

BYTES = 32_000_000
"""Bytes of answers that one process keeps, unless the setting says otherwise."""
SHARE = 8
"""The largest answer kept is this part of all of them, so that one cannot drive out the rest."""
EACH = 400
"""Bytes reckoned for each answer beside its own: its key and its place."""
PACKED = 3
"""The part of an answer that its packed form is reckoned to have; most are smaller."""

PINNED = "public, max-age=31536000, immutable"
"""`Cache-Control` of an answer that stays the same for ever."""
MOVING = frozenset({"search", "savedSearch", "citation", "asOf", "diff", "newest"})
"""Fields that do not stand still below `asOf(position:)`: they ask the index, or may look at another state."""


@dataclass(slots=True)
class Kept:
    """An answer as it was sent, and whether it stays the same for ever."""

    body: bytes
    pinned: bool
    packed: bytes | None = None
    """The same in gzip, once somebody has asked for it so."""


class Answers:
    """The answers lately given, at most so many bytes of them; the ones not asked for longest go first. Thread-safe."""

    def __init__(self, most: int = BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[Kept, int]] = OrderedDict()
        self._texts: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()
        self.bytes = 0
        """Bytes in use."""

    def knows(self, text: str) -> bool:
        """Whether an answer to a document was kept lately, so that looking for this one is worth while."""
        return text in self._texts

    def get(self, key: str) -> Kept | None:
        """The answer of a key, if it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: str, text: str, answer: Kept) -> None:
        """Keep an answer to a document."""
        size = len(answer.body) + len(answer.body) // PACKED + len(text) + EACH
        if size > self._most // SHARE:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = answer, size
            self._texts[text] = None
            self._texts.move_to_end(text)
            self.bytes += size
            while self.bytes > self._most:
                self.bytes -= self._kept.popitem(last=False)[1][1]
            while len(self._texts) > len(self._kept):
                self._texts.popitem(last=False)


class Watched:
    """The archive while one answer is made: it notes whether a name under seal was told."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.named = False

    def opened(self, value: Any) -> Any:
        """See :meth:`domain.archive.Archive.opened`."""
        self.named = self.named or reference(value) is not None
        return self._archive.opened(value)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._archive, name)


def watched(context: Context) -> tuple[Context, Watched]:
    """The context for making one answer, and what watches it."""
    archive = Watched(context.archive)
    return context.reading_from(cast(Archive, archive)), archive


def pinned(prepared: Prepared, operation: str | None) -> bool:
    """Whether every field at the root of the operation is `asOf(position:)`, with nothing below that moves.

    That the position is reached shows in the answer: it would be an error otherwise.
    """
    chosen = prepared.operations.get(operation) if operation else next(iter(prepared.operations.values()), None)
    if chosen is None or not prepared.document:
        return False
    roots = list(_fields(chosen.selection_set, prepared))
    return bool(roots) and all(
        field.name.value == "asOf"
        and [argument.name.value for argument in field.arguments] == ["position"]
        and not _moves(field.selection_set, prepared)
        for field in roots
    )


def _fields(selections: SelectionSetNode | None, prepared: Prepared) -> Iterator[FieldNode]:
    """The fields of a selection set, fragments looked into; there are no cycles in a valid document."""
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, prepared)
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(prepared.fragments[node.name.value].selection_set, prepared)


def _moves(selections: SelectionSetNode | None, prepared: Prepared) -> bool:
    return any(
        field.name.value in MOVING or _moves(field.selection_set, prepared) for field in _fields(selections, prepared)
    )
