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


class JSON(graphene.Scalar):
    """A JSON value as a source stated it: its shape depends on the field it belongs to."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """The value as it is."""
        return value

    @staticmethod
    def parse_value(value: Any) -> Any:
        """A value from the variables of a request, which has been read as JSON already."""
        return value

    @staticmethod
    def parse_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
        """A value written into the document. Raises GraphQLError for what JSON has no form for."""
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
                return [JSON.parse_literal(one, variables) for one in node.values]
            case ObjectValueNode():
                return _object(node, variables)
            case VariableNode():
                return (variables or {}).get(node.name.value)
        raise GraphQLError("a JSON value is a text in quotes, a number, true, false, null, a list or an object", node)


def _whole(node: IntValueNode) -> int:
    # Digits are counted first: Python refuses to read thousands of them, and says so in words of its own.
    if len(node.value) > 20 or not -WHOLE <= (value := int(node.value)) < WHOLE:
        raise GraphQLError("a whole number has at most 63 bits", node)
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
    return {one.name.value: JSON.parse_literal(one.value, variables) for one in node.fields}
