"""The compiled executor and graphql-core's own give the same answers and errors on random documents."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from api.graphql.schema import SCHEMA
from tests.api.conftest import House

DOCUMENTS = int(os.environ.get("COUNCIL_DIFFERENTIAL", "900"))

TEXTS = {
    "symbol": ["S/2014/916", "1559", "S/RES/2623 (2022)", "S/PV.9052", "nothing", "S/RES/2034",
               "S/PV.9410", "S/2017/507", "S/2022/431"],
    "id": ["vote:S/RES/1559", "veto:S/2022/155/RUS", "meeting:S/PV.9052", "mission:2023/ethiopia", "nowhere",
           "name:RUS/en/", "seat:CHN/1971-10-25", "1267", "body:1267", "regime:2374", "S/RES/2374",
           "speech:S/PV.9410#1", "followup:S/2022/431", "paragraph:S/2017/507/140"],
    "month": ["2023-09", "May 2022", "never"],
    "reference": ["S/2017/507/140", "S/2017/507, paragraph 21", "x"],
    "code": ["RUS", "FRA", "AUS", "fra", "XX"],
    "member": ["RUS", "FRA", "AUS"],
    "a": ["RUS", "USA"],
    "b": ["FRA", "CHN"],
    "draft": ["S/2022/155", "S/1"],
    "date": ["1980-01-01", "2014", "never"],
    "eq": ["2014", "2022-02", "S/2014/916", "RUS"],
    "gte": ["2014", "2022-02"],
    "lte": ["2014", "2022-02-27"],
    "contains": ["a", "E", "%", "_"],
    "time": ["2000-01-01", "2200-01-01T00:00:00Z", "soon"],
}  # fmt: skip


class Writer:
    """Writes random documents over the schema: fields, arguments, aliases, fragments, variables, directives."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.fragments: list[str] = []
        self.variables: dict[str, tuple[str, Any]] = {}
        self.aliases = 0

    def document(self) -> tuple[str, dict[str, Any]]:
        assert SCHEMA.query_type is not None
        body = self.selections(SCHEMA.query_type, 0)
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self.variables.items())
        head = f"query Q({declared}) " if declared else "query Q "
        values = {name: value for name, (_, value) in self.variables.items() if value is not ...}
        return head + body + " " + " ".join(self.fragments), values

    def selections(self, kind: Any, depth: int) -> str:
        names = list(kind.fields)
        if kind.name == "Query" and depth:
            names = [n for n in names if n != "asOf"]
        leaves = [n for n in names if is_leaf_type(get_named_type(kind.fields[n].type))]
        inner = [n for n in names if n not in leaves and n != "search"]
        chosen = self.chance.sample(leaves, min(len(leaves), self.chance.randint(0, 4)))
        if inner and depth < 7:
            many = 2 if depth else 3
            chosen += self.chance.sample(inner, min(len(inner), self.chance.randint(0 if chosen else 1, many)))
        self.chance.shuffle(chosen)
        parts = [self.field(name, kind.fields[name], depth) for name in chosen]
        if self.chance.random() < 0.15 or not parts:
            parts.append("__typename")
        if isinstance(kind, GraphQLInterfaceType) and depth < 7:
            for one in self.chance.sample(SCHEMA.get_possible_types(kind), 3):
                parts.append(f"... on {one.name} {self.selections(one, depth + 2)}")
        elif self.chance.random() < 0.1 and parts and isinstance(kind, GraphQLObjectType):
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {kind.name} {{{self.chance.choice(parts)}}}")
            parts.insert(self.chance.randrange(len(parts) + 1), f"...{name}{self.directive(0.2)}")
        return "{" + " ".join(parts) + "}"

    def field(self, name: str, field: Any, depth: int) -> str:
        arguments = [(n, a) for n, a in field.args.items() if self.asked(n, a)]
        written = ", ".join(f"{n}: {self.value(n, a.type, top=True)}" for n, a in arguments)
        alias = ""
        if (self.aliases < 20 and self.chance.random() < 0.1) or written:
            self.aliases += 1
            alias = f"x{self.aliases}: "
        kind = get_named_type(field.type)
        below = "" if is_leaf_type(kind) else self.selections(kind, depth + 1)
        return f"{alias}{name}{f'({written})' if written else ''}{self.directive(0.04)}{below}"

    def directive(self, share: float) -> str:
        if self.chance.random() > share:
            return ""
        flag = f"v{len(self.variables)}"
        self.variables[flag] = ("Boolean!", self.chance.random() < 0.5)
        how = self.chance.choice(["skip", "include"])
        return (
            f" @{how}(if: ${flag})"
            if self.chance.random() < 0.8
            else f" @{how}(if: {self.chance.choice(['true', 'false'])})"
        )

    def asked(self, name: str, argument: Any) -> bool:
        if name == "first":
            return self.chance.random() < 0.97
        if name in ("after", "before", "last"):
            return self.chance.random() < 0.03
        return isinstance(argument.type, GraphQLNonNull) or self.chance.random() < 0.35

    def value(self, name: str, kind: Any, top: bool = False) -> str:
        if top and is_leaf_type(get_named_type(kind)) and "[" not in str(kind) and self.chance.random() < 0.2:
            variable = f"v{len(self.variables)}"
            value = (
                json.loads(self.literal(name, kind).replace("null", "null"))
                if not isinstance(get_named_type(kind), GraphQLEnumType)
                else self.literal(name, kind)
            )
            self.variables[variable] = (str(kind), value)
            return f"${variable}"
        return self.literal(name, kind)

    def literal(self, name: str, kind: Any) -> str:
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        if isinstance(kind, GraphQLList):
            return "[" + ", ".join(self.literal(name, kind.of_type) for _ in range(self.chance.randint(0, 2))) + "]"
        if isinstance(kind, GraphQLEnumType):
            return self.chance.choice(list(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            wanted = [(n, f) for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull)]
            wanted += self.chance.sample(
                [(n, f) for n, f in kind.fields.items() if (n, f) not in wanted], min(1, len(kind.fields) - len(wanted))
            )
            return "{" + ", ".join(f"{n}: {self.literal(n, f.type)}" for n, f in wanted) + "}"
        if kind.name == "Boolean":
            return self.chance.choice(["true", "false"])
        if kind.name == "Int":
            if name in ("first", "last"):
                return str(self.chance.choice([0, 1, 2, 3, 5]))
            return str(self.chance.choice([0, 1, 5, 20, 2014, 2022]))
        return json.dumps(self.chance.choice(TEXTS.get(name, ["x", "2014"])))


@pytest.mark.slow
def test_both_executors_answer_alike(wide: House, capsys: pytest.CaptureFixture[str]) -> None:
    compiled = executed = failed = 0
    for seed in range(DOCUMENTS):
        text, values = Writer(seed).document()
        fast = wide.answer(text, values)
        slow = wide.answer(text, values, wide.reference)
        if not slow.started:
            assert not fast.started, text
            continue
        executed += 1
        compiled += fast.compiled
        failed += bool(slow.errors)
        assert json.dumps(fast.data) == json.dumps(slow.data), f"seed {seed}: {text} {values}"
        assert [e.formatted for e in fast.errors] == [e.formatted for e in slow.errors], f"seed {seed}: {text}"
        if not slow.errors:
            assert fast.compiled, f"seed {seed} took the slow path: {text}"
    with capsys.disabled():
        print(f"\n{executed} of {DOCUMENTS} documents ran; compiled: {compiled}; with errors: {failed}")
    assert executed > DOCUMENTS * 0.6
    assert compiled > executed * 0.5
