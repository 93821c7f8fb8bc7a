"""An answer as rows: the one list in it, nested objects as dotted columns, for tables and CSV.

A list is a connection (its ``nodes``, or the nodes of its ``edges``) or any list of objects. It is named by the way of
response names that leads to it, ``nodes`` and ``edges`` left out: ``votes``, ``votes.ballots``, ``asOf.votes``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Row = dict[str, Any]

JOIN: Final = "; "
"""Between the values of a list within one cell."""


class RowsError(ValueError):
    """The answer does not say which rows are meant; the message says how to."""


def entries(value: Any) -> list[Any] | None:
    """The objects of a connection or of a list of objects; None for everything else."""
    if isinstance(value, dict):
        if isinstance(value.get("nodes"), list):
            return list(value["nodes"])
        if isinstance(value.get("edges"), list):
            return [edge.get("node") for edge in value["edges"] if isinstance(edge, dict)]
        return None
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return list(value)
    return None


def lists(data: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The ways to the outermost lists of an answer, in its order."""
    if way and (entries(data) is not None or data == []):
        yield way
    elif isinstance(data, dict):
        for name, value in data.items():
            if isinstance(value, dict | list):
                yield from lists(value, (*way, name))


def rows(data: Mapping[str, Any], each: str | None = None) -> list[Row]:
    """One flat row for each entry of the list named ``each``, with the columns of what it stands in; of the outermost
    list if none is named; where there is no list, one row for the whole answer.

    Raises :class:`RowsError` where several lists stand side by side and none is named, or the one named is not there.
    """
    if each is not None:
        found = list(_each(data, each.split("."), {}))
        if not found and not _may_be_empty(data, each):
            raise RowsError(f"there is no list {each!r} in the answer; there are: {', '.join(named(data)) or 'none'}")
        return _tidy(found)
    ways = list(lists(data))
    if len(ways) > 1:
        raise RowsError(
            f"the answer holds several lists: {', '.join(named(data))}; ask for one, or name one with --each"
        )
    listed: Any = data
    for name in ways[0] if ways else ():
        listed = listed[name]
    return _tidy([_flat(one) for one in (entries(listed) or [] if ways else [data]) if isinstance(one, dict)])


def columns(table: Sequence[Row]) -> list[str]:
    """The columns of a table, in the order in which they first occur."""
    return list(dict.fromkeys(name for row in table for name in row))


def as_csv(table: Sequence[Row]) -> str:
    """A table as CSV (RFC 4180) with a header; empty for an empty table."""
    if not table:
        return ""
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=columns(table), restval="")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in table)
    return written.getvalue()


def cell(value: Any) -> str:
    """A value as text: nothing for what is not known, lists joined, lists of objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return JOIN.join(map(cell, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def named(data: Any) -> list[str]:
    """All lists of an answer by name, also those within others."""
    names: dict[str, None] = {}
    for way in lists(data):
        listed: Any = data
        for name in way:
            listed = listed[name]
        names[".".join(way)] = None
        for one in entries(listed) or ():
            names |= dict.fromkeys(f"{'.'.join(way)}.{inner}" for inner in named(one))
    return list(names)


def _each(
    value: Mapping[str, Any], way: Sequence[str], above: Row, prefix: str = "", inside: bool = False
) -> Iterator[Row]:
    """The rows at the end of a way. ``above``: the columns of what was passed; ``prefix``: of the columns of this
    object; ``inside``: whether it is an entry of a list already, whose columns have no prefix.
    """
    inner = value.get(way[0])
    beside = {name: one for name, one in value.items() if name != way[0] and not _is_list(one)}
    passed = {**above, **_flat(beside, prefix)}
    listed = entries(inner)
    under = f"{prefix}{way[0]}." if inside or listed is None else ""
    for one in [inner] if listed is None else listed:
        if not isinstance(one, dict):
            continue
        if len(way) > 1:
            yield from _each(one, way[1:], passed, under, inside or listed is not None)
        elif listed is not None:
            yield {**passed, **_flat(one, under)}


def _is_list(value: Any) -> bool:
    return value == [] or entries(value) is not None


def _may_be_empty(data: Any, each: str) -> bool:
    """Whether a list of which nothing was found is there and empty, or would stand in one that is."""
    known = named(data)
    above = [name for name in known if each.startswith(f"{name}.")]
    return each in known or any(not rows(data, name) for name in above)


def _flat(value: Mapping[str, Any], prefix: str = "") -> Row:
    flat: Row = {}
    for name, one in value.items():
        if isinstance(one, dict):
            listed = entries(one)
            flat |= {f"{prefix}{name}": listed} if listed is not None else _flat(one, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = one
    return flat


def _tidy(table: list[Row]) -> list[Row]:
    """Without the columns that are nothing but the absence of an object whose parts are columns in other rows, and
    with every column in every row.
    """
    names = columns(table)
    absent = {
        name
        for name in names
        if any(other.startswith(f"{name}.") for other in names) and all(row.get(name) is None for row in table)
    }
    return [{name: row.get(name) for name in names if name not in absent} for row in table]
