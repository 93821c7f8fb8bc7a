"""How a field gets its value: a column of the row, a function made once per answer, the same row, or a batch.

Every object of an answer stands on a *row* (a dictionary, mostly one row of a read model). A field is declared once
with its plan; the reference resolver asks the plan for one row, the compiled executor (``execution.py``) for all rows
of a level at once, so that a relation costs one statement however many objects ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

import graphene
import orjson
from graphql import GraphQLError, GraphQLResolveInfo

from api.context import Context
from projections.reading import Reader, Values

Rows = list[Values]
Arguments = dict[str, Any]


class Asking:
    """One operation being answered: the snapshot it reads, and what it has looked up already."""

    __slots__ = ("admit", "columns", "context", "memo", "read", "states")

    def __init__(self, context: Context, read: Reader) -> None:
        self.context = context
        self.read = read
        self.memo: dict[Any, Any] = {}
        self.admit: Callable[[int], None] | None = None
        """What is told how many objects a further answer could hold, and may raise."""
        self.columns: frozenset[str] | None = None
        """The columns that are used of the rows a batch is asked for, for one that reads no others; None: all."""
        self.states: dict[tuple[str | int, ...], Asking] = {}
        """Response path → past state that the fields below it are answered from (reference executor only)."""

    def at(self, info: GraphQLResolveInfo) -> Asking:
        """The state that holds for a field: that of the nearest ``asOf`` above it, or this one."""
        if not self.states:
            return self
        path: Any = info.path.prev
        while path is not None:
            state = self.states.get(tuple(path.as_list()))
            if state is not None:
                return state
            path = path.prev
        return self


Batch = Callable[[Rows, Arguments, Asking], list[Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """The value of a column, through a converter if there is one."""

    name: str
    convert: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A value computed from the row by a function that is made once per answer."""

    make: Callable[[Asking], Callable[[Values], Any]]


@dataclass(frozen=True, slots=True)
class Same:
    """The same row seen as another type."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a batch function returns for many rows at once, one result for each."""

    batch: Batch
    weight: int = 1
    """Objects to reckon with for each parent, where no page size says it."""
    turns: bool = False
    """The result is a past state: what is below is answered from ``result['state']``."""
    work: int = 0
    """What computing it costs for each parent, in objects: for what is no look-up by an index."""
    through: bool = False
    """The rows are those that the relation above has read: it reads the columns that are used of them."""


Plan = Column | Made | Same | Relation

T = TypeVar("T", bound=Callable[..., Any])


def needing(*columns: str) -> Callable[[T], T]:
    """Say which columns of its rows a batch, or the maker of a value, uses (see ``lookahead.py``)."""

    def tell(function: T) -> T:
        function.needs = frozenset(columns)  # type: ignore[attr-defined]
        return function

    return tell


def reading_less(batch: T) -> T:
    """Mark a batch that reads only ``asking.columns`` of the rows it gives."""
    batch.reads_less = True  # type: ignore[attr-defined]
    return batch


def passed_on(kind: Any, name: str, doc: str, *, many: bool = True) -> graphene.Field:
    """The rows (or the row) that the relation above has put under a name."""

    def batch(rows: Rows, _: Arguments, __: Asking) -> list[Any]:
        return [row[name] for row in rows]

    shape = graphene.List(graphene.NonNull(kind)) if many else kind
    return _field(shape, doc, Relation(batch, 5 if many else 1, through=True), True)


def resolver(plan: Plan) -> Callable[..., Any]:
    """The reference resolver of a plan: one row at a time."""
    call: Callable[..., Any]
    match plan:
        case Column(name, None):

            def call(row: Values, info: Any) -> Any:
                return row[name]

        case Column(name, convert):
            assert convert is not None

            def call(row: Values, info: Any) -> Any:
                return convert(row[name])

        case Made(make):

            def call(row: Values, info: Any) -> Any:
                return make(info.context.at(info))(row)

        case Same():

            def call(row: Values, info: Any) -> Any:
                return row

        case Relation(batch, _, turns):

            def call(row: Values, info: Any, **arguments: Any) -> Any:
                if info.context.read.patience is not None:
                    info.context.read.patience.check()
                found = batch([row], arguments, info.context.at(info))[0]
                if turns:
                    info.context.states[tuple(info.path.as_list())] = found["state"]
                return found

    call.plan = plan  # type: ignore[attr-defined]
    return call


def decoded(value: Any) -> Any:
    """A column of JSON text as a value; None stays None."""
    return None if value is None else orjson.loads(value)


def truth(value: Any) -> bool | None:
    """A Boolean column, whether the database gives a Boolean or 0 and 1."""
    return None if value is None else bool(value)


def _field(kind: Any, doc: str, plan: Plan, required: bool, args: Mapping[str, Any] | None = None) -> graphene.Field:
    return graphene.Field(
        kind, required=required, description=doc, resolver=resolver(plan), args=dict(args) if args else None
    )


def text(column: str, doc: str, *, required: bool = True) -> graphene.Field:
    """A column of text."""
    return _field(graphene.String, doc, Column(column), required)


def number(column: str, doc: str, *, required: bool = True) -> graphene.Field:
    """A column of whole numbers."""
    return _field(graphene.Int, doc, Column(column), required)


def boolean(column: str, doc: str, *, required: bool = True) -> graphene.Field:
    """A column of yes and no."""
    return _field(graphene.Boolean, doc, Column(column, truth), required)


def texts(column: str, doc: str) -> graphene.Field:
    """A column holding a JSON list of texts."""
    return _field(graphene.List(graphene.NonNull(graphene.String)), doc, Column(column, decoded), True)


def word(kind: Any, column: str, doc: str, *, required: bool = True) -> graphene.Field:
    """A column holding one word of a closed list (an enum)."""
    return _field(kind, doc, Column(column), required)


def column(kind: Any, name: str, doc: str, *, required: bool = True, convert: Any = None) -> graphene.Field:
    """A column of any kind."""
    return _field(kind, doc, Column(name, convert), required)


def made(kind: Any, make: Callable[[Asking], Callable[[Values], Any]], doc: str, *, required: bool = True) -> Any:
    """A value computed from the row."""
    return _field(kind, doc, Made(make), required)


def same(kind: Any, doc: str) -> graphene.Field:
    """The same row as another type."""
    return _field(kind, doc, Same(), True)


def related(
    kind: Any,
    batch: Batch,
    doc: str,
    *,
    args: Mapping[str, Any] | None = None,
    required: bool = False,
    weight: int = 1,
    turns: bool = False,
    work: int = 0,
) -> graphene.Field:
    """One object (or value) for each row."""
    return _field(kind, doc, Relation(batch, weight, turns, work), required, args)


def listed(
    kind: Any, batch: Batch, doc: str, *, args: Mapping[str, Any] | None = None, weight: int = 5, work: int = 0
) -> graphene.Field:
    """A list of objects for each row, never null; ``weight``: how many to reckon with; ``work``: see Relation."""
    return _field(graphene.List(graphene.NonNull(kind)), doc, Relation(batch, weight, work=work), True, args)


def argument(kind: Any, doc: str, *, required: bool = False, name: str | None = None, default: Any = ...) -> Any:
    """An argument of a field."""
    known = {} if default is ... else {"default_value": default}
    return graphene.Argument(kind, description=doc, required=required, name=name, **known)


def given(doc: str, kind: Any = None, *, required: bool = False, name: str | None = None) -> graphene.InputField:
    """A field of an input object."""
    return graphene.InputField(kind or graphene.String, description=doc, required=required, name=name)


def plain(value: Any) -> Any:
    """An argument's value without enum members; refuses null characters, which no database can compare."""
    if value is None or type(value) is int or type(value) is bool:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        if "\x00" in value:
            raise GraphQLError("a text in the arguments holds a null character")
        return value
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, Sequence):
        return [plain(part) for part in value]
    return value


@dataclass(frozen=True)
class Words:
    """The words of a closed list with a sentence for each, from which a GraphQL enum is made."""

    name: str
    doc: str
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Name in GraphQL → (value in the archive, what it means)."""

    def enum(self) -> Any:
        """The graphene enum."""
        python = Enum(self.name, {name: value for name, (value, _) in self.words.items()})  # type: ignore[misc]
        docs = dict(self.words.values())
        return graphene.Enum.from_enum(
            python, description=lambda member: self.doc if member is None else docs[member.value]
        )
