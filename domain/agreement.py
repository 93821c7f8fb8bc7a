"""How alike two members vote: the field's measures over a table of their choices, and blocs of members made from them.

A table of choices counts the votes in which both said yes, abstained or said no: nine cells, the first member's choice
by the second's, each in the order of :data:`CHOICES`. Votes in which one of them took no part, or whose ballots are
not known, are in no cell. An abstention is a choice of its own, half-way between yes and no where distance counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

CHOICES = ("yes", "abstain", "no")
"""The choices that are compared, in their order from one end to the other."""

CELLS = len(CHOICES) ** 2

_DISTANCE = tuple(abs(a - b) for a in range(len(CHOICES)) for b in range(len(CHOICES)))
"""Steps between the two choices of a cell: 0, 1 (one abstained), or 2 (yes against no)."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The measures of one table. Those that are not defined for it are None.

    ``votes``: votes in common; ``same``: with the same choice; ``opposed``: yes against no; ``share``: same / votes,
    from 0 to 1; ``lijphart``: an abstention beside a yes or no counts half (A. Lijphart, The Analysis of Bloc Voting in
    the General Assembly, 1963), from 0 to 1; ``s``: 1 − Σdistance / votes, from −1 to 1 (C. S. Signorino and J. M.
    Ritter, Tau-b or Not Tau-b, 1999, with absolute distances and equal weights), which is 2 · ``lijphart`` − 1;
    ``kappa``: agreement beyond that expected of the two members' own frequencies (J. Cohen, 1960; for voting: F. M.
    Häge, Choice or Circumstance?, 2011), at most 1; None where both always chose one and the same.
    """

    votes: int
    same: int
    opposed: int
    share: float | None
    lijphart: float | None
    s: float | None
    kappa: float | None


def agreement(cells: Sequence[int]) -> Agreement:
    """The measures of a table of nine cells."""
    votes = sum(cells)
    if not votes:
        return Agreement(0, 0, 0, None, None, None, None)
    width = len(CHOICES)
    same = sum(cells[place * (width + 1)] for place in range(width))
    steps = sum(count * distance for count, distance in zip(cells, _DISTANCE, strict=True))
    opposed = sum(count for count, distance in zip(cells, _DISTANCE, strict=True) if distance == width - 1)
    rows = [sum(cells[place * width : (place + 1) * width]) for place in range(width)]
    columns = [sum(cells[place::width]) for place in range(width)]
    by_chance = sum(a * b for a, b in zip(rows, columns, strict=True))
    possible = votes * votes - by_chance
    return Agreement(
        votes,
        same,
        opposed,
        same / votes,
        1 - steps / (2 * votes),
        1 - steps / votes,
        (same * votes - by_chance) / possible if possible else None,
    )


def transposed(cells: Sequence[int]) -> list[int]:
    """The same table with the two members exchanged."""
    width = len(CHOICES)
    return [cells[column * width + row] for row in range(width) for column in range(width)]


def blocs(members: Sequence[str], shares: Mapping[tuple[str, str], float | None], threshold: float) -> list[list[str]]:
    """Members in blocs: within a bloc every two members agree in at least ``threshold`` of their votes in common.

    Complete-linkage clustering: from each member alone, the two blocs whose least agreement is the highest are joined,
    as long as it reaches the threshold; of equals the first by their members' codes. Members without a vote in common
    are not joined. ``shares``: pair in the order of codes → agreement. The largest bloc first, ties by code.
    """
    held = [[member] for member in sorted(members)]
    least: dict[tuple[int, int], float] = {}
    for (i, a), (j, b) in combinations(enumerate(sorted(members)), 2):
        share = shares.get((a, b))
        least[i, j] = -1.0 if share is None else share
    while least:
        i, j = min(least, key=lambda pair: (-least[pair], held[pair[0]][0], held[pair[1]][0]))
        if least[i, j] < threshold:
            break
        held[i] = sorted(held[i] + held[j])
        held[j] = []
        for other in {place for pair in least for place in pair} - {i, j}:
            one, two = _pair(i, other), _pair(j, other)
            least[one] = min(least[one], least[two])
        least = {pair: share for pair, share in least.items() if j not in pair}
    return sorted((bloc for bloc in held if bloc), key=lambda bloc: (-len(bloc), bloc))


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
