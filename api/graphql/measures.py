"""What can be counted, by what: the measures of ``counts``, each with its unit, its definition and its dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.graphql import words
from api.graphql.fields import Words


@dataclass(frozen=True, slots=True)
class Dimension:
    """What can be counted by: its sentence, the enum of its values if their list is closed, or that it is a truth."""

    doc: str
    kind: Any = None
    truth: bool = False
    filtered: bool = True


_TIME = {
    "decade": Dimension("The decade, by its first year: `1990`.", filtered=False),
    "year": Dimension("The calendar year.", filtered=False),
    "month": Dimension("The calendar month: `2022-05`.", filtered=False),
}
_AGENDA = {"agenda": Dimension("The agenda item as the source words it.")}
_VOTE = {
    **_TIME,
    **_AGENDA,
    "outcome": Dimension("The outcome as announced.", words.Outcome),
    "nature": Dimension("Whether procedural or substantive.", words.Nature),
    "proposal": Dimension("What was put to the vote: `draft resolution`, `amendment`, `preliminary question` …"),
    "modality": Dimension("How the Council decided.", words.Modality),
    "unanimous": Dimension("Whether every member voted in favour.", truth=True),
    "resolution": Dimension("Whether a resolution was adopted.", truth=True),
}

Seat = Words(
    "SeatKind",
    "On what kind of seat a member sat.",
    {
        "PERMANENT": ("permanent", "One of the five permanent seats (Charter, Article 23(1))."),
        "ELECTED": ("elected", "A seat the General Assembly elects to for a term (Charter, Article 23(2))."),
    },
).enum()

Group = Words(
    "RegionalGroup",
    "A regional group of States.",
    {
        "AFRICAN": ("african", "African States."),
        "ASIA_PACIFIC": ("asia_pacific", "Asia-Pacific States."),
        "EASTERN_EUROPEAN": ("eastern_european", "Eastern European States."),
        "LATIN_AMERICAN_CARIBBEAN": ("latin_american_caribbean", "Latin American and Caribbean States."),
        "WESTERN_EUROPEAN_OTHERS": ("western_european_others", "Western European and other States."),
    },
).enum()


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted: its type's name, its unit, what exactly counts, and by what."""

    name: str
    kind: str
    unit: str
    definition: str
    dimensions: Mapping[str, Dimension]


_CAST = "A ballot stands under the State the source gives it to, also where that State was no member (`conflicts`)."
MEASURES = {
    one.name: one
    for one in (
        Measure(
            "votes",
            "Vote",
            "votes",
            "Votes the archive holds, and adoptions without a vote: on draft resolutions, amendments, preliminary "
            "questions and other proposals, each once. `resolution: true` counts resolutions.",
            _VOTE,
        ),
        Measure(
            "ballots",
            "Ballot",
            "ballots",
            f"What members chose in those votes; an adoption without a vote has none. {_CAST}",
            {
                **_VOTE,
                "member": Dimension("The member's code."),
                "choice": Dimension("How it acted.", words.Choice),
                "seat": Dimension("Whether on a permanent or an elected seat.", Seat),
                "group": Dimension(
                    "The member's regional group in the year of the vote, by the yearly lists of members, which name "
                    "none for permanent members.",
                    Group,
                ),
            },
        ),
        Measure(
            "vetoes",
            "Veto",
            "casts of a veto",
            "Casts of a veto: one for each permanent member that vetoed one proposal. `official: true` counts those "
            "that the United Nations' own list names (to May 2022), `inVote: true` those in votes the archive holds.",
            {
                **_TIME,
                **_AGENDA,
                "member": Dimension("Code of the member that cast it."),
                "official": Dimension("Whether the official list names it.", truth=True),
                "in_vote": Dimension("Whether the archive holds the vote.", truth=True),
            },
        ),
        Measure(
            "meetings",
            "Meeting",
            "meetings",
            "Meetings, and the videoconferences and written procedures of 2020-21 (`mode: {eq: MEETING}` leaves them "
            "out); a resumption is part of its meeting. One with several agenda items stands under the first.",
            {
                **_TIME,
                **_AGENDA,
                "mode": Dimension("How the Council met.", words.Mode),
                "private": Dimension("Whether it met in private.", truth=True),
                "format": Dimension("The format, where a source states it.", words.Format),
            },
        ),
        Measure("statements", "Statement", "statements", "Statements by the President (S/PRST).", _TIME),
        Measure(
            "missions",
            "Mission",
            "missions",
            "Missions of the Council, each once, in the year or month it began.",
            {**_TIME, "region": Dimension("The region travelled to, as the source words it.")},
        ),
    )
}
