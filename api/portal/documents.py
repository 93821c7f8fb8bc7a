"""Documents by type and year, and one document."""

from __future__ import annotations

from api.portal import links, words
from api.portal.events import behind
from api.portal.pages import Ask, Go, NotFoundError, Show, listing
from api.portal.votes import years_of
from domain.symbols import SymbolError, parse
from projections.conflicts import CONFLICTS
from projections.documents import ANNUAL_REPORTS, DOCUMENTS, TEXTS
from projections.notes import NOTES
from projections.reading import Values, Where, by_key, count, one, page
from projections.votes import VOTES


def types(ask: Ask) -> dict[str, int]:
    """The types there are and how many documents of each, most first."""
    sql = f"select t.type, count(*) as n from documents t where {ask.read.live('t')} group by t.type order by 2 desc, 1"
    return {row["type"]: row["n"] for row in ask.read.rows(sql)}


def all_documents(ask: Ask) -> Show:
    """``/documents``."""
    known = types(ask)
    where = Where(DOCUMENTS)
    kind, year = ask.one_of("type", known), ask.year()
    if kind:
        where.eq("type", kind)
    if year:
        where.eq("year", year)
    return Show(
        "documents.html",
        {
            "found": listing(ask, DOCUMENTS, where),
            "total": count(ask.read, DOCUMENTS, where),
            "types": known,
            "years": years_of(ask, "documents"),
            "chosen": {"type": kind, "year": ask.text("year")},
        },
    )


def one_document(ask: Ask) -> Show | Go:
    """``/documents/{symbol}``; a symbol the archive knows as a vote or a meeting leads there."""
    key = str(ask.request.path_params["symbol"])
    document = one(ask.read, DOCUMENTS, record=f"document:{key}")
    if document is None:
        document = _by_symbol(ask, key)
        if document is not None:
            return Go(ask.record(str(document["record"])))
        found = links.find(ask.read, key)
        if found is not None:
            return Go(ask.record(found))
        raise NotFoundError(f"The archive holds no document “{key[:120]}” at this position.", key)
    record, symbol = str(document["record"]), str(document["symbol"])
    corrigenda = by_key(ask.read, DOCUMENTS, "corrects", [symbol], ("date", "record")).get(symbol, [])
    later = page(ask.read, DOCUMENTS, Where(DOCUMENTS).eq("supersedes", symbol), ("date", "record"), limit=20)
    ask.look_up([document["corrects"], document["supersedes"], document["meeting"]])
    return Show(
        "document.html",
        {
            "document": document,
            "vote": _vote(ask, symbol),
            "note": one(ask.read, NOTES, symbol=symbol),
            "corrigenda": corrigenda,
            "later": later,
            "texts": texts(ask, record),
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": behind(ask, record),
        },
    )


def texts(ask: Ask, about: str) -> list[Values]:
    """The texts of a document or a statement, the six languages in their order, the latest version of each first."""
    held = by_key(ask.read, TEXTS, "about", [about], ("language", "version", "record"), descending=True)
    return sorted(held.get(about, []), key=lambda row: list(words.LANGUAGES).index(row["language"]))


def annual_reports(ask: Ask) -> Show:
    """``/annual-reports``: the Council's reports to the General Assembly, the newest first."""
    found = listing(ask, ANNUAL_REPORTS, None)
    ask.look_up(row[name] for row in found.rows for name in ("meeting", "note"))
    return Show("annual_reports.html", {"found": found, "total": count(ask.read, ANNUAL_REPORTS)})


def _by_symbol(ask: Ask, key: str) -> Values | None:
    try:
        return one(ask.read, DOCUMENTS, symbol=parse(key).canonical)
    except SymbolError:
        return None


def _vote(ask: Ask, symbol: str) -> Values | None:
    try:
        read = parse(symbol)
    except SymbolError:
        return None
    return one(ask.read, VOTES, resolution=read.number) if read.series == "resolution" else None


PAGES = [
    ("/documents", all_documents),
    ("/documents/{symbol:path}", one_document),
    ("/annual-reports", annual_reports),
]
