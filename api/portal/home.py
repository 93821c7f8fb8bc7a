"""The first page: what this is, what it holds, what is new."""

from __future__ import annotations

from typing import Any

from api.portal.charts import Chart, Series
from api.portal.pages import Ask, Show
from api.portal.votes import ballots_of, seats
from projections.conflicts import CONFLICTS
from projections.documents import DOCUMENTS
from projections.meetings import MEETINGS
from projections.members import MEMBERSHIPS
from projections.reading import Values, Where, count, page
from projections.totals import YEAR_TOTALS
from projections.votes import VOTES

SUMMED = ("votes", "adopted", "ballots", "vetoed", "veto_casts", "meetings", "resumptions", "statements", "missions")


def years(ask: Ask) -> list[Values]:
    """The totals of each year that is known, oldest first."""
    return [row for row in page(ask.read, YEAR_TOTALS, None, ("year",), limit=1000) if row["year"]]


def votes_chart(rows: list[Values]) -> Chart | None:
    """Votes by year and result."""
    voted = [row for row in rows if row["votes"]]
    if not voted:
        return None
    known = {row["year"]: row for row in voted}
    span = range(min(known), max(known) + 1)

    def values(*names: str) -> tuple[int, ...]:
        return tuple(sum(known[year][name] for name in names) if year in known else 0 for year in span)

    below = tuple(a - b for a, b in zip(values("not_adopted"), values("vetoed"), strict=True))
    return Chart(
        "votes-by-year",
        f"Votes by year and result, {span[0]} to {span[-1]}",
        "Year",
        tuple(map(str, span)),
        (
            Series("Adopted unanimously", "unanimous", values("unanimous")),
            Series("Adopted, not unanimously", "divided", values("non_unanimous")),
            Series("Adopted without a vote", "without", values("without_vote")),
            Series("Not adopted", "failed", below),
            Series("Vetoed", "vetoed", values("vetoed")),
        ),
    )


def shown(ask: Ask) -> Show:
    """``/``."""
    read = ask.read
    rows = years(ask)
    # A year of which only a membership or a statement is known still counts in the sums, not in the span.
    totals = {name: sum(row[name] for row in page(read, YEAR_TOTALS, None, ("year",), limit=1000)) for name in SUMMED}
    recorded = [row["year"] for row in rows if row["votes"] or row["meetings"]]
    newest = ("date", "record")
    return Show(
        "home.html",
        {
            **_newest_divided(ask),
            "totals": totals,
            "first": min(recorded, default=None),
            "last": max(recorded, default=None),
            "memberships": count(read, MEMBERSHIPS),
            "documents": count(read, DOCUMENTS),
            "conflicts": count(read, CONFLICTS),
            "chart": votes_chart(rows),
            "votes": page(read, VOTES, None, newest, descending=True, limit=6),
            "meetings": page(read, MEETINGS, None, newest, descending=True, limit=6),
        },
    )


def _newest_divided(ask: Ask) -> dict[str, Any]:
    """The newest vote in which not everybody voted yes, drawn."""
    where = Where(VOTES).eq("modality", "vote").eq("unanimous", False)
    found = page(ask.read, VOTES, where, ("date", "record"), descending=True, limit=1)
    ballots = ballots_of(ask, found[0]) if found else []
    return {"shown": found[0] if ballots else None, "ballots": ballots, "seats": seats(ballots)}


PAGES = [("/", shown)]
