"""The Council's practice as rules for what is recorded live: members, ballots, tallies, sittings, references.

Historical sources are imported as they are, contradictions and all; a clerk who records today is held to these rules.
Each rule looks at one statement (``said``), at how its record reads with it (``reads``), and at other records on the
desk. It yields the field and what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from domain import conduct
from domain.calendar import parse_iso
from domain.cases import Case
from domain.charter import (
    PERMANENT,
    Modality,
    Nature,
    Outcome,
    Tally,
    compute,
    count,
    has_permanent_no,
    permanent_against,
    size,
)
from domain.desk import Desk
from domain.drafts import Complaint
from domain.identity import contradicts
from domain.kinds import KINDS
from domain.meetings import sitting
from domain.members import membership_id
from domain.notes import note_id
from domain.symbols import is_symbol, parse
from domain.votes import BALLOTLESS, DRAFT, RECOMMENDATION

ANNOUNCED: Final = "announced"
"""The word of a vote's note by which a clerk vouches that an impossible outcome was announced all the same."""


def complaints(case: Case) -> Iterator[Complaint]:
    """Everything that is wrong with one statement against the rest of the record."""
    yield from _identity(case)
    yield from _references(case)
    yield from _meeting(case)
    yield from conduct.complaints(case)
    for rule in _RULES.get(case.kind, ()):
        yield from rule(case)


def _identity(case: Case) -> Iterator[Complaint]:
    ought = contradicts(KINDS[case.kind], case.record, case.said)
    if ought:
        yield "id", f"by its fields the record is {ought}"


def _references(case: Case) -> Iterator[Complaint]:
    for name in KINDS[case.kind].refers_to:
        told = case.said.get(name) or []
        for record in told if isinstance(told, list) else [told]:
            if not case.desk.exists(record):
                yield name, f"{record} is not recorded; record it first or in the same request"
    meeting = case.said.get("meeting")
    if meeting and _is_record(meeting) and not _convened(case.desk, meeting):
        yield "meeting", f"{meeting} is not recorded; record the meeting first or in the same request"
    paragraph = case.said.get("paragraph")
    if paragraph:
        note = note_id(paragraph.rpartition("/")[0])
        if not case.desk.exists(f"paragraph:{paragraph}") and not case.desk.exists(note):
            yield "paragraph", f"neither paragraph:{paragraph} nor {note} is recorded; record one of them first"


def _is_record(meeting: str) -> bool:
    """Whether a meeting is named by the symbol of its verbatim record; others go by a letter."""
    return is_symbol(meeting) and parse(meeting).series == "record"


def _convened(desk: Desk, meeting: str) -> bool:
    return desk.exists(f"meeting:{meeting}") or desk.exists(f"sitting:{meeting}")


# -- sittings --------------------------------------------------------------------------------------------------------


def _meeting(case: Case) -> Iterator[Complaint]:
    """What happens in a meeting happens on one of its days, resumptions included."""
    if not KINDS[case.kind].in_a_sitting or not {"date", "meeting"} & set(case.said):
        return
    when, meeting = case.both("date", "meeting")
    days = case.desk.days(meeting) if when and meeting else []
    if not days:
        return
    first, last = parse_iso(when).first, parse_iso(when).last
    if not any(first <= end and begin <= last for begin, end in days):
        sat = ", ".join(dict.fromkeys(_span(begin, end) for begin, end in days))
        yield "date", f"{when} is outside the sittings of {meeting}, which sat on {sat}"


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def _hours(case: Case) -> Iterator[Complaint]:
    """Sittings lie on the days of their meeting; a resumption is not before the meeting."""
    when, hours = case.both("date", "hours")
    if when:
        interval = parse_iso(when)
        for text in hours or ():
            begins, ends = sitting(text)
            if begins.date() not in interval or ends.date() not in interval:
                yield "hours", f"the sitting {text} is outside the date of the meeting, {when}"
    opened = case.desk.days(case.said["meeting"]) if when and case.kind == "sitting" and "meeting" in case.said else []
    if opened and parse_iso(when).last < opened[0][0]:
        yield "date", f"{when} is before the meeting it resumes ({opened[0][0].isoformat()})"


# -- members ---------------------------------------------------------------------------------------------------------


def seated(desk: Desk, member: str, day: date) -> bool | None:
    """Whether a State was a member on a day; None where no list of members of that year is recorded."""
    if not any(desk.exists(membership_id(code, day.year)) for code in PERMANENT):
        return None
    record = membership_id(member, day.year)
    if not desk.exists(record):
        return False
    reading = desk.reading(record)
    first, last = reading.get("first"), reading.get("last")
    return (not first or parse_iso(first).first <= day) and (not last or day <= parse_iso(last).last)


def _not_seated(case: Case, name: str, members: list[str], day: date | None) -> Iterator[Complaint]:
    if day is None or not members:
        return
    if seated(case.desk, members[0], day) is None:
        yield name, f"no member of {day.year} is recorded: record the memberships of that year first"
        return
    away = [member for member in members if not seated(case.desk, member, day)]
    if away:
        word = "was not a member" if len(away) == 1 else "were not members"
        yield name, f"{', '.join(away)} {word} of the Council on {day.isoformat()}"


def _presiding(case: Case) -> Iterator[Complaint]:
    """Members preside, and take the chair from each other; not judged where no list of members is recorded."""
    for name in {"meeting": ("president",), "cession": ("member", "taken_by")}.get(case.kind, ("member",)):
        member = case.said.get(name)
        when = case.reads.get("date") or case.reads.get("month")
        if member and when and seated(case.desk, member, parse_iso(when).first) is not None:
            yield from _not_seated(case, name, [member], parse_iso(when).first)


# -- votes -----------------------------------------------------------------------------------------------------------


def _tally_of(text: str | None, not_voting: int | None) -> Tally | None:
    if not text:
        return None
    yes, no, abstain = map(int, text.split("-"))
    return Tally(yes, no, abstain, not_voting or 0)


def _ballots(case: Case) -> Iterator[Complaint]:
    """Every member has one ballot, nobody else has."""
    ballots = case.said.get("ballots")
    if ballots is None:
        return
    day = case.day()
    if day is None:
        yield "date", "ballots need the day of the vote: who sat on the Council depends on it"
        return
    if len(ballots) != size(day):
        yield "ballots", f"{len(ballots)} ballots, but the Council had {size(day)} members on {day.isoformat()}"
    yield from _not_seated(case, "ballots", list(ballots), day)


def _listed(case: Case) -> Iterator[Complaint]:
    yield from _not_seated(case, "listed", case.said.get("listed") or [], case.day())


def _tally(case: Case) -> Iterator[Complaint]:
    """The tally is that of the ballots, and no more votes than members."""
    ballots, stated, not_voting = (case.said.get(name) for name in ("ballots", "tally", "not_voting"))
    tally, day = _tally_of(stated, not_voting), case.day()
    if ballots is not None:
        counted = count(ballots)
        if tally is not None and not _agree((tally.yes, tally.no, tally.abstain), counted):
            yield "tally", f"{stated}, but the ballots make {counted.yes}-{counted.no}-{counted.abstain}"
        if not_voting is not None and not 0 <= not_voting - counted.not_voting <= counted.unknown:
            yield "not_voting", f"{not_voting}, but {counted.not_voting} of the ballots are of members not voting"
    elif tally is not None and day is not None and (tally.total > size(day) or _short(tally, not_voting, day)):
        told = f"{stated} and {not_voting} not voting" if not_voting is not None else stated
        yield "tally", f"{told} make {tally.total}, but the Council had {size(day)} members on {day.isoformat()}"


def _agree(stated: tuple[int, int, int], counted: Tally) -> bool:
    """Whether unknown ballots, dealt out, make the tally stated."""
    more = [told - known for told, known in zip(stated, (counted.yes, counted.no, counted.abstain), strict=True)]
    return min(more) >= 0 and sum(more) <= counted.unknown


def _short(tally: Tally, not_voting: int | None, day: date) -> bool:
    return not_voting is not None and tally.total < size(day)


def _outcome(case: Case) -> Iterator[Complaint]:
    """An outcome that Article 27 rules out is refused, unless the note says that it was announced so."""
    announced, modality, nature = case.both("outcome", "modality", "nature")
    ballots, stated, note = (case.said.get(name) for name in ("ballots", "tally", "note"))
    day = case.day()
    if announced in (None, Outcome.UNDETERMINED.value) or day is None or ANNOUNCED in (note or "").lower():
        return
    modality = modality or Modality.VOTE.value
    tally = count(ballots) if ballots else _tally_of(stated, case.said.get("not_voting"))
    if tally is None and modality not in BALLOTLESS:
        return
    against = has_permanent_no(ballots) if ballots else None
    natures = (nature,) if nature else (Nature.PROCEDURAL, Nature.SUBSTANTIVE)
    possible = {compute(day, tally, against, each, modality) for each in natures}
    if Outcome.UNDETERMINED not in possible and Outcome(announced) not in possible:
        by = " or ".join(sorted(outcome.value for outcome in possible))
        yield (
            "outcome",
            f"{announced!r}, but by Article 27 the vote is {by}; if it was so announced all the same, "
            f"say in the note that it was {ANNOUNCED} so",
        )


def _vetoed_by(case: Case) -> Iterator[Complaint]:
    """A veto is a permanent member's No in a vote that it defeated."""
    members, ballots, outcome = (case.said.get(name) for name in ("vetoed_by", "ballots", "outcome"))
    if case.both("nature")[0] == Nature.PROCEDURAL and (members or outcome == Outcome.VETOED):
        yield "nature", "a procedural matter cannot be vetoed (Charter Art. 27(2))"
    if not members:
        return
    elected = [member for member in members if member not in PERMANENT]
    if elected:
        word = "is not a permanent member" if len(elected) == 1 else "are not permanent members"
        yield "vetoed_by", f"{', '.join(elected)} {word} and cannot cast a veto (Charter Art. 27(3))"
    if ballots and set(members) - set(elected) - set(permanent_against(ballots)):
        others = sorted(set(members) - set(elected) - set(permanent_against(ballots)))
        yield "vetoed_by", f"{', '.join(others)} did not vote no"
    if outcome not in (None, Outcome.VETOED.value):
        yield "vetoed_by", f"the outcome is {outcome!r}: nobody's No was a veto"


def _voted_before(case: Case) -> Iterator[Complaint]:
    """One draft as a whole is put to the vote once; a further vote on it says so in its id (``vote:S/3502#2``)."""
    draft, proposal = case.both("draft", "proposal")
    if not draft or "draft" not in case.said or "#" in case.record or proposal not in (None, DRAFT, RECOMMENDATION):
        return
    others = sorted(
        other
        for other in case.desk.votes_on(draft) - {case.record}
        if "#" not in other and case.desk.reading(other).get("proposal") in (None, DRAFT, RECOMMENDATION)
    )
    if others:
        rule = f"{draft} was voted on already, as {others[0]}; a further vote on it is vote:{draft}#2"
        yield "draft", f"{rule}; if {others[0]} was on an amendment or a part of it, its proposal is to say so first"


def _veto(case: Case) -> Iterator[Complaint]:
    """A veto stands in its vote: cast by a member that voted No there, on that day, and the vote was lost by it."""
    vote = case.said.get("vote")
    reading = case.desk.reading(vote) if vote else {}
    member, when = case.both("member", "date")
    ballots, outcome = reading.get("ballots"), reading.get("outcome")
    if ballots and member in PERMANENT and ballots.get(member) not in ("no", "unknown"):
        yield "member", f"{member} did not vote no in {vote}"
    if outcome not in (None, Outcome.VETOED.value, Outcome.UNDETERMINED.value):
        yield "vote", f"the outcome of {vote} is {outcome!r}: nobody's No was a veto"
    if reading.get("nature") == Nature.PROCEDURAL:
        yield "vote", f"{vote} was announced as procedural: nobody's No was a veto (Charter Art. 27(2))"
    if when and reading.get("date") and not _meet(when, reading["date"]):
        yield "date", f"{when}, but {vote} was taken on {reading['date']}"


def _meet(one: str, other: str) -> bool:
    first, second = parse_iso(one), parse_iso(other)
    return first.first <= second.last and second.first <= first.last


_RULES: Final = {
    "meeting": (_hours, _presiding),
    "sitting": (_hours,),
    "presidency": (_presiding,),
    "cession": (_presiding,),
    "vote": (_ballots, _listed, _tally, _outcome, _vetoed_by, _voted_before),
    "veto": (_veto,),
    "followup": (_veto,),
}
