"""What can be exported, as data: the list of tables, and each table with its columns and parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type, get_nullable_type, is_list_type

from api.context import Context
from api.exports import asked
from api.exports.columns import Column
from api.exports.tables import Parameter, Table, tables
from api.exports.writing import FORMATS
from api.graphql.fields import Asking
from api.graphql.filters import MANY
from projections.reading import Reader

_SCHEMA: dict[str, dict[str, Any]] = {
    "Int": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "Boolean": {"type": "boolean"},
}
_DATE = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
AT: dict[str, Any] = {"type": "string", "pattern": "^([0-9]{1,15}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z?)?)$"}
"""The shape of ``at``: a position, a day or a time."""


def addresses(table: Table) -> dict[str, str]:
    """Where a table stands, by format."""
    return {
        end: f"/export/{table.name}.{end}"
        for end, form in FORMATS.items()
        if not form.tables or table.name in form.tables
    }


def index(context: Context, read: Reader) -> dict[str, Any]:
    """Every table, with its number of rows where that is known."""
    return {
        "position": read.position,
        "archive": {"formats": {"zip": "/export/archive.zip"}, "description": WHOLE},
        "tables": [
            {
                "name": table.name,
                "description": table.description,
                "rows": table.count(Asking(context, read)),
                "about": f"/export/{table.name}",
                "formats": addresses(table),
            }
            for table in tables().values()
        ],
    }


WHOLE = "The whole record, with every statement of every source, as a Frictionless Data Package (CSV in a zip file)."


def table_told(table: Table, context: Context, read: Reader) -> dict[str, Any]:
    """One table: its formats, its columns as a Table Schema, and what it can be narrowed and ordered by."""
    return {
        "name": table.name,
        "description": table.description,
        "position": read.position,
        "rows": table.count(Asking(context, read)),
        "formats": addresses(table),
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
        "parameters": [
            {"name": name, "description": about, "schema": schema} for name, about, schema in parameters(table)
        ],
    }


def _field(column: Column) -> dict[str, Any]:
    """A column as a field of a Table Schema. Dates may be partial, or intervals: they are texts there."""
    type_ = "string" if column.type == "date" else column.type
    constraints: dict[str, Any] = {"required": True} if column.required and column.type != "string" else {}
    if column.words:
        constraints["enum"] = list(column.words)
    told = {"name": column.name, "type": type_, "description": column.description}
    return {**told, "constraints": constraints} if constraints else told


def parameters(table: Table) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, description and JSON Schema of everything that an address of the table can say."""
    for parameter in table.parameters.values():
        yield from _spelled(parameter)
    shapes: dict[str, dict[str, Any]] = {
        asked.AT: AT,
        asked.COLUMNS: {
            "type": "array",
            "items": {"type": "string", "enum": [column.name for column in table.columns]},
            "minItems": 1,
            "uniqueItems": True,
        },
        asked.FILTER: {"type": "string", "contentMediaType": "application/json"},
        asked.SPREADSHEET: {"type": "string", "enum": ["false", "true"]},
    }
    for name, about in asked.RESERVED.items():
        if name != asked.FILTER or table.filter is not None:
            yield name, about, shapes[name]


def _spelled(parameter: Parameter) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The spellings of a parameter: ``date``, ``date.gte`` …"""
    kind: Any = get_nullable_type(parameter.type)
    named = get_named_type(kind)
    if not isinstance(named, GraphQLInputObjectType):
        yield parameter.name, parameter.description, _schema(kind)
    elif not is_list_type(kind):
        for condition, field in named.fields.items():
            name = parameter.name if condition == "eq" else f"{parameter.name}.{condition}"
            schema = _DATE if named.name == "DateFilter" else _schema(field.type)
            yield name, f"{parameter.description} {field.description}", schema


def _schema(kind: Any) -> dict[str, Any]:
    bare: Any = get_nullable_type(kind)
    named = get_named_type(bare)
    one = dict(_SCHEMA.get(named.name, {"type": "string"}))
    if isinstance(named, GraphQLEnumType):
        one["enum"] = list(named.values)
    return {"type": "array", "items": one, "minItems": 1, "maxItems": MANY} if is_list_type(bare) else one
