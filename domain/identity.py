"""What a record is called, as its fields tell: ``meeting:S/PV.9410``, ``veto:S/2023/970/USA``, ``speech:S/PV.9410#12``.

A clerk need not give an id where the fields determine it, and must not give another one. Things that are counted within
a meeting, a month or a paragraph get the next free number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.debates import briefing_id, invitation_id, proposal_id, speech_id
from domain.documents import annual_report_id, document_id, text_id
from domain.holidays import holiday_id
from domain.indicators import figure_id
from domain.meetings import meeting_id, sitting_id
from domain.members import election_id, membership_id, name_id, seat_id
from domain.missions import mission_id
from domain.notes import assessment_id, note_id, paragraph_id
from domain.peacebuilding import advice_id, participation_id
from domain.presidencies import cession_id, presidency_id
from domain.subsidiaries import chair_id, measure_id
from domain.symbols import is_symbol, resolution_number
from domain.vetoes import followup_id, veto_id
from domain.votes import proposal_vote_id, resolution_vote_id

Fields = Mapping[str, Any]

NUMBERED: Final[Mapping[str, tuple[str, Callable[[str, int], str]]]] = {
    "invitation": ("meeting", invitation_id),
    "briefing": ("meeting", briefing_id),
    "speech": ("meeting", speech_id),
    "proposal": ("meeting", proposal_id),
    "assessment": ("paragraph", assessment_id),
    "cession": ("month", cession_id),
}
"""Kinds counted within something: the field that names it, and how the id is made of it and the number."""

PLACED: Final = ("briefing", "speech")
"""Numbered kinds that have their number among their fields."""


def _vote(said: Fields) -> str:
    if said.get("resolution") is not None:
        return resolution_vote_id(said["resolution"])
    if said.get("draft"):
        return proposal_vote_id(said["draft"])
    return proposal_vote_id(said["label"]) if is_symbol(said.get("label") or "") else ""


def _figure(said: Fields) -> str:
    publisher = re.sub(r"[^a-z0-9]+", "-", said["publisher"].lower()).strip("-")
    return figure_id(said["indicator"], said["period"], publisher) if publisher else ""


def _measure(said: Fields) -> str:
    number = resolution_number(said["resolution"]) if said.get("resolution") else None
    decision = f"S/RES/{number}" if number else said.get("resolution") or said.get("draft")
    return measure_id(said["regime"], decision) if decision else ""


def _chair(said: Fields) -> str:
    holder = said.get("member") or said.get("role")
    return chair_id(said["body"], said["year"], holder) if holder else ""


def _of_body(kind: str, key: str) -> Callable[[Fields], str]:
    return lambda said: f"{kind}:{said['body'].removeprefix('body:')}/{said[key]}"


_IDS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Fields], str]]]] = {
    "membership": (("member", "year"), lambda said: membership_id(said["member"], said["year"])),
    "name": (
        ("member", "name"),
        lambda said: name_id(said["member"], said.get("language") or "en", said.get("first") or ""),
    ),
    "seat": (("member", "first"), lambda said: seat_id(said["member"], said["first"])),
    "election": (("member", "term_first"), lambda said: election_id(said["member"], said["term_first"])),
    "meeting": (("symbol",), lambda said: meeting_id(said["symbol"])),
    "sitting": (("symbol",), lambda said: sitting_id(said["symbol"])),
    "vote": ((), _vote),
    "veto": (("vote", "member"), lambda said: veto_id(said["vote"], said["member"])),
    "followup": (("vote",), lambda said: followup_id(said["vote"])),
    "mission": (("year", "title"), lambda said: mission_id(said["year"], said["title"])),
    "advice": ((), lambda said: advice_id(key) if (key := said.get("symbol") or said.get("meeting")) else ""),
    "participation": (("meeting", "organ"), lambda said: participation_id(said["meeting"], said["organ"])),
    "presidency": (("month",), lambda said: presidency_id(said["month"])),
    "note": (("symbol",), lambda said: note_id(said["symbol"])),
    "paragraph": (("note", "number"), lambda said: paragraph_id(said["note"], said["number"])),
    "measure": (("regime",), _measure),
    "chair": (("body", "year"), _chair),
    "body_meeting": (("body", "date"), _of_body("body_meeting", "date")),
    "report": (("symbol",), lambda said: f"report:{said['symbol']}"),
    "listing": (
        ("regime", "reference"),
        lambda said: f"listing:{said['regime'].removeprefix('regime:')}/{said['reference']}",
    ),
    "document": (("symbol",), lambda said: document_id(said["symbol"])),
    "text": (("about", "language"), lambda said: text_id(said["about"], said["language"], said.get("version") or 1)),
    "annual_report": (("covers",), lambda said: annual_report_id(said["covers"])),
    "holiday": (("date",), lambda said: holiday_id(said["date"])),
    "figure": (("indicator", "period", "publisher"), _figure),
}
"""Kind → the fields its id needs, and the id made of them (empty where they do not settle it)."""

BINDING: Final = frozenset(
    (
        *("membership", "election", "meeting", "sitting", "veto", "followup", "participation", "presidency"),
        *("note", "paragraph", "document", "text", "holiday", "annual_report"),
    )
)
"""Kinds whose fields settle the id, so that another one is a mistake. The rest may be known by a name of its own."""

NEEDED: Final[Mapping[str, str]] = {
    "vote": "give the resolution, the draft, or an id such as vote:S/2023/773",
    "veto": "give the vote and the member, or an id such as veto:S/2023/773/RUS",
    "body": "give an id, such as body:1267",
    "regime": "give an id, such as regime:1267",
    "report": "give the symbol, or an id such as report:1267/2023-01",
    "chair": "give the member or the role",
    "advice": "give the symbol of the advice or of the meeting that heard it",
}
"""Kind → what is missing where neither the fields nor the clerk say which record it is."""


def told_by(kind: str, said: Fields) -> str:
    """The id that the fields determine, with its kind; empty where they do not."""
    if kind in NUMBERED:
        number = said.get("number") if kind in PLACED else None
        series = series_of(kind, said)
        return f"{series}{number}" if series and number is not None else ""
    needed, make = _IDS.get(kind, ((), lambda said: ""))
    return "" if any(said.get(field) is None for field in needed) else make(said)


def series_of(kind: str, said: Fields) -> str:
    """What the ids of a numbered kind begin with, before the number: ``speech:S/PV.9410#``; empty if that is open."""
    within, make = NUMBERED[kind]
    return make(said[within], 0).removesuffix("0") if said.get(within) else ""


def contradicts(kind: str, record: str, said: Fields) -> str:
    """The id the record ought to have by its fields, where ``record`` is another one and no name of its own."""
    own = told_by(kind, said)
    if own and own != record and (kind in BINDING or kind in PLACED or (said.get("resolution") and kind == "vote")):
        return own  # a vote that adopted nothing may have a number of its own (vote:S/3502#2) or go by its meeting
    series = series_of(kind, said) if kind in NUMBERED else ""
    counted = record.startswith(series) and record.removeprefix(series).isdecimal()
    return f"{series}N" if series and not counted else ""
