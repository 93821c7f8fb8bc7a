"""The pages of a connection, followed to the end: the document is asked again with the cursor of the page before.

The document is changed where it has to be and nowhere else, so that the place of an error can be told in the document
as it was written. All pages are asked of one state of the archive, that of the first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Source,
    get_location,
)

from ops.reaching import Answer

Ask = Callable[["Edited"], Answer]

PAGE: Final = "councilPage"
COUNT: Final = "councilCount"
"""Names, in the answer, of what is asked beside: they are taken out of it again."""
MOST: Final = 100
"""Rows of a page where the document does not say."""


class PagesError(ValueError):
    """The pages cannot be followed; the message says why and what to ask instead."""


@dataclass
class Edited:
    """A document with stretches of its text replaced; tells where a place of the new text stands in the old."""

    written: str
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The document as it is sent."""
        text, taken = [], 0
        for start, end, new in sorted(self.edits):
            text += [self.written[taken:start], new]
            taken = end
        return "".join([*text, self.written[taken:]])

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Line and column (from 1) in the document as written, of a place in the one that is sent."""
        before = self.text.split("\n")[: line - 1]
        offset = sum(len(one) + 1 for one in before) + column - 1
        shift = 0
        for start, end, new in sorted(self.edits):
            if offset < start + shift:
                break
            if offset < start + shift + len(new):
                offset = start + shift
                break
            shift += len(new) - (end - start)
        found = get_location(Source(self.written), max(0, min(offset - shift, len(self.written))))
        return found.line, found.column

    def and_(self, *edits: tuple[int, int, str]) -> Edited:
        """The same with further edits."""
        return Edited(self.written, [*self.edits, *edits])


def chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation that is asked for. Raises :class:`PagesError` where it is not there or not told."""
    held = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    names = ", ".join(one.name.value for one in held if one.name)
    if name is None and len(held) == 1:
        return held[0]
    if name is None:
        raise PagesError(f"the document holds {len(held)} operations ({names}): choose one with --operation")
    for one in held:
        if one.name and one.name.value == name:
            return one
    raise PagesError(f"there is no operation {name!r} in the document; there are: {names or 'none with a name'}")


def as_of(operation: OperationDefinitionNode, state: int | str) -> list[tuple[int, int, str]]:
    """The edits by which a query is asked of a past state: a position, or a time of recording."""
    if operation.operation is not OperationType.QUERY:
        raise PagesError("only a query can be asked of a past state")
    start, end = _span(operation.selection_set)
    given = f"position: {state}" if isinstance(state, int) else f"time: {json.dumps(state)}"
    return [(start + 1, start + 1, f" asOf({given}) {{"), (end - 1, end - 1, "} ")]


@dataclass(frozen=True)
class Paged:
    """The one connection of a query: its field, and the way to it in the answer."""

    node: FieldNode
    way: tuple[str, ...]
    counted: bool
    """Whether the document asks for ``totalCount`` under that name."""

    def edits(self, cursor: str | None) -> list[tuple[int, int, str]]:
        """The edits that ask for the page after a cursor, and where it ends."""
        assert self.node.selection_set is not None
        start = _span(self.node.selection_set)[0] + 1
        made = [(start, start, f" {PAGE}: pageInfo {{ hasNextPage endCursor }} ")]
        given = {one.name.value: one for one in self.node.arguments}
        wanted = "" if "first" in given else f"first: {MOST}"
        if cursor is not None:
            told = f"after: {json.dumps(cursor)}"
            if "after" in given:
                made.append((*_span(given["after"]), told))
            else:
                wanted = f"{wanted}, {told}" if wanted else told
        if wanted and self.node.arguments:
            end = _span(self.node.arguments[-1])[1]
            made.append((end, end, f", {wanted}"))
        elif wanted:
            end = _span(self.node.name)[1]
            made.append((end, end, f"({wanted})"))
        return made


def paged(document: DocumentNode, operation: OperationDefinitionNode) -> Paged:
    """The connection of a query whose pages are to be followed.

    Raises :class:`PagesError` where there is none or more than one, or where it is read from its end.
    """
    if operation.operation is not OperationType.QUERY:
        raise PagesError("only the pages of a query can be followed")
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    found = list(_connections(operation.selection_set, fragments, ()))
    if len(found) != 1:
        named = ", ".join(".".join(one.way) for one in found)
        why = f"there are several: {named}" if found else "none was found: it has `nodes` or `edges`"
        raise PagesError(f"--all follows the one connection of a query, and {why}")
    backwards = {"last", "before"} & {one.name.value for one in found[0].node.arguments}
    if backwards:
        raise PagesError(f"--all reads from the beginning: ask for {found[0].way[-1]} with `first`, not `last`")
    return found[0]


def follow(ask: Ask, begun: Edited, connection: Paged, step: Callable[[int, int | None], None]) -> Answer:
    """Ask page after page and put them together in the first answer; ``step`` is told (rows so far, rows in all).

    An answer with errors ends it, and is all that is given. Raises :class:`PagesError` if the cursor does not move.
    """
    first: Answer = {}
    cursor: str | None = None
    whole: dict[str, Any] | None = None
    while True:
        answer = ask(begun.and_(*connection.edits(cursor)))
        if answer.get("errors"):
            return answer
        page: Any = answer["data"]
        for name in connection.way:
            page = page.get(name) if page is not None else None
        if page is None:
            return first or answer
        at = page.pop(PAGE)
        if whole is None:
            first, whole = answer, page
        else:
            for name in ("nodes", "edges"):
                if name in page:
                    whole[name] += page[name]
            whole |= {name: page[name] for name in ("pageInfo",) if name in page}
        rows = whole.get("nodes", whole.get("edges", ()))
        step(len(rows), whole.get("totalCount") if connection.counted else None)
        if not at["hasNextPage"]:
            return first
        if at["endCursor"] in (None, cursor):
            raise PagesError(f"the cursor does not move on after {len(rows):,} rows")
        cursor = at["endCursor"]


def _connections(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], way: tuple[str, ...]
) -> Iterator[Paged]:
    for node in _fields(selections, fragments):
        if node.selection_set is None:
            continue
        here = (*way, node.alias.value if node.alias else node.name.value)
        inner = list(_fields(node.selection_set, fragments))
        names = {one.name.value for one in inner}
        if {"nodes", "edges"} & names:
            yield Paged(node, here, any(one.name.value == "totalCount" and not one.alias for one in inner))
        else:
            yield from _connections(node.selection_set, fragments, here)


def _fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], seen: frozenset[str] = frozenset()
) -> Iterator[FieldNode]:
    """The fields of a selection, fragments opened; a fragment within itself is left to validation."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, fragments, seen)
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name in fragments and name not in seen:
                yield from _fields(fragments[name].selection_set, fragments, seen | {name})


def _span(node: Any) -> tuple[int, int]:
    assert node.loc is not None
    return node.loc.start, node.loc.end
