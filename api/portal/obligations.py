"""Obligations: one table for each kind, in the state each is in on a day; how many are met, late, open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from api.portal import words
from api.portal.pages import PAGE_SIZE, Ask, BadValueError, Listing, Show, listing
from domain import obligations as rules
from domain.calendar import CalendarError, parse_iso
from projections.obligations import OBLIGATIONS, counts, in_state, newest_day
from projections.reading import Values, Where, count

SHOWN = 20
"""Rows of each kind where all kinds are shown."""

KINDS: Final = {
    rules.DEBATE: (
        "Debates on vetoes",
        "The General Assembly meets within ten working days of a veto, counted on the calendar of Headquarters, unless "
        "it meets in an emergency special session on the same situation.",
        "No veto since 26 April 2022, when the rule was adopted, is recorded at this position.",
    ),
    rules.SPECIAL_REPORT: (
        "Special reports on vetoes",
        "The Council is invited to submit a special report at least 72 hours before the debate. Nothing obliges it.",
        "No veto since 26 April 2022, when the rule was adopted, is recorded at this position.",
    ),
    rules.INTRODUCTION: (
        "Introductions to annual reports",
        "To be completed by 31 January after the year reported on.",
        "No annual report on a calendar year is recorded at this position, so nothing can be said of any.",
    ),
    rules.ADOPTION: (
        "Annual reports",
        "To be adopted by 30 May after the year reported on, since the report on 2020; before, no day was set.",
        "No annual report on a calendar year is recorded at this position, so nothing can be said of any.",
    ),
    rules.ASSESSMENT: (
        "Monthly assessments",
        "Presidents are encouraged to submit an assessment of their month. No time-limit is set.",
        "No presidency since August 2017 is recorded at this position, so nothing can be said of its assessment.",
    ),
    rules.MISSION_REPORT: (
        "Reports of missions",
        "Counted from the last day of travel. No time-limit is set. Missions whose days of travel are not recorded are "
        "not listed.",
        "No mission whose days of travel are known is recorded at this position.",
    ),
    rules.OBSERVATION: (
        "Observation by members-elect",
        "States elected to the Council observe its meetings from 1 October before their term.",
        "No term that begins in 2018 or later is recorded at this position.",
    ),
}
"""Kind → its heading, what it asks for, and what its absence means."""

STATES: Final = {
    rules.MET: ("met", "is-adopted"),
    rules.MET_LATE: ("met late", "is-not-adopted"),
    rules.TIME_NOT_KNOWN: ("met, time not known", "is-undetermined"),
    rules.DUE: ("due", ""),
    rules.OVERDUE: ("overdue", "is-vetoed"),
    rules.OPEN: ("open", "is-undetermined"),
    rules.NONE_SUBMITTED: ("none submitted", "is-not-adopted"),
    rules.NOTHING_RECORDED: ("nothing recorded", "is-undetermined"),
    rules.NOT_REQUIRED: ("not required", ""),
    rules.NOT_BEGUN: ("not begun", ""),
}
"""State → the word for it, and the class it is drawn in."""


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one kind that a page shows."""

    kind: str
    found: Listing
    total: int

    @property
    def rules(self) -> list[tuple[str, str | None]]:
        """The documents that ask for it, each with its paragraph; the newest row's first."""
        return list(dict.fromkeys((row["rule"], row["paragraph"]) for row in self.found.rows))


def day_asked(ask: Ask) -> date:
    """The day in ``on``; without one that of the newest event. Raises :class:`BadValueError`."""
    value = ask.text("on")
    if not value:
        return newest_day(ask.read)
    try:
        days = parse_iso(value)
        if days.days != 1:
            raise CalendarError(value, "more than a day")
    except CalendarError:
        raise BadValueError("on", value, "a day such as 2024-05-01") from None
    return days.first


def all_obligations(ask: Ask) -> Show:
    """``/obligations``: of one kind page by page, else the newest of each kind; of one state and year, or of all."""
    kind, state, year = ask.one_of("kind", KINDS), ask.one_of("state", STATES), ask.year()
    on = day_asked(ask)
    sections = [_section(ask, one, state, year, on, whole=bool(kind)) for one in KINDS if kind in ("", one)]
    rows = [row for section in sections for row in section.found.rows]
    ask.look_up(text for row in rows for text in (row["record"], row["rule"], *proofs(row)))
    counted = counts(ask.read, on)
    held = f"select distinct t.year from obligations t where {ask.read.live('t')} order by t.year desc"
    return Show(
        "obligations.html",
        {
            "on": on.isoformat(),
            "on_given": bool(ask.text("on")),
            "sections": sections,
            "kinds": KINDS,
            "states": STATES,
            "shown_states": [name for name in STATES if any(of == name for _, of in counted)],
            "counted": counted,
            "totals": {one: sum(n for (of, _), n in counted.items() if of == one) for one in KINDS},
            "told": {row["id"]: told(row, on) for row in rows},
            "proofs": {row["id"]: proofs(row) for row in rows},
            "years": [row["year"] for row in ask.read.rows(held)],
            "chosen": {"kind": kind, "state": state, "year": ask.text("year"), "on": ask.text("on")},
        },
    )


def _section(ask: Ask, kind: str, state: str, year: int | None, on: date, *, whole: bool) -> Section:
    where = Where(OBLIGATIONS).eq("kind", kind)
    if state:
        in_state(where, state, on)
    if year:
        where.eq("year", year)
    found = listing(ask, OBLIGATIONS, where, ("began", "id"), limit=PAGE_SIZE if whole else SHOWN)
    return Section(kind, found, count(ask.read, OBLIGATIONS, where))


def proofs(row: Values) -> list[str]:
    """What shows that a clock was met: symbols; where none is stated, the records."""
    symbols: list[str] = words.listed(row["symbols"])
    if symbols:
        return symbols
    settled = row["met"] or row["not_required"] or row["lacking_on"]
    return words.listed(row["proof"]) if settled else []


def told(row: Values, on: date) -> dict[str, Any]:
    """The state of a row on a day, in words: with days left, late or taken, and what is not known."""
    state = rules.state(row, on)
    return {"state": state, "detail": "; ".join(_details(row, on, state))}


def _details(row: Values, on: date, state: str) -> Iterable[str]:
    left, late, taken = rules.days_left(row, on), rules.days_late(row, on), rules.days_taken(row, on)
    if left is not None:
        yield f"{_days(left)} left"
    if late is not None:
        yield f"{_days(late)} past its last day"
    elif taken is not None:
        yield f"after {_days(taken)}" if taken >= 0 else f"{_days(-taken)} before"
    if state == rules.OPEN and not row["lacking_on"]:
        yield "nothing recorded"
    elif state == rules.NOTHING_RECORDED:
        yield "its last day has passed"
    elif state in (rules.OVERDUE, rules.NONE_SUBMITTED):
        yield f"not met by {words.day(row['lacking_on'])}, as a source says" if row["lacking_on"] else "met later"
    elif state == rules.TIME_NOT_KNOWN and row["met_on"]:
        yield "holidays before its last day are not recorded" if row["due"] else "its last day is not known"
    elif state in (rules.MET, rules.TIME_NOT_KNOWN) and row["met_by"]:
        yield f"by {words.day(row['met_by'])} at the latest"
    elif state == rules.TIME_NOT_KNOWN:
        yield "its day is not recorded"
    elif state == rules.NOT_REQUIRED:
        yield str(row["not_required"])


def _days(number: int) -> str:
    return f"{number} day{'s' if number != 1 else ''}"


PAGES = [("/obligations", all_obligations)]
