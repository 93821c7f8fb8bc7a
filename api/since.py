"""What has changed between two answers to one query: the places where they differ, list members matched by what they
are rather than by where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

KEYS: Final = (
    *("id", "record", "symbol", "code", "member", "country", "vote", "meeting", "draft"),
    *("year", "month", "position", "kind", "name"),
)
"""Fields that tell the members of a list apart, the best first."""

ABSENT: Final = object()
"""There is nothing at this place."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where two answers differ: ``vote.ballots[FRA].choice``; ``was`` or ``now`` is ABSENT if nothing is."""

    path: str
    was: Any
    now: Any


def differences(was: Any, now: Any, path: str = "") -> Iterator[Difference]:
    """Where two answers differ, in the order of the earlier one; what is only in the later one comes last."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name in dict.fromkeys([*was, *now]):
            below = f"{path}.{name}" if path else name
            yield from differences(was.get(name, ABSENT), now.get(name, ABSENT), below)
    elif isinstance(was, list) and isinstance(now, list):
        before, after = _by_key(was, now)
        for key in dict.fromkeys([*before, *after]):
            yield from differences(before.get(key, ABSENT), after.get(key, ABSENT), f"{path}[{key}]")
    elif was is ABSENT or now is ABSENT or type(was) is not type(now) or was != now:
        yield Difference(path, was, now)


def _by_key(was: list[Any], now: list[Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The members of both lists by the first key that tells all of them apart in each, else by their places."""
    for name in KEYS:
        before, after = ({_value(one, name): one for one in each} for each in (was, now))
        if None not in before and None not in after and (len(before), len(after)) == (len(was), len(now)):
            return before, after
    return dict(enumerate(was)), dict(enumerate(now))


def _value(one: Any, name: str) -> str | int | None:
    """What a member of a list is under a key; of an edge, what its node is; None where it has no such key."""
    if not isinstance(one, dict):
        return None
    if name not in one and isinstance(one.get("node"), dict):
        one = one["node"]
    found = one.get(name)
    if isinstance(found, dict):  # a ballot's member is told by its code
        return next((told for key in KEYS[:4] if (told := _value(found, key)) is not None), None)
    return found if isinstance(found, str | int) else None


__all__ = ["ABSENT", "Difference", "differences"]
