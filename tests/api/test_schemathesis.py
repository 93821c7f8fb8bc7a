"""schemathesis asks the running server whatever its committed schema allows, field by field of the roots.

An error in an answer is no fault by itself: the schema cannot say that a text is a date or a symbol. A fault is a
status beyond those told in the table, a body that is no answer, and an error of the archive's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.graphql import nodes

from api.app import create_app
from api.terms import Terms
from tests.api.conftest import House
from tests.serving import serving

SCHEMA = Path(__file__).parents[2] / "api" / "graphql" / "schema.graphql"
EXAMPLES = 2
"""Documents for each field at the roots."""

REFUSED = {"Query": {200}, "Mutation": {200, 401, 429}}
"""Statuses in application/json: mutations need a token, and who tries too often without is told to wait."""


def asking(operation: schemathesis.APIOperation[Any, Any, Any, Any], address: str, told: Counter[str]) -> Any:
    """The test of one field at the roots; it counts what became of its documents."""
    allowed = REFUSED[operation.label.partition(".")[0]]

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
        database=None,
        derandomize=True,
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(base_url=address)
        assert answer.status_code in allowed
        body = answer.json()
        messages = [error["message"] for error in body.get("errors", ())]
        assert all(messages)
        assert not [text for text in messages if "internal error" in text], case.body
        assert messages or body["data"], "neither an answer nor a reason"
        assert answer.status_code != 200 or body["extensions"]["cost"]["points"] >= 1
        told["refused, or not all of it" if messages else "answered"] += 1

    return ask


def test_whatever_the_schema_allows_is_answered_or_refused_with_a_reason(
    wide: House, tell: Callable[[str], None]
) -> None:
    schemathesis.graphql.scalar("JSON", st.text(max_size=20).map(nodes.String))
    schema = schemathesis.graphql.from_path(str(SCHEMA))
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 60
    told: Counter[str] = Counter()
    with serving(create_app(wide.archive, wide.views, terms=Terms(points=0))) as address:
        schema.location = f"{address}/graphql"
        for operation in operations:
            asking(operation, f"{address}/graphql", told)()
    assert told["answered"] > 20
    tell(f"schemathesis: {sum(told.values())} documents over {len(operations)} fields at the roots: {dict(told)}")
