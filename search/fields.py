"""The fields of the embedded index: how a search document is written into it, and how documents are ordered."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any, Final

import tantivy

from search.documents import SearchDocument
from search.engine import SearchError
from search.languages import streams

ENGINE: Final = str(getattr(tantivy, "__version__", "tantivy"))  # "tantivy v0.27.0, index_format v7"
"""The engine and its format on disk, which may change between minor versions."""

FOREVER: Final = 2**62
"""`until` of what still holds."""

_LAST_DAY: Final = 2**17 - 1


def schema() -> Any:
    """All fields. Text comes analysed (see :mod:`search.languages`), words separated by blanks."""
    made = tantivy.SchemaBuilder()
    made.add_text_field("record", tokenizer_name="raw", index_option="basic")
    for name in ("kind", "outcome", "agenda", "member"):
        made.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("ballots", "own", "mentions"):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("year", "since", "until", "newest", "oldest"):
        made.add_unsigned_field(name, fast=True)
    for name in ("title", "title_stems", "more", "more_stems"):
        made.add_text_field(name, tokenizer_name="words")
    made.add_bytes_field("shown", stored=True)
    return made.build()


def open_index(path: str, *, make: bool = False) -> Any:
    """The engine's index in a folder. Raises :class:`SearchError` if it cannot be opened."""
    try:
        index = tantivy.Index(schema(), path, reuse=not make)
    except (ValueError, OSError) as error:
        raise SearchError(f"the search index in {path} cannot be opened ({error}): rebuild it") from error
    index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


def written(document: SearchDocument) -> Any:
    """A search document in the engine's form."""
    made = tantivy.Document()
    made.add_text("record", document.record)
    made.add_text("kind", document.kind)
    for name, value in (("outcome", document.outcome), ("agenda", document.agenda)):
        if value:
            made.add_text(name, value)
    for name, values in (
        ("member", document.members),
        ("ballots", document.ballots),
        ("own", document.own),
        ("mentions", document.mentions),
    ):
        for value in values:
            made.add_text(name, value)
    for year in document.years:
        made.add_unsigned("year", year)
    made.add_unsigned("since", document.since)
    made.add_unsigned("until", FOREVER if document.until is None else document.until)
    made.add_unsigned("newest", order(document, undated=0))
    made.add_unsigned("oldest", order(document, undated=_LAST_DAY))
    _add(made, "title", document.title, document.language)
    for text, language in document.also:
        _add(made, "more", text, language)
    for text in document.spellings:
        _add(made, "more", text, "en")
    made.add_bytes("shown", shown(document))
    return made


def _add(made: Any, field: str, text: str, language: str) -> None:
    exact, stems = streams(text, language)
    made.add_text(field, exact)
    if stems:
        made.add_text(f"{field}_stems", stems)


def shown(document: SearchDocument) -> bytes:
    """What a hit shows, as stored."""
    return json.dumps(
        [
            document.record,
            document.kind,
            document.title,
            document.symbol,
            document.date,
            document.language,
            document.also,
            dict(document.names),
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def order(document: SearchDocument, *, undated: int) -> int:
    """Where a record stands by date, as one number of 64 bits: day, number in its series, something of its own."""
    own = int.from_bytes(hashlib.blake2b(document.record.encode(), digest_size=4).digest(), "big") >> 5
    return _day(document.date, undated) << 47 | min(document.number, 2**20 - 1) << 27 | own


def _day(written_date: str | None, undated: int) -> int:
    """Days since 1900 of the first day an ISO date, partial date or interval can mean."""
    parts = (written_date or "").partition("/")[0].split("-")
    try:
        year, month, day = (*(int(part) for part in parts), 1, 1)[:3]
        return min(max((date(year, month, day) - date(1900, 1, 1)).days, 1), _LAST_DAY - 1)
    except ValueError:
        return undated
