"""Reading the read models: as of now or of any position, one consistent snapshot for each reader.

The statements are plain SQL with named parameters (``:name``) run through the database's own driver. A row is a
dictionary of column values; columns that hold lists are JSON text, booleans may be 0 and 1 (SQLite).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from projections.patience import Patience, StoppedError
from projections.versioned import View

Values = dict[str, Any]

_NAMED = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")
_KEYS = 500
"""Keys per statement when many are looked up at once."""


class ViewsError(RuntimeError):
    """The read models cannot be used as they are; the message says what to do."""


class Reader:
    """One snapshot of the read models at one position. Use it in one thread, within ``Views.reader``."""

    __slots__ = ("_connection", "_postgres", "as_of", "known", "patience", "reached", "statements")

    def __init__(
        self, connection: Any, dialect: str, reached: int, as_of: int | None, patience: Patience | None = None
    ) -> None:
        self._connection = connection
        self._postgres = dialect == "postgresql"
        self.reached = reached
        """The position the read models have reached in this snapshot."""
        self.as_of = as_of
        """The past position asked for, or None for now."""
        self.patience = patience
        """How long the answer may take; None: as long as it does."""
        self.statements = 0
        """SQL statements run so far; tests count them."""
        self.known: dict[Any, Any] = {}
        """What has been computed of this snapshot at this position, to be computed once only."""

    @property
    def position(self) -> int:
        """The position this reader answers for."""
        return self.reached if self.as_of is None else self.as_of

    def at(self, position: int) -> Reader:
        """A reader of the same snapshot at a past position. Raises :class:`ViewsError` for one outside the log."""
        if not 0 <= position <= self.reached:
            raise ViewsError(f"there is no position {position}: the archive reaches from 0 to {self.reached}")
        # The same connection on purpose: a second one would be another snapshot, and could wait for the pool for ever.
        dialect = "postgresql" if self._postgres else "sqlite"
        as_of = None if position == self.reached else position
        return Reader(self._connection, dialect, self.reached, as_of, self.patience)

    def live(self, alias: str = "") -> str:
        """The condition under which a row of a versioned table holds at this position."""
        dot = f"{alias}." if alias else ""
        if self.as_of is None:
            return f"{dot}until is null"
        return f"{dot}since <= {self.as_of:d} and ({dot}until is null or {dot}until > {self.as_of:d})"

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Values]:
        """All rows of a statement. Raises StoppedError once the patience is over."""
        self.statements += 1
        if self.patience is None:
            return self._rows(sql, params)
        self.patience.check()
        try:
            return self._rows(sql, params)
        except Exception:
            if self.patience.over:
                raise StoppedError from None  # each driver has its own words for a statement that was ended
            raise

    def _rows(self, sql: str, params: Mapping[str, Any] | None) -> list[Values]:
        if self._postgres:
            cursor = self._connection.execute(_pyformat(sql), params or {})
            return cursor.fetchall()  # type: ignore[no-any-return]
        cursor = self._connection.execute(sql, params or {})
        make = _MAKERS.get(sql)
        if make is None:
            if len(_MAKERS) >= _TEXTS:
                _MAKERS.clear()
            make = _MAKERS[sql] = _named(tuple([part[0] for part in cursor.description]))
        return make(cursor.fetchall())

    def row(self, sql: str, params: Mapping[str, Any] | None = None) -> Values | None:
        """The first row of a statement, or None."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def value(self, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, params)
        return next(iter(found.values())) if found else None


_TEXTS = 512
"""Statements whose text, and what makes rows of their answers, are kept to be used again."""

_MAKERS: dict[str, Callable[[list[tuple[Any, ...]]], list[Values]]] = {}
"""Statement → what makes dictionaries of its rows: statements name their columns, so it stays the same."""


@lru_cache(maxsize=1024)
def _named(names: tuple[str, ...]) -> Callable[[list[tuple[Any, ...]]], list[Values]]:
    """The function that makes dictionaries of rows with these columns: one display, several times quicker than zip."""
    parts = [f"c{number}" for number in range(len(names))]
    display = ", ".join(f"{name!r}: {part}" for name, part in zip(names, parts, strict=True))
    made: Callable[[list[tuple[Any, ...]]], list[Values]] = eval(
        f"lambda found: [{{{display}}} for ({', '.join(parts)},) in found]"
    )
    return made


@lru_cache(maxsize=4096)
def _pyformat(sql: str) -> str:
    return _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))


class Where:
    """Conditions on the rows of one view, joined by *and*. Column names are checked against the view."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.parts: list[str] = []
        self.params: dict[str, Any] = {}

    def _param(self, value: Any) -> str:
        name = f"w{len(self.params)}"
        self.params[name] = value
        return f":{name}"

    def _column(self, column: str) -> str:
        if column not in self._view.columns:
            raise KeyError(f"{self._view.name} has no column {column}")
        return f"t.{column}"

    def eq(self, column: str, value: Any) -> Where:
        """The column has this value."""
        self.parts.append(f"{self._column(column)} = {self._param(value)}")
        return self

    def is_in(self, column: str, values: Iterable[Any]) -> Where:
        """The column has one of these values; no values, no rows."""
        marks = ",".join(self._param(value) for value in values)
        self.parts.append(f"{self._column(column)} in ({marks})" if marks else "1 = 0")
        return self

    def at_least(self, column: str, value: Any) -> Where:
        """The column is this or more."""
        self.parts.append(f"{self._column(column)} >= {self._param(value)}")
        return self

    def at_most(self, column: str, value: Any) -> Where:
        """The column is this or less."""
        self.parts.append(f"{self._column(column)} <= {self._param(value)}")
        return self

    def contains(self, column: str, text: str) -> Where:
        """The column contains a text, letter case aside (ASCII letters)."""
        pattern = "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        self.parts.append(f"lower({self._column(column)}) like {self._param(pattern)} escape '\\'")
        return self

    def given(self, column: str, *, is_given: bool = True) -> Where:
        """The column has a value (or has none)."""
        self.parts.append(f"{self._column(column)} is {'not ' if is_given else ''}null")
        return self

    def apart(self) -> Where:
        """Conditions beside these on the same view, to be joined to them otherwise than by *and*: see :meth:`joined`.

        Both share their parameters, so that names do not clash.
        """
        beside = Where(self._view)
        beside.params = self.params
        return beside

    def joined(self) -> str:
        """The conditions as one, in SQL; where there are none, it always holds."""
        return " and ".join(self.parts) if self.parts else "1 = 1"

    def sql(self, condition: str, **params: Any) -> Where:
        """A condition in SQL on ``t`` with parameters of its own (``:name``)."""
        for name, value in params.items():
            condition = re.sub(rf":{name}\b", self._param(value), condition)
        self.parts.append(f"({condition})")
        return self


def page(
    read: Reader,
    view: View,
    where: Where | None,
    order: Sequence[str],
    *,
    descending: bool = False,
    after: Sequence[Any] | None = None,
    before: Sequence[Any] | None = None,
    limit: int,
    columns: Sequence[str] | None = None,
) -> list[Values]:
    """At most ``limit`` rows in order, starting after (or, from the end, before) the values of a known row.

    ``order`` must name columns without nulls that together are unique. With ``before`` alone, or ``before`` and
    ``limit``, the rows nearest to it are returned, still in order. Keyset paging: the cost does not grow with depth.
    """
    params: dict[str, Any] = dict(where.params) if where else {}
    for name, values in (("a", after), ("b", before)):
        params.update({f"{name}{number}": value for number, value in enumerate(values or ())})
    params["limit"] = limit
    backwards = before is not None and after is None
    sql = _page(
        view.name,
        (read.live("t"), *(where.parts if where else ())),
        tuple(order),
        descending,
        after is not None,
        before is not None,
        tuple(columns or view.columns),
    )
    found = read.rows(sql, params)
    return found[::-1] if backwards else found


@lru_cache(maxsize=_TEXTS)
def _page(
    table: str,
    parts: tuple[str, ...],
    order: tuple[str, ...],
    descending: bool,
    after: bool,
    before: bool,
    columns: tuple[str, ...],
) -> str:
    """The statement of a page. Where it begins and ends: parameters ``a0``, ``a1`` … and ``b0``, ``b1`` …"""
    keys = ",".join(f"t.{name}" for name in order)
    bounds = []
    for name, given, forward in (("a", after, True), ("b", before, False)):
        if given:
            marks = ",".join(f":{name}{number}" for number in range(len(order)))
            bounds.append(f"({keys}) {'>' if forward != descending else '<'} ({marks})")
    direction = "desc" if descending != (before and not after) else "asc"
    ordering = ",".join(f"t.{name} {direction}" for name in order)
    chosen = ",".join(f"t.{name}" for name in columns)
    conditions = " and ".join([*parts, *bounds])
    return f"select {chosen} from {table} t where {conditions} order by {ordering} limit :limit"


def count(read: Reader, view: View, where: Where | None = None) -> int:
    """How many rows there are."""
    parts = [read.live("t"), *(where.parts if where else [])]
    sql = f"select count(*) as n from {view.name} t where {' and '.join(parts)}"
    return int(read.value(sql, where.params if where else {}))


def one(read: Reader, view: View, **equals: Any) -> Values | None:
    """The row with these column values, or None."""
    where = Where(view)
    for column, value in equals.items():
        where.eq(column, value)
    found = page(read, view, where, view.key, limit=1)
    return found[0] if found else None


def by_key(
    read: Reader,
    view: View,
    column: str,
    keys: Iterable[Any],
    order: Sequence[str],
    *,
    columns: Sequence[str] | None = None,
    descending: bool = False,
) -> dict[Any, list[Values]]:
    """The rows for many keys at once, in order: key → rows. Keys without rows are absent."""
    wanted = list(dict.fromkeys(keys))
    if None in wanted:
        wanted.remove(None)
    names = tuple(columns or view.columns)
    kept = names if column in names else (*names, column)
    found: dict[Any, list[Values]] = {}
    for start in range(0, len(wanted), _KEYS):
        part = wanted[start : start + _KEYS]
        sql, marks = _by_key(view.name, column, len(part), read.live("t"), tuple(order), descending, kept)
        for row in read.rows(sql, dict(zip(marks, part, strict=True))):
            key = row[column]
            if key in found:
                found[key].append(row)
            else:
                found[key] = [row]
    return found


@lru_cache(maxsize=_TEXTS)
def _by_key(
    table: str, column: str, keys: int, live: str, order: tuple[str, ...], descending: bool, columns: tuple[str, ...]
) -> tuple[str, list[str]]:
    """The statement for so many keys, and its parameters in order."""
    names = [f"k{number}" for number in range(keys)]
    chosen = ",".join(f"t.{name}" for name in columns)
    marks = ",".join(f":{name}" for name in names)
    ordering = ",".join(f"t.{name}{' desc' if descending else ''}" for name in order)
    return f"select {chosen} from {table} t where t.{column} in ({marks}) and {live} order by {ordering}", names


__all__ = ["Reader", "Values", "ViewsError", "Where", "by_key", "count", "one", "page"]
