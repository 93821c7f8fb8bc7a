"""Typed conditions: the same few input objects for text, numbers, dates and closed lists, on every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql.fields import Asking, given
from projections.reading import Where

MANY = 100
"""Values in one ``in``."""

DEEP = 8
"""Levels of filters within filters."""

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_MONTH = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")


class TextFilter(graphene.InputObjectType):
    """Conditions on a text; all that are given must hold."""

    eq = given("Equals this.")
    is_in = given("Is one of these.", graphene.List(graphene.NonNull(graphene.String)), name="in")
    contains = given("Contains this (case of ASCII letters aside).")


class NumberFilter(graphene.InputObjectType):
    """Conditions on a whole number; all that are given must hold."""

    eq = given("Equals this.", graphene.Int)
    is_in = given("Is one of these.", graphene.List(graphene.NonNull(graphene.Int)), name="in")
    gte = given("Is this or more.", graphene.Int)
    lte = given("Is this or less.", graphene.Int)


class DateFilter(graphene.InputObjectType):
    """Conditions on a date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; a partial date stands for all its days."""

    eq = given("Lies in this day, month or year.")
    gte = given("Is on or after its first day.")
    lte = given("Is on or before its last day.")


Narrow = Callable[[Where, Any, Asking], None]
"""Adds the conditions that a field of a filter stands for."""


def closed(enum: Any) -> Any:
    """The filter on a closed list."""
    name = enum._meta.name
    return type(
        f"{name}Filter",
        (graphene.InputObjectType,),
        {
            "Meta": type("Meta", (), {"description": f"Conditions on a {name}; all that are given must hold."}),
            "eq": given("Is this.", enum),
            "is_in": given("Is one of these.", graphene.List(graphene.NonNull(enum)), name="in"),
        },
    )


def date(text: str) -> str:
    """A date of a filter, checked. Raises GraphQLError."""
    if not _DATE.fullmatch(text):
        raise GraphQLError(f"{text!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    return text


def months(first: str | None, last: str | None) -> tuple[str | None, str | None]:
    """The bounds of a period in years or months, checked. Raises GraphQLError."""
    for bound in (first, last):
        if bound is not None and not _MONTH.fullmatch(bound):
            raise GraphQLError(f"{bound!r} is neither a year nor a month: write YYYY or YYYY-MM")
    if first and last and last < first[: len(last)]:
        raise GraphQLError(f"the period ends ({last}) before it begins ({first})")
    return first, last


def holds(condition: Mapping[str, Any]) -> Callable[[str], bool]:
    """The function that says whether a text meets a text or closed-list filter. Raises GraphQLError as :func:`on`."""
    eq, is_in, contains = (condition.get(name) for name in ("eq", "is_in", "contains"))
    if is_in is not None and len(is_in) > MANY:
        raise GraphQLError(f"`in` takes at most {MANY} values, not {len(is_in)}")

    def hold(value: str) -> bool:
        return (
            (eq is None or value == eq)
            and (is_in is None or value in is_in)
            and (contains is None or contains.lower() in value.lower())
        )

    return hold


def on(column: str) -> Callable[[Where, Any, Asking], None]:
    """Apply a text, number or closed-list filter (or a plain value) to a column."""

    def narrow(where: Where, value: Any, _: Asking) -> None:
        if not isinstance(value, Mapping):
            where.eq(column, value)
            return
        for name, wanted in value.items():
            if wanted is None:
                continue
            if name == "is_in":
                if len(wanted) > MANY:
                    raise GraphQLError(f"`in` takes at most {MANY} values, not {len(wanted)}")
                where.is_in(column, wanted)
            else:
                _CONDITIONS[name](where, column, wanted)

    return narrow


_CONDITIONS: dict[str, Callable[[Where, str, Any], object]] = {
    "eq": Where.eq,
    "gte": Where.at_least,
    "lte": Where.at_most,
    "contains": Where.contains,
}


def on_date(column: str) -> Callable[[Where, Any, Asking], None]:
    """Apply a date filter to a column of ISO dates and intervals."""

    def narrow(where: Where, value: Any, _: Asking) -> None:
        # "~" sorts after every character of a date: "2022~" lies after all days of 2022, and intervals begun then.
        if value.get("eq") is not None:
            where.at_least(column, date(value["eq"])).at_most(column, value["eq"] + "~")
        if value.get("gte") is not None:
            where.at_least(column, date(value["gte"]))
        if value.get("lte") is not None:
            where.at_most(column, date(value["lte"]) + "~")

    return narrow


def given_or_not(column: str) -> Callable[[Where, Any, Asking], None]:
    """A column has a value, or has none."""

    def narrow(where: Where, value: Any, _: Asking) -> None:
        where.given(column, is_given=value)

    return narrow


def all_of(rules: Mapping[str, Callable[[Where, Any, Asking], None]]) -> Callable[[Where, Any, Asking], None]:
    """The conditions of a row's filter: each field that is given by its rule, and what `and`, `or` and `not` join."""

    def narrow(where: Where, value: Any, asking: Asking) -> None:
        size, depth = _size(value)
        if size > MANY:
            raise GraphQLError(f"a filter takes at most {MANY} filters within `and`, `or` and `not`, not {size}")
        if depth > DEEP:
            raise GraphQLError(f"filters within `and`, `or` and `not` go at most {DEEP} levels deep, not {depth}")
        within(where, value, asking)

    def within(where: Where, value: Any, asking: Asking) -> None:
        for name, wanted in value.items():
            if wanted is None:
                continue
            if name not in JOINED:
                rules[name](where, wanted, asking)
                continue
            parts = []
            for one in [wanted] if name == "not_" else wanted:
                beside = where.apart()
                within(beside, one, asking)
                parts.append(f"({beside.joined()})")
            # A condition on what is not known is neither true nor false in SQL; whatever is not true, is not.
            where.sql(JOINED[name](parts))

    narrow.combines = True  # type: ignore[attr-defined]
    return narrow


JOINED: dict[str, Callable[[list[str]], str]] = {
    "and_": lambda parts: " and ".join(parts) or "1 = 1",
    "or_": lambda parts: " or ".join(parts) or "1 = 0",
    "not_": lambda parts: f"{parts[0]} is not true",
}
"""How the filters within a filter are joined."""


def _size(value: Mapping[str, Any]) -> tuple[int, int]:
    """How many filters are within a filter, and how many levels deep they go."""
    inner = [
        _size(one)
        for name in JOINED
        for one in ([value.get(name)] if name == "not_" else value.get(name)) or ()
        if one is not None
    ]
    return len(inner) + sum(size for size, _ in inner), max((depth + 1 for _, depth in inner), default=0)


def combinable(kind: Any) -> None:
    """Give a filter the fields `and`, `or` and `not`, which take filters of the same kind."""
    if "and_" in kind._meta.fields:
        return
    many = graphene.List(graphene.NonNull(kind))
    kind._meta.fields.update(
        and_=given("All of these hold.", many, name="and"),
        or_=given("At least one of these holds; an empty list: nothing does.", many, name="or"),
        not_=given(
            "This does not hold, or what it asks of is not known.", graphene.Field(lambda: kind).type, name="not"
        ),
    )
