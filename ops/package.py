"""The tables of the archive's own data package: what is exported, and what is read back, is of this form.

They follow from the claims of each kind of record (:mod:`domain.kinds`): a new kind is a new table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from domain.kinds import KINDS
from domain.votes import CHOICES_IN_ORDER, Vote

PACKAGE = "security-council-record"
"""The package's own name in ``datapackage.json``."""
DESCRIPTOR = "datapackage.json"
BALLOTS = "ballots"
CORRECTIONS = "corrections"

STRING, INTEGER, BOOLEAN, ARRAY = "string", "integer", "boolean", "array"

VALUES: dict[tuple[str, str], tuple[str, ...]] = {
    (kind, field): accepted for kind, claims in KINDS.items() for field, accepted in claims.words.items()
}
"""The fields with a closed list of values, by kind and field."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name, its Table Schema type and, where the list is closed, its values."""

    name: str
    type: str = STRING
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the package. ``kind`` is the kind of record its rows speak of, if it is a table of statements."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    kind: str = ""

    @property
    def file(self) -> str:
        """The table's file name."""
        return f"{self.name}.csv"


STATEMENT = (
    Column("id", required=True),
    Column("source", required=True),
    Column("statement", INTEGER, required=True),
    Column("row"),
    Column("document"),
)
"""What every table of statements begins with."""

KEY = ("id", "source", "statement")


def _type(annotation: Any) -> str:
    """The Table Schema type of a claims field: ``str | None`` → string, ``list[str] | None`` → array …"""
    kept = [option for option in get_args(annotation) or (annotation,) if option is not NoneType]
    plain = get_origin(kept[0]) or kept[0] if get_origin(annotation) is not list else list
    try:
        return {str: STRING, int: INTEGER, bool: BOOLEAN, list: ARRAY}[plain]
    except KeyError:
        raise TypeError(f"a field of type {annotation} has no form in the record's tables") from None


def _plural(kind: str) -> str:
    if kind == "advice":
        return kind
    if kind.endswith("y") and kind[-2] not in "aeou":
        return f"{kind.removesuffix('y')}ies"
    return f"{kind}es" if kind.endswith(("o", "ch")) else f"{kind}s"


@cache
def tables() -> dict[str, Table]:
    """The tables of the package by name, in the order in which they are read: who sat there before what they did."""
    found: dict[str, Table] = {}
    first = ("name", "seat", "membership")
    for kind in (*first, *(kind for kind in KINDS if kind not in first)):
        claims = KINDS[kind]
        if not claims.published:
            continue
        hints = get_type_hints(claims)
        steps = (Column("verbs", ARRAY),) if len(claims.verbs) > 1 else ()
        fields = tuple(
            Column(field, _type(hints[field]), values=VALUES.get((kind, field), ()))
            for field in claims.__struct_fields__
            if not (kind == Vote.kind and field == BALLOTS)
        )
        found[_plural(kind)] = Table(_plural(kind), (*STATEMENT, *steps, *fields), KEY, kind)
        if kind == Vote.kind:
            found[BALLOTS] = Table(
                BALLOTS,
                (
                    Column("vote", required=True),
                    *STATEMENT[1:3],
                    Column("member", required=True),
                    Column("choice", required=True, values=CHOICES_IN_ORDER),
                ),
                ("vote", "source", "statement", "member"),
            )
    found[CORRECTIONS] = Table(
        CORRECTIONS,
        (
            Column("record", required=True),
            Column("field", required=True),
            Column("was", required=True),
            Column("now", required=True),
            Column("authority", required=True),
            Column("reason"),
        ),
    )
    return found
