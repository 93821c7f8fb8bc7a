"""What a request for a table asks: filters and order as GraphQL has them, columns, and the state of the archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    coerce_input_value,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
)

from api.context import Context
from api.exports.columns import Column
from api.exports.tables import Parameter, Table
from api.problems import Problem
from domain.facts import FactError
from projections.reading import Reader

AT, COLUMNS, FILTER, SPREADSHEET = "at", "columns", "filter", "spreadsheet"
RESERVED = {
    AT: "The state of the archive: a position of the log, or a time of recording (ISO 8601). Now, if it is left out.",
    COLUMNS: "Names of the columns wanted, in this order, parted by commas. All, if it is left out.",
    FILTER: "The whole filter as JSON, just as GraphQL takes it; for what the other parameters cannot say.",
    SPREADSHEET: "CSV only: `true` puts an apostrophe before texts that a spreadsheet would take for a formula.",
}
"""Parameters that every table has beside its own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a table, checked: arguments of its list and of the list below it, and the columns wanted."""

    table: Table
    columns: tuple[Column, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    below: Mapping[str, Any] = field(default_factory=dict)
    guarded: bool = False


Pairs = Sequence[tuple[str, str]]


def read(table: Table, pairs: Pairs) -> Asked:
    """What the parameters of an address ask of a table. Raises Problem naming the parameter and what is accepted."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\x00" in name + value:
            raise bad(name.replace("\x00", "\ufffd"), "it holds a null character, which nothing in the archive has")
        given.setdefault(name, []).append(value)
    given.pop(AT, None)
    columns = _columns(table, given.pop(COLUMNS, None))
    guarded = _one(SPREADSHEET, given.pop(SPREADSHEET, ["false"]))
    if guarded not in ("true", "false"):
        raise bad(SPREADSHEET, "it is true or false")
    conditions = _whole_filter(table, given.pop(FILTER, None))
    parts: dict[str, dict[str, Any]] = {"filter": conditions, "list": {}, "below": {}}
    named: dict[str, dict[str, list[str]]] = {}
    for name, values in given.items():
        own, _, condition = name.partition(".")
        if own not in table.parameters:
            known = ", ".join([*table.parameters, *RESERVED])
            raise bad(name, f"the table {table.name} has no such parameter; there are: {known}")
        named.setdefault(own, {})[condition] = values
    for own, conditions_ in named.items():
        parameter = table.parameters[own]
        into = parts[parameter.part]
        if own in into:
            raise bad(own, "it is given in `filter`, too: give it once")
        into[own] = _value(parameter, conditions_)
    arguments = _arguments(table, parts["list"])
    if parts["filter"]:
        arguments["filter"] = _checked("", parts["filter"], table.filter)
    below = _arguments(table, parts["below"])
    return Asked(table, columns, arguments, below, guarded == "true")


def bad(name: str, why: str) -> Problem:
    """A parameter that cannot be read."""
    return Problem("bad-parameter", f"{name[:100]}: {why}", parameter=name[:100])


def _one(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise bad(name, "give it once")
    return values[0]


def _columns(table: Table, given: Sequence[str] | None) -> tuple[Column, ...]:
    if given is None:
        return table.columns
    known = {column.name: column for column in table.columns}
    wanted = [name.strip() for value in given for name in value.split(",")]
    for name in wanted:
        if name not in known:
            raise bad(COLUMNS, f"the table {table.name} has no column {name[:60]!r}; there are: {', '.join(known)}")
    if len(set(wanted)) != len(wanted):
        raise bad(COLUMNS, "a column is named twice")
    return tuple(known[name] for name in wanted)


def _whole_filter(table: Table, given: Sequence[str] | None) -> dict[str, Any]:
    if given is None:
        return {}
    if table.filter is None:
        raise bad(FILTER, f"the table {table.name} has no filter")
    try:
        told = orjson.loads(_one(FILTER, given))
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise bad(FILTER, f"it is not JSON: {error}") from error
    if not isinstance(told, dict):
        raise bad(FILTER, "it is not a JSON object")
    return told


# --- Values ---------------------------------------------------------------------------------------------------------


def _value(parameter: Parameter, given: Mapping[str, list[str]]) -> Any:
    """The texts of an address as the JSON that GraphQL takes for the parameter."""
    kind: Any = get_nullable_type(parameter.type)
    if is_list_type(kind):
        if is_input_object_type(get_named_type(kind)):
            raise bad(parameter.name, f'say it in `filter`, as JSON: {{"{parameter.name}": […]}}')
        values = _plain(parameter, given)
        return [_scalar(parameter.name, kind, value) for value in values]
    if not is_input_object_type(kind):
        return _scalar(parameter.name, kind, _one(parameter.name, _plain(parameter, given)))
    told: dict[str, Any] = {}
    for condition, values in given.items():
        name = f"{parameter.name}.{condition}" if condition else parameter.name
        chosen = condition or ("eq" if len(values) == 1 else "in")
        if chosen not in kind.fields:
            raise bad(name, f"the conditions are: {', '.join(kind.fields)}")
        if chosen in told:
            raise bad(name, "give the condition once")
        shape = get_nullable_type(kind.fields[chosen].type)
        if is_list_type(shape):
            told[chosen] = [_scalar(name, shape, value) for value in values]
        else:
            told[chosen] = _scalar(name, shape, _one(name, values))
    return told


def _plain(parameter: Parameter, given: Mapping[str, list[str]]) -> list[str]:
    if list(given) != [""]:
        raise bad(f"{parameter.name}.{next(name for name in given if name)}", "it has no conditions: give the value")
    return given[""]


def _scalar(name: str, kind: Any, text: str) -> Any:
    """A text as the value of a scalar or a word of a closed list; GraphQL checks the rest."""
    called = get_named_type(kind).name
    if called == "Boolean":
        if text not in ("true", "false"):
            raise bad(name, f"{text[:40]!r} is neither true nor false")
        return text == "true"
    if called == "Int":
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 11):
            raise bad(name, f"{text[:40]!r} is not a whole number")
        return int(text)
    return text


def _arguments(table: Table, told: Mapping[str, Any]) -> dict[str, Any]:
    known = table.parameters
    return {known[name].inner: _checked(name, raw, known[name].type) for name, raw in told.items()}


def _checked(name: str, raw: Any, kind: Any) -> Any:
    """A value as the list's own functions take it. Raises Problem with the place of the first fault."""

    def refuse(path: Sequence[str | int], value: Any, error: GraphQLError) -> None:
        place = ".".join(str(part) for part in ([name] if name else []) + list(path)) or FILTER
        raise bad(place, f"{error.message}{_accepted(kind, path)}")

    try:
        return coerce_input_value(raw, kind, refuse)
    except GraphQLError as error:
        raise bad(name or FILTER, error.message) from error


def _accepted(kind: Any, path: Iterable[str | int]) -> str:
    """The words that are accepted at a place, where it takes words of a closed list."""
    for part in path:
        inner = get_named_type(kind)
        kind = inner.fields[part].type if isinstance(part, str) and is_input_object_type(inner) else kind
    named = get_named_type(kind)
    return f" Accepted are {', '.join(named.values)}." if isinstance(named, GraphQLEnumType) else ""


# --- The state of the archive ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """The state asked for: its position, and whether it was named by its position, which stands for ever."""

    position: int
    pinned: bool


def state(context: Context, read: Reader, values: Sequence[str]) -> State:
    """The state that ``at`` names, within a snapshot. Raises Problem for what is none, or is not reached yet."""
    if not values:
        return State(read.reached, False)
    if len(values) > 1:
        raise Problem("bad-position", "give `at` once", parameter=AT)
    text = values[0].strip()
    if text.isascii() and text.isdigit():
        if len(text) > 15 or int(text) > read.reached:
            raise _beyond(context, read, text[:40])
        return State(int(text), True)
    try:
        # An offset's plus sign reads as a space in an address.
        position = context.archive.position_at(text.replace(" ", "+") if "T" in text else text)
    except (FactError, ValueError, OverflowError) as error:
        why = f"`at` is {text[:40]!r}: neither a position of the log nor a time in ISO 8601"
        raise Problem("bad-position", why, parameter=AT) from error
    if position > read.reached:
        raise _beyond(context, read, str(position))
    return State(position, False)


def _beyond(context: Context, read: Reader, asked: str) -> Problem:
    """Why a position cannot be answered from: the log has not reached it, or the read models have not yet."""
    if len(asked) < 16 and int(asked) <= context.archive.position():
        why = f"position {asked} is in the log, but the read models have come to {read.reached} only"
        return Problem("not-ready", why, {"Retry-After": "5"}, reached=read.reached)
    return Problem("future-position", f"the archive reaches from position 0 to {read.reached}", reached=read.reached)
