"""Vetoes: the negative vote of a permanent member that defeats a substantive proposal, one event per cast.

Casts, vetoed proposals and votes are three different counts; each published total says which it is.
"""

from __future__ import annotations

from typing import ClassVar

from domain.charter import PERMANENT
from domain.facts import Claims, FactError


class Veto(Claims, frozen=True, kw_only=True):
    """One veto cast by one permanent member. ``vote`` is the vote it was cast in, where that is certain."""

    kind: ClassVar[str] = "veto"
    verbs: ClassVar[tuple[str, ...]] = ("cast",)
    compared: ClassVar[tuple[str, ...]] = ("date", "meeting", "vote")
    required: ClassVar[tuple[str, ...]] = ("member",)

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


def veto_id(vote: str, member: str) -> str:
    """``veto:S/2014/348/RUS`` from the vote's id."""
    return f"veto:{vote.removeprefix('vote:')}/{member}"


def listed_veto_id(label: str, date: str, nth: int, member: str) -> str:
    """A veto that a list names but that is tied to no vote for certain: ``veto:S/3502@1955-12-13#1/RUS``."""
    return f"veto:{label}@{date}#{nth}/{member}"
