"""Meetings: formal meetings numbered S/PV.N, their resumptions, and what the Council did without one.

During 2020 and 2021 members met by videoconference and voted by letter (S/2020/253); those have no S/PV number and are
recorded under the symbols of their letters. They are not formal meetings and are never counted as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Example, FactError, Text, Texts, said

FORMAL = "meeting"
VIDEOCONFERENCE = "videoconference"
WRITTEN = "written procedure"
MODES = (FORMAL, VIDEOCONFERENCE, WRITTEN)
OPEN_DEBATE = "open debate"
INFORMAL = ("consultations of the whole", "informal interactive dialogue", "Arria-formula meeting")
"""Formats in which members come together without a formal meeting; none has a verbatim record."""
FORMATS = (
    OPEN_DEBATE,
    "debate",
    "briefing",
    "adoption",
    "high-level meeting",
    "troop- and police-contributing countries",
    "wrap-up",
    *INFORMAL,
)
"""Formats of public meetings (S/2017/507, paragraph 21) and of meetings that are not formal ones."""
NOT_STATED = "not stated"
"""How a meeting reads whose mode no source states; not a mode one can claim."""


class Meeting(Claims, frozen=True, kw_only=True):
    """A meeting as convened. ``number`` is that of its verbatim record; ``None`` when it had none."""

    kind: ClassVar[str] = "meeting"
    verbs: ClassVar[tuple[str, ...]] = ("convened",)
    compared: ClassVar[tuple[str, ...]] = ("date", "private", "mode", "format")
    cited: ClassVar[tuple[str, ...]] = ("symbol", "concept_note", "letters", "corrigenda")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"mode": MODES, "format": FORMATS}

    long_texts: ClassVar[Mapping[str, int]] = {"agenda": 5_000, "theme": 5_000}
    states: ClassVar[tuple[str, ...]] = ("president",)
    named_by: ClassVar[tuple[str, ...]] = ("symbol",)
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "number": 9410,
            "symbol": "S/PV.9410",
            "date": "2023-09-05",
            "mode": "meeting",
            "private": False,
            "format": "open debate",
            "agenda": "Implementation of the note by the President of the Security Council (S/2017/507)",
            "theme": "Working methods of the Security Council",
            "president": "ALB",
        }
    )

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
    format: Annotated[Text, said("The format of the meeting: open debate, debate, briefing, adoption …")] = None
    agenda: Annotated[Text, said("The agenda item as adopted (rule 9).")] = None
    theme: Annotated[Text, said("The subject chosen by the presidency under the agenda item.")] = None
    president: Annotated[Text, said("Code of the member presiding.")] = None
    concept_note: Annotated[Text, said("Symbol of the concept note.")] = None
    hours: Annotated[
        Texts, said("The sittings of the meeting, each from opening to suspension or close, New York time.")
    ] = None

    def check(self) -> None:
        """A formal meeting has a number and a symbol S/PV.N that agree; sittings are in order."""
        check_hours(self.hours or ())
        if self.number is not None and self.symbol != f"S/PV.{self.number}":
            raise FactError(f"meeting number {self.number} and record symbol {self.symbol!r} do not agree")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the symbol of its record."""
        return meeting_id(said["symbol"])


class Sitting(Claims, frozen=True, kw_only=True):
    """A resumption of a suspended meeting, with a record of its own (S/PV.9052 (Resumption 1))."""

    kind: ClassVar[str] = "sitting"
    verbs: ClassVar[tuple[str, ...]] = ("resumed",)
    compared: ClassVar[tuple[str, ...]] = ("date", "private")
    required: ClassVar[tuple[str, ...]] = ("meeting", "symbol")
    cited: ClassVar[tuple[str, ...]] = ("symbol", "corrigenda")

    named_by: ClassVar[tuple[str, ...]] = ("symbol",)
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "meeting": "S/PV.9052",
            "symbol": "S/PV.9052 (Resumption 1)",
            "part": 1,
            "date": "2022-06-02",
            "private": False,
        }
    )

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
    hours: Annotated[Texts, said("The sittings this record covers, New York time.")] = None

    def check(self) -> None:
        """Sittings are in order."""
        check_hours(self.hours or ())

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the symbol of its record."""
        return sitting_id(said["symbol"])


_SITTING = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})/(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})")


def check_hours(hours: Sequence[str]) -> None:
    """Refuse sittings that are no intervals, end before they begin or overlap. Raises :class:`FactError`."""
    read = [sitting(text) for text in hours]
    for (first, last), text in zip(read, hours, strict=True):
        if last <= first:
            raise FactError(f"hours: the sitting {text} ends before it begins")
    for (_, end), (begin, _) in pairwise(read):
        if begin < end:
            raise FactError(f"hours: a sitting resumes ({begin:%H:%M}) before the one before it is suspended")


def sitting(text: str) -> tuple[datetime, datetime]:
    """One sitting: ``2023-09-05T10:05/2023-09-05T13:10`` → opening and close. Raises :class:`FactError`."""
    match = _SITTING.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        return datetime.fromisoformat(match[1]), datetime.fromisoformat(match[2])
    except ValueError:
        raise FactError(f"hours: {text!r} is not of the form 2023-09-05T10:05/2023-09-05T13:10") from None


def minutes(hours: Sequence[str]) -> int:
    """Duration of a meeting in minutes: the sum of its sittings, without the breaks between them."""
    return sum(int((last - first).total_seconds()) // 60 for first, last in map(sitting, hours))


def meeting_id(symbol: str) -> str:
    """``meeting:S/PV.9052``; a videoconference or written procedure: by its letter or statement."""
    return f"meeting:{symbol}"


def sitting_id(symbol: str) -> str:
    """``sitting:S/PV.9052 (Resumption 1)``."""
    return f"sitting:{symbol}"
