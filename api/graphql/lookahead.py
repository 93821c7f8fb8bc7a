"""Looking ahead: which columns the selections below a relation use, so that only these are read.

Known for columns, and for functions and batches that say what they need of a row (``@needing``). Where anything below
does not say, the whole row is read. The reference executor reads whole rows, so a column that was forgotten shows as a
document that leaves the compiled path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graphql import FieldNode, GraphQLObjectType, get_named_type

from api.graphql.fields import Column, Made, Plan, Relation, Same

Fields = Mapping[str, list[FieldNode]]


def needed(
    kind: object, fields: Fields, below: Callable[[GraphQLObjectType, list[FieldNode]], Fields]
) -> frozenset[str] | None:
    """The columns that the fields of a type use of their row; None if that is not known.

    ``below``: the fields selected on the objects of a field.
    """
    if not isinstance(kind, GraphQLObjectType):
        return None
    found: set[str] = set()
    for nodes in fields.values():
        definition = kind.fields.get(nodes[0].name.value)
        if definition is None:
            if nodes[0].name.value == "__typename":
                continue
            return None
        plan: Plan | None = getattr(definition.resolve, "plan", None)
        inner: frozenset[str] | None
        match plan:
            case Column(name, _):
                inner = frozenset((name,))
            case Made(make):
                inner = getattr(make, "needs", None)
            case Relation(batch) if not plan.through:
                inner = getattr(batch, "needs", None)
            case Same() | Relation():
                one = get_named_type(definition.type)
                inner = needed(one, below(one, nodes), below) if isinstance(one, GraphQLObjectType) else None
            case _:
                inner = None
        if inner is None:
            return None
        found |= inner
    return frozenset(found)
