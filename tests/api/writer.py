"""Writes random documents over the whole schema: mostly such as a reader would send, now and then a wrong one.

What was asked least so far is asked first, so that a few thousand documents come by every field and every argument.
Values fit their argument as a rule; one in :data:`WRONG` is such that it is refused, or finds nothing.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)

from api.graphql.measures import MEASURES
from api.graphql.schema import SCHEMA
from projections.indicators.registry import INDICATORS

WRONG = 60
"""One value in so many is none that the argument takes."""
SIZE = 26
"""About how many fields a document selects."""

VOTES = ["S/2014/916", "1559", "S/RES/2623 (2022)", "vote:S/RES/2541", "S/RES/2034", "S/2022/431", "S/2022/155"]
MEETINGS = ["S/PV.9052", "S/PV.9410", "9052"]
DAYS = ["2014-12-30", "2022-02-25", "2023-09-05"]
TIMES = ["2000-01-01", "2200-01-01T00:00:00Z"]

ALWAYS: dict[str, list[Any]] = {
    "symbol": [*VOTES, *MEETINGS, "S/2017/507", "nothing"],
    "month": ["2023-09", "May 2022"],
    "reference": ["S/2017/507/140", "S/2017/507, paragraph 21"],
    "code": ["RUS", "FRA", "AUS"],
    "member": ["RUS", "FRA", "AUS"],
    "a": ["RUS", "USA"],
    "b": ["FRA", "CHN"],
    "draft": ["S/2022/155", "S/2022/431"],
    "date": ["1980-01-01", *DAYS],
    "on": DAYS,
    "time": TIMES,
    "period": ["2014", "2022"],
    "name": list(INDICATORS),
    "record": ["vote:S/RES/1559", "presidency:2023-09"],
    "kind": ["vote", "meeting"],
    "source": ["curated", "library-meetings"],
    "query": ["Korea", "1559", "country:FRA vote:no", "peace OR мир", "S/PV.9052", '"', ""],
    "kinds": ["vote", "meeting", "member"],
    "members": ["RUS", "FRA:yes"],
    "agenda": ["Mali"],
    "formats": ["open debate"],
    "Int": [2014, 2022, 2023],
    "Boolean": [True, False],
    "ID": ["vote:S/RES/1559", "meeting:S/PV.9052"],
    "DateFilter": ["2014", "2022-02", "2022-02-27"],
    "TextFilter": ["a", "E", "%", "_", "S/2014/916", "RUS", "S/PV.9052"],
    "String": ["RUS", "a", "S/2014/916", "2014"],
}
"""Values by the argument's name, else by its input type."""

FITTING: dict[str, list[Any]] = {
    "Query.mission.id": ["mission:2023/ethiopia"],
    "Query.body.id": ["body:1267", "1267"],
    "Query.regime.id": ["regime:2374", "S/RES/2374"],
    "Query.savedSearch.id": ["0000000000000000"],
    "Query.meeting.symbol": MEETINGS,
    "Query.resolution.symbol": VOTES,
    "Query.obligations.record": ["vote:S/RES/1559"],
    "Query.rotation.from": ["2022-01", "2022-03"],
    "Query.rotation.to": ["2022-12", "2023-02"],
    "Query.asOf.position": [0, 1, 5, 20],
    "StateInput.position": [0, 1, 5, 20],
    "StateInput.time": TIMES,
    "IndicatorStateInput.position": [0, 1, 5, 20],
    "IndicatorStateInput.on": DAYS,
    "Indicator.values.by": ["YEAR"],
    "Indicator.compare.by": ["YEAR"],
    "Indicator.values.from": ["2013", "2022"],
    "Indicator.values.to": ["2023", "2023-09"],
    "Indicator.compare.from": ["2013", "2022"],
    "Indicator.compare.to": ["2023", "2023-09"],
    "Query.agreementMatrix.from": [2004, 2014],
    "Query.agreementMatrix.to": [2014, 2022, 2023],
    "Query.agreementMatrix.members": ["RUS", "USA", "FRA", "AUS"],
    "Query.trajectory.from": [2004, 2014],
    "Query.trajectory.to": [2014, 2022, 2023],
    "Query.trajectory.with": ["RUS", "USA", "FRA", "AUS"],
    "AgreementMatrix.blocs.threshold": [0.5, 0.9, 1],
    **{f"Counts.{measure}.from": ["2004", "2014", "2014-12"] for measure in MEASURES},
    **{f"Counts.{measure}.to": ["2014-12", "2022", "2023-09"] for measure in MEASURES},
    "SavedSearch.results.asOf": [0, 20],
    "SavedSearch.changes.after": [0, 20],
    "SavedSearch.changes.before": [20, 50],
}
"""Values for one argument of one field, or one field of an input."""

FALSE: dict[str, list[Any]] = {
    "Int": [0, 1, -1, 99_999],
    "Float": [0.0, 1.5, -1],
    "String": ["x", "never", "", "soon", "S/1", "\u0000"],
    "ID": ["nowhere", ""],
    "Boolean": [None],
}

EITHER: dict[str, list[tuple[str, ...]]] = {
    "Query.asOf": [("position",), ("time",)],
    "Query.memberTotals": [("year",), ("member",)],
    "Query.rotation": [("year",), ("from", "to"), ("from",), ()],
    "SavedSearch.changes": [("after",), ("before",), ()],
    "StateInput": [("position",), ("time",)],
}
"""Of these arguments only those of one group go together."""
NAMES: dict[str, set[str]] = {kind: {name for group in groups for name in group} for kind, groups in EITHER.items()}


class Writer:
    """Writes documents; ``ids`` are records there are, ``cursors`` are known ones by type of connection."""

    def __init__(self, seed: int, ids: list[str], cursors: dict[str, list[str]], saved: str = "") -> None:
        self.chance = random.Random(seed)
        self.asked: Counter[str] = Counter()
        """How often each field, argument and field of an input was asked: ``Type.field``, ``Type.field.argument``."""
        self._cursors = cursors
        self._fitting = {**FITTING, "Query.node.id": ids, "Query.savedSearch.id": [saved or "0" * 16]}

    def document(self) -> tuple[str, dict[str, Any]]:
        """A document and the values of its variables."""
        self._fragments: list[str] = []
        self._variables: dict[str, tuple[str, Any]] = {}
        self._aliases = 0
        self._left = SIZE
        assert SCHEMA.query_type is not None
        body = self._selections(SCHEMA.query_type, 0)
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self._variables.items())
        head = f"query Q({declared}) " if declared else "query Q "
        return head + body + " ".join(["", *self._fragments]), {n: v for n, (_, v) in self._variables.items()}

    def _least(self, kind: Any, names: list[str], many: int) -> list[str]:
        """So many of the fields, those asked least most likely."""
        drawn = sorted(names, key=lambda name: (self.asked[f"{kind.name}.{name}"] + 1) * (0.3 + self.chance.random()))
        return drawn[:many]

    def _selections(self, kind: Any, depth: int, alias: bool = False) -> str:
        names = [n for n in kind.fields if not (kind.name == "Query" and depth and n == "asOf")]
        leaves = [n for n in names if is_leaf_type(get_named_type(kind.fields[n].type))]
        inner = [n for n in names if n not in leaves]
        chosen = self._least(kind, leaves, self.chance.randint(0, 4))
        if inner and depth < 8 and self._left > 0:
            most = 1 if kind.name == "Query" and depth else 2
            chosen += self._least(kind, inner, self.chance.randint(0 if chosen else 1, most))
        self._left -= len(chosen) + 1
        parts = [self._field(kind, name, depth, alias) for name in chosen]
        if self.chance.random() < 0.1 or not parts:
            parts.append("__typename")
        if isinstance(kind, GraphQLInterfaceType) and depth < 8:
            possible = {one.name: one for one in SCHEMA.get_possible_types(kind)}
            drawn = sorted(possible, key=lambda name: (self.asked[f"on {name}"] + 1) * self.chance.random())
            for number, name in enumerate(drawn[: self.chance.randint(1, 2)]):
                self.asked[f"on {name}"] += 1
                parts.append(f"... on {name} {self._selections(possible[name], depth + 1, alias=number > 0)}")
        elif self.chance.random() < 0.1:
            name = f"F{len(self._fragments)}"
            self._fragments.append(f"fragment {name} on {kind.name} {{{self.chance.choice(parts)}}}")
            parts.insert(self.chance.randrange(len(parts) + 1), f"...{name}{self._directive(0.2)}")
        return "{" + " ".join(parts) + "}"

    def _field(self, kind: Any, name: str, depth: int, alias: bool) -> str:
        field: GraphQLField = kind.fields[name]
        place = f"{kind.name}.{name}"
        self.asked[place] += 1
        written = ", ".join(
            f"{n}: {self._given(f'{place}.{n}', n, field.args[n].type, field)}" for n in self._arguments(place, field)
        )
        renamed = ""
        if self._aliases < 28 and (written or alias or self.chance.random() < 0.05):
            self._aliases += 1
            renamed = f"x{self._aliases}: "
        below = get_named_type(field.type)
        inner = "" if is_leaf_type(below) else self._selections(below, depth + 1)
        return f"{renamed}{name}{f'({written})' if written else ''}{self._directive(0.03)}{inner}"

    def _directive(self, share: float) -> str:
        if self.chance.random() > share:
            return ""
        how, flag = self.chance.choice(["skip", "include"]), self.chance.random() < 0.5
        if self.chance.random() < 0.3:
            return f" @{how}(if: {json.dumps(flag)})"
        return f" @{how}(if: ${self._variable('Boolean!', flag)})"

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self._variables)}"
        self._variables[name] = (kind, value)
        return name

    def _wrong(self, share: float = 1.0) -> bool:
        return self.chance.random() < share / WRONG

    def _arguments(self, place: str, field: GraphQLField) -> list[str]:
        """Which arguments are given."""
        names = [n for n, a in field.args.items() if isinstance(a.type, GraphQLNonNull) or self.chance.random() < 0.3]
        pages = {"first", "last", "after", "before"} & set(field.args)
        if "last" in pages:
            size = "first" if self.chance.random() < 0.9 else "last"
            names = [n for n in names if n not in pages]
            names += [] if self._wrong() else [size]
            names += ["last" if size == "first" else "first"] if self._wrong() else []
            if self.chance.random() < 0.3 and not {"orderBy", "filter"} & set(names):
                names += [self.chance.choice(["after", "before"])]
        elif "after" in pages and "before" not in pages:
            names = [n for n in names if n != "after" or self._wrong(12)]  # a cursor holds for one search only
        if place in EITHER and not self._wrong():
            names = [n for n in names if n not in NAMES[place]] + list(self.chance.choice(EITHER[place]))
        return names

    def _given(self, place: str, name: str, kind: Any, field: GraphQLField) -> str:
        """A value, literal or in a variable."""
        self.asked[place] += 1
        if name in ("after", "before") and str(kind) == "String":
            known = self._cursors.get(str(get_named_type(field.type))) or ["x"]
            value: Any = self.chance.choice(known)
        else:
            value = self._value(place, name, kind)
        if self.chance.random() < 0.2:
            return f"${self._variable(str(kind), value)}"
        return _literal(value, kind)

    def _value(self, place: str, name: str, kind: Any, owner: str = "") -> Any:
        """A value of an input type, as it would stand in a variable."""
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        if isinstance(kind, GraphQLList):
            return [self._value(place, name, kind.of_type, owner) for _ in range(self.chance.randint(0, 2))]
        if isinstance(kind, GraphQLInputObjectType):
            return self._input(place, kind)
        if place in self._fitting and not self._wrong():
            return self.chance.choice(self._fitting[place])
        if isinstance(kind, GraphQLEnumType):
            return self.chance.choice(list(kind.values))
        if name in ("first", "last"):
            return self.chance.choice([1, 2, 3, 5]) if not self._wrong() else self.chance.choice([0, -1, 101])
        if self._wrong():
            return self.chance.choice(FALSE[kind.name])
        if kind.name != "String" or owner:
            known = ALWAYS.get(owner) or ALWAYS.get(kind.name)
            if known and isinstance(known[0], int) == (kind.name in ("Int", "Boolean")):
                return self.chance.choice(known)
        return self.chance.choice(ALWAYS.get(name) or ALWAYS[kind.name])

    def _input(self, place: str, kind: GraphQLInputObjectType) -> dict[str, Any]:
        needed = [n for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull)]
        if kind.name in EITHER and not self._wrong():
            names = list(self.chance.choice(EITHER[kind.name]))
        else:
            names = needed + [n for n in self._least(kind, list(kind.fields), 1) if n not in needed]
        for name in names:
            self.asked[f"{kind.name}.{name}"] += 1
        value = {n: self._value(f"{kind.name}.{n}", n, kind.fields[n].type, kind.name) for n in names}
        if place in ("Query.diff.to", "BetweenInput.to") and "position" in value:
            value["position"] += 21
        return value


def _literal(value: Any, kind: Any) -> str:
    """A value as it stands in a document."""
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if value is None:
        return "null"
    if isinstance(kind, GraphQLList):
        return "[" + ", ".join(_literal(one, kind.of_type) for one in value) + "]"
    if isinstance(kind, GraphQLInputObjectType):
        return "{" + ", ".join(f"{n}: {_literal(v, kind.fields[n].type)}" for n, v in value.items()) + "}"
    if isinstance(kind, GraphQLEnumType):
        return str(value)
    return json.dumps(value)


def everything_askable() -> set[str]:
    """Every field and every argument there is below the query's root, as :attr:`Writer.asked` names them."""
    found: set[str] = set()
    waiting: list[Any] = [SCHEMA.query_type]
    seen: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind.name in seen or is_leaf_type(kind):
            continue
        seen.add(kind.name)
        if isinstance(kind, GraphQLInterfaceType):
            waiting += SCHEMA.get_possible_types(kind)
        for name, field in kind.fields.items():
            found.add(f"{kind.name}.{name}")
            waiting.append(get_named_type(field.type))
            for given, argument in getattr(field, "args", {}).items():
                found.add(f"{kind.name}.{name}.{given}")
                waiting.append(get_named_type(argument.type))
    return found
