"""Obligations as clocks: what has to be done, by when, and in what state that is on a day.

A clock begins with something the record holds (a veto, a year's end, a return from travel), may have a last day, and is
met by something the record holds. Its state is a function of the clock and of a day, nothing else. Where no rule sets
a time-limit, none is invented: such a clock is open until it is met. What the archive does not hold may well have been
done: only a source can say that something was not, never the absence of one.

Sources: A/RES/76/262 (paragraph 1: ten working days; paragraph 3: special report, 72 hours before); S/2017/507
(paragraphs 125 to 136: annual report and monthly assessments; paragraph 140: members-elect); S/2019/997 (from the
report on 2020 on: introduction by 31 January, adoption by 30 May).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from domain.calendar import CalendarError, parse_iso
from domain.holidays import after_working_days

DEBATE: Final = "veto debate"
SPECIAL_REPORT: Final = "special report"
INTRODUCTION: Final = "annual report introduction"
ADOPTION: Final = "annual report adoption"
ASSESSMENT: Final = "monthly assessment"
MISSION_REPORT: Final = "mission report"
OBSERVATION: Final = "observation by members-elect"
KINDS: Final = (DEBATE, SPECIAL_REPORT, INTRODUCTION, ADOPTION, ASSESSMENT, MISSION_REPORT, OBSERVATION)

NOT_BEGUN: Final = "not begun"
DUE: Final = "due"
OVERDUE: Final = "overdue"
"""Its last day has passed, and a source says that it had not been done by then."""
MET: Final = "met"
MET_LATE: Final = "met late"
TIME_NOT_KNOWN: Final = "time not known"
"""It was met; whether in time, or by the day asked for, cannot be said: a day or holidays are not recorded."""
NOT_REQUIRED: Final = "not required"
NONE_SUBMITTED: Final = "none submitted"
"""Of what is invited and not demanded: a source says that there was none in its time."""
NOTHING_RECORDED: Final = "nothing recorded"
"""Its last day has passed, and the record holds nothing that says whether it was met."""
OPEN: Final = "open"
"""No last day is set or known, and the record holds nothing that meets it."""
STATES: Final = (
    NOT_BEGUN,
    DUE,
    OVERDUE,
    MET,
    MET_LATE,
    TIME_NOT_KNOWN,
    NOT_REQUIRED,
    NONE_SUBMITTED,
    NOTHING_RECORDED,
    OPEN,
)

INVITED: Final = frozenset({SPECIAL_REPORT})
"""Kinds that are invited: they can be left out, but not be overdue. Their last day hangs on another day, so one that is
not known is no sign that there is no time-limit."""

WORKING_DAYS: Final = 10
HOLIDAYS_A_YEAR: Final = 10
"""Official holidays that Headquarters has in a year, at most."""
FIRST_CALENDAR_YEAR: Final = 2017
"""The first calendar year with an annual report of its own (S/2017/507, paragraph 126); before: August to July."""
FIRST_WITH_LAST_DAY: Final = 2020
"""The first year on which the report is to be adopted by 30 May (S/2019/997)."""
FIRST_ASSESSED: Final = "2017-08"
"""The first presidency that ended after S/2017/507 was issued (30 August 2017)."""
FIRST_OBSERVED: Final = 2018
"""The first terms that begin after S/2017/507 was issued."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a clock comes from: a document, and the paragraph if one is meant."""

    symbol: str
    paragraph: str | None = None


DEBATE_RULE: Final = Rule("A/RES/76/262", "1")
SPECIAL_REPORT_RULE: Final = Rule("A/RES/76/262", "3")
ASSESSMENT_RULE: Final = Rule("S/2017/507", "136")
MISSION_RULE: Final = Rule("S/2017/507")
OBSERVATION_RULE: Final = Rule("S/2017/507", "140")


NOTE_507_OF_2024: Final = date(2024, 12, 13)
"""The day of S/2024/507, which stands in place of S/2017/507 and of the notes of 2019."""


def in_force(rule: Rule, began: date) -> Rule:
    """The rule as it stands when a clock begins: from 13 December 2024 on the note of 2024 for its forerunners.

    The days it sets are taken to be the same; its paragraphs are numbered anew and not named here.
    """
    replaced = rule.symbol in ("S/2017/507", "S/2019/997") and began >= NOTE_507_OF_2024
    return Rule("S/2024/507") if replaced else rule


def debate_due(cast: date, holidays: Collection[date]) -> date:
    """The last day for the Assembly to meet on a veto cast on a day: the tenth working day after it.

    S/2022/431, cast on 26 May 2022: 10 June, since 30 May was a holiday.
    """
    return after_working_days(cast, WORKING_DAYS, holidays)


def debate_due_at_latest(cast: date, holidays: Collection[date]) -> date:
    """The latest that last day can be where the holidays of a year are not recorded: if all of them lay before it."""
    return after_working_days(cast, WORKING_DAYS + HOLIDAYS_A_YEAR, holidays)


def special_report_due(debate: date) -> date:
    """The last day that lies 72 hours before a day of debate (days, not hours, are what the record holds)."""
    return debate - timedelta(days=3)


def introduction_due(year: int) -> tuple[date, Rule]:
    """By when the introduction to the report on a calendar year is to be completed: 31 January of the next."""
    rule = Rule("S/2019/997") if year >= FIRST_WITH_LAST_DAY else Rule("S/2017/507", "130")
    return date(year + 1, 1, 31), rule


def adoption_due(year: int) -> tuple[date | None, Rule]:
    """By when the report on a calendar year is to be adopted: 30 May of the next, for 2020 and later.

    Before S/2019/997 no day was set: the report had to be in time for the Assembly.
    """
    if year < FIRST_WITH_LAST_DAY:
        return None, Rule("S/2017/507", "125")
    return date(year + 1, 5, 30), Rule("S/2019/997")


def calendar_year(covers: str) -> int | None:
    """The calendar year a report covers, from 2017 on; None for other periods, and for what is no date."""
    try:
        span = parse_iso(covers)
    except CalendarError:
        return None
    whole = (span.first, span.last) == (date(span.first.year, 1, 1), date(span.first.year, 12, 31))
    return span.first.year if whole and span.first.year >= FIRST_CALENDAR_YEAR else None


def observation_begins(term_first: int) -> date:
    """The day from which a State elected to a term observes the Council's meetings: 1 October before it."""
    return date(term_first - 1, 10, 1)


def day_or_limit(text: str | None) -> tuple[str | None, str | None]:
    """A stated date as (its first day, None) where it names days, as (None, its last day) where only a month or year.

    (None, None) for nothing, and for a text that is no date.
    """
    try:
        span = parse_iso(text or "")
    except CalendarError:
        return None, None
    assert text
    if len(text.partition("/")[0]) == len("2022-06-08"):
        return span.first.isoformat(), None
    return None, span.last.isoformat()


def state(clock: Mapping[str, Any], on: date) -> str:
    """The state of a clock on a day: one of :data:`STATES`.

    ``clock`` is a row of the table of obligations; its days are ISO 8601. What was done after ``on`` is not done yet.
    Between ``due`` and ``due_latest`` nothing is called late: holidays that are not recorded may lie before it. After
    it only what a source says was not done by then: one that names a later day on which it was done says so, too.
    """
    day, due, latest = on.isoformat(), clock["due"], clock["due_latest"] or clock["due"]
    if clock["began"] > day:
        return NOT_BEGUN
    if clock["met_on"] and clock["met_on"] <= day:
        if due and clock["met_on"] > latest:
            return MET_LATE
        return MET if _in_time(clock, clock["met_on"]) else TIME_NOT_KNOWN
    if clock["met"] and not clock["met_on"]:
        limit = clock["met_by"]
        return MET if (not limit or limit <= day) and _in_time(clock, limit) else TIME_NOT_KNOWN
    if clock["not_required"] and (not clock["excused_on"] or clock["excused_on"] <= day):
        return NOT_REQUIRED
    if not due:
        return OPEN
    if day <= latest:
        return DUE
    if not clock["met_on"] and (clock["lacking_on"] or "") < latest:
        return NOTHING_RECORDED
    return NONE_SUBMITTED if clock["kind"] in INVITED else OVERDUE


def _in_time(clock: Mapping[str, Any], by: str | None) -> bool:
    """Whether what was met by a day (None: on a day not known) is known to be in time; without a limit there is none
    to miss.
    """
    if not clock["due"]:
        return clock["kind"] not in INVITED
    return by is not None and by <= clock["due"]


def days_left(clock: Mapping[str, Any], on: date) -> int | None:
    """Calendar days from a day to the last day of a clock that is due; None otherwise, and where it is not sure."""
    if state(clock, on) != DUE or clock["due_latest"]:
        return None
    return (date.fromisoformat(clock["due"]) - on).days


def days_late(clock: Mapping[str, Any], on: date) -> int | None:
    """Calendar days past the last day: so far for what is overdue, in the end for what was met late.

    None in any other state, and where the last day is not sure.
    """
    found = state(clock, on)
    if found not in (OVERDUE, MET_LATE) or clock["due_latest"]:
        return None
    end = on if found == OVERDUE else date.fromisoformat(clock["met_on"])
    return (end - date.fromisoformat(clock["due"])).days


def days_taken(clock: Mapping[str, Any], on: date) -> int | None:
    """Calendar days from the beginning of a clock to the day it was met; None where it is not met on a known day."""
    if state(clock, on) not in (MET, MET_LATE, TIME_NOT_KNOWN) or not clock["met_on"]:
        return None
    return (date.fromisoformat(clock["met_on"]) - date.fromisoformat(clock["began"])).days
