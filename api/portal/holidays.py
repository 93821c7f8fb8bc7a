"""The working calendar of Headquarters: official holidays with the circulars that designate them."""

from __future__ import annotations

from api.portal.pages import Ask, Show, listing
from api.portal.votes import years_of
from projections.holidays import HOLIDAYS
from projections.reading import Where, count


def all_holidays(ask: Ask) -> Show:
    """``/holidays``, of a year or all, the newest first."""
    where = Where(HOLIDAYS)
    year = ask.year()
    if year:
        where.eq("year", year)
    found = listing(ask, HOLIDAYS, where)
    return Show(
        "holidays.html",
        {
            "found": found,
            "total": count(ask.read, HOLIDAYS, where),
            "years": years_of(ask, "holidays"),
            "chosen": {"year": ask.text("year")},
        },
    )


PAGES = [("/holidays", all_holidays)]
