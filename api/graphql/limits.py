"""What a request may cost, decided before validation and in time linear in the document's length.

The order: length, then tokens and nesting (so that the parser's recursion is bounded), then what the document expands
to: fragments are measured once each and their cycles refused. Every error names the limit and what to do instead.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Source,
    TokenKind,
    VariableNode,
    get_named_type,
    parse,
)
from graphql.language import Lexer
from graphql.type import is_interface_type, is_object_type

from api.graphql.fields import Relation

ASKING = ("search", "results", "changes")
"""Fields that ask the search engine, or may: `changes` is also a part of a difference."""

SCHEMAS = {"__schema": 2_000, "__type": 100}
"""What asking for the schema counts as, in objects: so much computing, and at most five whole schemas in one answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost. Each is a setting, ``COUNCIL_LIMIT_`` and its name, told in docs/graphql.md."""

    body: int = 100_000
    """Bytes of a request, characters of a document."""
    tokens: int = 1_000
    """Tokens of a document."""
    nesting: int = 60
    """Brackets open at once; keeps the parser's recursion shallow."""
    depth: int = 12
    """Levels of fields."""
    introspection: int = 15
    """Levels of fields of a document that asks for the schema."""
    fields: int = 400
    """Fields once fragments are expanded."""
    aliases: int = 30
    """Fields with a name of the client's own."""
    roots: int = 10
    """Fields at the root of an operation."""
    searches: int = 10
    """Searches in one answer: each asks the engine anew, and its facets and suggestions cost far more than a row."""
    nodes: int = 10_000
    """Objects that an answer could hold."""
    overlap: int = 20_000
    """Pairs of fields with one response name, which the rule of overlapping fields compares."""


LIMITS = Limits()
"""The limits where no setting says otherwise."""

_OPEN, _CLOSE = (
    (TokenKind.BRACE_L, TokenKind.PAREN_L, TokenKind.BRACKET_L),
    (
        TokenKind.BRACE_R,
        TokenKind.PAREN_R,
        TokenKind.BRACKET_R,
    ),
)
_NUMBERS = (TokenKind.INT, TokenKind.FLOAT)
DIGITS = 100
"""Characters of a number: far more than any has a use for, and few enough to be read at once."""
_PAGING = "ask for less at a time: smaller pages with `first` and `after`, or several requests"


class LimitError(GraphQLError):
    """A request that costs too much. The message names the limit and how to ask instead; so do the `extensions`, for
    programs: `code`, `limit` (its name), `most`."""

    def __init__(self, message: str, limit: str, most: int) -> None:
        super().__init__(message, extensions={"code": "LIMIT_EXCEEDED", "limit": limit, "most": most})


def parse_within(text: str, limits: Limits = LIMITS) -> DocumentNode:
    """Parse a document of bounded length, tokens and nesting. Raises GraphQLError."""
    if len(text) > limits.body:
        told = f"the document has {len(text)} characters; at most {limits.body} are read. Split it up."
        raise LimitError(told, "body", limits.body)
    lexer = Lexer(Source(text))
    tokens = depth = 0
    while (token := lexer.advance()).kind != TokenKind.EOF:
        tokens += 1
        if tokens > limits.tokens:
            told = f"the document has more than {limits.tokens} tokens. Split it up, or use fragments."
            raise LimitError(told, "tokens", limits.tokens)
        if token.kind in _NUMBERS and token.end - token.start > DIGITS:
            raise GraphQLError(f"a number of {token.end - token.start} characters; numbers have at most {DIGITS}.")
        depth += (token.kind in _OPEN) - (token.kind in _CLOSE)
        if depth > limits.nesting:
            told = f"more than {limits.nesting} brackets are open at once. Ask for less depth."
            raise LimitError(told, "nesting", limits.nesting)
    return parse(text, no_location=False)


@dataclass(slots=True)
class _Size:
    """What a selection set expands to."""

    fields: int
    depth: int
    introspects: bool
    searches: int
    names: Counter[str]


class _Measure:
    """Sizes of selection sets, fragments measured once each."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode], most: int) -> None:
        self._fragments = fragments
        self._most = most
        self._known: dict[str, _Size] = {}
        self._open: list[str] = []

    def of(self, selections: SelectionSetNode | None) -> _Size:
        size = _Size(0, 0, False, 0, Counter())
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                below = self.of(node.selection_set)
                name = node.name.value
                introspects = below.introspects or name in ("__schema", "__type")
                size.names[node.alias.value if node.alias else name] += 1
                size.searches += name in ASKING
                self._add(size, below, fields=1, depth=1, introspects=introspects)
            elif isinstance(node, InlineFragmentNode):
                self._add(size, self.of(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                self._add(size, self.fragment(node.name.value))
        return size

    def _add(self, size: _Size, below: _Size, fields: int = 0, depth: int = 0, introspects: bool = False) -> None:
        size.fields += below.fields + fields
        size.depth = max(size.depth, below.depth + depth)
        size.introspects = size.introspects or below.introspects or introspects
        size.searches += below.searches
        if size.fields > self._most:
            told = f"the document asks for more than {self._most} fields once fragments are expanded: {_PAGING}."
            raise LimitError(told, "fields", self._most)
        size.names.update(below.names)

    def fragment(self, name: str) -> _Size:
        if name in self._open:
            cycle = " → ".join([*self._open[self._open.index(name) :], name])
            raise GraphQLError(f"Cannot spread fragment '{name}' within itself ({cycle}).")
        if name not in self._known:
            fragment = self._fragments.get(name)
            self._open.append(name)
            self._known[name] = self.of(fragment.selection_set) if fragment else _Size(0, 0, False, 0, Counter())
            self._open.pop()
        return self._known[name]


def _parts(document: DocumentNode) -> tuple[list[OperationDefinitionNode], dict[str, FragmentDefinitionNode]]:
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    return operations, fragments


def check(document: DocumentNode, limits: Limits = LIMITS) -> None:
    """Refuse a document that is too deep, too wide or too repetitive. Raises GraphQLError. Works before validation."""
    operations, fragments = _parts(document)
    measure = _Measure(fragments, limits.fields)
    aliases = sum(_aliases(part.selection_set) for part in [*operations, *fragments.values()])
    for name in fragments:
        measure.fragment(name)
    for operation in operations:
        size = measure.of(operation.selection_set)
        name, deepest = ("introspection", limits.introspection) if size.introspects else ("depth", limits.depth)
        if size.depth > deepest:
            raise LimitError(
                f"the document is {size.depth} levels deep; the limit is {deepest}. Ask for the inner records by id "
                "(`node`) in a second request.",
                *(name, deepest),
            )
        if size.searches > limits.searches:
            told = f"the document asks for {size.searches} searches; the limit is {limits.searches}."
            raise LimitError(f"{told} Send several requests.", "searches", limits.searches)
        pairs = sum(count * count for count in size.names.values())
        if pairs > limits.overlap:
            told = f"fields of the same response name would be compared {pairs} times; the limit is {limits.overlap}."
            raise LimitError(f"{told} Select each field once.", "overlap", limits.overlap)
    if aliases > limits.aliases:
        told = f"the document has {aliases} aliases; the limit is {limits.aliases}. Use lists with `in` filters."
        raise LimitError(told, "aliases", limits.aliases)
    for operation in operations:
        roots = _roots(operation.selection_set, fragments, {})
        if roots > limits.roots:
            told = f"the operation has {roots} fields at its root; the limit is {limits.roots}. Send several requests."
            raise LimitError(told, "roots", limits.roots)


def _aliases(selections: SelectionSetNode | None) -> int:
    found = 0
    for node in selections.selections if selections else ():
        found += isinstance(node, FieldNode) and node.alias is not None
        found += _aliases(getattr(node, "selection_set", None))
    return found


def _roots(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], known: dict[str, int]) -> int:
    found = 0
    for node in selections.selections:
        if isinstance(node, FieldNode):
            found += 1
        elif isinstance(node, InlineFragmentNode):
            found += _roots(node.selection_set, fragments, known)
        elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments:
            name = node.name.value
            if name not in known:
                known[name] = _roots(fragments[name].selection_set, fragments, known)
            found += known[name]
    return found


class _Reckon:
    """How many objects a validated document can return, fragments reckoned once for each type they are spread on.

    What is computed counts as so many objects more (``Relation.work``), else a small answer could cost seconds.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDefinitionNode],
        values: dict[str, Any] | None,
        most: int,
    ) -> None:
        self._schema, self._fragments, self._values, self._most = schema, fragments, values, most
        self._known: dict[tuple[str, str, int | None], int] = {}
        self.open = False
        """A page size stood in a variable whose value was not given."""

    def of(self, kind: Any, selections: SelectionSetNode | None, page: int | None) -> int:
        """Objects below one object. ``page``: the page size of the connection that this object is, if it is one."""
        total = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                total += self._field(kind, node, page)
            elif isinstance(node, InlineFragmentNode):
                on = self._schema.get_type(node.type_condition.name.value) if node.type_condition else kind
                total += self.of(on, node.selection_set, page)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                key = (name, kind.name, page)
                if key not in self._known:
                    fragment = self._fragments[name]
                    on = self._schema.get_type(fragment.type_condition.name.value)
                    self._known[key] = self.of(on, fragment.selection_set, page)
                total += self._known[key]
            if total > self._most:
                told = f"the answer could hold more than {self._most} objects ({total} were reckoned); {_PAGING}."
                raise LimitError(told, "nodes", self._most)
        return total

    def _field(self, kind: Any, node: FieldNode, page: int | None) -> int:
        name = node.name.value
        if name in SCHEMAS:
            return SCHEMAS[name]
        definition: GraphQLField | None = getattr(kind, "fields", {}).get(name)
        if definition is None or node.selection_set is None:
            return 0
        below = get_named_type(definition.type)
        if not (is_object_type(below) or is_interface_type(below)):
            return 0
        if name in ("nodes", "edges") and page is not None:
            return page * (1 + self.of(below, node.selection_set, None))
        size = self._page(node) if "first" in definition.args else None
        plan = getattr(definition.resolve, "plan", None)
        many = plan.weight if isinstance(plan, Relation) else 1
        if size is not None and "last" not in definition.args:
            many, size = size, None
        inner = self.of(below, node.selection_set, size)
        return many * (1 + inner) + (plan.work if isinstance(plan, Relation) else 0)

    def _page(self, node: FieldNode) -> int:
        for argument in node.arguments:
            if argument.name.value in ("first", "last"):
                if isinstance(argument.value, IntValueNode):
                    return min(max(int(argument.value.value), 0), 100)
                if isinstance(argument.value, VariableNode):
                    if self._values is None:
                        self.open = True
                        return 1
                    value = self._values.get(argument.value.name.value)
                    return min(max(value, 0), 100) if isinstance(value, int) else 100
        return 20


def check_nodes(
    document: DocumentNode, schema: GraphQLSchema, values: dict[str, Any] | None = None, limits: Limits = LIMITS
) -> int | None:
    """How many objects a validated document could return; None if that depends on variables that are not given.

    Raises LimitError when there could be too many.
    """
    operations, fragments = _parts(document)
    reckon = _Reckon(schema, fragments, values, limits.nodes)
    found = 0
    for operation in operations:
        found = max(found, reckon.of(schema.get_root_type(operation.operation), operation.selection_set, None))
    return None if reckon.open else found
