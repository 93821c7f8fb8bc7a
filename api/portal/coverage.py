"""Coverage: what the archive holds, by kind, source and year; what it lacks; whose work it stands on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from api.portal import words
from api.portal.charts import Chart, Series
from api.portal.pages import Ask, Show
from projections.conflicts import CONFLICTS
from projections.meetings import MEETINGS
from projections.reading import Where, page
from projections.totals import COVERAGE


@dataclass(slots=True)
class Held:
    """What one source says of one kind of record: how many statements, in which years."""

    kind: str
    source: str
    statements: int = 0
    undated: int = 0
    years: dict[int, int] = field(default_factory=dict)

    @property
    def first(self) -> int | None:
        """The first year."""
        return min(self.years, default=None)

    @property
    def last(self) -> int | None:
        """The last year."""
        return max(self.years, default=None)

    @property
    def missing(self) -> list[int]:
        """Years between the first and the last of which it says nothing."""
        if self.first is None or self.last is None:
            return []
        return [year for year in range(self.first, self.last) if year not in self.years]


def held(ask: Ask) -> list[Held]:
    """All kinds and sources."""
    found: dict[tuple[str, str], Held] = {}
    for row in page(ask.read, COVERAGE, None, ("kind", "source", "year"), limit=100_000):
        one = found.setdefault((row["kind"], row["source"]), Held(row["kind"], row["source"]))
        one.statements += row["statements"]
        if row["year"]:
            one.years[row["year"]] = row["statements"]
        else:
            one.undated += row["statements"]
    order = list(words.KINDS)
    return sorted(found.values(), key=lambda one: (order.index(one.kind) if one.kind in order else 99, one.source))


def chart(rows: list[Held]) -> Chart | None:
    """Statements by year: votes, meetings and documents."""
    kinds = {"vote": "unanimous", "meeting": "divided", "document": "without"}
    by: dict[tuple[str, int], int] = defaultdict(int)
    for one in rows:
        for year, number in one.years.items():
            by[one.kind, year] += number
    years = [year for kind, year in by if kind in kinds]
    if not years:
        return None
    span = range(min(years), max(years) + 1)
    return Chart(
        "statements-by-year",
        f"Statements of sources by year, {span[0]} to {span[-1]}",
        "Year",
        tuple(map(str, span)),
        tuple(Series(words.KINDS[kind], css, tuple(by[kind, year] for year in span)) for kind, css in kinds.items()),
    )


def shown(ask: Ask) -> Show:
    """``/coverage``."""
    rows = held(ask)
    last = {(one.kind, one.source): one.last for one in rows}
    newest = page(ask.read, MEETINGS, Where(MEETINGS).given("number"), ("date", "record"), descending=True, limit=1)
    votes_until = max((year for (kind, _), year in last.items() if kind == "vote" and year), default=None)
    present = {one.kind for one in rows}
    listed_until = last.get(("veto", "library-vetoes"))
    return Show(
        "coverage.html",
        {
            "rows": rows,
            "chart": chart(rows),
            "gaps": page(ask.read, CONFLICTS, Where(CONFLICTS).eq("kind", "gap"), ("date", "id"), limit=500),
            "newest": newest[0] if newest else None,
            "votes_until": votes_until,
            "listed_until": listed_until,
            "absent": [kind for kind in words.KINDS if kind not in present and kind != "member"],
            "without_ballots": _without_ballots(ask),
        },
    )


def _without_ballots(ask: Ask) -> int:
    sql = f"""
        select count(*) as n from votes t where t.modality in ('vote', 'written vote') and {ask.read.live("t")}
        and not exists (select 1 from ballots b where b.vote = t.record and {ask.read.live("b")})
    """
    return int(ask.read.value(sql))


PAGES = [("/coverage", shown)]
