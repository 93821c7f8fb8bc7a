"""The schema says what everything is: sentences on all of it, units of figures, sources of facts, dates of farewell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import graphene
import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLSchema, get_named_type, is_specified_scalar_type

from api.graphql.nodes import TYPES
from api.graphql.schema import SCHEMA

UNITS = re.compile(
    r"\b(years?|months?|days|minutes|characters|position|number|place|version|round|votes?|ballots?|abstentions|casts"
    r"|vetoes|proposals|resolutions|meetings|resumptions?|videoconferences|statements|missions|members?|States"
    r"|paragraphs?|speeches|records?|events?|facts?|fact|indicator's unit|measure's unit|that unit|per cent|no unit"
    r"|1, or higher|from -?\d to 1|at most 1)\b|How many \w+|`share`",
    re.IGNORECASE,
)
"""What a figure can be of."""

COUNTED = re.compile(r"the archive holds|counted from|Sources?:")
"""How a type of figures says what they are counted from."""

FIGURES = (
    "Agreement",
    "AgreementMatrix",
    "CountTable",
    "Coverage",
    "MemberTotal",
    "MemberYear",
    "VetoCount",
    "YearStatements",
    "YearTotal",
)


def described(schema: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """Everything that a reader of the schema meets: its name, and the thing with its description."""
    for name, kind in schema.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(kind):
            continue
        yield name, kind
        for field, one in getattr(kind, "fields", {}).items():
            yield f"{name}.{field}", one
            for argument, given in getattr(one, "args", {}).items():
                yield f"{name}.{field}({argument})", given
        if isinstance(kind, GraphQLEnumType):
            for value, one in kind.values.items():
                yield f"{name}.{value}", one


def faults(schema: GraphQLSchema) -> list[str]:
    """What is missing, each with where."""
    found = []
    for name, one in described(schema):
        if not (one.description or "").strip().endswith((".", "…", "?", ")", ":", "`")):
            found.append(f"{name} has no sentence: {one.description!r}")
        reason = getattr(one, "deprecation_reason", None)
        if reason is not None and not (re.search(r"\b\d{4}-\d{2}-\d{2}\b", reason) and re.search(r"`\w+`", reason)):
            found.append(f"{name} is deprecated without a date (YYYY-MM-DD) and a `replacement`: {reason!r}")
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            for field, one in kind.fields.items():
                figure = get_named_type(one.type).name in ("Int", "Float")
                if figure and not UNITS.search(one.description or ""):
                    found.append(f"{name}.{field} does not tell its unit: {one.description!r}")
    return found


def test_everything_has_a_sentence_figures_a_unit_and_farewells_a_date() -> None:
    assert faults(SCHEMA) == []


def test_the_walk_finds_what_is_missing() -> None:
    class Query(graphene.ObjectType):
        """The root."""

        bare = graphene.String()
        weight = graphene.Int(description="How heavy it is.")
        gone = graphene.String(description="A text.", deprecation_reason="soon")
        leaving = graphene.String(description="A text.", deprecation_reason="Until 2027-01-31; ask for `bare`.")

    found = faults(graphene.Schema(query=Query).graphql_schema)
    assert [fault.partition(" ")[0] for fault in found] == ["Query.bare", "Query.gone", "Query.weight"]


@pytest.mark.parametrize("name", sorted({name for name, _ in TYPES.values()}))
def test_every_kind_of_record_leads_to_the_events_and_sources_behind_it(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    provenance = get_named_type(kind.fields["provenance"].type)
    assert {"events", "statements", "corrections"} <= provenance.fields.keys()
    assert {"source", "row", "document"} <= get_named_type(provenance.fields["events"].type).fields.keys()


@pytest.mark.parametrize("name", FIGURES)
def test_every_table_of_figures_tells_what_it_is_counted_from(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert COUNTED.search(" ".join((kind.description or "").split())), kind.description
