"""How alike members vote, year by year: every pair's table of choices, and what each member did against the others.

One row holds all pairs of a year, so that a vote opens one version of one row, not a hundred. Votes on which all who
voted chose the same lie in rows of their own (``divided`` is 0), and so do those that were not adopted: agreement can
be asked with and without them, and any period of years is a sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import orjson

from domain.agreement import CELLS, CHOICES
from domain.charter import size
from projections.cast import Cast, recast
from projections.days import as_day, year_of
from projections.reading import Reader
from projections.versioned import Change, Integer, Writer, column, view

MEMBER = ("yes", "abstain", "no", "not_voting", "unknown", "alone_no", "alone_abstain", "against_majority")
"""What is counted of each member: its ballots by choice; votes in which nobody else said no, or abstained, as it did;
votes in which it chose otherwise than more than half of those who voted."""

ALIKE = view(
    "agreement_years",
    column("year", Integer, null=False),
    column("divided", Integer, null=False),
    column("adopted", Integer, null=False),
    column("votes", Integer, null=False),
    column("members", null=False),
    column("pairs", null=False),
    key=("year", "divided", "adopted"),
    indexes=(("year",),),
)
"""``members``: code → counts as in :data:`MEMBER`; ``pairs``: the tables of all pairs of these members in the order of
their codes, without the zeros at their end."""

_PLACE = {choice: place for place, choice in enumerate(CHOICES)}
_OTHERWISE = {"unknown": MEMBER.index("unknown")}

Key = tuple[int, int, int]
Pair = tuple[str, str]


class Year:
    """The figures of one row, to be added to."""

    def __init__(self, votes: int = 0, members: str = "{}", pairs: str = "[]") -> None:
        self.votes = votes
        self.members: dict[str, list[int]] = orjson.loads(members)
        self.pairs: dict[Pair, list[int]] = {
            pair: [*cells, *[0] * (CELLS - len(cells))]
            for pair, cells in zip(combinations(self.members, 2), orjson.loads(pairs), strict=True)
        }

    def add(self, ballots: Mapping[str, str], step: int) -> None:
        """Add the ballots of one vote, or with ``step`` -1 take them away."""
        self.votes += step
        chosen = {member: _PLACE[choice] for member, choice in sorted(ballots.items()) if choice in _PLACE}
        counts = Counter(chosen.values())
        most = next((place for place, count in counts.items() if 2 * count > len(chosen)), None)
        for member, choice in ballots.items():
            own = self.members.setdefault(member, [0] * len(MEMBER))
            place = chosen.get(member)
            if place is None:
                own[_OTHERWISE.get(choice, MEMBER.index("not_voting"))] += step
                continue
            own[place] += step
            if choice != "yes" and counts[place] == 1:
                own[MEMBER.index(f"alone_{choice}")] += step
            if most is not None and place != most:
                own[MEMBER.index("against_majority")] += step
        for (a, first), (b, second) in combinations(chosen.items(), 2):
            self.pairs.setdefault((a, b), [0] * CELLS)[first * len(CHOICES) + second] += step

    def row(self) -> dict[str, Any]:
        """The columns: only members with a ballot, all their pairs."""
        members = {code: counts for code, counts in sorted(self.members.items()) if any(counts)}
        pairs = [_trimmed(self.pairs.get(pair, ())) for pair in combinations(members, 2)]
        return {"votes": self.votes, "members": members, "pairs": pairs}


def _trimmed(cells: Sequence[int]) -> list[int]:
    end = max((place + 1 for place, count in enumerate(cells) if count), default=0)
    return list(cells[:end])


class Alike:
    """Keeps the rows up to date, votes with ballots one by one."""

    def __init__(self, _: Writer) -> None:
        pass

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed votes and ballots into account."""
        years: dict[Key, Year] = {}
        for before, after in recast(changes, writer):
            if before and after and (_key(before), before.ballots) == (_key(after), after.ballots):
                continue
            for cast, step in ((before, -1), (after, 1)):
                if cast is not None and cast.ballots:
                    key = _key(cast)
                    if key not in years:
                        years[key] = _held(writer, key)
                    years[key].add(cast.ballots, step)
        for key, year in years.items():
            row = {"year": key[0], "divided": key[1], "adopted": key[2], **year.row()}
            writer.replace("agreement_years", _owner(key), [row] if year.votes else [], position)


def _key(cast: Cast) -> Key:
    divided = len({choice for choice in cast.ballots.values() if choice in _PLACE}) > 1
    return (cast.row["year"] or year_of(cast.row["date"]) or 0, int(divided), int(cast.row["outcome"] == "adopted"))


def _owner(key: Key) -> str:
    return f"agreement:{key[0]}/{key[1]}/{key[2]}"


def _held(writer: Writer, key: Key) -> Year:
    held = writer.held("agreement_years", _owner(key)).get(key)
    if held is None:
        return Year()
    row = dict(zip(ALIKE.columns, held.row, strict=True))
    return Year(row["votes"], row["members"], row["pairs"])


def years_of(
    read: Reader, first: int, last: int, *, divided: bool | None = None, adopted: bool | None = None
) -> list[tuple[int, Year]]:
    """The figures of the years of a period, several for one year; ``divided`` and ``adopted``: only such votes."""
    within = f"year >= :first and year <= :last and {read.live()}"
    sql = f"select year, votes, members, pairs from agreement_years where {within}"
    params: dict[str, Any] = {"first": first, "last": last}
    for name, wanted in (("divided", divided), ("adopted", adopted)):
        if wanted is not None:
            sql += f" and {name} = :{name}"
            params[name] = int(wanted)
    rows = read.rows(f"{sql} order by year, divided, adopted", params)
    return [(int(row["year"]), Year(row["votes"], row["members"], row["pairs"])) for row in rows]


def strangers(read: Reader, years: Iterable[tuple[int, Year]]) -> set[tuple[int, str]]:
    """(year, code) of members with ballots in a year whose list of members is complete and does not name them.

    Their ballots stand in a wrong column of their source (``conflicts.py``, kind ``membership``): somebody on the
    Council cast them, but not they.
    """
    listed: dict[int, set[str]] = {}
    for row in read.rows(f"select year, member from memberships where {read.live()}"):
        listed.setdefault(int(row["year"]), set()).add(row["member"])
    found: set[tuple[int, str]] = set()
    for number, year in years:
        members = listed.get(number, set())
        day = as_day(str(number)) if number else None
        if day is not None and len(members) >= size(day):
            found.update((number, code) for code in year.members if code not in members)
    return found
