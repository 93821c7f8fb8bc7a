"""Counts by several dimensions at once, kept while the log is followed: *cells*, one for each combination there is.

A cell holds how many rows of a read model bear one combination of values: how many votes of May 2022 on one agenda
item were adopted unanimously. A count by any of the dimensions, or by two of them, for any period and under conditions
on the others, is a sum over cells (``counting.py``); no row of the record is read for it. Cells have versions like
every row, so a count can be asked as of any position.

To keep the number of cells sane, ballots are no cells of their own: each cell of votes carries the ballots cast in
its votes, by member and choice. And there are two sizes: by year, without agenda items, for what is asked most; by
month and agenda item. An event opens a new version of one cell of each size.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projections.cast import Cast, recast
from projections.days import year_of
from projections.versioned import VIEWS, Change, Column, Integer, View, Writer, column, view

Row = Mapping[str, Any]

YES, NO = "yes", "no"


def month_of(row: Row) -> str:
    """The month a row is dated in (``2022-05``); empty where its date tells none."""
    date = str(row["date"] or "")
    return date[:7] if len(date) >= 7 and date[4] == "-" else ""


def _said(name: str) -> Callable[[Row], str]:
    return lambda row: str(row[name] or "")


def _truth(name: str) -> Callable[[Row], str]:
    return lambda row: "" if row[name] is None else YES if row[name] else NO


Dimensions = Mapping[str, Callable[[Row], str]]
"""Dimension → its value for a row; empty where that is not known, or not stated."""

_VOTE: Dimensions = {
    "outcome": _said("outcome"),
    "nature": _said("nature"),
    "proposal": _said("proposal"),
    "modality": _said("modality"),
    "unanimous": _truth("unanimous"),
    "resolution": lambda row: NO if row["resolution"] is None else YES,
}
_MEETING: Dimensions = {"mode": _said("mode"), "private": _truth("private"), "format": _said("format")}
_WHEN_AND_WHAT: Dimensions = {"month": month_of, "agenda": _said("agenda")}


@dataclass(frozen=True, slots=True)
class Cube:
    """Cells over the rows of one read model. ``counted``: which of its rows; ``ballots``: cells carry ballots, too."""

    view: View
    of: str
    dimensions: Dimensions
    counted: Callable[[Row], bool]
    ballots: bool = False

    def key(self, row: Row) -> tuple[Any, ...]:
        """The year (0: not known) and the values of the dimensions: what tells the row's cell apart."""
        return (row["year"] or year_of(row["date"]) or 0, *(value(row) for value in self.dimensions.values()))


def _all(_: Row) -> bool:
    return True


def _cube(
    name: str, of: str, dimensions: Dimensions, counted: Callable[[Row], bool] = _all, *, ballots: bool = False
) -> Cube:
    more: list[Column[Any]] = [column("ballots", null=False)] if ballots else []
    table = view(
        name,
        column("year", Integer, null=False),
        *(column(dimension, null=False) for dimension in dimensions),
        column("n", Integer, null=False),
        *more,
        key=("year", *dimensions),
        indexes=(("year",),),
    )
    return Cube(table, of, dimensions, counted, ballots)


VOTES_BY_YEAR = _cube("vote_counts", "votes", _VOTE, ballots=True)
VOTES_BY_ITEM = _cube("vote_counts_by_item", "votes", {**_WHEN_AND_WHAT, **_VOTE}, ballots=True)
MEETINGS_BY_YEAR = _cube("meeting_counts", "meetings", _MEETING)
MEETINGS_BY_ITEM = _cube(
    "meeting_counts_by_item", "meetings", {"month": month_of, "agenda": _said("topic"), **_MEETING}
)
VETOES = _cube(
    "veto_counts",
    "vetoes",
    {**_WHEN_AND_WHAT, "member": _said("member"), "official": _truth("official"), "in_vote": _truth("in_vote")},
)
STATEMENTS = _cube(
    "statement_counts", "documents", {"month": month_of}, lambda row: row["type"] == "presidential statement"
)
MISSIONS = _cube("mission_counts", "missions", {"month": month_of, "region": _said("region")})

CUBES = (VOTES_BY_YEAR, VOTES_BY_ITEM, MEETINGS_BY_YEAR, MEETINGS_BY_ITEM, VETOES, STATEMENTS, MISSIONS)

MEASURES: Mapping[str, tuple[Cube, ...]] = {
    "votes": (VOTES_BY_YEAR, VOTES_BY_ITEM),
    "ballots": (VOTES_BY_YEAR, VOTES_BY_ITEM),
    "vetoes": (VETOES,),
    "meetings": (MEETINGS_BY_YEAR, MEETINGS_BY_ITEM),
    "statements": (STATEMENTS,),
    "missions": (MISSIONS,),
}
"""What is counted → its cells, the fewest first."""


class Counts:
    """Keeps the cells. It remembers nothing between events: a cell's value is the row that holds."""

    _by_view: Mapping[str, tuple[Cube, ...]] = {
        name: tuple(cube for cube in CUBES if cube.of == name and not cube.ballots) for name in {c.of for c in CUBES}
    }
    _of_votes = tuple(cube for cube in CUBES if cube.ballots)

    def __init__(self, _: Writer) -> None:
        pass

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed rows into account."""
        moves = _Moves()
        for change in changes:
            for cube in self._by_view.get(change.view, ()):
                moves.take(cube, change.before, -1)
                moves.take(cube, change.after, 1)
        for before, after in recast(changes, writer):
            for cube in self._of_votes:
                for cast, step in ((before, -1), (after, 1)):
                    if cast is not None:
                        moves.take(cube, cast.row, step, cast)
        moves.write(writer, position)


class _Moves:
    """What one event adds to cells, and takes from them."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, tuple[Any, ...]], tuple[int, dict[str, dict[str, int]]]] = {}

    def take(self, cube: Cube, row: Row | None, step: int, cast: Cast | None = None) -> None:
        if row is None or not cube.counted(row):
            return
        place = (cube.view.name, cube.key(row))
        count, ballots = self._steps.get(place, (0, {}))
        for member, choice in cast.ballots.items() if cast else ():
            choices = ballots.setdefault(member, {})
            choices[choice] = choices.get(choice, 0) + step
        self._steps[place] = (count + step, ballots)

    def write(self, writer: Writer, position: int) -> None:
        for (name, key), (step, ballots) in self._steps.items():
            if not step and not any(any(choices.values()) for choices in ballots.values()):
                continue
            cells = VIEWS[name]
            owner = "/".join(map(str, key))
            held = writer.held(name, owner).get(key)
            values = dict(zip(cells.columns, held.row, strict=True)) if held else dict(zip(cells.key, key, strict=True))
            values["n"] = values.get("n", 0) + step
            if "ballots" in cells.columns:
                values["ballots"] = _added(json.loads(values.get("ballots", "{}")), ballots)
            writer.replace(name, owner, [values] if values["n"] else [], position)


def _added(held: dict[str, dict[str, int]], steps: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Ballots by member and choice with the steps taken, in a fixed order, without zeros."""
    for member, choices in steps.items():
        known = held.setdefault(member, {})
        for choice, step in choices.items():
            known[choice] = known.get(choice, 0) + step
    kept = {member: {c: n for c, n in sorted(choices.items()) if n} for member, choices in sorted(held.items())}
    return {member: choices for member, choices in kept.items() if choices}
