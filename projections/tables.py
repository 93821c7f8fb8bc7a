"""The plain table of a kind: one versioned row for each record, one column for each field of its claims.

Most kinds read just as they are stated. Their table follows from the claims; what is derived beside (an outcome, a
duration, a link) is named as a further column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from domain.facts import Claims
from domain.records import Record
from projections.days import year_of
from projections.versioned import Boolean, Column, Integer, View, column, view

_TYPES = {int: Integer, bool: Boolean}


def plain_view(
    kind: type[Claims], name: str, *, more: Sequence[Column[Any]] = (), indexes: Sequence[Sequence[str]] = ()
) -> View:
    """The table of a kind: ``record``, its fields (lists as JSON, never null), ``date`` and ``year``, and ``more``.

    ``date`` sorts the rows: the first day the record is dated by, or empty. ``year`` is that day's, unless the kind has
    a field of that name. Always indexed by (date, record) and (year, date, record).
    """
    fields = [
        column(field, _TYPES.get(_plain(hint), column("").type), null=get_origin(_bare(hint)) is not list)
        for field, hint in get_type_hints(kind).items()
        if field in kind.__struct_fields__ and field not in ("date", "year")
    ]
    return view(
        name,
        column("record", null=False),
        *fields,
        column("date", null=False),
        column("year", Integer),
        *more,
        key=("record",),
        indexes=(("date", "record"), ("year", "date", "record"), *map(tuple, indexes)),
    )


def plain_row(record: Record, kind: type[Claims]) -> dict[str, Any]:
    """The row of one record in the plain table of its kind."""
    reading = record.reading()
    row: dict[str, Any] = {"record": record.id}
    for field, hint in _hints(kind).items():
        value = reading.get(field)
        row[field] = [] if value is None and hint is list else value
    row["date"] = next((reading[name] for name in ("date", *kind.dated) if reading.get(name)), "")
    if not row["date"] and reading.get("year"):
        row["date"] = str(reading["year"])
    row["year"] = reading.get("year") or year_of(row["date"])
    return row


def plain_rows(name: str, kind: type[Claims]) -> Any:
    """What :data:`projections.engine.PROJECTIONS` asks for, for a kind that is one plain table."""

    def rows(record: Record) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        return {name: [plain_row(record, kind)]}

    return rows


_known: dict[type[Claims], dict[str, Any]] = {}


def _hints(kind: type[Claims]) -> dict[str, Any]:
    """Field → list, or another type."""
    found = _known.get(kind)
    if found is None:
        hints = get_type_hints(kind)
        found = _known[kind] = {name: get_origin(_bare(hints[name])) for name in kind.__struct_fields__}
    return found


def _bare(hint: Any) -> Any:
    return next((option for option in get_args(hint) if option is not NoneType), hint) if get_args(hint) else hint


def _plain(hint: Any) -> Any:
    kept = _bare(hint)
    return str if get_origin(kept) is list else kept
