"""Vetoes: the negative vote of a permanent member that defeats a substantive proposal, one event per cast.

Casts, vetoed proposals and votes are three different counts; each published total says which it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Final

from domain.charter import PERMANENT
from domain.facts import Claims, Example, FactError, Text, Texts, said

IN_ACCOUNT: Final = date(2022, 4, 26)
"""Adoption of A/RES/76/262: vetoes since then are debated in the General Assembly."""


class Veto(Claims, frozen=True, kw_only=True):
    """One veto cast by one permanent member. ``vote`` is the vote it was cast in, where that is certain."""

    kind: ClassVar[str] = "veto"
    verbs: ClassVar[tuple[str, ...]] = ("cast",)
    compared: ClassVar[tuple[str, ...]] = ("date", "meeting", "vote")
    required: ClassVar[tuple[str, ...]] = ("member",)
    cited: ClassVar[tuple[str, ...]] = ("draft", "meeting", "records")

    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"vote": ("vote",)}
    in_a_sitting: ClassVar[bool] = True
    long_texts: ClassVar[Mapping[str, int]] = {"agenda": 5_000}
    named_by: ClassVar[tuple[str, ...]] = ("vote", "member")
    binding: ClassVar[tuple[str, ...]] = named_by
    how_named: ClassVar[str] = "give the vote and the member, or an id such as veto:S/2023/773/RUS"
    example: ClassVar[Example] = Example(
        {
            "vote": "vote:S/2022/155",
            "member": "RUS",
            "date": "2022-02-25",
            "draft": "S/2022/155",
            "meeting": "S/PV.8979",
        }
    )

    vote: str | None = None
    member: str | None = None
    date: str | None = None
    draft: str | None = None
    meeting: str | None = None
    records: list[str] | None = None
    agenda: str | None = None
    caster: str | None = None
    """The caster's name as printed (``USSR``)."""

    def check(self) -> None:
        """Only a permanent member can cast a veto (Charter Art. 27(3))."""
        if self.member is not None and self.member not in PERMANENT:
            raise FactError(f"{self.member} is not a permanent member and cannot cast a veto (Charter Art. 27(3))")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the vote and the member."""
        return veto_id(said["vote"], said["member"])


class Followup(Claims, frozen=True, kw_only=True):
    """What the General Assembly made of one vetoed proposal under A/RES/76/262.

    The Assembly meets within ten working days of the veto to debate the situation, unless it meets in an emergency
    special session on the same situation; the Council is invited to submit a special report at least 72 hours before.
    """

    kind: ClassVar[str] = "followup"
    verbs: ClassVar[tuple[str, ...]] = ("invited", "reported", "debated", "linked")
    compared: ClassVar[tuple[str, ...]] = ("date", "debated_on", "report", "reported_on", "linked_on")
    required: ClassVar[tuple[str, ...]] = ("vote",)
    dated: ClassVar[tuple[str, ...]] = ("debated_on", "linked_on", "reported_on", "date")
    cited: ClassVar[tuple[str, ...]] = ("draft", "meeting", "report", "debated_at", "linked_at")

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "reported": ("report", "reported_on"),
        "debated": ("debated_on", "debated_at", "press"),
        "linked": ("session", "linked_on", "linked_at"),
    }
    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"vote": ("vote",)}
    in_a_sitting: ClassVar[bool] = True
    named_by: ClassVar[tuple[str, ...]] = ("vote",)
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "vote": "vote:S/2022/431",
            "date": "2022-05-26",
            "draft": "S/2022/431",
            "meeting": "S/PV.9048",
            "debated_on": "2022-06-08",
            "debated_at": ["A/76/PV.77", "A/76/PV.78"],
            "press": ["GA/12423"],
        }
    )

    vote: Annotated[Text, said("The vote in which the veto was cast, by record id.")] = None
    date: Annotated[Text, said("The day the veto was cast; the clock starts then.")] = None
    draft: Annotated[Text, said("Symbol of the vetoed proposal.")] = None
    meeting: Annotated[Text, said("Symbol of the record of the Council's meeting.")] = None
    report: Annotated[Text, said("Symbol of the Council's special report.")] = None
    reported_on: Annotated[Text, said("The day the special report was submitted.")] = None
    debated_on: Annotated[Text, said("The day the Assembly first met to debate the veto.")] = None
    debated_at: Annotated[Texts, said("Records of the Assembly's meetings.")] = None
    session: Annotated[Text, said("The emergency special session that stood for the debate, such as ES-11.")] = None
    linked_on: Annotated[Text, said("The day that session met on the same situation.")] = None
    linked_at: Annotated[Texts, said("Records of that session's meetings.")] = None
    press: Annotated[Texts, said("Press releases on the debate.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """The Assembly debates a veto after it was cast, and only vetoes since A/RES/76/262."""
        if self.date and self.date < IN_ACCOUNT.isoformat():
            raise FactError(f"date: A/RES/76/262 was adopted on {IN_ACCOUNT}; a veto of {self.date} is not under it")
        for name in ("debated_on", "reported_on"):
            day = getattr(self, name)
            if self.date and day and day < self.date:
                raise FactError(f"{name}: {day} is before the veto was cast ({self.date})")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the vote."""
        return followup_id(said["vote"])


def veto_id(vote: str, member: str) -> str:
    """``veto:S/2014/348/RUS`` from the vote's id."""
    return f"veto:{vote.removeprefix('vote:')}/{member}"


def listed_veto_id(label: str, date: str, nth: int, member: str) -> str:
    """A veto that a list names but that is tied to no vote for certain: ``veto:S/3502@1955-12-13#1/RUS``."""
    return f"veto:{label}@{date}#{nth}/{member}"


def followup_id(vote: str) -> str:
    """``followup:S/2022/431`` from the vote's id."""
    return f"followup:{vote.removeprefix('vote:')}"
