"""Types, filters and lists made from a kind's claims and its plain table.

A kind whose rows read just as they are stated (``projections.tables``) needs no type written out: each field of its
claims is a field here, with the sentence that stands beside it in the domain. What a row is linked to is written by
hand, kind by kind, on top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import graphene
import orjson

from api.graphql import filters, words
from api.graphql.fields import (
    Arguments,
    Asking,
    Batch,
    Rows,
    Words,
    boolean,
    given,
    made,
    number,
    plain,
    related,
    text,
    texts,
    word,
)
from api.graphql.nodes import Node
from api.graphql.paging import Order, connected, connection_type
from domain.facts import Claims, sentences
from domain.sealing import WITHHELD
from projections.meetings import MEETINGS
from projections.members import MEMBERS
from projections.reading import Values, Where, by_key
from projections.versioned import View

BY_DATE = {
    "date": Order("date", ("date", "record"), False),
    "-date": Order("-date", ("date", "record"), True),
}
"""The orders of records: by date, ties by id."""

Narrowing = tuple[Any, filters.Narrow]
"""A field of a filter, and the conditions it stands for."""

_DATE = "The first day it is dated by (ISO 8601); empty if it is not dated. Sorts the list."
_YEAR = "The year of its date."


def shapes(kind: type[Claims]) -> dict[str, type]:
    """Field → str, int, bool or list, as the claims declare it."""
    found: dict[str, type] = {}
    for name, hint in get_type_hints(kind).items():
        if name in kind.__struct_fields__:
            bare = next(option for option in get_args(hint) if option is not NoneType)
            found[name] = get_origin(bare) or bare
    return found


def row_type(kind: type[Claims], *, named: Mapping[str, str] | None = None) -> Callable[[type], Any]:
    """A decorator: the class's own fields beside one for each field of the claims make the type of the kind's rows.

    ``named``: field of the claims → its name here, where the plain name is taken by what the value names (``meeting``
    is the meeting itself, ``meeting_symbol`` the text).
    """

    def decorate(body: type) -> Any:
        columns = type(f"{body.__name__}Columns", (), columns_of(kind, named or {}))
        own = {name: value for name, value in vars(body).items() if isinstance(value, graphene.Field)}
        clash = own.keys() & vars(columns).keys()
        if clash:
            raise TypeError(f"{body.__name__}: {', '.join(sorted(clash))} would hide what its source states: name it")
        meta = type("Meta", (), {"interfaces": (Node,), "description": body.__doc__})
        return type(body.__name__, (columns, graphene.ObjectType), {"Meta": meta, "__doc__": body.__doc__, **own})

    return decorate


def columns_of(kind: type[Claims], named: Mapping[str, str]) -> dict[str, graphene.Field]:
    """One field for each field of the claims, ``date`` and ``year``, and ``withheld`` where a name may be."""
    said = sentences(kind)
    found: dict[str, graphene.Field] = {}
    for name, shape in shapes(kind).items():
        if name == "date":
            continue
        found[named.get(name, name)] = _column(kind, name, shape, said[name])
    found["date"] = text("date", _DATE if "date" not in said else f"{said['date']} {_DATE}")
    found.setdefault("year", number("year", _YEAR, required=False))
    if kind.personal:
        found["withheld"] = made(graphene.Boolean, _withheld(kind.personal), "Whether the name is withheld.")
    return found


def _column(kind: type[Claims], name: str, shape: type, doc: str) -> graphene.Field:
    required = name in kind.required
    if name in kind.personal:
        return made(graphene.String, _opened(name), doc, required=False)
    if name in kind.words:
        return word(words.CLOSED[tuple(kind.words[name])], name, doc, required=required)
    if shape is list:
        return texts(name, doc)
    if shape is bool:
        return boolean(name, doc, required=required)
    return (number if shape is int else text)(name, doc, required=required)


def _reading(asking: Asking) -> Callable[[Any], Any]:
    """What a reader may see of a personal field: each name is looked up once in an answer, and kept no longer."""
    known: dict[Any, Any] = asking.memo.setdefault("opened", {})
    opened = asking.context.archive.opened

    def read(value: Any) -> Any:
        if value not in known:
            known[value] = opened(value)
        return known[value]

    return read


def _opened(name: str) -> Callable[[Asking], Callable[[Values], Any]]:
    def make(asking: Asking) -> Callable[[Values], Any]:
        read = _reading(asking)
        return lambda row: read(row[name])

    return make


def _withheld(names: Iterable[str]) -> Callable[[Asking], Callable[[Values], bool]]:
    def make(asking: Asking) -> Callable[[Values], bool]:
        read = _reading(asking)
        return lambda row: any(read(row[name]) == WITHHELD for name in names)

    return make


class Listed:
    """The lists of a kind: its filter, orders and connection, at the root and below other objects."""

    def __init__(
        self,
        node: Any,
        kind: type[Claims],
        view: View,
        plural: str,
        more: Mapping[str, Narrowing] | None = None,
        orders: Mapping[str, tuple[Order, str]] | None = None,
    ) -> None:
        """``orders``: name of a further order → the order, and what it means."""
        name = node._meta.name
        fields = {**_conditions(kind), **(more or {})}
        self._view = view
        self._plural = plural
        usual, further = words.by_date(f"{name}Order", plural), orders or {}
        told = {called: (order.name, meaning) for called, (order, meaning) in further.items()}
        self._order = Words(usual.name, usual.doc, {**usual.words, **told}).enum()
        self._orders = {**BY_DATE, **{order.name: order for order, _ in further.values()}}
        self._connection = connection_type(node, plural)
        self._filter = type(
            f"{name}Filter",
            (graphene.InputObjectType,),
            {
                "Meta": type("Meta", (), {"description": f"Which {plural}; all conditions must hold."}),
                **{field: shown for field, (shown, _) in fields.items()},
            },
        )
        self._narrow = filters.all_of({field: narrow for field, (_, narrow) in fields.items()})

    def everywhere(self) -> graphene.Field:
        """All of them, for the root of the schema."""
        return self._field(f"{self._plural[0].upper()}{self._plural[1:]}, newest first unless ordered otherwise.", None)

    def under(self, column: str, parent: str, doc: str, view: View | None = None) -> graphene.Field:
        """Those whose ``column`` is the parent row's column ``parent``.

        ``view``: the table that has the column, where it is not that of the list: it has all columns of that one.
        """
        return self._field(f"{doc} Newest first unless ordered otherwise.", (column, parent), view)

    def _field(self, doc: str, by: tuple[str, str] | None, view: View | None = None) -> graphene.Field:
        return connected(
            self._connection,
            view or self._view,
            self._orders,
            "-date",
            doc,
            order_enum=self._order,
            filters=self._filter,
            narrow=self._narrow,
            by=by,
        )


def _conditions(kind: type[Claims]) -> dict[str, Narrowing]:
    """A condition for each field that is not personal: what is withheld cannot be searched for either."""
    said = {"date": _DATE, "year": _YEAR, **sentences(kind)}
    return {
        name: _condition(kind, name, shape, said[name])
        for name, shape in {**shapes(kind), "date": str, "year": int}.items()
        if name not in kind.personal
    }


def _condition(kind: type[Claims], name: str, shape: type, doc: str) -> Narrowing:
    if name == "date" or name in kind.dated:
        return given(doc, filters.DateFilter), filters.on_date(name)
    if name in kind.words:
        return given(doc, filters.closed(words.CLOSED[tuple(kind.words[name])])), filters.on(name)
    if shape is list:
        return given(f"One of these is this (case of ASCII letters aside): {doc}"), _holds(name)
    if shape is bool:
        return given(doc, graphene.Boolean), filters.on(name)
    return given(doc, filters.NumberFilter if shape is int else filters.TextFilter), filters.on(name)


def _holds(column: str) -> filters.Narrow:
    def narrow(where: Where, value: str, _: Asking) -> None:
        # Lists are JSON text: a whole entry is what stands between its quotation marks.
        where.contains(column, orjson.dumps(value).decode())

    return narrow


def one_by(view: View, key: str, of: Callable[[Values], Any]) -> Batch:
    """A batch: the first row whose column ``key`` is what ``of`` says of the parent; None where it says None."""

    def batch(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
        wanted = [of(row) for row in parents]
        found = by_key(asking.read, view, key, wanted, view.key)
        return [found[one][0] if one in found else None for one in wanted]

    return batch


def many_by(view: View, key: str, of: Callable[[Values], Iterable[Any]], order: tuple[str, ...] = ("record",)) -> Batch:
    """A batch: rows whose column ``key`` is one of what ``of`` says of the parent, in that order, then in ``order``."""

    def batch(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
        wanted = [list(dict.fromkeys(of(row))) for row in parents]
        found = by_key(asking.read, view, key, [one for each in wanted for one in each], order)
        return [[row for one in each for row in found.get(one, [])] for each in wanted]

    return batch


def to_country(doc: str, column: str = "member") -> graphene.Field:
    """The member whose code stands in a column; null for States that never were on the Council."""
    return related("api.graphql.members.Country", one_by(MEMBERS, "code", lambda row: row[column]), doc)


def to_meeting(doc: str, column: str = "meeting") -> graphene.Field:
    """The meeting whose record's symbol stands in a column; a resumption's symbol finds the meeting resumed."""

    def symbol(row: Values) -> str | None:
        return row[column].partition(" (")[0] if row[column] else None

    return related("api.graphql.meetings.Meeting", one_by(MEETINGS, "symbol", symbol), doc)


def by_id(view: View, kind: type[Claims]) -> Batch:
    """A batch: the row of the record id in the argument ``id``, with or without the kind before it."""
    prefix = f"{kind.kind}:"

    def batch(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
        wanted = prefix + str(plain(arguments["id"])).removeprefix(prefix)
        found = by_key(asking.read, view, "record", [wanted], view.key)
        return [found[wanted][0] if wanted in found else None for _ in parents]

    return batch
