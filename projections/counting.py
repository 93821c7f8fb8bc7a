"""Counts read from the cells of ``counts.py``: by one dimension or two, for a period, under conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from domain.charter import PERMANENT
from projections.counts import MEASURES, Cube
from projections.reading import Reader, Where

OF_BALLOTS = ("member", "choice", "seat", "group")
"""Dimensions that a ballot has of its own; the others are those of its vote."""

PERMANENT_SEAT, ELECTED_SEAT = "permanent", "elected"

Narrow = Callable[[Where, str], object]
"""Adds a condition on a column."""

Key = tuple[str, ...]


@dataclass(slots=True)
class Wanted:
    """What is asked: what is counted, by which dimensions, for which period, under which conditions.

    ``first`` and ``last``: years or months (``1990``, ``1990-06``), both included. ``columns``: dimension → conditions
    on cells; ``ballots``: dimension of a ballot → which of its values count.
    """

    measure: str
    by: Sequence[str]
    first: str | None = None
    last: str | None = None
    columns: Mapping[str, Sequence[Narrow]] = field(default_factory=dict)
    ballots: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)


def counted(read: Reader, wanted: Wanted) -> dict[Key, int]:
    """Values of the dimensions → how many; combinations there are none of are absent, what is unknown is empty."""
    cube = _covering(wanted)
    where = _conditions(cube, wanted)
    if wanted.measure == "ballots":
        return _ballots(read, cube, where, wanted)
    names = list(dict.fromkeys(map(_column, wanted.by)))
    chosen = "".join(f"t.{name}, " for name in names)
    grouped = f" group by {', '.join(f't.{name}' for name in names)}" if names else ""
    sql = f"select {chosen}sum(t.n) as n from {cube.view.name} t where {_all(read, where)}{grouped}"
    found: dict[Key, int] = {}
    for row in read.rows(sql, where.params):
        if row["n"] is not None:
            key = tuple(_value(name, row) for name in wanted.by)
            found[key] = found.get(key, 0) + int(row["n"])
    return found


def _all(read: Reader, where: Where) -> str:
    return " and ".join([read.live("t"), *where.parts])


def _column(dimension: str) -> str:
    return "year" if dimension == "decade" else dimension


def _value(dimension: str, row: Mapping[str, Any]) -> str:
    if dimension in ("year", "decade"):
        year = int(row["year"])
        return "" if not year else str(year - year % 10 if dimension == "decade" else year)
    return str(row[dimension])


def _covering(wanted: Wanted) -> Cube:
    """The fewest cells that know all the dimensions asked. Raises KeyError for a dimension there is not."""
    needed = {_column(one) for one in (*wanted.by, *wanted.columns)} - {"year", *OF_BALLOTS}
    if wanted.measure != "ballots":
        needed |= {one for one in wanted.by if one in OF_BALLOTS}
    if any(len(bound) > 4 for bound in (wanted.first, wanted.last) if bound):
        needed.add("month")
    for cube in MEASURES[wanted.measure]:
        if needed <= cube.dimensions.keys():
            return cube
    raise KeyError(f"{wanted.measure} are not counted by {', '.join(sorted(needed))}")


def _conditions(cube: Cube, wanted: Wanted) -> Where:
    where = Where(cube.view)
    if wanted.first or wanted.last:
        where.at_least("year", int((wanted.first or "0001")[:4])).at_most("year", int((wanted.last or "9999")[:4]))
    bounds = [bound for bound in (wanted.first, wanted.last) if bound and len(bound) > 4]
    if bounds:
        # What is dated by the year alone, lies in no month for certain: its month is empty, and less than any.
        where.at_least("month", (wanted.first or "0001")[:7]).at_most("month", (wanted.last or "9999") + "~")
    for dimension, narrow in wanted.columns.items():
        for one in narrow:
            one(where, dimension)
    return where


def _ballots(read: Reader, cube: Cube, where: Where, wanted: Wanted) -> dict[Key, int]:
    names = list(dict.fromkeys(["year", *(_column(one) for one in wanted.by if one not in OF_BALLOTS)]))
    chosen = ", ".join(f"t.{name}" for name in names)
    sql = f"select {chosen}, t.ballots from {cube.view.name} t where {_all(read, where)}"
    groups = groups_by_year(read) if "group" in (*wanted.by, *wanted.ballots) else {}
    found: dict[Key, int] = {}
    for row in read.rows(sql, where.params):
        of_vote = {name: _value(name, row) for name in wanted.by if name not in OF_BALLOTS}
        for member, choices in orjson.loads(row["ballots"]).items():
            seat = PERMANENT_SEAT if member in PERMANENT else ELECTED_SEAT
            of_member = {"member": member, "seat": seat, "group": groups.get((member, row["year"]), "")}
            for choice, n in choices.items():
                values = {**of_vote, **of_member, "choice": choice}
                if all(holds(values[name]) for name, holds in wanted.ballots.items()):
                    key = tuple([values[name] for name in wanted.by])
                    found[key] = found.get(key, 0) + n
    return found


def groups_by_year(read: Reader) -> dict[tuple[str, int], str]:
    """(member, year) → regional group, where the year's list of members names one."""
    sql = (
        f"select member, year, region from memberships where region is not null and {read.live()} order by record desc"
    )
    return {(row["member"], int(row["year"])): row["region"] for row in read.rows(sql)}
