"""Notes by the President on working methods: their numbered paragraphs, their genealogy, assessments of practice.

A paragraph is (note, number). That it is implemented is never the archive's own fact: it is an assessment by somebody,
for a period, by a method, with evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Example, FactError, Text, Texts, Truth, Whole, said
from domain.members import check_code

IMPLEMENTED, PARTLY, NOT_IMPLEMENTED = "implemented", "partly implemented", "not implemented"
RATINGS = (IMPLEMENTED, PARTLY, NOT_IMPLEMENTED, "not applicable")


class Note(Claims, frozen=True, kw_only=True):
    """A note by the President. ``compendium``: one of the comprehensive notes 507."""

    kind: ClassVar[str] = "note"
    verbs: ClassVar[tuple[str, ...]] = ("issued",)
    compared: ClassVar[tuple[str, ...]] = ("date", "paragraphs", "supersedes")
    required: ClassVar[tuple[str, ...]] = ("symbol",)
    cited: ClassVar[tuple[str, ...]] = ("symbol", "supersedes")

    long_texts: ClassVar[Mapping[str, int]] = {"subject": 5_000}
    states: ClassVar[tuple[str, ...]] = ("chair",)
    named_by: ClassVar[tuple[str, ...]] = ("symbol",)
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "symbol": "S/2017/507",
            "date": "2017-08-30",
            "subject": "Working methods of the Council",
            "compendium": True,
            "chair": "JPN",
            "supersedes": ["S/2010/507"],
        }
    )

    symbol: Annotated[Text, said("Its symbol.")] = None
    date: Annotated[Text, said("Its date.")] = None
    subject: Annotated[Text, said("What it concerns.")] = None
    compendium: Annotated[Truth, said("Whether it is one of the comprehensive notes (the notes 507).")] = None
    paragraphs: Annotated[Whole, said("How many operative paragraphs it has.")] = None
    chair: Annotated[Text, said("Code of the member that chaired the Informal Working Group then.")] = None
    supersedes: Annotated[Texts, said("Symbols of the notes it replaces.")] = None
    amends: Annotated[Texts, said("Notes or paragraphs it amends, such as S/2017/507/142.")] = None
    derives_from: Annotated[Texts, said("Notes or paragraphs it takes up.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """A note neither replaces nor amends itself; it has at least one paragraph."""
        check_code("chair", self.chair)
        for name in ("supersedes", "amends", "derives_from"):
            if self.symbol in (getattr(self, name) or ()):
                raise FactError(f"{name}: {self.symbol} names itself")
        if self.paragraphs is not None and self.paragraphs < 1:
            raise FactError(f"paragraphs: {self.paragraphs} is no number of paragraphs")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By its symbol."""
        return note_id(said["symbol"])


class Paragraph(Claims, frozen=True, kw_only=True):
    """One numbered paragraph of a note, and the paragraphs it comes from."""

    kind: ClassVar[str] = "paragraph"
    verbs: ClassVar[tuple[str, ...]] = ("agreed",)
    compared: ClassVar[tuple[str, ...]] = ("heading",)
    required: ClassVar[tuple[str, ...]] = ("note", "number")
    cited: ClassVar[tuple[str, ...]] = ("note",)

    long_texts: ClassVar[Mapping[str, int]] = {"topic": 5_000}
    named_by: ClassVar[tuple[str, ...]] = ("note", "number")
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "note": "S/2017/507",
            "number": 1,
            "date": "2017-08-30",
            "heading": "Programme of work",
            "topic": "Meetings on four days of the week; Fridays are kept for subsidiary bodies",
        }
    )

    note: Annotated[Text, said("Symbol of the note.")] = None
    number: Annotated[Whole, said("Its number in the note.")] = None
    date: Annotated[Text, said("Date of the note.")] = None
    heading: Annotated[Text, said("The section it stands in.")] = None
    topic: Annotated[Text, said("What it asks for, in the archive's words.")] = None
    amends: Annotated[Texts, said("Paragraphs it amends, such as S/2017/507/142.")] = None
    supersedes: Annotated[Texts, said("Paragraphs it replaces.")] = None
    derives_from: Annotated[Texts, said("Paragraphs it takes up.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """Paragraphs are numbered from 1; links name paragraphs."""
        if self.number is not None and self.number < 1:
            raise FactError(f"number: paragraphs are numbered from 1, not {self.number}")
        for name in ("amends", "supersedes", "derives_from"):
            for reference in getattr(self, name) or ():
                paragraph(reference)

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the note and its number."""
        return paragraph_id(said["note"], said["number"])


class Assessment(Claims, frozen=True, kw_only=True):
    """What somebody found about a paragraph's implementation in a period: attributed, with method and evidence."""

    kind: ClassVar[str] = "assessment"
    verbs: ClassVar[tuple[str, ...]] = ("made",)
    compared: ClassVar[tuple[str, ...]] = ("rating",)
    required: ClassVar[tuple[str, ...]] = ("paragraph", "assessor", "rating")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"rating": RATINGS}

    long_texts: ClassVar[Mapping[str, int]] = {"method": 5_000}
    numbered_in: ClassVar[str] = "paragraph"
    example: ClassVar[Example] = Example(
        {
            "paragraph": "S/2017/507/1",
            "assessor": "The clerk's office",
            "date": "2023-12-31",
            "first": "2023-01-01",
            "last": "2023-12-31",
            "rating": "partly implemented",
            "method": "Meetings counted by the day of the week",
            "evidence": ["meeting:S/PV.9410"],
        }
    )

    paragraph: Annotated[Text, said("The paragraph, such as S/2017/507/43.")] = None
    assessor: Annotated[Text, said("Who assesses.")] = None
    date: Annotated[Text, said("The day of the assessment.")] = None
    first: Annotated[Text, said("First day of the period assessed.")] = None
    last: Annotated[Text, said("Last day of the period assessed.")] = None
    rating: Annotated[Text, said("Implemented, partly implemented, not implemented or not applicable.")] = None
    method: Annotated[Text, said("How it was found.")] = None
    evidence: Annotated[Texts, said("Records or documents it rests on.")] = None
    remark: Annotated[Text, said("What the assessor adds.")] = None

    def check(self) -> None:
        """A paragraph, and a period in order."""
        if self.paragraph is not None:
            paragraph(self.paragraph)
        if self.first and self.last and self.first > self.last:
            raise FactError(f"the period ends ({self.last}) before it begins ({self.first})")


_REFERENCE = re.compile(r"(S/\d{4}/\d{1,5})/(\d{1,3})")


def paragraph(reference: str) -> tuple[str, int]:
    """A paragraph's reference as note and number: ``S/2017/507/43`` → ``("S/2017/507", 43)``.

    Raises :class:`FactError` for anything else.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None or int(match[2]) < 1:
        raise FactError(f"{reference!r} is no paragraph of a note, such as S/2017/507/43")
    return match[1], int(match[2])


def note_id(symbol: str) -> str:
    """``note:S/2017/507``."""
    return f"note:{symbol}"


def paragraph_id(note: str, number: int) -> str:
    """``paragraph:S/2017/507/43``."""
    return f"paragraph:{note}/{number}"
