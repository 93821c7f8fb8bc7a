"""The variables of a GraphQL document, given on a command line: a JSON object, or one by one as name=value."""

from __future__ import annotations

import json
from typing import Any

from graphql import NamedTypeNode, NonNullTypeNode, OperationDefinitionNode, TypeNode, print_ast

_AS_TYPED = ("String", "ID")
_AS_JSON = ("Int", "Float", "Boolean")


def given(operation: OperationDefinitionNode, whole: str | None, single: list[str]) -> dict[str, Any]:
    """The values of an operation's variables. Raises ValueError for what is no JSON, no variable of the operation, or
    given twice.
    """
    declared = {one.variable.name.value: one.type for one in operation.variable_definitions or ()}
    values = _object(whole)
    for one in single:
        name, sign, value = one.partition("=")
        if not sign:
            raise ValueError(f"--var {one!r} is not name=value")
        if name in values:
            raise ValueError(f"the variable {name!r} is given twice")
        if name not in declared:
            known = ", ".join(f"${each}" for each in declared) or "none"
            raise ValueError(f"the document declares no variable ${name}; it declares: {known}")
        values[name] = _value(name, declared[name], value)
    return values


def _object(written: str | None) -> dict[str, Any]:
    try:
        values = json.loads(written) if written else {}
    except json.JSONDecodeError as error:
        raise ValueError(f"--variables is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise ValueError('--variables is not a JSON object, such as {"symbol": "1559"}')
    return values


def _value(name: str, declared: TypeNode, written: str) -> Any:
    """A value as its declared type reads it: text as it stands, numbers, lists and objects as JSON, an enum by name."""
    plain = declared.type if isinstance(declared, NonNullTypeNode) else declared
    kind = plain.name.value if isinstance(plain, NamedTypeNode) else None
    if kind in _AS_TYPED:
        return written
    try:
        return json.loads(written)
    except json.JSONDecodeError as error:
        if kind is None or kind in _AS_JSON or written[:1] in "[{":
            raise ValueError(f"--var {name}: {written!r} is not JSON, as {print_ast(declared)} needs") from error
        return written
