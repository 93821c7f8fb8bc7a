"""The one scalar GraphQL does not have: a JSON value as it stands in the log."""

from __future__ import annotations

from typing import Any

import graphene


class JSON(graphene.Scalar):
    """A JSON value as a source stated it: its shape depends on the field it belongs to."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """The value as it is."""
        return value
