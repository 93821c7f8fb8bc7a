"""Article 27 of the Charter: what a vote in the Council results in.

Pure arithmetic on facts given by the caller. What the President announced is another fact; the archive keeps both and
shows where they differ. A result that the known facts do not settle is `Outcome.UNDETERMINED`, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar


class CharterError(ValueError):
    """A value that no vote in the Council can have; the message names it and what is accepted."""


class Choice(StrEnum):
    """How one member acted in one vote."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    NOT_PARTICIPATING = "not participating"
    """Present and taking no part, as China in 1971-81."""
    ABSENT = "absent"
    NOT_VOTING = "not voting"
    """The source does not say which of the two: the 'X' of the official voting data."""
    UNKNOWN = "unknown"
    """Only the tally is known, as in some votes of 1946-49."""


class Outcome(StrEnum):
    """What became of a proposal put to the vote."""

    ADOPTED = "adopted"
    VETOED = "vetoed"
    NOT_ADOPTED = "not adopted"
    """The required majority was not obtained."""
    UNDETERMINED = "undetermined"


class Nature(StrEnum):
    """Which paragraph of Article 27 governs: 2 for procedural matters, 3 for all others."""

    PROCEDURAL = "procedural"
    SUBSTANTIVE = "substantive"
    UNDETERMINED = "undetermined"


class Basis(StrEnum):
    """On what the nature of a vote rests: it is seldom stated."""

    ANNOUNCED = "announced"
    INFERRED = "inferred"
    PRELIMINARY_VOTE = "preliminary vote"
    NONE = "none"


class Modality(StrEnum):
    """How the Council decided."""

    VOTE = "vote"
    WRITTEN_VOTE = "written vote"
    """Votes by letter of March 2020 to mid 2021 (S/2020/253)."""
    WITHOUT_VOTE = "without a vote"
    CONSENSUS = "consensus"
    ACCLAMATION = "acclamation"

    @property
    def has_ballots(self) -> bool:
        """Whether members voted one by one."""
        return self in (Modality.VOTE, Modality.WRITTEN_VOTE)


IN_FORCE: Final = date(1945, 10, 24)
"""Entry into force of the Charter."""

ENLARGED: Final = date(1966, 1, 1)
"""First day of the Council of fifteen, after the amendment of Articles 23 and 27."""

PERMANENT: Final[tuple[str, ...]] = ("CHN", "FRA", "RUS", "GBR", "USA")
"""Seats of the permanent members in the order of Article 23(1). A seat is continuous: its code is that of the holder
today, also for votes the Republic of China or the Soviet Union cast from it."""


def size(day: date) -> int:
    """Members of the Council on a day: 11 up to 31 December 1965, 15 since (Article 23).

    Raises CharterError for a day before the Charter was in force.
    """
    if day < IN_FORCE:
        raise CharterError(f"{day.isoformat()}: the Charter entered into force on {IN_FORCE.isoformat()}")
    return 11 if day < ENLARGED else 15


def majority(day: date) -> int:
    """Affirmative votes a decision needs on a day: seven of 11, nine of 15 (Article 27). Raises as `size` does."""
    return 7 if size(day) == 11 else 9


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes counted by choice. `unknown` counts ballots of which nothing is known; a tally that a source states with
    no word on who voted how has none. Raises CharterError for a negative count."""

    yes: int
    no: int
    abstain: int
    not_voting: int = 0
    unknown: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 0:
                raise CharterError(f"{field.name} is {getattr(self, field.name)}: a count of votes is 0 or more")

    @property
    def total(self) -> int:
        """Members accounted for, voting or not."""
        return self.yes + self.no + self.abstain + self.not_voting + self.unknown


_Word = TypeVar("_Word", bound=StrEnum)


def _word(kind: type[_Word], value: str, whose: str) -> _Word:
    try:
        return kind(value)
    except ValueError:
        accepted = ", ".join(repr(word.value) for word in kind)
        raise CharterError(f"{whose} reads {value!r}; accepted are {accepted}") from None


def _choice(seat: str, value: str) -> Choice:
    return _word(Choice, value, f"the ballot of {seat}")


def count(ballots: Mapping[str, str]) -> Tally:
    """The tally of ballots by seat code. Raises CharterError naming the seat whose ballot is none of `Choice`."""
    choices = [_choice(seat, value) for seat, value in ballots.items()]
    counted = {choice: choices.count(choice) for choice in Choice}
    return Tally(
        yes=counted[Choice.YES],
        no=counted[Choice.NO],
        abstain=counted[Choice.ABSTAIN],
        not_voting=counted[Choice.NOT_PARTICIPATING] + counted[Choice.ABSENT] + counted[Choice.NOT_VOTING],
        unknown=counted[Choice.UNKNOWN],
    )


def permanent_against(ballots: Mapping[str, str]) -> tuple[str, ...]:
    """Permanent seats known to have voted No, in the order of `PERMANENT`; whether that was a veto is `compute`'s."""
    return tuple(seat for seat in PERMANENT if seat in ballots and _choice(seat, ballots[seat]) is Choice.NO)


def has_permanent_no(ballots: Mapping[str, str]) -> bool | None:
    """Whether a permanent member voted No; None if none is known to and the ballot of at least one is not known."""
    if permanent_against(ballots):
        return True
    known = all(_choice(seat, ballots.get(seat, Choice.UNKNOWN)) is not Choice.UNKNOWN for seat in PERMANENT)
    return False if known else None


def _could_have_permanent_no(tally: Tally, permanent_no: bool | None) -> bool | None:
    """True or False where settled, None where open. Where nobody voted No, no permanent member did."""
    if permanent_no is None and tally.no == 0 and tally.unknown == 0:
        return False
    return permanent_no


def compute(day: date, tally: Tally | None, permanent_no: bool | None, nature: str, modality: str) -> Outcome:
    """What Article 27 makes of a vote.

    Adoption without a vote is adoption: there are no ballots to weigh. Below the majority a proposal is not adopted,
    and a permanent member's No is not a veto (S/2014/916: eight yes). With the majority, a permanent No defeats a
    substantive proposal and does not touch a procedural one (S/RES/2623 (2022): 11-1-3).

    `permanent_no` is None where it is not known who voted No. UNDETERMINED is returned where what is not known could
    change the result: no tally, unknown ballots, an unknown permanent No, or a permanent No on a vote of undetermined
    nature (`infer_nature` is the one place that settles a nature); and where the facts contradict each other: more
    votes than members, or a permanent No in a tally without any No.

    Raises CharterError for a day before the Charter and for a nature or modality that is none of the enums.
    """
    kind, way = _word(Nature, nature, "the nature of the vote"), _word(Modality, modality, "the modality")
    needed = majority(day)
    if not way.has_ballots:
        return Outcome.ADOPTED
    if tally is None or _contradictory(day, tally, permanent_no):
        return Outcome.UNDETERMINED
    if tally.yes + tally.unknown < needed:
        return Outcome.NOT_ADOPTED
    if tally.yes < needed:
        return Outcome.UNDETERMINED
    against = _could_have_permanent_no(tally, permanent_no)
    if kind is Nature.PROCEDURAL or against is False:
        return Outcome.ADOPTED
    if kind is Nature.SUBSTANTIVE and against:
        return Outcome.VETOED
    return Outcome.UNDETERMINED


def _contradictory(day: date, tally: Tally, permanent_no: bool | None) -> bool:
    return tally.total > size(day) or (permanent_no is True and tally.no + tally.unknown == 0)


def infer_nature(
    announced: Outcome | None, tally: Tally | None, permanent_no: bool | None, day: date
) -> tuple[Nature, Basis]:
    """The nature of a vote as its announced outcome gives it away, with the basis for saying so.

    Only a permanent No beside the required majority tells: carried all the same, the matter was procedural
    (S/RES/2623 (2022)); announced as vetoed, it was not. Any other vote could be either: undetermined, no basis.
    A nature the President stated, or a preliminary vote decided, is recorded as such and not inferred here.
    """
    if tally is None or permanent_no is not True or tally.yes < majority(day) or _contradictory(day, tally, True):
        return Nature.UNDETERMINED, Basis.NONE
    if announced is Outcome.ADOPTED:
        return Nature.PROCEDURAL, Basis.INFERRED
    if announced is Outcome.VETOED:
        return Nature.SUBSTANTIVE, Basis.INFERRED
    return Nature.UNDETERMINED, Basis.NONE


def unanimous(day: date, tally: Tally | None) -> bool | None:
    """Whether every member of the Council on that day voted yes.

    None where that is not known: no tally, no vote cast at all (adoption without a vote is not a vote), unknown ballots
    that could all be yes, or more votes than members.
    """
    if tally is None or tally.total > size(day) or tally.yes + tally.no + tally.abstain + tally.unknown == 0:
        return None
    if tally.yes == size(day):
        return True
    return None if tally.unknown and tally.yes + tally.unknown == size(day) else False


DEFINITIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "veto": (
            "A negative vote by a permanent member of the Council that prevents the adoption of a proposal on a matter "
            "that is not procedural, although the proposal received the required number of affirmative votes: nine, "
            "or seven before 1966."
        ),
        "veto cast": (
            "One veto by one permanent member in one vote, so that a proposal defeated by two permanent members counts "
            "as two."
        ),
        "vetoed proposal": (
            "A draft resolution, amendment, paragraph, recommendation or preliminary question that failed because of "
            "at least one veto, counted once however many permanent members cast one."
        ),
        "unanimous": (
            "Adopted by a vote in which every member of the Council on that day voted in favour, with no abstention "
            "and no member absent or taking no part; adoption without a vote is not counted."
        ),
        "not adopted": (
            "Put to the vote without obtaining the required number of affirmative votes, whether or not a permanent "
            "member voted against; a vetoed proposal is counted apart."
        ),
    }
)
"""One sentence for each count, to be published beside its total: by another definition the same votes give another."""
