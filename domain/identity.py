"""What a record is called, as its fields tell: ``meeting:S/PV.9410``, ``veto:S/2023/970/USA``, ``speech:S/PV.9410#12``.

A clerk need not give an id where the fields determine it, and must not give another one. Things that are counted within
a meeting, a month or a paragraph get the next free number. How it is named a kind says itself (:mod:`domain.facts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.facts import Claims

Fields = Mapping[str, Any]


def placed(kind: type[Claims]) -> bool:
    """Whether records of a numbered kind have their number among their fields."""
    return bool(kind.numbered_in) and "number" in kind.__struct_fields__


def told_by(kind: type[Claims], said: Fields) -> str:
    """The id that the fields determine, with its kind; empty where they do not."""
    if kind.numbered_in:
        number = said.get("number") if placed(kind) else None
        series = series_of(kind, said)
        return f"{series}{number}" if series and number is not None else ""
    return "" if any(said.get(field) is None for field in kind.named_by) else kind.named(said)


def series_of(kind: type[Claims], said: Fields) -> str:
    """What the ids of a numbered kind begin with, before the number: ``speech:S/PV.9410#``; empty if that is open.

    Empty, too, for a kind whose records are not counted.
    """
    within = said.get(kind.numbered_in) if kind.numbered_in else None
    return kind.nth(within, 0).removesuffix("0") if within else ""


def contradicts(kind: type[Claims], record: str, said: Fields) -> str:
    """The id the record ought to have by its fields, where ``record`` is another one and no name of its own."""
    own = told_by(kind, said)
    bound = bool(kind.binding) and all(said.get(field) is not None for field in kind.binding)
    if own and own != record and bound:
        return own
    series = series_of(kind, said)
    counted = record.startswith(series) and record.removeprefix(series).isdecimal()
    return f"{series}N" if series and not counted else ""


def how_named(kind: type[Claims]) -> str:
    """What is asked of a clerk where neither the fields nor he say which record is meant."""
    return kind.how_named or f"give an id, such as {kind.kind}:S/2023/970"
