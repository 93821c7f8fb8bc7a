"""Missions of the Council, and advice of the Peacebuilding Commission."""

from __future__ import annotations

from api.portal.events import behind
from api.portal.pages import Ask, Go, NotFoundError, Show, listing
from api.portal.votes import years_of
from projections.conflicts import CONFLICTS
from projections.missions import MISSIONS
from projections.peacebuilding import ADVICE
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


def one_mission(ask: Ask) -> Show | Go:
    """``/missions/{key}``."""
    key = str(ask.request.path_params["key"])
    record = f"mission:{key}"
    mission = one(ask.read, MISSIONS, record=record)
    if mission is None:
        raise NotFoundError(f"The archive holds no mission “{key[:120]}” at this position.")
    return Show(
        "mission.html",
        {
            "mission": mission,
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": behind(ask, record),
        },
    )


def all_advice(ask: Ask) -> Show:
    """``/advice``."""
    return Show("advice.html", {"found": listing(ask, ADVICE, None), "total": count(ask.read, ADVICE), "one": None})


def one_advice(ask: Ask) -> Show | Go:
    """``/advice/{key}``: by the symbol of the advice or of the meeting that heard it."""
    key = str(ask.request.path_params["key"])
    record = f"advice:{key}"
    advice = one(ask.read, ADVICE, record=record)
    if advice is None:
        raise NotFoundError(f"The archive holds no advice “{key[:120]}” at this position.", key)
    return Show("advice.html", {"one": advice, "found": None, "total": 1, "events": behind(ask, record)})


PAGES = [
    ("/missions", all_missions),
    ("/missions/{key:path}", one_mission),
    ("/advice", all_advice),
    ("/advice/{key:path}", one_advice),
]
