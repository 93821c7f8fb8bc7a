"""Tables written as CSV, JSON Lines and Parquet, page by page: memory does not grow with the rows.

The columns and their order are the same in all forms. What is not known is an empty cell in CSV and null elsewhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Final

import orjson

from api.exports import marc
from api.exports.asked import Asked
from api.exports.columns import Column
from api.exports.tables import Ask
from api.problems import Problem

GROUP: Final = 5_000
"""Rows of one row group of Parquet."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a text that spreadsheets take for a formula begins with."""


def columns_in(asked: Asked, ask: Ask) -> Iterator[list[list[Any]]]:
    """The values of the columns asked for, page by page: one list for each column."""
    for rows, asking in asked.table.pages(ask, dict(asked.arguments), dict(asked.below)):
        yield [column.read(rows, asking) for column in asked.columns]


# --- CSV ------------------------------------------------------------------------------------------------------------


def csv_file(asked: Asked, ask: Ask, to: IO[bytes], about: Mapping[str, str]) -> None:
    """CSV as RFC 4180 has it: UTF-8, a header, CRLF, quotes where a cell needs them. Lists are JSON in their cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in asked.columns])
    cells = [_cells(column, asked.guarded) for column in asked.columns]
    for values in columns_in(asked, ask):
        told = [[cell(one) for one in column] for cell, column in zip(cells, values, strict=True)]
        writer.writerows(zip(*told, strict=True))
        _flush(buffer, to)
    _flush(buffer, to)


def _flush(buffer: io.StringIO, to: IO[bytes]) -> None:
    to.write(buffer.getvalue().encode("utf-8", "replace"))
    buffer.seek(0)
    buffer.truncate()


def _cells(column: Column, guarded: bool) -> Callable[[Any], Any]:
    if column.type in ("array", "any"):
        return lambda value: "" if value is None else _json(value)
    if column.type == "boolean":
        return lambda value: "" if value is None else "true" if value else "false"
    if guarded and column.type in ("string", "date"):
        return lambda value: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
    return lambda value: value


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


# --- JSON Lines -----------------------------------------------------------------------------------------------------


def json_lines(asked: Asked, ask: Ask, to: IO[bytes], about: Mapping[str, str]) -> None:
    """One JSON object for each row, each on a line of its own."""
    names = [column.name for column in asked.columns]
    for values in columns_in(asked, ask):
        rows = zip(*values, strict=True)
        to.write(b"".join(orjson.dumps(dict(zip(names, row, strict=True))) + b"\n" for row in rows))


# --- Parquet --------------------------------------------------------------------------------------------------------


def parquet(asked: Asked, ask: Ask, to: IO[bytes], about: Mapping[str, str]) -> None:
    """Parquet with types. A date that is not known to the day has no date type: beside each column of dates, which
    holds whole days, stands one of texts (``…_stated``) that holds what is stated, such as ``1946-05``.
    """
    try:
        import pyarrow
        from pyarrow import parquet as files
    except ImportError as error:
        raise Problem(
            "not-installed",
            "this server has no pyarrow, which writes Parquet: whoever runs it can install council-archive[parquet]",
        ) from error
    shaped = [part for column in asked.columns for part in _fields(column)]
    types = {name: getattr(pyarrow, type_)() for type_, name in _ARROW.items()}
    fields = [
        pyarrow.field(
            part.name,
            pyarrow.list_(pyarrow.string()) if part.type == "array" else types[part.type],
            metadata={"description": part.description},
        )
        for part in shaped
    ]
    schema = pyarrow.schema(fields, metadata=dict(about))
    gathered: list[list[Any]] = [[] for _ in shaped]
    with files.ParquetWriter(to, schema, compression="zstd") as writer:

        def write() -> None:
            arrays = [pyarrow.array(one, field.type) for one, field in zip(gathered, fields, strict=True)]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            for one in gathered:
                one.clear()

        for values in columns_in(asked, ask):
            parts = iter(gathered)
            for column, told in zip(asked.columns, values, strict=True):
                for part in _fields(column):
                    next(parts).extend(map(part.convert, told))
            if gathered and len(gathered[0]) >= GROUP:
                write()
        write()


_ARROW: Final = {
    "string": "string", "int64": "integer", "float64": "number", "bool_": "boolean", "date32": "date"
}  # fmt: skip
"""pyarrow's types → ours."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    type: str
    description: str
    convert: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _fields(column: Column) -> list[_Field]:
    if column.type == "date":
        about = f"{column.description} The day, where one is known."
        return [
            _Field(column.name, "date", about, _day),
            _Field(f"{column.name}_stated", "string", f"{column.description} As stated.", _same),
        ]
    if column.type == "any":
        return [_Field(column.name, "string", f"{column.description} As JSON.", _json)]
    return [_Field(column.name, column.type, column.description, _same)]


def _day(stated: Any) -> date | None:
    """The day of a date or of a time; None for what is less, or more, than one day."""
    text = str(stated or "")
    if len(text) > 10 and ("/" in text or text[10] != "T"):
        return None
    try:
        return date.fromisoformat(text[:10]) if len(text) >= 10 else None
    except ValueError:
        return None


# --- The formats ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Format:
    """A form of a table: the end of its addresses, its media type, what it is, and how it is written."""

    end: str
    media: str
    about: str
    write: Callable[[Asked, Ask, IO[bytes], Mapping[str, str]], None]
    tables: tuple[str, ...] = ()
    """The only tables it is for; empty: all."""


FORMATS: Final[Mapping[str, Format]] = {
    one.end: one
    for one in (
        Format("csv", "text/csv; charset=utf-8; header=present", "CSV (RFC 4180), UTF-8", csv_file),
        Format("jsonl", "application/jsonl; charset=utf-8", "JSON Lines: one object for each row", json_lines),
        Format("parquet", "application/vnd.apache.parquet", "Apache Parquet, typed", parquet),
        Format(
            "xml",
            "application/marcxml+xml; charset=utf-8",
            "MARCXML as the UN Digital Library writes its voting records",
            marc.write,
            ("votes", "resolutions"),
        ),
    )
}
"""The forms of tables by the end of their addresses."""
