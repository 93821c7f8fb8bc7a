"""The columns of a table: the fields of its GraphQL type that hold values, and how each is read from its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)

from api.graphql import fields
from api.graphql.fields import Asking, Rows
from api.graphql.nodes import TYPES
from domain.facts import sentences
from domain.kinds import KINDS
from projections.reading import Values

Reading = Callable[[Rows, Asking], list[Any]]
"""The values of a column in rows of one page."""

_TYPES = {"Int": "integer", "Float": "number", "Boolean": "boolean", "JSON": "any"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``type`` is that of a Table Schema: string, integer, number, boolean, date, array (of texts), any."""

    name: str
    type: str
    description: str
    required: bool
    words: tuple[str, ...]
    """The closed list its values are of, if they are."""
    read: Reading


def given(name: str) -> Reading:
    """Read what stands in a row under a name."""
    return lambda rows, _: [row[name] for row in rows]


def columns_of(node: GraphQLObjectType, dates: Iterable[str]) -> tuple[Column, ...]:
    """The columns of a type; ``dates``: names of those that hold dates. ``id`` comes first where there is one."""
    found = list(_columns(node, "", frozenset(dates)))
    known = {column.name for column in found}
    if len(known) != len(found):
        raise TypeError(f"two fields of {node.name} would be one column")
    found += [column for column in _references(node) if column.name not in known]
    return tuple(sorted(found, key=lambda column: column.name != "id"))


def _columns(node: GraphQLObjectType, before: str, dates: frozenset[str]) -> Iterator[Column]:
    for name, field in node.fields.items():
        plan, kind = getattr(field.resolve, "plan", None), get_named_type(field.type)
        if any(is_required_argument(arg) for arg in field.args.values()):
            continue
        if is_leaf_type(kind):
            if not (name == "kind" and node.interfaces):  # the same in every row: it is the table's name
                yield _column(f"{before}{name}", field, _reading(plan, field), name in dates)
        elif isinstance(plan, fields.Same) and isinstance(kind, GraphQLObjectType):
            yield from _columns(kind, f"{before}{name}_", dates)


def _column(name: str, field: GraphQLField, read: Reading, dated: bool) -> Column:
    kind = get_named_type(field.type)
    words = tuple(kind.values) if isinstance(kind, GraphQLEnumType) else ()
    type_ = "date" if dated else _TYPES.get(kind.name, "string")
    shape: Any = get_nullable_type(field.type)  # type: ignore[arg-type] # an output type is one, too
    described = " ".join((field.description or "").split())
    return Column(name, "array" if is_list_type(shape) else type_, described, is_non_null_type(field.type), words, read)


def _reading(plan: Any, field: GraphQLField) -> Reading:
    """The plan of a field as a function of many rows. Words of a closed list read as GraphQL writes them."""
    kind = get_named_type(field.type)
    written = _written(kind) if isinstance(kind, GraphQLEnumType) else None
    read: Reading
    match plan:
        case fields.Column(name, None):
            read = given(name)
        case fields.Column(name, convert):
            read = _converted(name, convert)
        case fields.Made(make):
            read = _made(make)
        case fields.Relation(batch):
            read = _related(batch)
        case _:
            raise TypeError(f"a field has no plan that could be read by rows: {field.description}")
    return read if written is None else lambda rows, asking: [written(value) for value in read(rows, asking)]


def _converted(name: str, convert: Any) -> Reading:
    return lambda rows, _: [convert(row[name]) for row in rows]


def _made(make: Callable[[Asking], Callable[[Values], Any]]) -> Reading:
    def read(rows: Rows, asking: Asking) -> list[Any]:
        of = make(asking)
        return [of(row) for row in rows]

    return read


def _related(batch: fields.Batch) -> Reading:
    return lambda rows, asking: list(batch(rows, {}, asking))


def _written(kind: GraphQLEnumType) -> Callable[[Any], Any]:
    known: dict[Any, str] = {}

    def word(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, list):
            return [word(one) for one in value]
        if value not in known:
            known[value] = str(kind.serialize(value))
        return known[value]

    return word


def _references(node: GraphQLObjectType) -> Iterator[Column]:
    """What the rows of a kind name and GraphQL shows only as the record named: the vote of a veto, by its id."""
    for kind, (type_name, view) in TYPES.items():
        if type_name == node.name:
            shown = _shown(node)
            said = sentences(KINDS[kind])
            for name in view.columns:
                if name not in shown and name not in KINDS[kind].personal:
                    field = node.fields.get(_camel(name))
                    told = said.get(name) or (field.description if field is not None else "") or ""
                    described = f"{' '.join(told.split())} Its id or code." if told else "The code of the member."
                    yield Column(_camel(name), "string", described, False, (), given(name))


def _shown(node: GraphQLObjectType) -> set[str]:
    """The columns of the read model that the fields of a type show."""
    found: set[str] = set()
    for field in node.fields.values():
        plan, kind = getattr(field.resolve, "plan", None), get_named_type(field.type)
        if isinstance(plan, fields.Column):
            found.add(plan.name)
        elif isinstance(plan, fields.Same) and isinstance(kind, GraphQLObjectType):
            found |= _shown(kind)
    return found


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
