"""The words of the pages: what codes mean to a reader, in plain English."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, Final

from domain.charter import PERMANENT
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
}

KINDS: Final = {
    "vote": "Votes",
    "meeting": "Meetings",
    "sitting": "Resumed sittings",
    "veto": "Vetoes cast",
    "mission": "Missions",
    "membership": "Memberships by year",
    "name": "Names of members",
    "seat": "Holders of permanent seats",
    "advice": "Advice of the Peacebuilding Commission",
    "document": "Documents",
    "member": "Members",
}

VERBS: Final = {
    "taken": "Vote taken",
    "convened": "Meeting convened",
    "resumed": "Meeting resumed",
    "cast": "Veto cast",
    "undertaken": "Mission undertaken",
    "held": "Seat held",
    "borne": "Name borne",
    "requested": "Advice requested",
    "received": "Advice received",
    "considered": "Advice considered",
    "issued": "Document issued",
    "attested": "Attested by another source",
    "corrected": "Corrected",
}

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


__all__ = ["PERMANENT", "Names", "article_27", "day", "listed", "moment", "number", "said"]
