"""The tables that can be exported: one for every list of the GraphQL schema, read by the list's own functions.

A table is found, not declared. Every connection at the root of the schema is one; so is every list of values that are
no records of their own below it (the ballots of a vote), and every kind of record that has no list at the root. Columns
are the fields that hold values: a new kind of record, or a new field, is exported as soon as GraphQL shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_argument,
)

from api.exports.columns import Column, columns_of, given
from api.graphql.fields import Arguments, Asking, Relation, Rows
from api.graphql.nodes import TYPES
from api.graphql.paging import LARGEST
from api.graphql.schema import ROOT, SCHEMA
from projections.reading import count, page
from projections.versioned import VIEWS, View

PAGING = frozenset({"first", "last", "after", "before"})
ORDER = "orderBy"

Ask = Callable[[], Asking]
"""Begins the reading of one page: what is looked up for a page is forgotten with it, so that memory does not grow."""
Pages = Callable[[Ask, Arguments, Arguments], Iterator[tuple[Rows, Asking]]]
"""Rows page by page, given the arguments of the list and those of the list below it, with what they were read by."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a table can be narrowed or ordered by: a field of the list's filter, or an argument of the list."""

    name: str
    type: Any
    description: str
    part: str
    """Where its value goes: ``filter``, ``list`` (an argument) or ``below`` (an argument of the list below)."""
    inner: str
    """Its name in Python."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, what it can be narrowed by, and how its rows are read."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    parameters: Mapping[str, Parameter]
    filter: GraphQLInputObjectType | None
    """The type of the list's filter, of which each field is a parameter."""
    pages: Pages
    count: Callable[[Asking], int | None]
    """How many rows the whole table has; None where that is not known without reading it."""


@cache
def tables() -> Mapping[str, Table]:
    """Every table by its name, in the order of the schema."""
    found: dict[str, Table] = {}
    below: list[Table] = []
    lists: dict[str, str] = {}
    for name, field in _connections().items():
        node = _node(field)
        found[name] = table = _list(name, field, node)
        if lists.setdefault(node.name, name) == name:
            below += _lists_below(table, field, node)
    for table in below:
        if table.name in found:
            raise TypeError(f"two lists of the schema would be the table {table.name}: name one of them otherwise")
        found[table.name] = table
    for type_name, view in TYPES.values():
        if type_name not in lists:
            found[_camel(view.name)] = _records(_camel(view.name), type_name, view)
    return found


def _connections() -> dict[str, GraphQLField]:
    assert SCHEMA.query_type is not None
    return {
        name: field
        for name, field in SCHEMA.query_type.fields.items()
        if get_named_type(field.type).name.endswith("Connection")
        and not any(is_required_argument(arg) for arg in field.args.values())
    }


def _node(field: GraphQLField) -> GraphQLObjectType:
    node = get_named_type(_object(field).fields["nodes"].type)
    assert isinstance(node, GraphQLObjectType)
    return node


def _object(field: GraphQLField) -> GraphQLObjectType:
    kind = get_named_type(field.type)
    assert isinstance(kind, GraphQLObjectType)
    return kind


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def _plan(field: GraphQLField) -> Any:
    return getattr(field.resolve, "plan", None)


# --- A list at the root of the schema -------------------------------------------------------------------------------


def _list(name: str, field: GraphQLField, node: GraphQLObjectType) -> Table:
    relation = _plan(field)
    assert isinstance(relation, Relation)
    total = _plan(_object(field).fields["totalCount"])
    conditions = field.args.get("filter")
    kind = get_named_type(conditions.type) if conditions is not None else None
    assert kind is None or isinstance(kind, GraphQLInputObjectType)

    def pages(ask: Ask, arguments: Arguments, _: Arguments) -> Iterator[tuple[Rows, Asking]]:
        after = None
        while True:
            asking = ask()
            (found,) = relation.batch([ROOT], {**arguments, "first": LARGEST, "after": after}, asking)
            if found["nodes"]:
                yield found["nodes"], asking
            if not found["has_next"]:
                return
            after = found["end"]

    def counted(asking: Asking) -> int:
        return int(total.batch(relation.batch([ROOT], {"first": 0}, asking), {}, asking)[0])

    return Table(
        name,
        _sentence(node.description),
        field.description or "",
        columns_of(node, _dates(kind)),
        {**_arguments(field, "list"), **_conditions(kind)},
        kind,
        pages,
        counted,
    )


def _sentence(text: str | None) -> str:
    """The first sentence of a description."""
    return re.split(r"(?<=\.)\s", " ".join((text or "").split()))[0]


def _arguments(field: GraphQLField, part: str) -> dict[str, Parameter]:
    return {
        name: Parameter(name, arg.type, arg.description or "", part, arg.out_name or name)
        for name, arg in field.args.items()
        if name not in PAGING and name != "filter"
    }


def _conditions(kind: GraphQLInputObjectType | None) -> dict[str, Parameter]:
    """The conditions of a filter; how filters are joined (`and`, `or`, `not`) is said in the whole one alone."""
    return {
        name: Parameter(name, field.type, field.description or "", "filter", field.out_name or name)
        for name, field in (kind.fields if kind is not None else {}).items()
        if get_named_type(field.type) is not kind
    }


def _dates(kind: GraphQLInputObjectType | None) -> frozenset[str]:
    """The fields that hold dates: those that are filtered as such."""
    fields = kind.fields if kind is not None else {}
    return frozenset({"date", *(name for name in fields if get_named_type(fields[name].type).name == "DateFilter")})


# --- A list of values below it --------------------------------------------------------------------------------------


def _lists_below(parent: Table, root: GraphQLField, node: GraphQLObjectType) -> Iterator[Table]:
    """One table for each list of objects that are told nowhere else: no records, nor rows of another list."""
    elsewhere = {_node(field).name for field in _connections().values()}
    for name, field in node.fields.items():
        shape = get_nullable_type(field.type)
        kind = get_named_type(shape)
        if not (is_list_type(shape) and isinstance(kind, GraphQLObjectType)) or kind.interfaces:
            continue
        if kind.name not in elsewhere and not any(is_required_argument(arg) for arg in field.args.values()):
            yield _list_below(parent, node, name, field, kind)


def _list_below(
    parent: Table, node: GraphQLObjectType, name: str, field: GraphQLField, kind: GraphQLObjectType
) -> Table:
    relation = _plan(field)
    assert isinstance(relation, Relation)
    key = parent.columns[0]
    owner = f"{node.name[0].lower()}{node.name[1:]}"
    put = f" {owner}"  # no column of a row has such a name
    reference = Column(owner, "string", f"The {key.name} of its row in the table {parent.name}.", True, (), given(put))
    own = _arguments(field, "below")

    def pages(ask: Ask, arguments: Arguments, below: Arguments) -> Iterator[tuple[Rows, Asking]]:
        for rows, asking in parent.pages(ask, arguments, {}):
            keys = key.read(rows, asking)
            lists = relation.batch(rows, below, asking)
            found = [{**row, put: at} for at, many in zip(keys, lists, strict=True) for row in many]
            if found:
                yield found, asking

    def counted(asking: Asking) -> int | None:
        view = VIEWS.get(name)
        return count(asking.read, view) if view is not None else None

    columns = [column for column in columns_of(kind, _dates(parent.filter)) if column.name != owner]
    return Table(
        name,
        _sentence(kind.description),
        f"{_sentence(field.description)} Those of each row of the table {parent.name}, in its order; what narrows "
        f"{parent.name} narrows these.",
        (reference, *columns),
        {**parent.parameters, **own},
        parent.filter,
        pages,
        counted,
    )


# --- A kind of record without a list --------------------------------------------------------------------------------


def _records(name: str, type_name: str, view: View) -> Table:
    node = SCHEMA.type_map[type_name]
    assert isinstance(node, GraphQLObjectType)

    def pages(ask: Ask, _: Arguments, __: Arguments) -> Iterator[tuple[Rows, Asking]]:
        after = None
        while True:
            asking = ask()
            rows = page(asking.read, view, None, view.key, after=after, limit=LARGEST)
            if not rows:
                return
            yield rows, asking
            after = [rows[-1][part] for part in view.key]

    return Table(
        name,
        _sentence(node.description),
        f"{_sentence(node.description)} In the order of their ids.",
        columns_of(node, frozenset({"date", "first", "last"})),
        {},
        None,
        pages,
        lambda asking: count(asking.read, view),
    )


__all__ = ["ORDER", "Ask", "Parameter", "Table", "tables"]
