"""What one event made of votes and their ballots, for projections that count them: how each read before, and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projections.versioned import VIEWS, Change, Writer

Ballots = dict[str, str]
"""Member's code → choice."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote as it reads in one state: its row in ``votes``, and its ballots."""

    row: Mapping[str, Any]
    ballots: Ballots


def recast(changes: Sequence[Change], writer: Writer) -> list[tuple[Cast | None, Cast | None]]:
    """Each vote that the changes concern, before and after them; None where it was not there.

    What an event leaves as it is stands in no change: a correction of an agenda item names no ballot, yet moves all of
    them to another count. So the rows held now are taken, and the changes undone on a copy.
    """
    rows: dict[str, Change] = {}
    ballots: dict[str, list[Change]] = {}
    for change in changes:
        some = change.after or change.before or {}
        if change.view == "votes":
            rows[some["record"]] = change
        elif change.view == "ballots":
            ballots.setdefault(some["vote"], []).append(change)
    return [_states(vote, rows.get(vote), ballots.get(vote, []), writer) for vote in sorted({*rows, *ballots})]


def _states(
    vote: str, change: Change | None, moved: Sequence[Change], writer: Writer
) -> tuple[Cast | None, Cast | None]:
    view = VIEWS["ballots"]
    member, choice = view.columns.index("member"), view.columns.index("choice")
    now: Ballots = {held.row[member]: held.row[choice] for held in writer.held("ballots", vote).values()}
    then = dict(now)
    for one in moved:
        if one.after is not None:
            then.pop(one.after["member"], None)
    for one in moved:
        if one.before is not None:
            then[one.before["member"]] = one.before["choice"]
    if change is not None:
        before, after = change.before, change.after
    else:
        (held,) = writer.held("votes", vote).values()
        before = after = dict(zip(VIEWS["votes"].columns, held.row, strict=True))
    return (Cast(before, then) if before is not None else None), (Cast(after, now) if after is not None else None)
