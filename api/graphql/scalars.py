"""The one scalar GraphQL does not have: a JSON value as it stands in the log, or as it is to be written there."""

from __future__ import annotations

import math
from typing import Any

import graphene
from graphql import (
    BooleanValueNode,
    FloatValueNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

WHOLE = 2**63
"""Whole numbers are below this, as in the variables of a request: neither log nor databases hold more."""
DEEPEST = 20
"""Lists and objects within each other; what the archive keeps has two or three."""


class JSON(graphene.Scalar):
    """A JSON value as a source stated it: its shape depends on the field it belongs to."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """The value as it is."""
        return value

    @staticmethod
    def parse_value(value: Any) -> Any:
        """A value from the variables of a request, read as JSON already. Raises GraphQLError for one too deep."""
        return _bounded(value)

    @staticmethod
    def parse_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
        """A value written into the document. Raises GraphQLError for what JSON has no form for, and one too deep."""
        return _bounded(_literal(node, variables), node)


def _bounded(value: Any, node: ValueNode | None = None) -> Any:
    if _deeper(value, DEEPEST):
        raise GraphQLError(
            f"lists and objects stand more than {DEEPEST} deep in each other; give a flatter value", node
        )
    return value


def _deeper(value: Any, levels: int) -> bool:
    """Whether a value has more levels than these; looks no deeper."""
    if not isinstance(value, dict | list):
        return False
    return levels == 0 or any(
        _deeper(one, levels - 1) for one in (value.values() if isinstance(value, dict) else value)
    )


def _literal(node: ValueNode, variables: dict[str, Any] | None) -> Any:
    """The value of a literal. The brackets of a document are bounded (``Limits.nesting``), so that this ends soon."""
    match node:
        case StringValueNode() | BooleanValueNode():
            return node.value
        case NullValueNode():
            return None
        case IntValueNode():
            return _whole(node)
        case FloatValueNode():
            return _fraction(node)
        case ListValueNode():
            return [_literal(one, variables) for one in node.values]
        case ObjectValueNode():
            return _object(node, variables)
        case VariableNode():
            return (variables or {}).get(node.name.value)
    raise GraphQLError("a JSON value is a text in quotes, a number, true, false, null, a list or an object", node)


def _whole(node: IntValueNode) -> int:
    # Digits are counted first: Python refuses to read thousands of them, and says so in words of its own.
    if len(node.value) > 20 or not -WHOLE <= (value := int(node.value)) < WHOLE:
        raise GraphQLError("the number is too large: a whole number has at most 63 bits", node)
    return value


def _fraction(node: FloatValueNode) -> float:
    value = float(node.value)
    if not math.isfinite(value):
        raise GraphQLError(f"{node.value} is too large a number", node)
    return value


def _object(node: ObjectValueNode, variables: dict[str, Any] | None) -> dict[str, Any]:
    names = [one.name.value for one in node.fields]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise GraphQLError(f"the field {twice!r} is given twice", node)
    return {one.name.value: _literal(one.value, variables) for one in node.fields}
