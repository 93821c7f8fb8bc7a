"""Missions of the Council."""

from __future__ import annotations

from api.portal import words
from api.portal.events import behind
from api.portal.pages import Ask, NotFoundError, Show, listing
from api.portal.votes import years_of
from projections.conflicts import CONFLICTS
from projections.missions import MISSIONS
from projections.reading import Where, by_key, count, one


def all_missions(ask: Ask) -> Show:
    """``/missions``, of a year or all."""
    where = Where(MISSIONS)
    year = ask.year()
    if year:
        where.eq("year", year)
    return Show(
        "missions.html",
        {
            "found": listing(ask, MISSIONS, where),
            "total": count(ask.read, MISSIONS, where),
            "years": years_of(ask, "missions"),
            "chosen": {"year": ask.text("year")},
        },
    )


def one_mission(ask: Ask) -> Show:
    """``/missions/{key}``."""
    key = str(ask.request.path_params["key"])
    record = f"mission:{key}"
    mission = one(ask.read, MISSIONS, record=record)
    if mission is None:
        raise NotFoundError(f"The archive holds no mission “{key[:120]}” at this position.")
    cited = [mission[name] for name in ("terms_of_reference", "report", "decided_in")]
    ask.look_up([*cited, *words.listed(mission["documents"]), *words.listed(mission["meetings"])])
    return Show(
        "mission.html",
        {
            "mission": mission,
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": behind(ask, record),
        },
    )


PAGES = [("/missions", all_missions), ("/missions/{key:path}", one_mission)]
