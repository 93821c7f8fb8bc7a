"""Peacebuilding: advice of the Commission step by step, and the other principal organs taking part in meetings."""

from __future__ import annotations

from api.portal.events import behind
from api.portal.pages import Ask, NotFoundError, Show, listing
from domain.peacebuilding import ORGANS
from projections.conflicts import CONFLICTS
from projections.peacebuilding import ADVICE, PARTICIPATIONS
from projections.reading import Values, Where, by_key, count, one, page

NEWEST = 5
"""Pieces of advice on the overview; the list has them all."""


def overview(ask: Ask) -> Show:
    """``/peacebuilding``: how much advice is recorded at which step, the newest, and other organs taking part."""
    where = Where(PARTICIPATIONS)
    organ = ask.one_of("organ", ORGANS)
    if organ:
        where.eq("organ", organ)
    found = listing(ask, PARTICIPATIONS, where)
    sql = f"""
        select count(*) as total, count(t.requested_on) as requested,
            count(case when t.received_on is not null or t.symbol is not null then 1 end) as received,
            count(case when t.considered_on is not null or t.meeting is not null then 1 end) as considered
        from advice t where {ask.read.live("t")}
    """
    newest = page(ask.read, ADVICE, None, ("date", "record"), descending=True, limit=NEWEST)
    _look_up(ask, newest)
    ask.look_up(row["meeting"] for row in found.rows)
    return Show(
        "peacebuilding.html",
        {
            "steps": ask.read.row(sql),
            "newest": newest,
            "found": found,
            "total": count(ask.read, PARTICIPATIONS, where),
            "organs": ORGANS,
            "chosen": {"organ": organ},
        },
    )


def all_advice(ask: Ask) -> Show:
    """``/advice``."""
    found = listing(ask, ADVICE, None)
    _look_up(ask, found.rows)
    return Show("advice.html", {"found": found, "total": count(ask.read, ADVICE), "one": None})


def one_advice(ask: Ask) -> Show:
    """``/advice/{key}``: by the symbol of the advice or of the meeting that heard it."""
    key = str(ask.request.path_params["key"])
    record = f"advice:{key}"
    advice = one(ask.read, ADVICE, record=record)
    if advice is None:
        raise NotFoundError(f"The archive holds no advice “{key[:120]}” at this position.", key)
    _look_up(ask, [advice])
    return Show(
        "advice.html",
        {
            "one": advice,
            "found": None,
            "total": 1,
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": behind(ask, record),
        },
    )


def _look_up(ask: Ask, rows: list[Values]) -> None:
    ask.look_up(row[name] for row in rows for name in ("requested_in", "symbol", "meeting"))


PAGES = [("/peacebuilding", overview), ("/advice", all_advice), ("/advice/{key:path}", one_advice)]
