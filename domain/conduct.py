"""How the Council works, as rules for what is recorded live: who presides and chairs, elections, reports, sanctions.

Votes, ballots and sittings are judged in :mod:`domain.practice`. What is against practice here is refused to a clerk
only; historical sources may say it. Each rule looks at a statement that speaks of one of the fields it is about, so
that nobody answers for what an older source said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from typing import Final

from babel import Locale
from babel.core import get_global

from domain.calendar import Interval
from domain.cases import Case, span_of
from domain.charter import IN_FORCE, PERMANENT
from domain.desk import Desk
from domain.drafts import Complaint
from domain.holidays import days_off
from domain.kinds import KINDS
from domain.meetings import INFORMAL, OPEN_DEBATE, meeting_id
from domain.members import LAST_YEAR, membership_id, name_id
from domain.presidencies import presidency_id
from domain.subsidiaries import CHAIR, DUE_PROCESS, OMBUDSPERSON, VICE_CHAIR, decided_in
from domain.vetoes import IN_ACCOUNT

MEMBER_STATES: Final = 193
"""Members of the General Assembly, each with one vote."""
TERM_YEARS: Final = 2
"""Calendar years of a term (Charter Art. 23(2)); shorter ones have been agreed on, longer ones are ruled out."""
SPEECH_MINUTES: Final = 600
"""No speech in the Council was longer."""
YEAR: Final = timedelta(days=366)
AFTERWARDS: Final = 2 * YEAR
"""How long after its month a presidency's assessment or wrap-up may be dated."""
_NEIGHBOURS: Final = (*range(1, 11), 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
"""How far from a meeting's number others are looked for, the nearest first."""


def complaints(case: Case) -> Iterator[Complaint]:
    """Everything in one statement that is against the Council's practice outside votes and sittings."""
    yield from _states(case)
    for fields, rule in _RULES.get(case.kind, ()):
        if not case.said.keys().isdisjoint(fields):
            yield from rule(case)


# -- States ----------------------------------------------------------------------------------------------------------


def _states(case: Case) -> Iterator[Complaint]:
    for name in KINDS[case.kind].states:
        told = case.said.get(name) or []
        unknown = [code for code in (told if isinstance(told, list) else [told]) if not _is_state(case.desk, code)]
        if unknown:
            rule = "no State is known by this code (ISO 3166-1, three letters); record its name first if there is one"
            yield name, f"{', '.join(unknown)}: {rule}"


def _is_state(desk: Desk, code: str) -> bool:
    """Whether a code is that of a State or territory today, or of one that the archive has a name or a seat for."""
    if code in _codes() or desk.exists(name_id(code, "en", "")):
        return True
    if any(record.reading().get("member") == code for record in desk.of_kind("name")):
        return True
    return any(desk.exists(membership_id(code, year)) for year in range(IN_FORCE.year + 1, LAST_YEAR + 1))


@cache
def _codes() -> frozenset[str]:
    """The codes of ISO 3166-1 that name a territory; those left to users (AAA, QMA to QZZ, X.., ZZZ) name none."""
    named = Locale("en").territories
    return frozenset(
        code
        for code, known in get_global("territory_aliases").items()
        if re.fullmatch(r"(?!AA|Q[M-Z]|X|ZZ)[A-Z]{3}", code) and any(two in named for two in known)
    )


# -- meetings --------------------------------------------------------------------------------------------------------


def _format(case: Case) -> Iterator[Complaint]:
    """An open debate is public; what is informal has no verbatim record."""
    told, private = case.both("format", "private")
    if told == OPEN_DEBATE and private:
        yield (
            "format" if "format" in case.said else "private",
            "an open debate is a public meeting; this one is private",
        )
    if told in INFORMAL and case.record.startswith("meeting:S/PV."):
        yield "format", f"{told!r} is no formal meeting and has no verbatim record; this is {case.record}"


def _in_order(case: Case) -> Iterator[Complaint]:
    """Meetings are numbered in the order they are held: none lies more than a year on the wrong side of another."""
    match, when = re.fullmatch(r"meeting:S/PV\.(\d{1,6})", case.record), case.span("date")
    if match is None or when is None:
        return
    for side, word, than in ((-1, "after", "earlier"), (1, "before", "later")):
        found = _neighbour(case.desk, int(match[1]), side)
        if found is None:
            continue
        other, day = found
        late, early = (day.first, when.last) if side < 0 else (when.first, day.last)
        if late - early > YEAR:
            held = f"{other} was held on {(day.first if side < 0 else day.last).isoformat()}"
            yield "date", f"{held}; this meeting is numbered {word} it and dated more than a year {than}"


def _neighbour(desk: Desk, number: int, side: int) -> tuple[str, Interval] | None:
    """The nearest meeting with a date, below (-1) or above (1) a number, among those looked for."""
    for distance in _NEIGHBOURS:
        symbol = f"S/PV.{number + side * distance}"
        day = span_of(desk.reading(meeting_id(symbol)).get("date"))
        if day is not None:
            return symbol, day
    return None


def _length(case: Case) -> Iterator[Complaint]:
    minutes = case.said["minutes"]
    if minutes > SPEECH_MINUTES:
        yield "minutes", f"{minutes} minutes; no speech was longer than {SPEECH_MINUTES}"


# -- presidencies ----------------------------------------------------------------------------------------------------


def _afterwards(case: Case) -> Iterator[Complaint]:
    """Assessment and wrap-up come in the month or within two years of it."""
    month = case.span("month")
    for name in ("assessed_on", "wrap_up_on"):
        day = case.span(name) if name in case.said else None
        if month is None or day is None:
            continue
        if day.last < month.first:
            yield name, f"{case.said[name]} is before the month of the presidency, {case.reads['month']}"
        elif day.first - month.last > AFTERWARDS:
            yield name, f"{case.said[name]} is more than two years after the month, {case.reads['month']}"


def _covers(case: Case) -> Iterator[Complaint]:
    month, covers = case.both("month", "wrap_up_covers")
    if month and covers and month not in covers:
        yield "wrap_up_covers", f"the session of {month} covers that month, too; it is not among {', '.join(covers)}"


def _presides(case: Case) -> Iterator[Complaint]:
    """Who cedes the chair holds it that month (rule 20), by one source at least; not judged where none says who."""
    month, member = case.both("month", "member")
    record = presidency_id(month) if month else ""
    known = case.desk.get(record)
    told = [known.reading(), *(each.fields for each in known.statements)] if known else []
    presiding = sorted({fields["member"] for fields in told if fields.get("member")})
    if member and presiding and member not in presiding:
        yield "member", f"{member} does not preside in {month}: {' or '.join(presiding)} does ({record})"


# -- elections, reports, holidays ------------------------------------------------------------------------------------


def _election(case: Case) -> Iterator[Complaint]:
    """The Assembly elects ten members, for two years (Art. 23), by at most as many votes as it has members."""
    member, votes, first, last = case.both("member", "votes", "term_first", "term_last")
    if member in PERMANENT:
        yield "member", f"{member} is a permanent member and is not elected (Charter Art. 23(1))"
    if votes is not None and votes > MEMBER_STATES:
        yield "votes", f"{votes} votes, but the General Assembly has {MEMBER_STATES} members"
    if first and last and last - first >= TERM_YEARS:
        yield "term_last", f"{first} to {last} is {last - first + 1} years; a term is two (Charter Art. 23(2))"
    day = case.span("date")
    # In January 1946 and 1980 the Assembly elected to the year begun. An election in a later year the claims refuse.
    if day is not None and first == day.first.year and day.first.month > 1:
        yield "date", f"elected on {day.first.isoformat()}, after the term began ({first})"


def _report(case: Case) -> Iterator[Complaint]:
    covers, adopted = case.span("covers"), case.span("adopted_on")
    if covers and adopted and adopted.last < covers.last:
        yield "adopted_on", f"adopted on {adopted.last.isoformat()}, before its period ends ({covers.last.isoformat()})"


def _holiday(case: Case) -> Iterator[Complaint]:
    """Official holidays are designated on days on which Headquarters would work."""
    for day in days_off(case.said["date"]) if case.span("date") else ():
        if day.weekday() >= 5:
            rule = "official holidays are observed on working days: give the day it is observed"
            yield "date", f"{day.isoformat()} is a {'Saturday' if day.weekday() == 5 else 'Sunday'}; {rule}"
            return


# -- bodies and sanctions --------------------------------------------------------------------------------------------


def _chair(case: Case) -> Iterator[Complaint]:
    """Members of the Council chair its bodies; not judged for a year whose members are not recorded."""
    role, member, year = case.both("role", "member", "year")
    if role not in (CHAIR, VICE_CHAIR) or not member or year is None:
        return
    listed = any(case.desk.exists(membership_id(code, year)) for code in PERMANENT)
    if listed and not case.desk.exists(membership_id(member, year)):
        yield "member", f"{member} was not a member of the Council in {year}: a {role} is"


def _office(case: Case) -> Iterator[Complaint]:
    role, body = case.both("role", "body")
    kind = case.desk.reading(body).get("type") if body else None
    if role == OMBUDSPERSON and kind not in (None, DUE_PROCESS):
        yield "role", f"{body} is a {kind}; an Ombudsperson holds an office of due process"


def _measure(case: Case) -> Iterator[Complaint]:
    """Measures are decided in a vote, on its day."""
    resolution, draft = case.both("resolution", "draft")
    name, vote = "resolution" if resolution else "draft", decided_in(resolution, draft)
    if vote is None:
        if resolution:
            yield name, f"{resolution} is no resolution; measures are decided by resolutions, or proposed by drafts"
        return
    if not case.desk.exists(vote):
        others = sorted(case.desk.votes_on(draft)) if draft and not resolution else []
        if not others:
            yield name, f"{vote} is not recorded; record the vote first or in the same request"
            return
        vote = others[0]
    day, taken = case.span("date"), span_of(case.desk.reading(vote).get("date"))
    if day and taken and (day.last < taken.first or taken.last < day.first):
        yield "date", f"{case.reads['date']}, but {vote} was taken on {case.desk.reading(vote)['date']}"


# -- votes that hang on each other -----------------------------------------------------------------------------------


def _in_account(case: Case) -> Iterator[Complaint]:
    """What the Assembly does of a veto follows the vote, and vetoes before A/RES/76/262 are not under it."""
    vote = case.both("vote")[0]
    taken = span_of(case.desk.reading(vote).get("date")) if vote else None
    if taken is None or case.said.get("date"):  # a date of its own is judged by the claims themselves
        return
    if taken.last < IN_ACCOUNT:
        yield "vote", f"{vote} was taken on {taken.last}; A/RES/76/262 was adopted on {IN_ACCOUNT}, after it"
    for name in ("debated_on", "reported_on"):
        day = case.span(name)
        if day and day.last < taken.first:
            yield name, f"{day.last} is before the veto was cast: {vote} was taken on {taken.first}"


def _preliminary(case: Case) -> Iterator[Complaint]:
    """A preliminary vote comes before the one it is preliminary to, on that day or an earlier one."""
    other = case.both("preliminary_to")[0]
    if other == case.record:
        yield "preliminary_to", "a vote is not preliminary to itself"
        return
    day, later = case.span("date"), span_of(case.desk.reading(other).get("date")) if other else None
    if day and later and later.last < day.first:
        yield "preliminary_to", f"{other} was taken on {later.last}, before this vote ({day.first})"


Rule = Callable[[Case], Iterator[Complaint]]

_RULES: Final[dict[str, tuple[tuple[tuple[str, ...], Rule], ...]]] = {
    "meeting": ((("format", "private"), _format), (("date",), _in_order)),
    "speech": ((("minutes",), _length),),
    "presidency": ((("assessed_on", "wrap_up_on"), _afterwards), (("wrap_up_covers",), _covers)),
    "cession": ((("member", "month"), _presides),),
    "election": ((("member", "votes", "term_first", "term_last", "date"), _election),),
    "annual_report": ((("covers", "adopted_on"), _report),),
    "holiday": ((("date",), _holiday),),
    "chair": ((("role", "member", "year"), _chair), (("role", "body"), _office)),
    "measure": ((("resolution", "draft", "date"), _measure),),
    "followup": ((("vote", "debated_on", "reported_on"), _in_account),),
    "vote": ((("preliminary_to", "date"), _preliminary),),
}
"""Kind → rules, each with the fields it is about."""
