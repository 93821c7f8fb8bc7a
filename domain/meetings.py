"""Meetings: formal meetings numbered S/PV.N, their resumptions, and what the Council did without one.

During 2020 and 2021 members met by videoconference and voted by letter (S/2020/253); those have no S/PV number and are
recorded under the symbols of their letters. They are not formal meetings and are never counted as such.
"""

from __future__ import annotations

from typing import ClassVar

from domain.facts import Claims, FactError

FORMAL = "meeting"
VIDEOCONFERENCE = "videoconference"
WRITTEN = "written procedure"
MODES = (FORMAL, VIDEOCONFERENCE, WRITTEN)
NOT_STATED = "not stated"
"""How a meeting reads whose mode no source states; not a mode one can claim."""


class Meeting(Claims, frozen=True, kw_only=True):
    """A meeting as convened. ``number`` is that of its verbatim record; ``None`` when it had none."""

    kind: ClassVar[str] = "meeting"
    verbs: ClassVar[tuple[str, ...]] = ("convened",)
    compared: ClassVar[tuple[str, ...]] = ("date", "private", "mode")

    number: int | None = None
    symbol: str | None = None
    date: str | None = None
    mode: str | None = None
    private: bool | None = None
    topics: list[str] | None = None
    place: str | None = None
    press: list[str] | None = None
    letters: list[str] | None = None
    corrigenda: list[str] | None = None
    outcomes: list[str] | None = None
    """Outcomes other than votes, as the source prints them: communiqués, elections, statements."""

    def check(self) -> None:
        """A formal meeting has a number and a symbol S/PV.N that agree; a mode is one of :data:`MODES`."""
        if self.mode is not None and self.mode not in MODES:
            raise FactError(f"mode {self.mode!r} is not one of {', '.join(MODES)}")
        if self.number is not None and self.symbol != f"S/PV.{self.number}":
            raise FactError(f"meeting number {self.number} and record symbol {self.symbol!r} do not agree")


class Sitting(Claims, frozen=True, kw_only=True):
    """A resumption of a suspended meeting, with a record of its own (S/PV.9052 (Resumption 1))."""

    kind: ClassVar[str] = "sitting"
    verbs: ClassVar[tuple[str, ...]] = ("resumed",)
    compared: ClassVar[tuple[str, ...]] = ("date", "private")
    required: ClassVar[tuple[str, ...]] = ("meeting", "symbol")

    meeting: str | None = None
    symbol: str | None = None
    part: int | None = None
    date: str | None = None
    private: bool | None = None
    topics: list[str] | None = None
    place: str | None = None
    press: list[str] | None = None
    corrigenda: list[str] | None = None
    outcomes: list[str] | None = None


def meeting_id(symbol: str) -> str:
    """``meeting:S/PV.9052``; a videoconference or written procedure: by its letter or statement."""
    return f"meeting:{symbol}"


def sitting_id(symbol: str) -> str:
    """``sitting:S/PV.9052 (Resumption 1)``."""
    return f"sitting:{symbol}"
