"""Documents of the Council: symbol, kind, titles by language, date, the meeting they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Example, FactError, Text, Texts, Whole, said

RESOLUTION = "resolution"
STATEMENT = "presidential statement"
LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
"""The six official languages of the United Nations."""

CUT_OFF = " …"
"""How a title ends that its source cuts off, so that nobody takes it for whole."""


class Document(Claims, frozen=True, kw_only=True):
    """A document as a source describes it. Presidential statements are not voted on; they are documents."""

    kind: ClassVar[str] = "document"
    verbs: ClassVar[tuple[str, ...]] = ("issued",)
    compared: ClassVar[tuple[str, ...]] = ("date", "meeting")
    cited: ClassVar[tuple[str, ...]] = ("symbol", "meeting", "corrects", "supersedes")

    named_by: ClassVar[tuple[str, ...]] = ("symbol",)
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "symbol": "S/PRST/2014/28",
            "type": "presidential statement",
            "date": "2014-12-18",
            "language": "en",
            "languages": ["ar", "zh", "en", "fr", "ru", "es"],
        }
    )

    symbol: str | None = None
    type: str | None = None
    date: str | None = None
    title: str | None = None
    language: str | None = None
    meeting: str | None = None
    truncated: bool | None = None
    """The source cuts the title off; it then ends in :data:`CUT_OFF`."""
    languages: Annotated[Texts, said("The languages it is issued in.")] = None
    author: Annotated[Text, said("Who issued it: a member's code, an organ, the Secretary-General.")] = None
    corrects: Annotated[Text, said("For a corrigendum: the symbol of the document it corrects.")] = None
    concerns: Annotated[Texts, said("For a corrigendum: the languages it concerns; all if it does not say.")] = None
    supersedes: Annotated[Text, said("The symbol of the document it replaces.")] = None

    def check(self) -> None:
        """Languages are official ones; only a corrigendum concerns some of them."""
        for name in ("languages", "concerns"):
            for language in getattr(self, name) or ():
                if language not in LANGUAGES:
                    raise FactError(f"{name}: {language!r} is not one of {', '.join(LANGUAGES)}")
        if self.concerns and not self.corrects:
            raise FactError("concerns: only a corrigendum concerns some languages; say what it corrects")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By its symbol."""
        return document_id(said["symbol"])


class DocumentText(Claims, frozen=True, kw_only=True):
    """A text in one language and version: of a document (by symbol) or of a statement in a meeting (by record)."""

    kind: ClassVar[str] = "text"
    verbs: ClassVar[tuple[str, ...]] = ("published",)
    compared: ClassVar[tuple[str, ...]] = ()
    required: ClassVar[tuple[str, ...]] = ("about", "language", "text")

    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"about": ()}
    long_texts: ClassVar[Mapping[str, int]] = {"text": 60_000}
    named_by: ClassVar[tuple[str, ...]] = ("about", "language")
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "about": "document:S/PRST/2014/28",
            "language": "fr",
            "version": 1,
            "text": "The text goes here.",
            "translation": True,
        }
    )

    about: Annotated[Text, said("The record whose text it is: document:S/2023/945, speech:S/PV.9410#3.")] = None
    language: Annotated[Text, said("Its language, by code.")] = None
    version: Annotated[Whole, said("1, or higher for a reissued text.")] = None
    date: Annotated[Text, said("The day of this version.")] = None
    title: Annotated[Text, said("The title in this language.")] = None
    text: Annotated[Text, said("The text.")] = None
    translation: Annotated[bool | None, said("Whether it is a translation of what was said or written.")] = None

    def check(self) -> None:
        """An official language; a record named by its id."""
        if self.language not in LANGUAGES:
            raise FactError(f"language: {self.language!r} is not one of {', '.join(LANGUAGES)}")
        if ":" not in (self.about or ""):
            raise FactError(f"about: {self.about!r} is no record id, such as document:S/2023/945")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the record it is of, the language and the version."""
        return text_id(said["about"], said["language"], said.get("version") or 1)


class AnnualReport(Claims, frozen=True, kw_only=True):
    """The Council's annual report to the General Assembly: always document /2 of its session (S/2017/507, 125-139).

    Its introduction is to be approved by 31 January and the report adopted no later than 30 May.
    """

    kind: ClassVar[str] = "annual_report"
    verbs: ClassVar[tuple[str, ...]] = ("introduced", "adopted", "presented")
    compared: ClassVar[tuple[str, ...]] = ("adopted_on", "introduced_on", "presented_on", "meeting", "coordinator")
    required: ClassVar[tuple[str, ...]] = ("covers",)
    dated: ClassVar[tuple[str, ...]] = ("adopted_on", "introduced_on", "presented_on")
    cited: ClassVar[tuple[str, ...]] = ("symbol", "meeting", "note", "assembly_meetings")

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "adopted": ("adopted_on", "meeting", "note"),
        "presented": ("presented_on", "assembly_meetings"),
    }
    states: ClassVar[tuple[str, ...]] = ("coordinator",)
    named_by: ClassVar[tuple[str, ...]] = ("covers",)
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "covers": "2001-06-16/2002-07-31",
            "adopted_on": "2002-09-26",
            "meeting": "S/PV.4616",
            "note": "S/2002/1068",
        }
    )

    covers: Annotated[Text, said("The period it covers: a year, or an interval of days.")] = None
    symbol: Annotated[Text, said("Its symbol, such as A/78/2.")] = None
    coordinator: Annotated[Text, said("Code of the member that coordinated the introduction.")] = None
    introduced_on: Annotated[Text, said("The day the introduction was approved.")] = None
    adopted_on: Annotated[Text, said("The day the Council adopted the report.")] = None
    meeting: Annotated[Text, said("Symbol of the meeting that adopted it.")] = None
    note: Annotated[Text, said("Symbol of the note by the President on its adoption.")] = None
    presented_on: Annotated[Text, said("The day it was presented to the General Assembly.")] = None
    assembly_meetings: Annotated[Texts, said("Records of the Assembly's meetings on it.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the period it covers."""
        return annual_report_id(said["covers"])


def document_id(symbol: str) -> str:
    """``document:S/PRST/2014/28``."""
    return f"document:{symbol}"


def text_id(about: str, language: str, version: int = 1) -> str:
    """``text:speech:S/PV.9410#3/fr/1``."""
    return f"text:{about}/{language}/{version}"


def annual_report_id(covers: str) -> str:
    """``annual_report:2023``: by the period it covers, since its symbol may not be known."""
    return f"annual_report:{covers}"
