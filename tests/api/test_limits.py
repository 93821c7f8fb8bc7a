"""Limits before validation: each names itself and what to do instead, and none takes long to find out."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, fields
from pathlib import Path

import pytest
from graphql import get_introspection_query

from api.graphql.limits import LIMITS, Limits
from api.graphql.prepared import Executor
from api.graphql.schema import ROOT, SCHEMA
from ops.settings import Settings
from tests.api.conftest import House


def chain(length: int, width: int) -> str:
    """Fragments that each spread the next several times: small to write, huge to expand."""
    parts = [f"fragment F{n} on Vote{{{' '.join([f'...F{n + 1}'] * width)}}}" for n in range(length)]
    return "{votes(first:1){nodes{...F0}}} " + " ".join(parts) + f" fragment F{length} on Vote{{symbol}}"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("#" + "x" * 100_001, "at most 100000"),
        ("{" + "archive{position} " * 400 + "}", "more than 1000 tokens"),
        ("{a" * 70 + "}" * 70, "more than 60 brackets"),
        ("{asOf(position:1)" * 13 + "{archive{position}}" + "}" * 13, "levels deep; the limit is 12"),
        (chain(10, 2), "more than 400 fields"),
        (chain(30, 3), "more than 400 fields"),
        (chain(100, 1).replace("F100 on Vote{symbol}", "F100 on Vote{...F0}"), "within itself"),
        ("{" + " ".join(f"a{n}:archive{{position}}" for n in range(31)) + "}", "31 aliases; the limit is 30"),
        ("{" + "archive{position} " * 11 + "}", "11 fields at its root; the limit is 10"),
        (
            "{a:asOf(position:1){...F} b:asOf(position:2){...F}} fragment F on Query{"
            + " ".join(f's{n}:search(query:"x"){{total}}' for n in range(6))
            + "}",
            "12 searches; the limit is 10",
        ),
        ("{archive{" + "position " * 150 + "}}", "would be compared"),
        ("{votes(first:100){nodes{meeting{votes{ballots{vote{ballots{choice}}}}}}}}", "more than 10000 objects"),
        ("{countries(first:100){edges{node{ballots(last:100){nodes{choice}}}}}}", "more than 10000 objects"),
    ],
)
def test_each_limit_names_itself(small: House, document: str, said: str) -> None:
    began = time.perf_counter()
    answer = small.answer(document)
    assert time.perf_counter() - began < 0.5
    assert not answer.started
    assert said in answer.errors[0].message


def test_page_sizes_in_variables_are_reckoned_with_their_values(small: House) -> None:
    query = "query($n:Int!){countries(first:$n){nodes{ballots(first:100){nodes{vote{ballots{choice}}}}}}}"
    assert small.answer(query, {"n": 1}).started
    refused = small.answer(query, {"n": 100})
    assert not refused.started
    assert "more than 10000 objects" in refused.errors[0].message


def test_introspection_is_allowed(small: House) -> None:
    for query in (get_introspection_query(), get_introspection_query(input_value_deprecation=True)):
        answer = small.answer(query)
        assert answer.errors == []
        assert answer.data["__schema"]["queryType"]["name"] == "Query"


def test_a_document_is_prepared_once(small: House) -> None:
    query = "{archive{position newest}}"
    small.answer(query)
    assert small.compiled.prepare(query) is small.compiled.prepare(query)


@pytest.mark.parametrize("flag", [True, False])
def test_skip_and_include_are_compiled_for_their_values(small: House, flag: bool) -> None:
    query = "query($f:Boolean!){archive{position @skip(if:$f) newest @include(if:$f)}}"
    assert list(small.ask(query, f=flag)["archive"]) == (["newest"] if flag else ["position"])


def test_compiling_can_be_turned_off(small: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.graphql.prepared import Executor
    from api.graphql.schema import ROOT, SCHEMA

    monkeypatch.setenv("COUNCIL_COMPILED", "0")
    assert not small.answer("{archive{position}}", executor=Executor(SCHEMA, ROOT)).compiled


def _years(field: str, many: int) -> str:
    return " ".join(f"a{n}:{field.replace('YEAR', str(1990 + n))}" for n in range(many))


@pytest.mark.parametrize(
    ("field", "all_at_once", "of_one"),
    [
        ('records(period:"YEAR",first:1){totalCount}', 2, 28),
        ('values(from:"YEAR",to:"2026"){value}', 1, 28),
        ('published(on:"YEAR-12-31"){ours}', 1, 28),
        ('compare(a:{on:"YEAR-12-31"},b:{}){period}', 0, 5),
    ],
)
def test_figures_cost_what_computing_them_costs(small: House, field: str, all_at_once: int, of_one: int) -> None:
    refused = small.answer("{indicators{" + _years(field, all_at_once + 1) + "}}")
    assert not refused.started
    assert "more than 10000 objects" in refused.errors[0].message
    assert small.answer("{indicators{name " + _years(field, all_at_once) + "}}").started
    assert small.answer('{indicator(name:"resolutions"){' + _years(field, of_one) + "}}").started


def test_a_refusal_names_its_limit_for_programs(small: House) -> None:
    refused = small.answer("{asOf(position:1)" * 13 + "{archive{position}}" + "}" * 13)
    assert refused.errors[0].extensions == {"code": "LIMIT_EXCEEDED", "limit": "depth", "most": 12}


def refused_by(small: House, document: str, **limits: int) -> object:
    """The limit that refuses a document which the usual limits let pass; None where none does."""
    assert small.answer(document).started, "refused for another reason"
    answer = small.answer(document, executor=Executor(SCHEMA, ROOT, True, Limits(**limits)))
    return None if answer.started else (answer.errors[0].extensions or {}).get("limit")


DIVIDED = '{votes(first: 20) { nodes { a: symbol symbol ballots { choice } } } search(query: "Mali") { total } }'


LEAST = {"body": 20, "tokens": 5, "introspection": 2, "aliases": 0, "searches": 0, "nodes": 10, "overlap": 2}
"""A limit that refuses a small document, where 1 does not tell."""


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_every_limit_can_be_set(small: House, name: str) -> None:
    document = "{ __schema { types { fields { type { name } } } } }" if name == "introspection" else DIVIDED
    if name == "overlap":
        document = "{ archive { position position position } }"
    assert refused_by(small, document, **{name: LEAST.get(name, 1)}) == name
    assert refused_by(small, document, **{name: 1_000_000}) is None


def test_every_limit_is_a_setting_and_is_documented() -> None:
    settings, documented = Settings().limits, {}
    for row in Path("docs/graphql.md").read_text().splitlines():
        if match := re.match(r"\| `COUNCIL_LIMIT_(\w+)` \| ([0-9]+) \|", row):
            documented[match[1].lower()] = int(match[2])
    assert settings == LIMITS
    assert documented == asdict(LIMITS)
