"""The eight questions of the concept note of 28 August 2023 on working methods, answered from what the archive holds.

Albania, presiding in September 2023, sent the note for the open debate of 5 September 2023 (S/PV.9410). The questions
stand here in the archive's own words; ``docs/concept-note.md`` puts them to GraphQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.portal import obligations, words
from api.portal.pages import Ask, BadValueError, Show
from domain import obligations as rules
from domain.calendar import CalendarError, parse_iso
from domain.charter import IN_FORCE
from domain.debates import CIVIL_SOCIETY
from domain.meetings import OPEN_DEBATE
from domain.presidencies import TOLEDO
from domain.subsidiaries import AVENUES
from projections.indicators.comparing import Difference, Moment, compare
from projections.indicators.definition import Indicator
from projections.indicators.published import Published, published
from projections.indicators.registry import INDICATORS
from projections.indicators.values import Value, total
from projections.obligations import counts

DEBATE: Final = date(2023, 9, 5)
"""The day of the open debate, S/PV.9410: up to it things count unless ``on`` says otherwise."""
MOST_PUBLISHED = 4
"""Published figures beside one of ours."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a part of an answer rests on: the rows of a table that meet a condition."""

    view: str
    name: str
    """Its plural."""
    path: str = ""
    """The page that lists them."""
    where: str = "1 = 1"


@dataclass(frozen=True, slots=True)
class Further:
    """A page that tells more."""

    path: str
    name: str
    needs: str = ""
    """The symbol or id of the record without which there is no such page."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the note, and what the archive answers it from."""

    anchor: str
    title: str
    asks: str
    figures: tuple[str, ...]
    held: tuple[Held, ...]
    lacks: tuple[str, ...]
    """What no kind of record of the archive can hold, whatever is recorded."""
    clocks: tuple[str, ...] = ()
    pages: tuple[Further, ...] = ()


_NOTES = Held("notes", "notes by the President", "/notes")

QUESTIONS: Final = (
    Question(
        "notes",
        "Note 507 and the notes after it",
        "Where does their implementation fall short, and how can it be ensured and measured?",
        ("note_507_paragraphs_in_force", "note_507_paragraphs_assessed", "notes_by_president"),
        (
            _NOTES,
            Held("paragraphs", "paragraphs of notes", "/notes"),
            Held("assessments", "assessments of paragraphs"),
        ),
        ("assessments of its own: it holds those that others make",),
        pages=(
            Further("/notes/S/2017/507", "S/2017/507", "S/2017/507"),
            Further("/obligations", "what has to be done by a day"),
        ),
    ),
    Question(
        "briefers",
        "Women from civil society who brief",
        "There were fewer in 2023 than by the same time in 2022: how can they take part safely, and be protected?",
        ("women_civil_society_briefers", "civil_society_briefers", "briefers", "briefers_withheld"),
        (
            Held("briefings", "briefings"),
            Held("briefings", "briefings with the gender stated", where="t.gender is not null"),
            Held("briefings", "briefings by civil society", where=f"t.category = '{CIVIL_SOCIETY}'"),
        ),
        ("reprisals and what was done about them",),
    ),
    Question(
        "organs",
        "The Peacebuilding Commission and the other principal organs",
        "Is its written advice asked for, received and used; and how often do the Presidents of the General Assembly "
        "and of the Economic and Social Council take part?",
        (
            "pbc_advice_requested",
            "pbc_advice_received",
            "pbc_advice_considered",
            "assembly_president_participation",
            "ecosoc_president_participation",
        ),
        (
            Held("advice", "pieces of advice", "/advice"),
            Held("advice", "requests for advice", where="t.requested_on is not null or t.requested_in is not null"),
            Held("advice", "letters of advice", where="t.symbol is not null"),
            Held("participations", "meetings with other organs"),
        ),
        ("contacts outside meetings", "what advice changed"),
        pages=(Further("/peacebuilding", "Peacebuilding"),),
    ),
    Question(
        "accountability",
        "Answering for the veto, and presidencies before the wider membership",
        "What do debates and special reports under A/RES/76/262 achieve, and briefings and wrap-ups in the Toledo "
        "format?",
        ("vetoed_proposals", "special_reports", "veto_debates_on_time", "wrap_ups"),
        (
            Held("vetoes", "casts of a veto", "/vetoes"),
            Held("followups", "follow-ups in the Assembly", "/vetoes"),
            Held("followups", "special reports by symbol", where="t.report is not null"),
            Held("presidencies", "presidencies", "/presidencies"),
            Held("presidencies", "Toledo briefings at the beginning", where=f"t.programme_format = '{TOLEDO}'"),
            Held("presidencies", "wrap-ups in the Toledo format", where=f"t.wrap_up_format = '{TOLEDO}'"),
        ),
        ("what a debate changed",),
        (rules.DEBATE, rules.SPECIAL_REPORT),
    ),
    Question(
        "debates",
        "Open debates",
        "They are long and many speak: how efficient are they, and how can the wider membership take part "
        "(S/2017/507, paragraph 43)?",
        ("open_debates", "open_debate_speakers", "open_debate_minutes", "rule_37_granted"),
        (
            Held("meetings", "open debates", "/debates", f"t.format = '{OPEN_DEBATE}'"),
            Held("speeches", "statements in speakers' lists"),
            Held("invitations", "invitations"),
        ),
        ("what a debate led to, unless a proposal is recorded",),
        pages=(
            Further("/notes/S/2017/507/43", "paragraph 43", "S/2017/507/43"),
            Further("/meetings/S/PV.9410", "S/PV.9410", "S/PV.9410"),
        ),
    ),
    Question(
        "missions",
        "Field missions",
        "Five in 2019 and three in 2018, one in 2023 until the note: how often does the Council go and see?",
        ("missions", "mission_report_lag_days"),
        (
            Held("missions", "missions", "/missions"),
            Held("missions", "missions with the day of the report", where="t.report_on is not null"),
        ),
        ("costs and results",),
        (rules.MISSION_REPORT,),
    ),
    Question(
        "sanctions",
        "Sanctions",
        "Decisions are often divided: how transparent and efficient are the bodies, and is there due process?",
        ("sanctions_decisions_not_unanimous",),
        (
            Held("regimes", "regimes", "/sanctions"),
            Held("measures", "decisions on sanctions", "/sanctions/decisions"),
            Held("chairs", "offices held in bodies", "/bodies"),
            Held("body_meetings", "meetings of bodies"),
            Held("reports", "reports of bodies"),
            Held("listings", "listings"),
            Held(
                "listings",
                "requests to the Ombudsperson or focal point",
                where=f"t.avenue in {AVENUES[1:3]}",
            ),
        ),
        (),
        pages=(
            Further("/sanctions/decisions?unanimous=no", "divided decisions"),
            Further("/sanctions/2653", "the regime of October 2022", "regime:2653"),
        ),
    ),
    Question(
        "proposals",
        "What becomes of proposals",
        "The Chair of the Working Group means to sum up those made in the debate: which were taken up?",
        ("proposals_made", "proposals_followed_up"),
        (
            Held("proposals", "proposals", "/proposals"),
            Held("proposals", "proposals made in S/PV.9410", where="t.meeting = 'S/PV.9410'"),
            Held("proposals", "proposals taken up in a document", where="t.taken_up_in is not null"),
        ),
        (),
        pages=(Further("/debates/S/PV.9410/summary", "analytical summary of S/PV.9410", "S/PV.9410"),),
    ),
    Question(
        "besides",
        "Named besides",
        "Decisions by divided votes, votes on procedure, members-elect who observe, monthly assessments, and an annual "
        "report in time.",
        (
            "resolutions_unanimous",
            "resolutions_not_unanimous",
            "failed_drafts",
            "procedural_votes",
            "monthly_assessments",
            "annual_report_on_time",
        ),
        (
            Held("votes", "votes", "/votes"),
            Held("elections", "elections"),
            Held("elections", "elections with the first day of observation", where="t.observes_from is not null"),
            Held("annual_reports", "annual reports", "/annual-reports"),
        ),
        (),
        (rules.ASSESSMENT, rules.OBSERVATION, rules.INTRODUCTION, rules.ADOPTION),
        (Further("/presidencies", "Presidencies"),),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator: up to the day, up to the same day of the year before, the whole year, and what others published."""

    one: Indicator
    before: Value
    now: Value
    whole: Value
    published: Sequence[Published]


@dataclass(frozen=True, slots=True)
class Section:
    """A question with its answer."""

    asked: Question
    lines: Sequence[Line]
    covers: Sequence[tuple[int, Held]]
    lacks: Sequence[str]
    clocks: Sequence[tuple[str, str]]
    """Kinds of obligations, each with how many are in which state on the day."""
    pages: Sequence[Further]


def concept_note(ask: Ask) -> Show:
    """``/concept-note``: the questions with live figures up to a day (``on``), what is covered and what is lacking."""
    on = _day(ask)
    before = on.replace(year=on.year - 1, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=on.year - 1)
    periods = _periods(ask, on.year)
    held, clocks = _held(ask), counts(ask.read, on)
    ask.look_up(page.needs for question in QUESTIONS for page in question.pages)
    sections = [
        Section(
            question,
            [_line(ask, INDICATORS[name], on, before, periods.get(name, ())) for name in question.figures],
            [(held[one], one) for one in question.held if held[one]],
            [*(one.name for one in question.held if not held[one]), *question.lacks],
            list(_clocks(question.clocks, clocks)),
            [page for page in question.pages if not page.needs or ask.held(page.needs)],
        )
        for question in QUESTIONS
    ]
    return Show(
        "concept_note.html",
        {
            "debate": ask.held("S/PV.9410"),
            "on": on.isoformat(),
            "before": before.isoformat(),
            "year": on.year,
            "sections": sections,
            "missions": _missions(ask, on),
            "chosen": ask.text("on"),
        },
    )


def _day(ask: Ask) -> date:
    """The day in ``on``, else that of the debate. Raises :class:`BadValueError`."""
    value = ask.text("on")
    if not value:
        return DEBATE
    accepted = f"a day such as {DEBATE}, at least a year after the Charter came into force"
    try:
        days = parse_iso(value)
    except CalendarError as error:
        raise BadValueError("on", value, accepted) from error
    if days.days != 1 or days.first.year <= IN_FORCE.year:
        raise BadValueError("on", value, accepted)
    return days.first


def _line(ask: Ask, one: Indicator, on: date, before: date, periods: Iterable[str]) -> Line:
    wanted = list(periods)[-MOST_PUBLISHED:]
    return Line(
        one,
        total(ask.read, one, str(before.year), before),
        total(ask.read, one, str(on.year), on),
        total(ask.read, one, str(on.year)),
        published(ask.read, one, periods=wanted) if wanted else (),
    )


def _periods(ask: Ask, year: int) -> dict[str, list[str]]:
    """Indicator → the periods within a year and the year before for which somebody published a figure."""
    first, last = date(year - 1, 1, 1), date(year, 12, 31)
    found: dict[str, list[str]] = {}
    sql = f"select distinct f.indicator, f.period from figures f where {ask.read.live('f')} order by 1, 2"
    for row in ask.read.rows(sql):
        days = parse_iso(row["period"])
        if first <= days.first and days.last <= last:
            found.setdefault(row["indicator"], []).append(row["period"])
    return found


def _held(ask: Ask) -> dict[Held, int]:
    """How many rows there are of everything the answers rest on: one statement."""
    every = list(dict.fromkeys(held for question in QUESTIONS for held in question.held))
    parts = ", ".join(
        f"(select count(*) from {held.view} t where ({held.where}) and {ask.read.live('t')}) as n{number}"
        for number, held in enumerate(every)
    )
    [row] = ask.read.rows(f"select {parts}")
    return {held: row[f"n{number}"] for number, held in enumerate(every)}


def _clocks(kinds: Iterable[str], counted: dict[tuple[str, str], int]) -> Iterable[tuple[str, str]]:
    """Kinds with clocks that have begun: how many are in which state, in words."""
    for kind in kinds:
        told = [
            f"{words.number(counted[kind, state])} {said}"
            for state, (said, _) in obligations.STATES.items()
            if state != rules.NOT_BEGUN and (kind, state) in counted
        ]
        if told:
            yield kind, " · ".join(told)


def _missions(ask: Ask, on: date) -> list[Difference]:
    """What changed in the number of missions between the day and the end of its year, and because of which records."""
    end = date(on.year, 12, 31)
    return compare(
        INDICATORS["missions"], Moment(ask.read, on), Moment(ask.read, end), first=str(on.year), last=str(on.year)
    )


PAGES = [("/concept-note", concept_note)]
