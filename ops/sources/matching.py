"""Which vote of the archive a row of another source speaks of. The rules, with their cases, are in docs/matching.md.

A row is tied to a vote only when that is certain; what stays uncertain is reported and never merged. Decisions look at
what *other* sources have said and at ties this source made before, so that importing again decides the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain import calendar, symbols
from domain.archive import Register
from domain.charter import PERMANENT
from domain.records import Record
from domain.votes import proposal_vote_id, resolution_vote_id
from ops.sources.outcomes import proposal

SUSPENDED = 7
"""Days over which a suspended meeting is still taken for the same sitting, when all else agrees (R4)."""
_WORD = re.compile(r"[a-z]{4,}")
_COMMON = frozenset(("application", "applications", "membership", "members", "admission", "question", "draft")) | {
    "with",
    "that",
    "from",
    "dated",
    "united",
}


@dataclass(slots=True)
class Said:
    """A row's words on one vote: what it can be recognised by."""

    row: str
    date: str
    label: str = ""
    """The proposal: base symbol and revision; empty for an adopted resolution."""
    resolution: int | None = None
    outcome: str = ""
    tally: str = ""
    vetoed_by: frozenset[str] = frozenset()
    words: str = ""
    meeting: str = ""


@dataclass(slots=True)
class Decision:
    """What was decided on a row: the vote it speaks of; or that it opens a vote; or why neither."""

    vote: str | None = None
    opens: bool = False
    why: str = ""


@dataclass(slots=True)
class Known:
    """A vote of the archive as other sources state it."""

    id: str
    resolution: int | None
    labels: frozenset[str]
    spans: tuple[calendar.Interval, ...]
    outcome: str
    tallies: frozenset[str]
    vetoed_by: frozenset[str]
    words: frozenset[str]
    titles: frozenset[str]
    order: int


@dataclass(slots=True)
class Votes:
    """The votes of the archive, arranged for looking up."""

    source: str
    known: list[Known] = field(default_factory=list)
    by_resolution: dict[int, Known] = field(default_factory=dict)
    by_label: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_day: dict[date, list[Known]] = field(default_factory=lambda: defaultdict(list))
    tied: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    """(row, label) → the votes this very source tied its row to before, with the log's position."""

    @classmethod
    def of(cls, register: Register, source: str) -> Votes:
        """Arrange the votes of a register, leaving out what ``source`` itself has said."""
        votes = cls(source)
        for record in register.of_kind("vote"):
            votes._take(record)
        return votes

    def _take(self, record: Record) -> None:
        fields = [statement.fields for statement in record.statements if statement.source != self.source]
        for statement in record.statements:
            if statement.source == self.source:
                label = statement.fields.get("draft") or statement.fields.get("label") or ""
                if "resolution" not in statement.fields:
                    self.tied[statement.row, key(label)].append((statement.position, record.id))
        if not fields:
            return
        known = Known(
            record.id,
            next((f["resolution"] for f in fields if f.get("resolution")), None),
            frozenset(_labels(fields)),
            tuple(calendar.parse_iso(f["date"]) for f in fields if f.get("date")),
            next((f["outcome"] for f in fields if f.get("outcome")), ""),
            frozenset(f["tally"] for f in fields if f.get("tally")),
            frozenset(code for f in fields for code in _vetoers(f)),
            frozenset(words(" ".join(str(f.get(name) or "") for f in fields for name in ("title", "agenda", "note")))),
            frozenset(plain(str(f[name])) for f in fields for name in ("title", "agenda") if f.get(name)),
            len(self.known),
        )
        self.known.append(known)
        if known.resolution is not None:
            self.by_resolution.setdefault(known.resolution, known)
        for label in known.labels:
            self.by_label[label].append(known)
        for span in known.spans:
            self.by_day[span.first].append(known)

    def near(self, span: calendar.Interval) -> list[Known]:
        """Votes of these days, and one day either side."""
        days = (span.first + timedelta(days=n) for n in range(-1, span.days + 1))
        return [known for day in days for known in self.by_day.get(day, ())]


def key(label: str) -> str:
    """What identifies a proposal among the spellings of its symbol: the first symbol's base and revision."""
    found = symbols.find_all(label)
    return proposal(found[0]) if found else " ".join(label.split()).lower()


def _labels(fields: Iterable[dict[str, object]]) -> Iterable[str]:
    for said in fields:
        for name in ("label", "draft"):
            for symbol in symbols.find_all(str(said.get(name) or "")):
                if symbol.series != "resolution":
                    yield proposal(symbol)


def _vetoers(said: dict[str, object]) -> Iterable[str]:
    if said.get("outcome") != "vetoed":
        return ()
    named = said.get("vetoed_by")
    if isinstance(named, list):
        return named
    ballots = said.get("ballots")
    return [code for code in PERMANENT if isinstance(ballots, dict) and ballots.get(code) == "no"]


def plain(text: str) -> str:
    """A title in small letters without accents, on one line."""
    return " ".join(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().split())


def words(text: str) -> set[str]:
    """The telling words of a title or topic."""
    return set(_WORD.findall(plain(text))) - _COMMON


def _apart(span: calendar.Interval, spans: Sequence[calendar.Interval]) -> int:
    """Days between an interval and the nearest of others; 0 when they overlap, a large number when there are none."""
    gaps = [max((other.first - span.last).days, (span.first - other.last).days, 0) for other in spans]
    return min(gaps, default=10**6)


def resolutions(votes: Votes, said: Sequence[Said]) -> dict[int, Decision]:
    """Rule R1, for the rows on adopted resolutions: position in ``said`` → decision."""
    rows: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(said):
        if one.resolution is not None:
            rows[one.resolution].append(place)
    decided: dict[int, Decision] = {}
    for number, places in rows.items():
        known = votes.by_resolution.get(number)
        vote = resolution_vote_id(number) if known is None else known.id
        if len(places) == 1:
            decided[places[0]] = Decision(vote, opens=known is None)
            continue
        spans = known.spans if known else ()
        agreeing = [p for p in places if _apart(calendar.parse_iso(said[p].date), spans) <= 1]
        winner = _best(agreeing, said, known)
        for place in places:
            if place == winner:
                decided[place] = Decision(vote, opens=known is None)
            else:
                others = ", ".join(said[p].row for p in places if p != place)
                decided[place] = Decision(
                    why=f"number printed twice in this source (also {others})" + _hint(votes, rows, said[place])
                )
    return decided


def _best(places: Sequence[int], said: Sequence[Said], known: Known | None) -> int | None:
    """Of several rows on one resolution whose dates all agree, the one whose tally is the known one, else the first."""
    if known is None or not places:
        return None
    same = [p for p in places if said[p].tally in known.tallies] or places
    return next((p for p in same if _apart(calendar.parse_iso(said[p].date), known.spans) == 0), same[0])


def _hint(votes: Votes, rows: dict[int, list[int]], one: Said) -> str:
    free = sorted(
        {
            known.resolution
            for known in votes.near(calendar.parse_iso(one.date))
            if known.resolution is not None and known.resolution not in rows
        }
    )
    return f"; of that day, resolution {', '.join(map(str, free))} stands in no row" if free else ""


def proposals(votes: Votes, said: Sequence[Said]) -> dict[int, Decision]:
    """Rules R2 to R4, for the rows on proposals that failed: position in ``said`` → decision."""
    decided: dict[int, Decision] = {}
    taken: set[str] = set()
    groups: dict[str, list[int]] = defaultdict(list)
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(said):
        if one.resolution is None:
            rows[one.row, key(one.label)].append(place)
    for (row, label), places in rows.items():
        earlier = [vote for _, vote in sorted(votes.tied.get((row, label), ()))]
        if len(earlier) == len(places):
            decided.update((place, Decision(vote)) for place, vote in zip(places, earlier, strict=True))
            taken.update(earlier)
        else:
            groups[label].extend(places)
    for label, places in groups.items():
        candidates = [known for known in votes.by_label.get(label, ()) if known.id not in taken]
        _same_day(places, candidates, said, decided, taken)
        _late_sittings(places, candidates, said, decided, taken)
    for label, places in groups.items():
        _without_revision([p for p in places if p not in decided], label, votes, said, decided, taken)
        _leftovers(label, [p for p in places if p not in decided], votes, said, decided, taken)
    return decided


def _same_day(
    places: Sequence[int],
    candidates: Sequence[Known],
    said: Sequence[Said],
    decided: dict[int, Decision],
    taken: set[str],
) -> None:
    """R2 and R3, day by day."""
    for day in sorted({said[p].date for p in places}):
        span = calendar.parse_iso(day)
        ours = [p for p in places if said[p].date == day and p not in decided]
        theirs = [known for known in candidates if known.id not in taken and _apart(span, known.spans) == 0]
        for ours_one, their_one in _pairs(ours, theirs, said):
            decided[ours_one] = Decision(their_one.id)
            taken.add(their_one.id)


def _pairs(ours: Sequence[int], theirs: Sequence[Known], said: Sequence[Said]) -> list[tuple[int, Known]]:
    """Pair what is singled out on both sides, until nothing more is; then equal numbers of equal outcome in order."""
    left, right = list(ours), list(theirs)
    pairs: list[tuple[int, Known]] = []

    def tie(place: int, known: Known) -> None:
        pairs.append((place, known))
        left.remove(place)
        right.remove(known)

    if len(left) == len(right) == 1 and not _contrary(said[left[0]], right[0]):
        tie(left[0], right[0])
    tests: list[Callable[[Said, Known], Hashable]] = [
        lambda one, known: one.outcome == known.outcome and one.tally in known.tallies,
        lambda one, known: one.tally in known.tallies,
        lambda one, known: plain(one.words) in known.titles,
        lambda one, known: bool(one.vetoed_by) and one.vetoed_by == known.vetoed_by,
        lambda one, known: bool(one.outcome) and one.outcome == known.outcome,
    ]
    changed = True
    while changed and left and right:
        changed = _by_words(left, right, said, tie)
        for test in tests:
            for place in list(left):
                fits = [known for known in right if test(said[place], known)]
                if len(fits) == 1 and sum(bool(test(said[p], fits[0])) for p in left) == 1:
                    tie(place, fits[0])
                    changed = True
            if changed:
                break
    for outcome in sorted({said[p].outcome for p in left}):
        mine = [p for p in left if said[p].outcome == outcome]
        other = [known for known in right if known.outcome == outcome]
        if len(mine) == len(other):
            for place, known in zip(mine, sorted(other, key=lambda known: known.order), strict=True):
                tie(place, known)
    return pairs


def _contrary(one: Said, known: Known) -> bool:
    """Outcome and tally both say otherwise: then a common symbol and day are not enough."""
    return bool(one.tally and known.tallies and one.tally not in known.tallies and one.outcome != known.outcome)


def _by_words(
    left: Sequence[int], right: Sequence[Known], said: Sequence[Said], tie: Callable[[int, Known], None]
) -> bool:
    """Titles: words that stand in one row and in one vote only tie the two."""
    mine = {p: words(said[p].words) for p in left}
    for place in list(left):
        telling = mine[place].difference(*(mine[p] for p in left if p != place))
        fits = [known for known in right if telling & known.words]
        if telling and len(fits) == 1:
            others = set().union(*(known.words for known in right if known is not fits[0]))
            if (telling & fits[0].words) - others:
                tie(place, fits[0])
                return True
    return False


def _late_sittings(
    places: Sequence[int],
    candidates: Sequence[Known],
    said: Sequence[Said],
    decided: dict[int, Decision],
    taken: set[str],
) -> None:
    """R4: the one vote left with this symbol: a day apart with outcome, tally or vetoers the same; a week, with all."""
    ours = [p for p in places if p not in decided]
    theirs = [known for known in candidates if known.id not in taken]
    if len(ours) != 1 or len(theirs) != 1:
        return
    one, known = said[ours[0]], theirs[0]
    same = [
        one.outcome == known.outcome,
        one.tally in known.tallies,
        bool(one.vetoed_by) and one.vetoed_by == known.vetoed_by,
    ]
    apart = _apart(calendar.parse_iso(one.date), known.spans)
    if (any(same) and apart <= 1) or (all(same) and apart <= SUSPENDED):
        decided[ours[0]] = Decision(known.id)
        taken.add(known.id)


def _without_revision(
    places: Sequence[int], label: str, votes: Votes, said: Sequence[Said], decided: dict[int, Decision], taken: set[str]
) -> None:
    """R5: a draft printed without its revision, where that day has one vote on the document, of that very tally."""
    if votes.by_label.get(label):
        return
    for place in places:
        one = said[place]
        alike = [
            known
            for known in votes.near(calendar.parse_iso(one.date))
            if known.id not in taken
            and any(other.partition("/Rev.")[0] == label for other in known.labels)
            and one.tally in known.tallies
            and one.outcome == known.outcome
        ]
        if len(alike) == 1:
            decided[place] = Decision(alike[0].id)
            taken.add(alike[0].id)


def _leftovers(
    label: str,
    places: Sequence[int],
    votes: Votes,
    said: Sequence[Said],
    decided: dict[int, Decision],
    taken: set[str],
) -> None:
    nth = 0
    for place in (p for p in places if p not in decided):
        one = said[place]
        same_label = votes.by_label.get(label, ())
        near = votes.near(calendar.parse_iso(one.date))
        if same_label:
            dates = sorted({calendar.iso(span) for known in same_label for span in known.spans})
            spans = [span for known in same_label for span in known.spans]
            if _apart(calendar.parse_iso(one.date), spans) > 1:
                why = f"the archive's votes on {label} are of {', '.join(dates)}, this row's of {one.date}"
            else:
                why = f"{len(same_label)} votes on {label} ({', '.join(dates)}) and no way to tell which is meant"
            decided[place] = Decision(why=why)
        elif near:
            others = ", ".join(known.id.removeprefix("vote:") for known in near[:5])
            decided[place] = Decision(why=f"no vote on {label} in the archive, which holds that day's votes: {others}")
        else:
            nth += 1
            name = one.label if len(places) == 1 else f"{one.label}@{one.date}"
            decided[place] = Decision(proposal_vote_id(name, nth), opens=True)
