"""The words of the pages: what codes mean to a reader, in plain English."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, Final

from domain.charter import PERMANENT
from projections.members import names_in_languages
from projections.reading import Reader, Values

CHOICES: Final = {
    "yes": ("In favour", "yes"),
    "no": ("Against", "no"),
    "abstain": ("Abstained", "abstain"),
    "not participating": ("Did not participate", "not-voting"),
    "absent": ("Absent", "not-voting"),
    "not voting": ("Did not vote", "not-voting"),
    "unknown": ("Ballot not known", "unknown"),
}
"""Choice → what a reader is told, and the class it is drawn in."""

CHOICES_OF: Final[dict[str, list[str]]] = {
    drawn: [choice for choice, (_, css) in CHOICES.items() if css == drawn] for _, drawn in CHOICES.values()
}
"""Class a ballot is drawn in → the choices drawn so."""

OUTCOMES: Final = {
    "adopted": "Adopted",
    "vetoed": "Vetoed",
    "not adopted": "Not adopted",
    "undetermined": "Undetermined",
}

SOURCES: Final = {
    "sciencespo-votes": "UNSC votes since 1946 database (Benoit Martin, Sciences Po)",
    "undl-votes": "Voting data of the UN Dag Hammarskjöld Library",
    "library-meetings": "Meetings and outcomes tables of the UN Dag Hammarskjöld Library",
    "library-vetoes": "Official list of vetoes, UN Dag Hammarskjöld Library",
    "membership": "List of members of the Security Council (Wikipedia contributors)",
    "missions": "Table of missions (iSCAD, United Nations)",
    "curated": "Facts compiled by the project",
    "correction": "Correction recorded in the archive",
    "document": "A document of the Council",
    "announced": "As announced",
    "computed": "As Article 27 of the Charter has it",
    "stated": "As the source states it",
    "counted": "Counted from the ballots",
    "ballots": "The ballots of the vote",
    "memberships": "The lists of members by year",
    "recorded": "As recorded",
    "rotation": "As the rotation has it (rule 18)",
}

KINDS: Final = {
    "vote": "Votes",
    "meeting": "Meetings",
    "sitting": "Resumed sittings",
    "invitation": "Invitations to meetings",
    "briefing": "Briefings",
    "speech": "Speeches",
    "proposal": "Proposals made in debates",
    "veto": "Vetoes cast",
    "followup": "Vetoes before the General Assembly",
    "mission": "Missions",
    "membership": "Memberships by year",
    "name": "Names of members",
    "seat": "Holders of permanent seats",
    "election": "Elections to the Council",
    "presidency": "Presidencies",
    "cession": "Cessions of the chair",
    "advice": "Advice of the Peacebuilding Commission",
    "participation": "Other organs taking part",
    "note": "Notes on working methods",
    "paragraph": "Paragraphs of notes",
    "assessment": "Assessments of paragraphs",
    "body": "Subsidiary bodies",
    "regime": "Sanctions regimes",
    "measure": "Decisions on sanctions",
    "chair": "Chairs of bodies",
    "body_meeting": "Meetings of bodies",
    "report": "Reports of bodies",
    "listing": "Listings and delistings",
    "document": "Documents",
    "text": "Texts by language",
    "annual_report": "Annual reports",
    "holiday": "Holidays at Headquarters",
    "figure": "Published figures",
    "member": "Members",
}
"""Kind of record → its name in the plural."""

ONE: Final = {
    "veto": "Veto cast",
    "invitation": "Invitation to a meeting",
    "briefing": "Briefing",
    "speech": "Speech",
    "proposal": "Proposal",
    "followup": "Veto before the General Assembly",
    "cession": "Cession of the chair",
    "participation": "Another organ taking part",
    "assessment": "Assessment of a paragraph",
    "measure": "Decision on sanctions",
    "chair": "Chair of a body",
    "body_meeting": "Meeting of a body",
    "report": "Report of a body",
    "listing": "Listing",
    "text": "Text in one language",
    "annual_report": "Annual report",
    "holiday": "Holiday at Headquarters",
    "figure": "Published figure",
}
"""Kind of record without pages of its own → its name in the singular."""

VERBS: Final = {
    "taken": "Vote taken",
    "convened": "Meeting convened",
    "resumed": "Meeting resumed",
    "cast": "Veto cast",
    "undertaken": "Mission undertaken",
    "held": "Held",
    "membership.held": "Seat held",
    "seat.held": "Seat held",
    "presidency.held": "Presidency held",
    "body_meeting.held": "Meeting held",
    "borne": "Name borne",
    "elected": "Elected",
    "requested": "Requested",
    "advice.requested": "Advice requested",
    "invitation.requested": "Participation requested",
    "received": "Advice received",
    "considered": "Advice considered",
    "decided": "Decided",
    "invitation.decided": "Request decided",
    "given": "Briefing given",
    "inscribed": "Speaker inscribed",
    "delivered": "Statement delivered",
    "made": "Made",
    "proposal.made": "Proposal made",
    "assessment.made": "Assessment made",
    "followed_up": "Proposal followed up",
    "invited": "Special report invited",
    "reported": "Special report submitted",
    "debated": "Debated in the General Assembly",
    "linked": "Linked to an emergency special session",
    "taken_part": "Took part",
    "programmed": "Programme of work presented",
    "assessed": "State of the assessment",
    "wrapped_up": "Wrap-up session held",
    "ceded": "Chair ceded",
    "issued": "Issued",
    "document.issued": "Document issued",
    "note.issued": "Note issued",
    "agreed": "Paragraph agreed",
    "established": "Body established",
    "dissolved": "Body dissolved",
    "imposed": "Regime imposed",
    "terminated": "Regime terminated",
    "appointed": "Chair appointed",
    "submitted": "Report submitted",
    "listed": "Name listed",
    "delisted": "Name delisted",
    "published": "Published",
    "introduced": "Introduction approved",
    "adopted": "Report adopted",
    "presented": "Report presented to the General Assembly",
    "designated": "Holiday designated",
    "attested": "Attested by another source",
    "corrected": "Corrected",
    "redacted": "Names withheld from now on",
}
"""Verb → what happened. Where a verb serves several kinds, ``kind.verb`` says it better."""

GROUPS: Final = {
    "african": "African States",
    "asia_pacific": "Asia-Pacific States",
    "eastern_european": "Eastern European States",
    "latin_american_caribbean": "Latin American and Caribbean States",
    "western_european_others": "Western European and other States",
}

CONFLICTS: Final = {
    "sources": (
        "Sources disagree",
        "Two sources state different values of one field of one record. The record reads by the first source, or by a "
        "correction; the other value is kept beside it.",
    ),
    "outcome": (
        "Announced and computed outcome differ",
        "What was announced is not what Article 27 of the Charter makes of the ballots. The archive shows both.",
    ),
    "tally": ("Tally and ballots differ", "The tally a source states is not the sum of the ballots it lists."),
    "membership": (
        "Ballots of States that were not members",
        "A source gives a ballot to a State that the list of members does not have in that year, and none to one that "
        "it has: most likely the columns of two States were taken for each other.",
    ),
    "gap": (
        "Missing meeting numbers",
        "Meetings are numbered without gaps, so a number no source holds is a meeting missing from the archive.",
    ),
    "order": (
        "Dates against the numbering",
        "Resolutions and meetings are numbered in order. Where a lower number has the later date, one of the two is "
        "unusual or wrong.",
    ),
    "date": (
        "Votes dated off their meeting",
        "A vote is dated on no day on which its meeting was held or resumed: a sitting past midnight, or a date that "
        "is wrong.",
    ),
    "rotation": (
        "Presidencies off the rotation",
        "The member recorded as presiding is not the one that English alphabetical order makes president that month "
        "(rule 18). The archive shows both.",
    ),
}
"""Kind of conflict → its heading and what it means."""

LANGUAGES: Final = {
    "ar": ("Arabic", "rtl"),
    "zh": ("Chinese", "ltr"),
    "en": ("English", "ltr"),
    "fr": ("French", "ltr"),
    "ru": ("Russian", "ltr"),
    "es": ("Spanish", "ltr"),
}

_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day(text: str | None) -> str:
    """An ISO date, partial date or interval as people write it: ``30 December 2014``."""
    if not text:
        return "date not stated"
    if "/" in text:
        first, _, last = text.partition("/")
        return f"{day(first)} to {day(last)}"
    parts = text[:10].split("-")
    if not all(part.isdigit() for part in parts):
        return text
    month = _MONTHS[int(parts[1]) - 1] if len(parts) > 1 and 1 <= int(parts[1]) <= 12 else ""
    return " ".join(filter(None, (str(int(parts[2])) if len(parts) > 2 else "", month, parts[0])))


def hours(text: str) -> str:
    """One sitting, ``2023-09-05T10:05/2023-09-05T13:10``: ``5 September 2023, 10:05 to 13:10``."""
    first, _, last = text.partition("/")
    ends = last[11:] if last[:10] == first[:10] else f"{day(last[:10])}, {last[11:]}"
    return f"{day(first[:10])}, {first[11:]} to {ends}"


def duration(minutes: int) -> str:
    """A length of time in minutes: ``6 h 55 min``."""
    whole, rest = divmod(minutes, 60)
    return " ".join([*([f"{whole} h"] if whole else []), *([f"{rest} min"] if rest or not whole else [])])


def label(text: str) -> str:
    """How a link names a record or a symbol: ``regime:2374`` → ``2374``."""
    kind, _, rest = text.partition(":")
    return rest if kind in KINDS else text


def verb(kind: str, name: str) -> str:
    """What an event of a kind says happened; the verb itself where there is no word for it."""
    return VERBS.get(f"{kind}.{name}", VERBS.get(name, name))


def moment(text: str | None) -> str:
    """A time of recording to the minute, in UTC: ``2026-11-23 10:00 UTC``."""
    return f"{text[:10]} {text[11:16]} UTC" if text else ""


def number(value: Any) -> str:
    """A count with commas between thousands; a dash for what is not known."""
    return "–" if value is None else f"{value:,}"


def listed(value: Any) -> list[Any]:
    """A list column of a row (JSON text) as a list."""
    if not value:
        return []
    made = json.loads(value) if isinstance(value, str) else value
    return list(made)


def said(value: Any) -> str:
    """A stated value as text: ballots by choice, lists by commas."""
    if isinstance(value, dict):
        by: dict[str, list[str]] = {}
        for member, choice in sorted(value.items()):
            by.setdefault(str(choice), []).append(member)
        return "; ".join(f"{choice}: {', '.join(members)}" for choice, members in sorted(by.items(), reverse=True))
    if isinstance(value, list):
        return ", ".join(said(item) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing stated" if value is None else str(value)


class Names:
    """English names of members by date, read once for a page."""

    def __init__(self, read: Reader) -> None:
        self._by: dict[str, list[tuple[str, str]]] = {}
        sql = f"select t.member, t.name, t.first from names t where t.language = 'en' and {read.live('t')}"
        for row in read.rows(sql):
            self._by.setdefault(row["member"], []).append((row["first"] or "", row["name"]))
        for spans in self._by.values():
            spans.sort()
        self.members: dict[str, Values] = {
            row["code"]: row for row in read.rows(f"select t.* from members t where {read.live('t')}")
        }

    def __call__(self, code: str, date: str | None = None) -> str:
        """The name a member bore on a date (its latest, without one); the code where no name is known."""
        spans = self._by.get(code)
        if spans:
            if not date:
                return spans[-1][1]
            place = bisect_right([first for first, _ in spans], date[:10]) - 1
            return spans[max(place, 0)][1]
        return str(self.members[code]["name"]) if code in self.members else code

    def state(self, code: str, date: str | None = None) -> str:
        """The name of any State: that of a member by date, else today's English name."""
        known = self(code, date)
        return known if known != code else names_in_languages(code).get("en", code)

    def entitled(self, record: str) -> str:
        """A record's kind and what tells it apart: ``name:MLT/en/`` → ``Name: Malta, English``; symbols stay whole."""
        kind, _, rest = record.partition(":")
        called = ONE.get(kind, kind.replace("_", " ").capitalize())
        if kind not in ("membership", "name", "seat", "election", "presidency"):
            return f"{called}: {rest}"
        return f"{called}: {', '.join(self._part(part) for part in rest.split('/') if part)}"

    def _part(self, part: str) -> str:
        if part in LANGUAGES:
            return LANGUAGES[part][0]
        return day(part) if part[0].isdigit() else self.state(part)


def article_27(vote: Mapping[str, Any], against: list[str], asked: str = "") -> list[str]:
    """Why Article 27 gives what it gives, sentence by sentence. ``against``: names of permanent members voting no."""
    if vote["modality"] != "vote":
        return [f"Decided {_how(vote['modality'])}: there are no ballots to count, and none are supplied."]
    said_so: list[str] = []
    needed, members, yes = vote["required"], vote["members"], vote["yes"]
    size = f"the Council had {members} members, so a decision needed {needed} votes in favour"
    if yes is None:
        return [f"On that day {size}. No source in the archive states the tally, so nothing can be computed."]
    reached = "reached" if yes >= needed else "not reached"
    said_so.append(f"On that day {size}. It received {yes}: the required majority was {reached}.")
    if against:
        named = " and ".join([", ".join(against[:-1]), against[-1]] if len(against) > 1 else against)
        voted = "permanent members voted" if len(against) > 1 else "a permanent member, voted"
        who = (
            f"{len(against)} permanent members voted against: {named}"
            if len(against) > 1
            else f"{named}, {voted} against"
        )
        said_so.append(f"{who[0].upper()}{who[1:]}.")
    elif vote["permanent_no"] == 0:
        said_so.append("No permanent member voted against.")
    elif vote["no"]:
        said_so.append("Who voted against is not known, so a veto can be neither seen nor ruled out.")
    if yes < needed and against:
        said_so.append("Without the required majority, a permanent member's negative vote is not a veto.")
    said_so.append(_nature(vote))
    return said_so


def _how(modality: str) -> str:
    return {"acclamation": "by acclamation", "consensus": "by consensus"}.get(modality, modality)


def _nature(vote: Mapping[str, Any]) -> str:
    nature, basis = vote["nature"], vote["basis"]
    if nature == "procedural":
        text = "The matter was procedural (Article 27, paragraph 2): all members' votes weigh the same"
    elif nature == "substantive":
        text = "The matter was not procedural (Article 27, paragraph 3)"
    else:
        return "Whether the matter was procedural is not stated, and the result does not give it away."
    reason = {
        "inferred": "inferred: the result as announced is possible only so",
        "announced": "as the President announced",
        "preliminary vote": "decided by a preliminary vote",
    }.get(basis, basis)
    return f"{text}; {reason}."


__all__ = [
    "PERMANENT",
    "Names",
    "article_27",
    "day",
    "duration",
    "hours",
    "label",
    "listed",
    "moment",
    "number",
    "said",
    "verb",
]
