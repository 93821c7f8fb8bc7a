"""Connections: pages of rows between keyset cursors (Relay), which stay where they are when the log grows.

A cursor is the order's name and the values of its columns. ``first`` or ``last`` is required and at most 100;
``totalCount`` is counted only when it is asked for.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import graphene
import orjson
from graphql import GraphQLError

from api.graphql.fields import (
    Arguments,
    Asking,
    Batch,
    Relation,
    Rows,
    Same,
    _field,
    argument,
    boolean,
    column,
    made,
    needing,
    passed_on,
    plain,
    reading_less,
    related,
)
from api.graphql.filters import combinable
from projections.reading import Reader, Values, Where, by_key, count, page
from projections.versioned import View

LARGEST = 100


@dataclass(frozen=True, slots=True)
class Order:
    """An order that tells rows apart: columns without nulls, together unique."""

    name: str
    columns: tuple[str, ...]
    descending: bool


@dataclass(slots=True)
class Found:
    """What a page was cut from, so that its total can be counted if asked for."""

    view: View
    where: Where
    by: str | None = None
    key: Any = None


Filter = Callable[[Where, Any, Asking], None]
"""Adds the conditions of a filter's value to those of a page."""


class PageInfo(graphene.ObjectType):
    """Where a page lies among all rows."""

    has_next_page = boolean("has_next", "Whether rows follow this page.")
    has_previous_page = boolean("has_previous", "Whether rows precede this page.")
    start_cursor = column(graphene.String, "start", "Cursor of the first row; null on an empty page.", required=False)
    end_cursor = column(graphene.String, "end", "Cursor of the last row; null on an empty page.", required=False)


def cursor_of(order: Order, row: Mapping[str, Any]) -> str:
    """The opaque cursor of a row in an order."""
    values = [order.name, *(row[name] for name in order.columns)]
    return urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def values_of(order: Order, cursor: str) -> list[Any]:
    """The order values in a cursor. Raises GraphQLError for one that was not made for this order."""
    try:
        values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if values[0] != order.name or len(values) != len(order.columns) + 1:
            raise ValueError
        if any(isinstance(value, list | dict | bool | float) or value is None for value in values):
            raise ValueError
        if any("\x00" in value if isinstance(value, str) else abs(value) > 2**62 for value in values):
            raise ValueError
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise GraphQLError(
            "the cursor was not made by this list in this order; take it from pageInfo or edges of the same query"
        ) from error
    return list(values[1:])


def size(args: Arguments) -> tuple[int, bool]:
    """How many rows are asked for, and whether from the end. Raises GraphQLError naming the rule."""
    first, last = args.get("first"), args.get("last")
    if (first is None) == (last is None):
        raise GraphQLError(f"give one of `first` and `last`, at most {LARGEST}; go on with `after` or `before`")
    asked = int(first if first is not None else last or 0)
    if not 0 <= asked <= LARGEST:
        raise GraphQLError(f"a page holds 0 to {LARGEST} rows, not {asked}; go on with `after` or `before`")
    return asked, first is None


def _bounds(where: Where, order: Order, args: Arguments) -> tuple[list[Any] | None, list[Any] | None]:
    after, before = args.get("after"), args.get("before")
    return (values_of(order, after) if after else None), (values_of(order, before) if before else None)


def _beyond(where: Where, order: Order, values: list[Any], *, after: bool) -> None:
    names = ",".join(f"t.{name}" for name in order.columns)
    marks = ",".join(f":edge{number}" for number in range(len(values)))
    sign = ">" if after != order.descending else "<"
    where.sql(f"({names}) {sign} ({marks})", **{f"edge{number}": value for number, value in enumerate(values)})


def page_of(read: Reader, found: Found, order: Order, args: Arguments, columns: Sequence[str] | None = None) -> Values:
    """The row of a connection: its nodes, and where the page lies."""
    limit, backwards = size(args)
    _check_types(found.view, order, args)
    after, before = _bounds(found.where, order, args)
    where = Where(found.view)
    where.parts, where.params = list(found.where.parts), dict(found.where.params)
    if backwards:
        if after:
            _beyond(where, order, after, after=True)
        rows = page(
            read,
            found.view,
            where,
            order.columns,
            descending=not order.descending,
            after=before,
            limit=limit + 1,
            columns=columns,
        )
    else:
        if before:
            _beyond(where, order, before, after=False)
        rows = page(
            read,
            found.view,
            where,
            order.columns,
            descending=order.descending,
            after=after,
            limit=limit + 1,
            columns=columns,
        )
    return _connection(rows, limit, backwards, found, order, args)


def _check_types(view: View, order: Order, args: Arguments) -> None:
    """A cursor's values must be of the columns' types: PostgreSQL compares nothing else."""
    for cursor in (args.get("after"), args.get("before")):
        if cursor:
            for name, value in zip(order.columns, values_of(order, cursor), strict=True):
                if not isinstance(value, view.table.c[name].type.python_type):
                    raise GraphQLError("the cursor was not made by this list in this order")


def _connection(rows: Rows, limit: int, backwards: bool, found: Found, order: Order, args: Arguments) -> Values:
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    return {
        "nodes": rows,
        "has_next": bool(args.get("before")) if backwards else more,
        "has_previous": more if backwards else bool(args.get("after")),
        "start": cursor_of(order, rows[0]) if rows else None,
        "end": cursor_of(order, rows[-1]) if rows else None,
        "found": found,
        "order": order,
    }


def pages_by(
    read: Reader, found: Found, keys: list[Any], order: Order, args: Arguments, columns: Sequence[str] | None = None
) -> list[Values]:
    """One page for each key of the column ``found.by``, in one statement. ``columns``: those of the order and
    ``found.by`` must be among them.
    """
    if len(keys) == 1:
        where = _copy(found.where, found.view).eq(str(found.by), keys[0])
        return [page_of(read, Found(found.view, where), order, args, columns)]
    limit, backwards = size(args)
    _check_types(found.view, order, args)
    after, before = _bounds(found.where, order, args)
    wanted = list(dict.fromkeys(keys))
    where = _copy(found.where, found.view).is_in(str(found.by), wanted)
    if after:
        _beyond(where, order, after, after=True)
    if before:
        _beyond(where, order, before, after=False)
    direction = "desc" if order.descending != backwards else "asc"
    ordering = ",".join(f"t.{name} {direction}" for name in order.columns)
    names = ",".join(f"t.{name}" for name in columns or found.view.columns)
    sql = (
        f"select * from (select {names}, row_number() over (partition by t.{found.by} order by {ordering}) as rank_ "
        f"from {found.view.name} t where {' and '.join([read.live('t'), *where.parts])}) as ranked "
        f"where rank_ <= :limit order by {found.by}, rank_"
    )
    rows: dict[Any, Rows] = {}
    for row in read.rows(sql, {**where.params, "limit": limit + 1}):
        del row["rank_"]
        rows.setdefault(row[str(found.by)], []).append(row)
    return [
        _connection(
            list(rows.get(key, [])), limit, backwards, Found(found.view, found.where, found.by, key), order, args
        )
        for key in keys
    ]


def _copy(where: Where, view: View) -> Where:
    made_ = Where(view)
    made_.parts, made_.params = list(where.parts), dict(where.params)
    return made_


@needing()
def _totals(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    first: Found = parents[0]["found"]
    if first.by is None:
        return [count(asking.read, parent["found"].view, parent["found"].where) for parent in parents]
    where = _copy(first.where, first.view).is_in(first.by, {parent["found"].key for parent in parents})
    sql = (
        f"select t.{first.by} as key_, count(*) as n from {first.view.name} t "
        f"where {' and '.join([asking.read.live('t'), *where.parts])} group by t.{first.by}"
    )
    counted = {row["key_"]: int(row["n"]) for row in asking.read.rows(sql, where.params)}
    return [counted.get(parent["found"].key, 0) for parent in parents]


def _edges(parents: Rows, _: Arguments, __: Asking) -> list[Any]:
    return [[{"node": row, "order": parent["order"]} for row in parent["nodes"]] for parent in parents]


@needing()
def _cursor(_: Asking) -> Callable[[Values], str]:
    """A page is read with the columns of its order."""
    return lambda row: cursor_of(row["order"], row["node"])


def connection_type(node: Any, plural: str, total: Batch = _totals) -> Any:
    """The connection type of a node type: edges, nodes, page info and total."""
    name = node._meta.name
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "Meta": type("Meta", (), {"description": f"One of the {plural} of a page, with its cursor."}),
            "cursor": made(graphene.String, _cursor, "Where this row lies."),
            "node": passed_on(node, "node", "The row.", many=False),
        },
    )
    return type(
        f"{name}Connection",
        (graphene.ObjectType,),
        {
            "Meta": type("Meta", (), {"description": f"A page of {plural}."}),
            "nodes": passed_on(node, "nodes", f"The {plural} of this page."),
            "edges": _field(
                graphene.List(graphene.NonNull(edge)),
                f"The {plural} of this page with their cursors.",
                Relation(_edges, 5, through=True),
                True,
            ),
            "page_info": _field(PageInfo, "Where the page lies among all rows.", Same(), True),
            "total_count": related(
                graphene.Int, total, f"How many {plural} there are in all; counted only when asked for.", required=True
            ),
        },
    )


def page_arguments(orders: Any, filters: Any | None) -> dict[str, Any]:
    """The arguments every connection takes."""
    known = {
        "first": argument(graphene.Int, f"Rows from the beginning, at most {LARGEST}; or give `last`."),
        "after": argument(graphene.String, "Begin after the row of this cursor."),
        "last": argument(graphene.Int, f"Rows from the end, at most {LARGEST}; or give `first`."),
        "before": argument(graphene.String, "End before the row of this cursor."),
        "order_by": argument(orders, "The order; cursors hold within one order only."),
    }
    if filters is not None:
        known["filter"] = argument(filters, "Conditions that all must hold.")
    return known


def connected(
    connection: Any,
    view: View,
    orders: Mapping[str, Order],
    default: str,
    doc: str,
    *,
    order_enum: Any,
    filters: Any | None = None,
    narrow: Filter | None = None,
    by: tuple[str, str] | None = None,
    start: Callable[[Where], object] | None = None,
) -> graphene.Field:
    """A connection over a view. ``by``: (column of the view, column of the parent) for one below an object."""
    if filters is not None and getattr(narrow, "combines", False):
        combinable(filters)

    @reading_less
    def batch(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
        args = plain(arguments)
        order = orders[args.get("order_by") or default]
        where = Where(view)
        if start is not None:
            start(where)
        if narrow is not None and args.get("filter"):
            narrow(where, args["filter"], asking)
        if by is None:
            columns = columns_of(view, asking, order.columns)
            return [page_of(asking.read, Found(view, where), order, args, columns) for _ in parents]
        keys = [parent[by[1]] for parent in parents]
        columns = columns_of(view, asking, (*order.columns, by[0]))
        return pages_by(asking.read, Found(view, where, by[0]), keys, order, args, columns)

    if by is not None:
        batch = needing(by[1])(batch)
    return related(connection, batch, doc, args=page_arguments(order_enum, filters), required=True)


def columns_of(view: View, asking: Asking, always: Sequence[str]) -> tuple[str, ...] | None:
    """The columns to read: those that are used, and these; None: all."""
    return None if asking.columns is None else _chosen(view.columns, asking.columns, tuple(always))


@lru_cache(maxsize=1024)
def _chosen(columns: tuple[str, ...], used: frozenset[str], always: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([name for name in columns if name in used or name in always])


def rows_by(view: View, key: str, parent: str, order: tuple[str, ...]) -> Batch:
    """A batch: all rows whose column ``key`` is the parent's column ``parent``."""

    @needing(parent)
    @reading_less
    def batch(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
        columns = columns_of(view, asking, (key,))
        found = by_key(asking.read, view, key, [row[parent] for row in parents], order, columns=columns)
        return [found.get(row[parent], []) for row in parents]

    return batch


def row_by(view: View, key: str, parent: str) -> Batch:
    """A batch: the one row whose column ``key`` is the parent's column ``parent``, or None."""

    @needing(parent)
    @reading_less
    def batch(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
        columns = columns_of(view, asking, (key,))
        found = by_key(asking.read, view, key, [row[parent] for row in parents], view.key, columns=columns)
        return [found[row[parent]][0] if row[parent] in found else None for row in parents]

    return batch
