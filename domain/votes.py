"""Votes: what was put to the vote, how each member voted, what was announced.

The announced outcome is evidence and is kept as stated; the computed one is derived (see :mod:`domain.charter`) and
shown beside it. Adoption without a vote has no ballots and none are invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from domain.charter import Choice, Modality, Nature, Outcome
from domain.facts import Claims, Example, FactError, Text, said
from domain.symbols import is_symbol

DRAFT = "draft resolution"
AMENDMENT = "amendment"
PARAGRAPH = "paragraph"
PRELIMINARY = "preliminary question"
MOTION = "motion"
RECOMMENDATION = "recommendation"
PROPOSALS = (DRAFT, AMENDMENT, PARAGRAPH, PRELIMINARY, MOTION, RECOMMENDATION)

VOTE = Modality.VOTE.value
WITHOUT_VOTE = Modality.WITHOUT_VOTE.value
CONSENSUS = Modality.CONSENSUS.value
ACCLAMATION = Modality.ACCLAMATION.value
MODALITIES = tuple(modality.value for modality in Modality)
NATURES = (Nature.PROCEDURAL.value, Nature.SUBSTANTIVE.value)
"""What the President can announce a vote to be."""

_TALLY = re.compile(r"\d+-\d+-\d+")


class Vote(Claims, frozen=True, kw_only=True):
    """One vote (or one adoption without a vote) as a source states it.

    ``tally``: ``yes-no-abstain`` as stated (``11-1-3``); ``not_voting``: members not participating or absent.
    ``ballots``: member code → choice. ``meeting`` is absent for votes by letter; ``records`` then lists the letters.
    """

    kind: ClassVar[str] = "vote"
    verbs: ClassVar[tuple[str, ...]] = ("taken",)
    compared: ClassVar[tuple[str, ...]] = (
        "date",
        "meeting",
        "outcome",
        "modality",
        "tally",
        "not_voting",
        "ballots",
        "vetoed_by",
        "nature",
    )
    cited: ClassVar[tuple[str, ...]] = ("draft", "meeting", "records")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "outcome": tuple(outcome.value for outcome in Outcome),
        "proposal": PROPOSALS,
        "modality": MODALITIES,
        "nature": NATURES,
    }

    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"preliminary_to": ("vote",)}
    in_a_sitting: ClassVar[bool] = True
    long_texts: ClassVar[Mapping[str, int]] = {"agenda": 5_000, "note": 20_000}
    binding: ClassVar[tuple[str, ...]] = ("resolution",)
    how_named: ClassVar[str] = "give the resolution, the draft, or an id such as vote:S/2023/773"
    example: ClassVar[Example] = Example(
        {
            "resolution": 2623,
            "year": 2022,
            "draft": "S/2022/160",
            "proposal": "draft resolution",
            "meeting": "S/PV.8980",
            "date": "2022-02-27",
            "title": "Calling of an emergency special session of the General Assembly",
            "outcome": "adopted",
            "modality": "vote",
            "tally": "11-1-3",
            "not_voting": 0,
            "ballots": {
                **dict.fromkeys(("ALB", "BRA", "FRA", "GAB", "GBR", "GHA", "IRL", "KEN", "MEX", "NOR", "USA"), "yes"),
                "RUS": "no",
                **dict.fromkeys(("ARE", "CHN", "IND"), "abstain"),
            },
        }
    )

    label: str | None = None
    """The proposal as the source labels it (``S/3502``, ``Oral amendment``)."""
    resolution: int | None = None
    year: int | None = None
    """The year in the resolution's symbol."""
    draft: str | None = None
    proposal: str | None = None
    meeting: str | None = None
    records: list[str] | None = None
    date: str | None = None
    title: str | None = None
    agenda: str | None = None
    subjects: list[str] | None = None
    note: str | None = None
    outcome: str | None = None
    modality: str | None = None
    tally: str | None = None
    not_voting: int | None = None
    ballots: dict[str, str] | None = None
    listed: list[str] | None = None
    """Members the source lists for a decision taken without a vote. It states no ballot of theirs; none is made up."""
    vetoed_by: list[str] | None = None
    nature: Annotated[Text, said("Procedural or substantive, as the President announced it.")] = None
    preliminary_to: Annotated[Text, said("The vote it is preliminary to, by record id: is that one procedural?")] = None

    def check(self) -> None:
        """Values from the closed lists, a well-formed tally, ballots of known kinds."""
        if self.tally is not None and not _TALLY.fullmatch(self.tally):
            raise FactError(f"tally {self.tally!r} is not of the form yes-no-abstain, such as 11-1-3")
        for member in self.ballots or ():
            if not (len(member) == 3 and member.isalpha() and member.isupper()):
                raise FactError(f"ballot of {member!r}: a member is named by a code of three capital letters")
        if self.ballots and not CHOICES.issuperset(self.ballots.values()):
            member, choice = next(cast for cast in self.ballots.items() if cast[1] not in CHOICES)
            raise FactError(f"ballot of {member}: {choice!r} is not one of {', '.join(CHOICES_IN_ORDER)}")
        if self.ballots and self.modality in BALLOTLESS:
            raise FactError("an adoption without a vote has no ballots")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the resolution it adopted, else by what was put to the vote."""
        if said.get("resolution") is not None:
            return resolution_vote_id(said["resolution"])
        if said.get("draft"):
            return proposal_vote_id(said["draft"])
        return proposal_vote_id(said["label"]) if is_symbol(said.get("label") or "") else ""


CHOICES_IN_ORDER = tuple(choice.value for choice in Choice)
CHOICES = frozenset(CHOICES_IN_ORDER)
BALLOTLESS = frozenset(modality.value for modality in Modality if not modality.has_ballots)


def resolution_vote_id(number: int) -> str:
    """The vote that adopted a resolution: ``vote:S/RES/2623``."""
    return f"vote:S/RES/{number}"


def proposal_vote_id(label: str, nth: int = 1) -> str:
    """A vote on a proposal that was not adopted: ``vote:S/2014/916``; several on one draft: ``vote:S/3502#2`` …"""
    return f"vote:{label}" if nth == 1 else f"vote:{label}#{nth}"
