"""Compiling operations to Python functions that work level by level (``prepared.py`` decides when to use them).

The idea. A validated selection set on a known type needs no interpreter: it is compiled to one Python function from the
rows of a level to the dictionaries of the answer. Columns become one dictionary display in a list comprehension;
a relation calls its batch function once with all rows of the level, and the compiled function below once with all rows
it returned. A level of 800 objects costs one statement and one comprehension.

The limits. It is optimistic: it knows nothing of errors. Whatever happens out of the ordinary (an exception, null where
the schema forbids it, introspection, a field without a plan) drops the attempt, and graphql-core's own executor answers
instead, from the same snapshot, with the errors and paths the specification asks for. So the compiled path may only
be faster, never different; ``tests/api/test_differential.py`` holds it to that on random documents. It leans on
graphql-core's ``collect_fields`` and ``get_argument_values``: the version is pinned. `@skip` and `@include` are settled
when compiling, for one set of values of the variables they use.

``COUNCIL_COMPILED=0`` in the environment turns it off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    Visitor,
    get_named_type,
    visit,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_argument_values

from api.graphql.fields import Asking, Column, Made, Plan, Relation, Rows, Same
from api.graphql.lookahead import needed
from api.graphql.nodes import type_of

Variables = dict[str, Any]
Level = Callable[[Rows, Asking, Variables], list[Any]]
"""Rows of one level → their answers. Also used for completing the values of one field."""


class UnusualError(Exception):
    """The optimistic path does not apply; the reference executor answers."""


def _fail() -> Any:
    raise UnusualError


def _whole(texts: list[str]) -> list[str]:
    if None in texts:
        raise UnusualError
    return texts


class Compiler:
    """Compiles the selection sets of one operation, for one set of values of `@skip` and `@include`."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], values: Variables) -> None:
        self._schema, self._fragments, self._values = schema, fragments, values

    def operation(self, node: OperationDefinitionNode) -> Level:
        """The function of a whole operation, from the root row. Raises UnusualError if it cannot be compiled."""
        root = self._schema.get_root_type(node.operation)
        assert root is not None
        fields = collect_fields(self._schema, self._fragments, self._values, root, node.selection_set)
        return self._level(root, fields)

    def _level(self, kind: GraphQLObjectType, fields: Mapping[str, list[FieldNode]]) -> Level:
        """The function for one selection set, made from source: one display for the columns, one call a relation."""
        known: dict[str, Any] = {"fail": _fail}
        before: list[str] = []
        after: list[str] = []
        shown = self._display(kind, fields, known, before, after)
        if shown is None:
            raise UnusualError
        lines = [
            "def run(rows, asking, values):",
            *before,
            f"    out = [{shown} for r in rows]",
            *after,
            "    return out",
        ]
        exec(compile("\n".join(lines), f"<{kind.name}>", "exec"), known)
        run: Level = known["run"]
        return run

    def _display(
        self,
        kind: GraphQLObjectType,
        fields: Mapping[str, list[FieldNode]],
        known: dict[str, Any],
        before: list[str],
        after: list[str] | None,
    ) -> str | None:
        """The source of one object; None if it has relations and must not (``after`` is None)."""
        parts: list[str] = []
        for key, nodes in fields.items():
            name = nodes[0].name.value
            if name == "__typename":
                parts.append(f"{key!r}: {kind.name!r}")
                continue
            definition = kind.fields.get(name)
            plan: Plan | None = getattr(definition.resolve, "plan", None) if definition is not None else None
            if definition is None or plan is None:
                raise UnusualError
            if isinstance(plan, Same):
                below = get_named_type(definition.type)
                assert isinstance(below, GraphQLObjectType)
                inner = self._display(below, self._below(below, nodes), known, before, None)
                if inner is not None:
                    parts.append(f"{key!r}: {inner}")
                    continue
                plan = Relation(lambda rows, _, __: rows)
            if isinstance(plan, Relation):
                if after is None:
                    return None
                fill = f"f{len(known)}"
                known[fill] = self._relation(key, definition, nodes, plan)
                parts.append(f"{key!r}: None")
                after.append(f"    {fill}(out, rows, asking, values)")
                continue
            parts.append(f"{key!r}: {self._value(plan, definition.type, known, before)}")
        return "{" + ", ".join(parts) + "}"

    def _value(self, plan: Column | Made, kind: GraphQLOutputType, known: dict[str, Any], before: list[str]) -> str:
        """The source of a leaf value of row ``r``."""
        if isinstance(plan, Made):
            make, call = f"m{len(known)}", f"c{len(known)}"
            known[make] = plan.make
            before.append(f"    {call} = {make}(asking)")
            source = f"{call}(r)"
        else:
            source = f"r[{plan.name!r}]"
            if plan.convert is not None:
                convert = f"c{len(known)}"
                known[convert] = plan.convert
                source = f"{convert}({source})"
        required = isinstance(kind, GraphQLNonNull)
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(inner, GraphQLEnumType):
            table = f"e{len(known)}"
            known[table] = _words(inner)
            return f"{table}[{source}]" if required else f"(None if (v := {source}) is None else {table}[v])"
        if isinstance(inner, GraphQLList) and str(inner) == "[String!]":
            known["whole"] = _whole
            return f"whole({source})" if required else f"(None if (v := {source}) is None else whole(v))"
        if str(inner) not in ("String", "ID", "Int", "Float", "Boolean", "JSON"):
            complete = f"l{len(known)}"
            known[complete] = self._complete(kind, [])
            return f"{complete}([{source}], asking, values)[0]"
        return f"(v if (v := {source}) is not None else fail())" if required else source

    def _below(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Mapping[str, list[FieldNode]]:
        return collect_sub_fields(self._schema, self._fragments, self._values, kind, nodes)

    def _relation(
        self, key: str, definition: GraphQLField, nodes: list[FieldNode], plan: Relation
    ) -> Callable[[list[dict[str, Any]], Rows, Asking, Variables], None]:
        complete = self._complete(definition.type, nodes)
        node, batch, turns = nodes[0], plan.batch, plan.turns
        below = get_named_type(definition.type)
        columns = None
        if getattr(batch, "reads_less", False) and isinstance(below, GraphQLObjectType):
            columns = needed(below, self._below(below, nodes), self._below)
        fixed = None if _uses_variables(node) else get_argument_values(definition, node, {})

        def fill(out: list[dict[str, Any]], rows: Rows, asking: Asking, values: Variables) -> None:
            if not rows:
                return
            arguments = fixed if fixed is not None else get_argument_values(definition, node, values)
            asking.columns = columns
            if asking.read.patience is not None:
                asking.read.patience.check()
            found = batch(rows, arguments, asking)
            if turns:
                done = [complete([one], one["state"], values)[0] for one in found]
            else:
                done = complete(found, asking, values)
            for one, value in zip(out, done, strict=True):
                one[key] = value

        return fill

    def _complete(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Level:
        """The function that completes the values of one field, all rows at once."""
        if isinstance(kind, GraphQLNonNull):
            if isinstance(kind.of_type, GraphQLObjectType):
                return _there(self._level(kind.of_type, self._below(kind.of_type, nodes)))
            inner = self._complete(kind.of_type, nodes)

            def required(found: Rows, asking: Asking, values: Variables) -> list[Any]:
                done = inner(found, asking, values)
                if None in done:
                    raise UnusualError
                return done

            return required
        if isinstance(kind, GraphQLList):
            return _each(self._complete(kind.of_type, nodes))
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return _present(self._abstract(kind, nodes))
        if isinstance(kind, GraphQLObjectType):
            return _present(self._level(kind, self._below(kind, nodes)))
        assert isinstance(kind, GraphQLScalarType | GraphQLEnumType)
        serialize = _words(kind).__getitem__ if isinstance(kind, GraphQLEnumType) else kind.serialize
        return lambda found, _, __: [None if value is None else serialize(value) for value in found]

    def _abstract(self, kind: GraphQLAbstractType, nodes: list[FieldNode]) -> Level:
        """Rows of several types: each type's rows by the function for that type, made when its first row is met.

        Making all of them beforehand would multiply with every interface below an interface.
        """
        levels: dict[str, Level] = {}

        def level(name: str) -> Level:
            if name not in levels:
                one = self._schema.get_type(name)
                assert isinstance(one, GraphQLObjectType)
                levels[name] = self._level(one, self._below(one, nodes))
            return levels[name]

        def run(rows: Rows, asking: Asking, values: Variables) -> list[Any]:
            out: list[Any] = [None] * len(rows)
            places: dict[str, list[int]] = {}
            for place, row in enumerate(rows):
                places.setdefault(type_of(row), []).append(place)
            for name, mine in places.items():
                for place, value in zip(mine, level(name)([rows[p] for p in mine], asking, values), strict=True):
                    out[place] = value
            return out

        return run


def _each(inner: Level) -> Level:
    """Lists: flattened, completed together, cut apart again."""

    def run(found: list[Any], asking: Asking, values: Variables) -> list[Any]:
        if len(found) == 1 and found[0]:
            return [inner(found[0], asking, values)]
        flat = [row for one in found if one is not None for row in one]
        done = iter(inner(flat, asking, values) if flat else [])
        return [None if one is None else list(islice(done, len(one))) for one in found]

    return run


def _present(level: Level) -> Level:
    """Objects that may be null: the level sees only those that are there."""

    def run(found: Rows, asking: Asking, values: Variables) -> list[Any]:
        there = [one for one in found if one is not None]
        done = iter(level(there, asking, values) if there else [])
        return [None if one is None else next(done) for one in found]

    return run


def _there(level: Level) -> Level:
    """Objects that must not be null."""

    def run(found: Rows, asking: Asking, values: Variables) -> list[Any]:
        if None in found:
            raise UnusualError
        return level(found, asking, values) if found else []

    return run


def _words(kind: GraphQLEnumType) -> dict[Any, str]:
    return {getattr(value.value, "value", value.value): name for name, value in kind.values.items()}


def _uses_variables(node: FieldNode) -> bool:
    names = _Variables()
    for argument in node.arguments:
        visit(argument, names)
    return names.used


class _Variables(Visitor):
    used = False

    def enter_variable(self, *_: Any) -> None:
        self.used = True
