"""What the records of the Council's practice are found by: presidencies, notes, debates, sanctions, texts and so on.

These kinds are plain rows, so their search documents follow from the claims: a title, a symbol of their own, the
symbols they cite, the States concerned by all their names, and what they say in words. Fields that name persons who
may need protection are never indexed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.documents import CUT_OFF
from domain.facts import Claims
from domain.kinds import KINDS
from projections.reading import Values
from search.kinds import (
    Known,
    Live,
    Make,
    SearchDocument,
    Source,
    Text,
    listed,
    member_names,
    mentions,
    number_of,
    own_keys,
    spellings,
    texts,
    years,
)


@dataclass(frozen=True, slots=True)
class Words:
    """Which columns of a kind are searched, and as what."""

    table: str
    title: tuple[str, ...]
    """The first that is filled is the title; the record's id if none is."""
    says: tuple[str, ...] = ()
    """Texts and lists of texts found besides."""
    symbol: str = ""
    """The column of its own symbol."""
    members: tuple[str, ...] = ()
    """Columns of codes of States, one or a list."""
    language: str = ""
    """The column that says in which language it is; English if none does."""
    called: str = ""
    """A word people call such records by."""
    long: tuple[str, ...] = ()
    """Long texts, found besides."""


PRACTICE: Final[Mapping[str, Words]] = {
    "note": Words("notes", ("subject", "symbol"), ("remark",), "symbol", ("chair",), called="note by the President"),
    "paragraph": Words("paragraphs", ("topic", "heading"), ("heading", "remark"), called="paragraph of a note"),
    "assessment": Words("assessments", ("rating",), ("assessor", "method", "remark", "paragraph")),
    "presidency": Words(
        "presidencies",
        (),
        ("president", "programme_format", "wrap_up_format", "remark"),
        members=("member",),
        called="presidency",
    ),
    "cession": Words("cessions", ("question",), members=("member", "taken_by"), called="cession of the chair"),
    "election": Words("elections", (), ("remark",), members=("member",), called="election"),
    "invitation": Words("invitations", ("party",), ("decision", "remark"), members=("member",), called="invitation"),
    "briefing": Words(
        "briefings", ("organisation", "capacity", "category"), ("capacity", "category", "remark"), called="briefing"
    ),
    "speech": Words(
        "speeches", ("speaker", "organisation"), ("organisation", "for_group", "remark"), members=("member", "behalf")
    ),
    "proposal": Words(
        "proposals", ("text",), ("topic", "addressee", "status", "remark"), members=("member",), called="proposal"
    ),
    "followup": Words("followups", ("draft",), ("session", "remark"), called="debate on a veto"),
    "participation": Words("participations", ("organ",), ("person", "capacity", "remark")),
    "body": Words("bodies", ("name",), ("type", "series", "remark")),
    "regime": Words("regimes", ("name",), ("measures", "remark"), members=("territories",), called="sanctions regime"),
    "measure": Words("measures", ("content", "action"), ("action", "measures", "remark"), called="sanctions"),
    "chair": Words("chairs", ("person", "role"), ("role", "remark"), members=("member",)),
    "body_meeting": Words("body_meetings", ("subject",), ("remark",)),
    "report": Words("reports", ("title", "type"), ("type", "remark"), "symbol"),
    "listing": Words("listings", ("reference",), ("type", "avenue", "remark"), called="sanctions list"),
    "text": Words("texts", ("title",), language="language", long=("text",)),
    "annual_report": Words("annual_reports", (), ("remark",), "symbol", ("coordinator",), called="annual report"),
    "holiday": Words("holidays", ("name",), called="holiday"),
}
"""Kind → what it is found by. Figures are numbers and looked up by their lists. Names on sanctions lists are sealed:
a listing is found by its reference."""

TITLE: Final = 240
"""Characters of a title; a longer text is cut at a word and searched as a whole beside it."""


def _make(kind: type[Claims], words: Words) -> Make:
    cited = tuple(name for name in kind.cited if name != words.symbol)

    def make(record: str, name: str, row: Values, live: Live, known: Known) -> SearchDocument:
        language = (row[words.language] if words.language else None) or "en"
        symbol = row[words.symbol] if words.symbol else None
        own = own_keys(symbol)
        key = record.partition(":")[2]
        whole = next((row[column] for column in words.title if row[column]), "")
        title = _short(whole)
        long = [text for column in words.long for text in _texts(row[column])]
        if title != whole:
            long.insert(0, whole)
        codes = sorted({code for column in words.members for code in _codes(row[column])})
        also: list[Text] = []
        for column in words.says:
            also += texts(*_texts(row[column]), language=language)
        also += texts(words.called or None)
        for code in codes:
            also += member_names(code, ())
        return SearchDocument(
            record=record,
            kind=name,
            title=title or f"{_called(name, words)} {key}",
            language=language if title else "en",
            symbol=symbol,
            number=number_of(symbol),
            date=row["date"] or None,
            own=own,
            spellings=spellings(symbol),
            mentions=mentions(own, *(text for column in cited for text in _texts(row[column]))),
            also=tuple(text for text in dict.fromkeys(also) if text[0] != title),
            years=years(row["year"]),
            members=tuple(codes),
            body=tuple(texts(*dict.fromkeys(long), language=language)),
        )

    return make


def _called(kind: str, words: Words) -> str:
    """What a record without a title is called: its kind with a capital; symbols keep their own letters."""
    called = words.called or kind.replace("_", " ")
    return called[0].upper() + called[1:]


def _short(text: str) -> str:
    """A title cut at a word, with the sign that it is cut."""
    text = " ".join(text.split())
    return text if len(text) <= TITLE else text[:TITLE].rsplit(None, 1)[0].rstrip(",;:") + CUT_OFF


def _texts(value: str | None) -> list[str]:
    """A column's texts, whether it holds one or a list."""
    if not value:
        return []
    return listed(value) if value.startswith("[") else [value]


def _codes(value: str | None) -> list[str]:
    return [code for code in _texts(value) if len(code) == 3 and code.isupper()]


PRACTICE_SOURCES: Final[dict[str, Source]] = {
    kind: Source(words.table, _make(KINDS[kind], words)) for kind, words in PRACTICE.items()
}
"""Where the rows of these kinds stand, and how they make search documents."""
