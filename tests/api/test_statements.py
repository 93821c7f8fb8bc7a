"""Every connection of the schema costs the same SQL however many rows it gives, and counts only if it is asked to.

The schema is walked: each connection at the root, and each below an object of one, with everything its objects are
related to. A relation read row by row would show as more statements for fifty rows than for two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLNonNull, GraphQLObjectType, get_named_type

from api.graphql.schema import SCHEMA
from projections.reading import Reader
from tests.api.conftest import House

ARGUMENTS = {
    "changes": "between: {{from: {{position: 0}}}}",
    "diff": "from: {{position: 0}}",
    "indicator": 'name: "missions"',
    "indicator.records": 'period: "2023"',
}
"""What some fields must be given."""

NOT_COUNTED = {"savedSearch", "search"}
"""Fields that ask the search engine, which has tests of its own."""


def _connection(kind: Any) -> bool:
    named = get_named_type(kind)
    return isinstance(named, GraphQLObjectType) and "pageInfo" in named.fields and "nodes" in named.fields


def _asked(name: str, more: str) -> str:
    given = ", ".join(part for part in (ARGUMENTS.get(name, ""), more) if part)
    return f"{name}({given})" if given else name


def _under(name: str, inner: str) -> str:
    return _asked(f"{name}.{inner}", "first: {size}").removeprefix(f"{name}.")


def _askable(name: str, field: Any) -> bool:
    return name in ARGUMENTS or not any(isinstance(one.type, GraphQLNonNull) for one in field.args.values())


def connections() -> Iterator[tuple[str, str]]:
    """(where it is, document with ``{size}`` for its page and ``{total}``): at the root, and below its objects."""
    assert SCHEMA.query_type is not None
    for name, field in SCHEMA.query_type.fields.items():
        if name in NOT_COUNTED or name == "asOf":
            continue
        below = get_named_type(field.type)
        if _connection(field.type):
            node = get_named_type(below.fields["nodes"].type)
            yield name, f"{{{{ {_asked(name, 'first: {size}')} {{{{ {{total}} nodes {{{{ {_all(node)} }}}} }}}} }}}}"
            for inner, one in node.fields.items() if isinstance(node, GraphQLObjectType) else ():
                if _connection(one.type):
                    deeper = get_named_type(get_named_type(one.type).fields["nodes"].type)
                    page = f"{_asked(inner, 'first: 3')} {{{{ {{total}} nodes {{{{ {_all(deeper)} }}}} }}}}"
                    yield (
                        f"{name}.{inner}",
                        f"{{{{ {_asked(name, 'first: {size}')} {{{{ nodes {{{{ {page} }}}} }}}} }}}}",
                    )
        elif name in ARGUMENTS:
            for inner, one in below.fields.items():
                if _connection(one.type):
                    deeper = get_named_type(get_named_type(one.type).fields["nodes"].type)
                    yield (
                        f"{name}.{inner}",
                        f"{{{{ {_asked(name, '')} {{{{ {_under(name, inner)} {{{{ {{total}} nodes {{{{ "
                        f"{_all(deeper)} }}}} }}}} }}}} }}}}",
                    )


def _all(node: Any) -> str:
    """Everything an object is related to, one level deep, and its own name."""
    parts = ["__typename"]
    if isinstance(node, GraphQLObjectType):
        for name, field in node.fields.items():
            named = get_named_type(field.type)
            if isinstance(named, GraphQLObjectType | GraphQLInterfaceType) and _askable(name, field):
                inner = "(first: 2)" if _connection(field.type) else ""
                parts.append(f"{name}{inner} {{{{ __typename }}}}")
    return " ".join(parts)


FOUND = dict(connections())


def test_the_walk_comes_by_every_connection_there_is() -> None:
    there = {name for name, kind in SCHEMA.type_map.items() if _connection(kind)}
    walked = set()
    assert SCHEMA.query_type is not None
    for path in FOUND:
        kind: Any = SCHEMA.query_type
        for part in path.split("."):
            owner = get_named_type(kind.fields["nodes"].type) if _connection(kind) else kind
            kind = get_named_type(owner.fields[part].type)
        walked.add(kind.name)
    assert there - walked == set()
    assert len(FOUND) > 40


@pytest.mark.parametrize("path", sorted(FOUND))
def test_a_connection_costs_the_same_statements_for_two_rows_and_for_fifty(
    wide: House, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    rows = Reader.rows

    def noted(self: Reader, sql: str, params: Any = None) -> Any:
        ran.append(sql)
        return rows(self, sql, params)

    monkeypatch.setattr(Reader, "rows", noted)

    def statements(size: int, total: str) -> list[str]:
        ran.clear()
        answer = wide.answer(FOUND[path].format(size=size, total=total))
        assert answer.errors == [], answer.errors
        assert answer.compiled
        return list(ran)

    few, many, counted = statements(2, ""), statements(50, ""), statements(2, "totalCount")
    once = Counter(map(shape, few))
    for each, times in Counter(map(shape, many)).items():
        assert times <= max(once[each], 2), f"{times} times for fifty rows: {each}"
    assert not any(COUNTS.search(sql) for sql in [*few, *many])
    assert len(counted) - len(few) == (0 if path in COMPUTED else 1), set(counted) - set(few)


def shape(sql: str) -> str:
    """A statement whatever the number of its keys. Rows that refer to nothing cost none, so few rows may cost less;
    two relations may ask one table alike; a relation read row by row asks it once for each.
    """
    return re.sub(r"(:[a-z]+\d+,?)+", ":keys", sql)


COUNTS = re.compile(r"count\(\*\) as n\b|count\(distinct record\)")
"""How connections count."""

COMPUTED = {"indicator.records"}
"""Lists that are computed as a whole, so that their length needs no statement."""
