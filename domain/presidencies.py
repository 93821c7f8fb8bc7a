"""Presidencies: one calendar month each, in the English alphabetical order of members' names (rules 18 to 20).

The rotation computed from the list of members and the presidency as recorded are two facts; where they differ, that is
shown. A monthly assessment that a president did not submit is a datum, too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Example, FactError, Text, Texts, said
from domain.members import check_code

FORMAL_MEETING = "formal meeting"
TOLEDO = "Toledo"
"""An informal interactive session open to all States; it has no S/PV number (begun by Spain in October 2015)."""
CONSULTATIONS = "consultations"
PRESS = "press conference"

_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")


class Presidency(Claims, frozen=True, kw_only=True):
    """The presidency of one month, with its programme, assessment and wrap-up."""

    kind: ClassVar[str] = "presidency"
    verbs: ClassVar[tuple[str, ...]] = ("held", "programmed", "assessed", "wrapped_up")
    compared: ClassVar[tuple[str, ...]] = ("member", "assessment", "assessed_on", "wrap_up_on", "wrap_up_format")
    required: ClassVar[tuple[str, ...]] = ("month",)
    dated: ClassVar[tuple[str, ...]] = (
        "month",
        "programmed_on",
        "assessed_on",
        "assessed_by",
        "unassessed_by",
        "wrap_up_on",
    )
    cited: ClassVar[tuple[str, ...]] = ("programme", "assessment", "wrap_up_meeting", "events")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "wrap_up_format": (FORMAL_MEETING, TOLEDO, CONSULTATIONS),
        "programme_format": (FORMAL_MEETING, TOLEDO, CONSULTATIONS, PRESS),
    }

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "programmed": ("programmed_on", "programme_format", "programme"),
        "assessed": ("assessment", "assessed_on", "assessed_by", "unassessed_by"),
        "wrapped_up": ("wrap_up_on", "wrap_up_format", "wrap_up_meeting", "wrap_up_covers"),
    }
    ahead: ClassVar[tuple[str, ...]] = ("month",)
    states: ClassVar[tuple[str, ...]] = ("member",)
    named_by: ClassVar[tuple[str, ...]] = ("month",)
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example({"month": "2023-09", "member": "ALB"})

    month: Annotated[Text, said("The month, such as 2023-09.")] = None
    member: Annotated[Text, said("Code of the member that held the presidency.")] = None
    president: Annotated[Text, said("Who presided: the permanent representative.")] = None
    programmed_on: Annotated[Text, said("The day of the opening briefing on the programme of work.")] = None
    programme_format: Annotated[Text, said("In which form that briefing was given.")] = None
    programme: Annotated[Text, said("Symbol of the programme of work, where it has one.")] = None
    events: Annotated[Texts, said("Records of the presidency's signature events.")] = None
    assessment: Annotated[Text, said("Symbol of the monthly assessment.")] = None
    assessed_on: Annotated[Text, said("The day the assessment was submitted.")] = None
    assessed_by: Annotated[Text, said("A day by which it had been submitted, as the source says.")] = None
    unassessed_by: Annotated[Text, said("A day on which no assessment had been submitted yet, as the source says.")] = (
        None
    )
    wrap_up_on: Annotated[Text, said("The day of the wrap-up session.")] = None
    wrap_up_format: Annotated[Text, said("Its format: a formal meeting, or the informal Toledo format.")] = None
    wrap_up_meeting: Annotated[Text, said("Symbol of its record, for a formal meeting.")] = None
    wrap_up_covers: Annotated[Texts, said("The months it covers, where presidencies shared one.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """A month; a member's code; a Toledo session has no S/PV number."""
        for month in (*([self.month] if self.month else []), *(self.wrap_up_covers or ())):
            if not _MONTH.fullmatch(month):
                raise FactError(f"{'month' if month == self.month else 'wrap_up_covers'}: {month!r} is no month")
        check_code("member", self.member)
        if self.wrap_up_meeting and self.wrap_up_format in (TOLEDO, CONSULTATIONS):
            raise FactError(f"wrap_up_meeting: a {self.wrap_up_format} session has no S/PV number")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the month."""
        return presidency_id(said["month"])


class Cession(Claims, frozen=True, kw_only=True):
    """The President cedes the chair while one question with which the member is connected is considered (rule 20)."""

    kind: ClassVar[str] = "cession"
    verbs: ClassVar[tuple[str, ...]] = ("ceded",)
    compared: ClassVar[tuple[str, ...]] = ("taken_by", "date")
    required: ClassVar[tuple[str, ...]] = ("month", "question")
    dated: ClassVar[tuple[str, ...]] = ("date", "month")
    cited: ClassVar[tuple[str, ...]] = ("meeting",)

    in_a_sitting: ClassVar[bool] = True
    long_texts: ClassVar[Mapping[str, int]] = {"question": 5_000}
    numbered_in: ClassVar[str] = "month"
    states: ClassVar[tuple[str, ...]] = ("member", "taken_by")
    example: ClassVar[Example] = Example(
        {
            "month": "2023-09",
            "member": "ALB",
            "taken_by": "BRA",
            "question": "A question with which the member presiding is connected",
            "date": "2023-09-05",
        }
    )

    month: Annotated[Text, said("The month of the presidency.")] = None
    member: Annotated[Text, said("Code of the member that cedes the chair.")] = None
    taken_by: Annotated[Text, said("Code of the member that takes it.")] = None
    question: Annotated[Text, said("The question.")] = None
    date: Annotated[Text, said("The day.")] = None
    meeting: Annotated[Text, said("Symbol of the meeting's record.")] = None

    def check(self) -> None:
        """The chair goes to another member."""
        check_code("member", self.member)
        check_code("taken_by", self.taken_by)
        if self.member and self.member == self.taken_by:
            raise FactError(f"taken_by: {self.taken_by} cannot cede the chair to itself (rule 20)")


def order_key(name: str) -> str:
    """A key for English alphabetical order: letters without accents, case aside."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z]+", plain.lower()))


def successor(last: str, members: Iterable[tuple[str, str]]) -> str:
    """Who presides after ``last`` (a name): the next name in English alphabetical order among the members of that
    month, given as (name, code); after the last name the first again. Across New Year the members are those of the
    new year (rule 18). Raises :class:`ValueError` for no members.
    """
    ordered = sorted(members, key=lambda member: order_key(member[0]))
    if not ordered:
        raise ValueError("no members to take the presidency")
    return next((code for name, code in ordered if order_key(name) > order_key(last)), ordered[0][1])


def month_after(month: str, step: int = 1) -> str:
    """The month ``step`` months after one: ``2021-12`` → ``2022-01``; a negative step goes back."""
    years, index = divmod(int(month[:4]) * 12 + int(month[5:7]) - 1 + step, 12)
    return f"{years:04d}-{index + 1:02d}"


def presidency_id(month: str) -> str:
    """``presidency:2023-09``."""
    return f"presidency:{month}"
