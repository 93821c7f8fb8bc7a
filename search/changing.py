"""What changed in the answer to a query between two positions of the log.

A version of a record that began to match, or ceased to, did so at a position of the log: versions follow from the log
alone, so do changes. Of a record that ceases and begins to match at one position, the match has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from search.engine import Answer, Begun, Change, Ended, Found, Hit, Question, Snapshot

Shows = Callable[[Found], Hit]

_GROWING: Final = 4
"""How many times as many versions are asked for where a position has more of them than a page."""


def changes(
    snapshot: Snapshot, asked: Question, after: int, upto: int, first: int, shows: Shows, *, newest: bool = False
) -> list[Change]:
    """Versions that began or ended in a span of positions: who begins where it ended has changed.

    A page ends between two positions, never within one, so that the next may begin at a position. Where even one
    position has more changes than a page, the page grows.
    """
    if upto <= after:
        return []
    sort, most = "-position" if newest else "position", max(1, first) + 1
    while True:
        asked = replace(asked, sort=sort, first=most, counted=False)
        begun = snapshot.answer(replace(asked, held=Begun(after, upto)))
        ended = snapshot.answer(replace(asked, held=Ended(after, upto)))
        made = _paired(begun.found, ended.found)
        whole = [_last(answer, kind) for answer, kind in ((begun, Begun), (ended, Ended)) if answer.more]
        if whole:
            low, high = (max(whole), upto + 1) if newest else (after, min(whole))
            made = [change for change in made if low < change[0] < high]
        made.sort(key=lambda change: (-change[0] if newest else change[0], change[2].shown.record))
        if made or not whole:
            return [Change(at, change, shows(found)) for at, change, found in _page(made, max(1, first))]
        most *= _GROWING


_Made = tuple[int, str, Found]


def _last(answer: Answer, kind: type[Begun | Ended]) -> int:
    """The position at which an answer was cut off: there may be more at it than is here."""
    last = answer.found[-1]
    return last.since if kind is Begun else last.until or 0


def _paired(begun: list[Found], ended: list[Found]) -> list[_Made]:
    gone = {(found.until or 0, found.shown.record): found for found in ended}
    made = []
    for found in begun:
        change = "changed" if gone.pop((found.since, found.shown.record), None) else "new"
        made.append((found.since, change, found))
    return made + [(at, "gone", found) for (at, _), found in gone.items()]


def _page(made: list[_Made], first: int) -> list[_Made]:
    """The first changes, as many as asked for and those of the last one's position."""
    if len(made) <= first:
        return made
    last = made[first - 1][0]
    return [change for number, change in enumerate(made) if number < first or change[0] == last]
