"""The fields of the embedded index: how a search document is written into it, and how documents are ordered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

import orjson
import tantivy

from domain.symbols import SymbolError, parse
from search.documents import SearchDocument
from search.engine import FACETS, FILTERS, SearchError
from search.languages import streams
from search.query import key_of

ENGINE: Final = f"{getattr(tantivy, '__version__', 'tantivy')}, fields 2"
"""The engine, its format on disk, which may change between minor versions, and the version of the fields here."""

FOREVER: Final = 2**62
"""`until` of what still holds."""

TEXTS: Final = ("title", "more", "body")
"""Fields of words; each has its stems beside it."""

COUNTED: Final = tuple(name for name in FACETS if name != "year")
"""Facets kept as they are written, beside the fields that are filtered by."""

_LAST_DAY: Final = 2**17 - 1
_FRESH: Final = 2.0**-8


@lru_cache(maxsize=1)
def schema() -> Any:
    """All fields. Text comes analysed (see :mod:`search.languages`), words separated by blanks."""
    made = tantivy.SchemaBuilder()
    made.add_text_field("record", tokenizer_name="raw", index_option="basic")
    for name in COUNTED:
        made.add_text_field(f"{name}_facet", fast=True, tokenizer_name="raw", index_option="basic")
    for name in FILTERS:
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("year", "day", "newest", "oldest", "numbered"):
        made.add_unsigned_field(name, fast=True)
    made.add_float_field("fresh", fast=True)
    for name in ("since", "until"):
        made.add_unsigned_field(name, fast=True, stored=True)
    for name in TEXTS:
        made.add_text_field(name, tokenizer_name="words")
        made.add_text_field(f"{name}_stems", tokenizer_name="words")
    made.add_bytes_field("shown", stored=True)
    made.add_bytes_field("body_shown", stored=True)
    return made.build()


def open_index(path: str, *, make: bool = False) -> Any:
    """The engine's index in a folder. Raises :class:`SearchError` if it cannot be opened, OSError if it cannot be
    made."""
    try:
        index = tantivy.Index(schema(), path, reuse=not make)
        index.config_reader("manual")  # opens every segment
    except (ValueError, OSError) as error:
        if make:
            raise OSError(str(error)) from error
        raise SearchError(f"the search index in {path} cannot be opened ({error}): rebuild it") from error
    index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def written(document: SearchDocument) -> Any:
    """A search document in the engine's form."""
    made = tantivy.Document()
    made.add_text("record", document.record)
    for name, values in counted(document).items():
        for value in values:
            made.add_text(f"{name}_facet", value)
    for name, values in filtered(document).items():
        for value in values:
            made.add_text(name, value)
    for year in document.years:
        made.add_unsigned("year", year)
    if day := day_number(document.date):
        made.add_unsigned("day", day)
    made.add_unsigned("since", document.since)
    made.add_unsigned("until", FOREVER if document.until is None else document.until)
    made.add_unsigned("newest", order(document, undated=0))
    made.add_unsigned("oldest", order(document, undated=_LAST_DAY))
    made.add_unsigned("numbered", numbered(document))
    made.add_float("fresh", fresh(document))
    _add(made, "title", document.title, document.language)
    for language, name in document.names:
        _add(made, "title", name, language)
    for text, language in document.also:
        _add(made, "more", text, language)
    for text in document.spellings:
        _add(made, "more", text, "en")
    for text, language in document.body:
        _add(made, "body", text, language)
    made.add_bytes("shown", shown(document))
    if document.body:
        made.add_bytes("body_shown", orjson.dumps(document.body))
    return made


def counted(document: SearchDocument) -> dict[str, tuple[str, ...]]:
    """The values of each facet, as they are shown."""
    return {
        "kind": (document.kind,),
        "outcome": (document.outcome,) if document.outcome else (),
        "member": document.members,
        "agenda": (document.agenda,) if document.agenda else (),
        "format": (document.format,) if document.format else (),
    }


def column(facet: str) -> str:
    """The field that a facet is counted in."""
    return facet if facet == "year" else f"{facet}_facet"


def facets(buckets: Mapping[str, Iterable[tuple[Any, int]]]) -> dict[str, list[tuple[str, int]]]:
    """Counts of each facet as an engine gives them → as they are shown: most first, years newest first."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name in FACETS:
        if name == "year":
            found[name] = [(str(int(year)), count) for year, count in sorted(buckets[name], reverse=True)]
        else:
            found[name] = sorted(buckets[name], key=lambda pair: (-pair[1], pair[0]))
    return found


def filtered(document: SearchDocument) -> dict[str, tuple[str, ...]]:
    """The values of each field that is filtered by (:data:`search.engine.FILTERS`), as they are compared."""
    choices = {f"*:{ballot.partition(':')[2]}" for ballot in document.ballots}
    spoken = {document.language, *(language for _, language in (*document.also, *document.body))}
    made = {
        **counted(document),
        "ballots": (*document.ballots, *sorted(choices)),
        "language": tuple(sorted({*spoken, *(language for language, _ in document.names)})),
        "own": document.own,
        "mentions": document.mentions,
    }
    return {name: tuple(dict.fromkeys(map(key_of, values))) for name, values in made.items()}


def _add(made: Any, field: str, text: str, language: str) -> None:
    exact, stems = streams(text, language)
    made.add_text(field, exact)
    if stems:
        made.add_text(f"{field}_stems", stems)


def shown(document: SearchDocument) -> bytes:
    """What a hit shows, as stored."""
    return orjson.dumps(
        [
            document.record,
            document.kind,
            document.title,
            document.symbol,
            document.date,
            document.language,
            document.also,
            dict(document.names),
        ]
    )


def order(document: SearchDocument, *, undated: int) -> int:
    """Where a record stands by date, as one number of 63 bits: day, number in its series, something of its own."""
    day = _day(document.date, undated)
    if day == undated:
        return day << 46 | _own(document, 46)
    return day << 46 | min(max(document.number, 0), 2**20 - 1) << 26 | _own(document, 26)


def numbered(document: SearchDocument) -> int:
    """Where a record stands by symbol, as one number of 63 bits: series, year, number, something of its own.

    Resolutions and meetings go by number, which runs on; letters and statements by year, then number, which begins
    anew each year. Records without a symbol come last.
    """
    try:
        symbol = parse(document.symbol or "")
    except SymbolError:
        return 63 << 57 | _own(document, 57)
    year, number = min(symbol.year or 0, 2**12 - 1), min(symbol.number or 0, 2**24 - 1)
    place = year << 24 | number if symbol.series in ("letter", "statement") else number << 12 | year
    return symbol.sort_key[0] << 57 | place << 21 | _own(document, 21)


def fresh(document: SearchDocument) -> float:
    """What newer records count more than older ones of the same relevance: so little that it only parts ties."""
    return _FRESH * _day(document.date, 0) / _LAST_DAY


def _own(document: SearchDocument, bits: int) -> int:
    digest = hashlib.blake2b(f"{document.record}@{document.since}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - bits)


def day_number(written_date: str | None) -> int:
    """The first day an ISO date, partial date or interval can mean, as 20140318; 0 where there is none."""
    parts = (written_date or "").partition("/")[0].split("-")
    try:
        year, month, day = (*(int(part) for part in parts), 1, 1)[:3]
        date(year, month, day)
    except ValueError:
        return 0
    return year * 10_000 + month * 100 + day


def _day(written_date: str | None, undated: int) -> int:
    """Days since 1900 of the first day an ISO date, partial date or interval can mean."""
    parts = (written_date or "").partition("/")[0].split("-")
    try:
        year, month, day = (*(int(part) for part in parts), 1, 1)[:3]
        return min(max((date(year, month, day) - date(1900, 1, 1)).days, 1), _LAST_DAY - 1)
    except ValueError:
        return undated
