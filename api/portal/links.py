"""Addresses of the portal: one for each record, one for each symbol, and the official document's own."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from domain.symbols import SymbolError, interpret, parse
from projections.meetings import MEETINGS, SITTINGS
from projections.reading import Reader, one

PLACES = {
    "vote": "/votes/",
    "meeting": "/meetings/",
    "sitting": "/meetings/",
    "mission": "/missions/",
    "advice": "/advice/",
    "document": "/documents/",
    "member": "/members/",
}
"""Kind of record → where its pages stand. A record is found there by the part of its id after the kind."""

OFFICIAL = "https://docs.un.org/en/"
"""The United Nations' address for a document by symbol."""


def path(record: str) -> str:
    """The page of a record: ``vote:S/3502#2`` → ``/votes/S/3502%232``; records without a page: their events."""
    kind, _, rest = record.partition(":")
    if kind in PLACES:
        return PLACES[kind] + quote(rest, safe="/:@,.()~-_")
    if kind in ("membership", "name", "seat"):
        return PLACES["member"] + quote(rest.partition("/")[0])
    return "/events?" + urlencode({"record": record})


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
    for symbol in interpret(text):
        found = of_canonical(read, symbol)
        if found is not None:
            return found
    return None


def of_canonical(read: Reader, symbol: str) -> str | None:
    """The record of a symbol: the vote on it before the document, the meeting by its record or letter."""
    live = read.live("t")
    parsed = parse(symbol)
    if parsed.series == "resolution":
        sql = f"select t.record from votes t where t.resolution = :number and {live}"
        found = read.value(sql, {"number": parsed.number})
        return str(found) if found else None
    if parsed.series == "record":
        row = one(read, MEETINGS, symbol=symbol) or one(read, SITTINGS, symbol=symbol)
        if row is not None:
            return str(row["record"])
        if parsed.suffixes and not any(part.startswith("Corr") for part in parsed.suffixes):
            return of_canonical(read, parsed.base)  # a resumption no source lists: the meeting that was resumed
        held = read.value(f"select count(*) from votes t where t.meeting = :symbol and {live}", {"symbol": symbol})
        return f"meeting:{symbol}" if held else None
    params = {"symbol": symbol}
    for sql in (
        f"select t.record from votes t where t.draft = :symbol and {live} order by t.record",
        f"select t.record from documents t where t.symbol = :symbol and {live}",
        f"select t.record from meetings t where t.symbol = :symbol and {live}",
    ):
        found = read.value(sql, params)
        if found:
            return str(found)
    return None
