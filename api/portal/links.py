"""Addresses of the portal: one for each record, one for each symbol, and the official document's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from domain.facts import FactError
from domain.kinds import KINDS
from domain.notes import paragraph
from domain.symbols import SymbolError, interpret, parse
from projections.documents import ANNUAL_REPORTS, DOCUMENTS
from projections.meetings import MEETINGS, SITTINGS
from projections.notes import NOTES
from projections.reading import Reader, by_key
from projections.subsidiaries import REPORTS
from projections.versioned import View
from projections.votes import VOTES

PLACES = {
    "vote": "/votes/",
    "meeting": "/meetings/",
    "sitting": "/meetings/",
    "mission": "/missions/",
    "advice": "/advice/",
    "document": "/documents/",
    "member": "/members/",
    "presidency": "/presidencies/",
    "note": "/notes/",
    "paragraph": "/notes/",
    "regime": "/sanctions/",
    "body": "/bodies/",
}
"""Kind of record → where its pages stand. A record is found there by the part of its id after the kind."""

ELSEWHERE = "/records/"
"""Where records of all other kinds stand, by their whole id."""

OFFICIAL = "https://docs.un.org/en/"
"""The United Nations' address for a document by symbol."""

_PLAIN = "/:@,.()~-_"


def path(record: str) -> str:
    """The page of a record: ``vote:S/3502#2`` → ``/votes/S/3502%232``; of any other kind: ``/records/`` and its id."""
    kind, _, rest = record.partition(":")
    if kind in PLACES:
        return PLACES[kind] + quote(rest, safe=_PLAIN)
    if kind in ("membership", "name", "seat", "election"):
        return PLACES["member"] + quote(rest.partition("/")[0])
    return ELSEWHERE + quote(record, safe=_PLAIN)


def with_params(href: str, params: Mapping[str, object]) -> str:
    """An address with these query parameters added; empty ones are left out, lists are repeated."""
    given = {name: value for name, value in params.items() if value not in (None, "", [], ())}
    if not given:
        return href
    address, sharp, fragment = href.partition("#")
    joined = f"{address}{'&' if '?' in address else '?'}{urlencode(given, doseq=True)}"
    return f"{joined}{sharp}{fragment}"


def of_symbol(symbol: str) -> str | None:
    """The page of a symbol whose series the archive records (resolutions, meetings, statements), else None."""
    try:
        read = parse(symbol)
    except SymbolError:
        return None
    if read.series == "resolution":
        return f"/votes/S/RES/{read.number}"
    if read.series == "record" and not any(part.startswith("Corr") for part in read.suffixes):
        return path(f"meeting:{read.canonical}")
    return path(f"document:{read.canonical}") if read.series == "statement" else None


def official(symbol: str) -> str | None:
    """Where the United Nations publishes a document; None for what is no symbol."""
    try:
        read = parse(symbol)
    except SymbolError:
        return None
    base = f"S/RES/{read.number} ({read.year})" if read.series == "resolution" and read.year else read.canonical
    return OFFICIAL + quote(base.replace(" ", ""), safe="/()")


def find(read: Reader, text: str) -> str | None:
    """The record a person names by its symbol, as they may have typed it; None if the archive holds none."""
    return find_many(read, [text])[text]


def find_many(read: Reader, texts: Iterable[str]) -> dict[str, str | None]:
    """The records that many texts name, in a few statements: text → record, or None where the archive holds none.

    A text is a symbol as typed, a paragraph of a note (``S/2017/507/43``) or a record's own id (``regime:2374``).
    """
    readings: dict[str, list[str]] = {}
    ids: dict[str, str] = {}
    for text in texts:
        if text.partition(":")[0] in KINDS:
            ids[text] = text
        elif is_paragraph(text):
            ids[text] = f"paragraph:{text}"
        else:
            readings[text] = interpret(text)
    held = _held(read, ids.values())
    found = of_canonicals(read, [symbol for symbols in readings.values() for symbol in symbols])
    named: dict[str, str | None] = {text: record if record in held else None for text, record in ids.items()}
    for text, symbols in readings.items():
        named[text] = next((found[symbol] for symbol in symbols if symbol in found), None)
    return named


def is_paragraph(text: str) -> bool:
    """Whether a text is a paragraph of a note, such as ``S/2017/507/43``."""
    try:
        paragraph(text)
    except FactError:
        return False
    return True


def _held(read: Reader, records: Iterable[str]) -> set[str]:
    """Which of these records the log knows at this position."""
    wanted = dict(enumerate(dict.fromkeys(records)))
    if not wanted:
        return set()
    marks = ",".join(f":r{number}" for number in wanted)
    sql = f"select distinct record from events where record in ({marks}) and position <= :position"
    params = {f"r{number}": record for number, record in wanted.items()}
    return {row["record"] for row in read.rows(sql, {**params, "position": read.position})}


def of_canonical(read: Reader, symbol: str) -> str | None:
    """The record of a symbol: the vote on it before the document, the meeting by its record or letter."""
    return of_canonicals(read, [symbol]).get(symbol)


def of_canonicals(read: Reader, symbols: Iterable[str]) -> dict[str, str]:
    """The records of many canonical symbols; those the archive does not hold are absent."""
    resolutions: dict[str, int] = {}
    records: list[str] = []
    others: list[str] = []
    for symbol in dict.fromkeys(symbols):
        parsed = parse(symbol)
        if parsed.series == "resolution" and parsed.number is not None:
            resolutions[symbol] = parsed.number
        elif parsed.series == "record":
            records.append(symbol)
        else:
            others.append(symbol)
    by_number = _first(read, VOTES, "resolution", resolutions.values())
    found = {symbol: by_number[number] for symbol, number in resolutions.items() if number in by_number}
    return {**found, **_of_records(read, records), **_of_others(read, others)}


def _of_records(read: Reader, symbols: Sequence[str]) -> dict[str, str]:
    """Meetings by the symbols of their verbatim records."""
    base: dict[str, str] = {}
    for symbol in symbols:
        parsed = parse(symbol)
        if parsed.suffixes and not any(part.startswith("Corr") for part in parsed.suffixes):
            base[symbol] = parsed.base  # a resumption no source lists: the meeting that was resumed
    wanted = [*symbols, *base.values()]
    found: dict[str, str] = {}
    for view in (MEETINGS, SITTINGS):
        left = [symbol for symbol in wanted if symbol not in found]
        found.update(_first(read, view, "symbol", left))
    left = [symbol for symbol in wanted if symbol not in found and symbol not in base]
    found.update({symbol: f"meeting:{symbol}" for symbol in _first(read, VOTES, "meeting", left)})
    for symbol in symbols:
        if symbol not in found and base.get(symbol) in found:
            found[symbol] = found[base[symbol]]
    return found


def _of_others(read: Reader, symbols: Sequence[str]) -> dict[str, str]:
    """Drafts, notes, documents, letters and reports by symbol; the first place that holds one stands for it."""
    found: dict[str, str] = {}
    for view, column in _NAMED_BY:
        left = [symbol for symbol in symbols if symbol not in found]
        found.update(_first(read, view, column, left))
    return found


_NAMED_BY = (
    (VOTES, "draft"),
    (NOTES, "symbol"),
    (DOCUMENTS, "symbol"),
    (MEETINGS, "symbol"),
    (REPORTS, "symbol"),
    (ANNUAL_REPORTS, "symbol"),
)


def _first(read: Reader, view: View, column: str, keys: Iterable[Any]) -> dict[Any, str]:
    rows = by_key(read, view, column, keys, ("record",), columns=("record",))
    return {key: str(held[0]["record"]) for key, held in rows.items()}
