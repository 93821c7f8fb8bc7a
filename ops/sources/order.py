"""Things numbered in order of time: a date that runs back against the numbers is nearly always a slip."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


def running_back(dated: Iterable[tuple[int, str]]) -> set[int]:
    """The numbers whose dates (ISO) stand outside the longest run in which dates follow the order of numbers.

    Day and month exchanged (S/RES/727: ``1992-08-01`` for 8 January) come out this way.
    """
    rows = sorted(dated)
    tails: list[str] = []
    ends: list[int] = []
    before: list[int] = []
    for place, (_, day) in enumerate(rows):
        length = bisect_right(tails, day)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(day)
            ends.append(place)
        else:
            tails[length], ends[length] = day, place
    kept = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return {number for place, (number, _) in enumerate(rows) if place not in kept}
