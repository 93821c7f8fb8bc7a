"""Presidencies: by month, and one month with its programme, meetings, votes, assessment and wrap-up."""

from __future__ import annotations

from typing import Any

from api.portal import words
from api.portal.events import behind
from api.portal.pages import Ask, BadValueError, NotFoundError, Show, listing
from api.portal.votes import years_of
from domain.calendar import CalendarError, parse_iso
from domain.symbols import canonical, is_symbol
from projections.conflicts import CONFLICTS
from projections.indicators.coverage import WHOLE, coverage
from projections.indicators.registry import indicator
from projections.meetings import MEETINGS
from projections.presidencies import CESSIONS, PRESIDENCIES, ROTATION
from projections.reading import Values, Where, by_key, count, one, page
from projections.versioned import View
from projections.votes import VOTES

MOST = 200
"""Meetings or votes shown of one month; no month has had as many."""

ASSESSED = {"submitted": "submitted", "missing": "not submitted", "unknown": "not known"}


def assessed(presidency: Values) -> str:
    """What is known of a month's assessment: submitted, missing on a day a source names, or unknown."""
    if presidency["assessment"] or presidency["assessed_on"] or presidency["assessed_by"]:
        return "submitted"
    return "missing" if presidency["unassessed_by"] else "unknown"


def all_presidencies(ask: Ask) -> Show:
    """``/presidencies``: of a year, a member, a state of the assessment; all, newest first, without."""
    where = Where(PRESIDENCIES)
    year, member = ask.year(), ask.text("member").upper()
    assessment = ask.one_of("assessment", ASSESSED)
    if year:
        where.eq("year", year)
    if member:
        if not (len(member) == 3 and member.isascii() and member.isalpha()):
            raise BadValueError("member", member, "a member's code of three letters, such as ALB")
        where.eq("member", member)
    if assessment == "submitted":
        where.sql("t.assessment is not null or t.assessed_on is not null or t.assessed_by is not null")
    elif assessment:
        where.sql("t.assessment is null and t.assessed_on is null and t.assessed_by is null")
        where.given("unassessed_by", is_given=assessment == "missing")
    found = listing(ask, PRESIDENCIES, where)
    ask.look_up(text for row in found.rows for text in (row["assessment"], row["programme"], row["wrap_up_meeting"]))
    held = f"select distinct t.member from presidencies t where t.member is not null and {ask.read.live('t')}"
    codes = [row["member"] for row in ask.read.rows(held)]
    return Show(
        "presidencies.html",
        {
            "found": found,
            "total": count(ask.read, PRESIDENCIES, where),
            "years": years_of(ask, "presidencies"),
            "members": sorted(((code, ask.names.state(code)) for code in codes), key=lambda pair: pair[1]),
            "assessed": {row["record"]: assessed(row) for row in found.rows},
            "rotation": by_key(ask.read, ROTATION, "month", (row["month"] for row in found.rows), ("month",)),
            "states": ASSESSED,
            "chosen": {"year": ask.text("year"), "member": member, "assessment": assessment},
        },
    )


def one_presidency(ask: Ask) -> Show:
    """``/presidencies/{month}``."""
    month = str(ask.request.path_params["month"])
    record = f"presidency:{month}"
    presidency = one(ask.read, PRESIDENCIES, record=record)
    if presidency is None:
        raise NotFoundError(f"The archive holds no presidency of “{month[:40]}” at this position.")
    events = words.listed(presidency["events"])
    signature = by_key(ask.read, MEETINGS, "symbol", map(_symbol, events), ("record",))
    cessions = by_key(ask.read, CESSIONS, "month", [month], ("record",)).get(month, [])
    told = behind(ask, record)
    ask.look_up(
        [
            *(presidency[name] for name in ("programme", "assessment", "wrap_up_meeting")),
            *events,
            *(cession["meeting"] for cession in cessions),
            *(event.document for event in told),
        ]
    )
    return Show(
        "presidency.html",
        {
            "presidency": presidency,
            "assessed": assessed(presidency),
            "rotation": one(ask.read, ROTATION, month=month),
            "signature": [(symbol, signature.get(_symbol(symbol), [None])[0]) for symbol in events],
            "meetings": _in_month(ask, MEETINGS, month),
            "unlisted": _unlisted(ask, month),
            "votes": _in_month(ask, VOTES, month),
            "cessions": cessions,
            "covers": words.listed(presidency["wrap_up_covers"]),
            "shared": _shared(ask, month),
            "beside": _beside(ask, month),
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": told,
        },
    )


def _symbol(text: str) -> str:
    return canonical(text) if is_symbol(text) else text


def _in_month(ask: Ask, view: View, month: str) -> list[Values]:
    """The rows of a table that are dated within a month."""
    try:
        days = parse_iso(month)
    except CalendarError:
        return []
    where = Where(view).at_least("date", days.first.isoformat()).at_most("date", days.last.isoformat())
    return page(ask.read, view, where, ("date", "record"), limit=MOST)


def _unlisted(ask: Ask, month: str) -> bool:
    """Whether the tables of meetings leave out any of a month: its meetings are then known one by one only."""
    try:
        days = parse_iso(month)
    except CalendarError:
        return True
    return coverage(ask.read, indicator("formal_meetings")).of(days)[0] != WHOLE


def _shared(ask: Ask, month: str) -> list[Values]:
    """Other presidencies whose wrap-up session covered this month, too."""
    where = Where(PRESIDENCIES).contains("wrap_up_covers", f'"{month}"').sql("t.month <> :month", month=month)
    return page(ask.read, PRESIDENCIES, where, ("date", "record"), limit=12)


def _beside(ask: Ask, month: str) -> dict[str, Any]:
    """The recorded presidencies before and after this one."""
    sql = f"select {{}}(t.month) as month from presidencies t where t.month {{}} :month and {ask.read.live('t')}"
    found = {
        name: ask.read.value(sql.format(pick, sign), {"month": month})
        for name, pick, sign in (("before", "max", "<"), ("after", "min", ">"))
    }
    return {name: found_month for name, found_month in found.items() if found_month}


PAGES = [("/presidencies", all_presidencies), ("/presidencies/{month}", one_presidency)]
