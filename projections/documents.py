"""Documents: resolutions, presidential statements and others, by symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.documents import AnnualReport, DocumentText
from domain.records import Record
from projections.days import year_of
from projections.reading import Reader, Values
from projections.tables import plain_rows, plain_view
from projections.versioned import Boolean, Integer, column, view

DOCUMENTS = view(
    "documents",
    column("record", null=False),
    column("symbol", null=False),
    column("type", null=False),
    column("date", null=False),
    column("year", Integer),
    column("title"),
    column("language"),
    column("meeting"),
    column("truncated", Boolean, null=False),
    column("languages", null=False),
    column("author"),
    column("corrects"),
    column("concerns", null=False),
    column("supersedes"),
    key=("record",),
    indexes=(("symbol",), ("date", "record"), ("type", "date", "record"), ("meeting",), ("corrects",)),
)

TEXTS = plain_view(DocumentText, "texts", indexes=(("about", "language", "version"),))
ANNUAL_REPORTS = plain_view(AnnualReport, "annual_reports", indexes=(("symbol",),))

text_rows = plain_rows("texts", DocumentText)
annual_report_rows = plain_rows("annual_reports", AnnualReport)


def rows(record: Record) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The row of one document."""
    reading = record.reading()
    date = reading.get("date") or ""
    row = {
        "record": record.id,
        "symbol": reading.get("symbol") or record.id.removeprefix("document:"),
        "type": reading.get("type") or "document",
        "date": date,
        "year": year_of(date),
        "title": reading.get("title"),
        "language": reading.get("language"),
        "meeting": reading.get("meeting"),
        "truncated": bool(reading.get("truncated")),
        "languages": reading.get("languages") or [],
        "author": reading.get("author"),
        "corrects": reading.get("corrects"),
        "concerns": reading.get("concerns") or [],
        "supersedes": reading.get("supersedes"),
    }
    return {"documents": [row]}


def document_by_symbol(read: Reader, symbol: str) -> Values | None:
    """The document of a canonical symbol; a resolution's symbol may lack its year (``S/RES/1559``)."""
    columns = ",".join(DOCUMENTS.columns)
    found = read.row(f"select {columns} from documents where symbol = :symbol and {read.live()}", {"symbol": symbol})
    if found is None and symbol.startswith("S/RES/") and "(" not in symbol:
        sql = f"select {columns} from documents where symbol >= :low and symbol < :high and {read.live()} limit 1"
        found = read.row(sql, {"low": f"{symbol} (", "high": f"{symbol} )"})
    return found
