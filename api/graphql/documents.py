"""Documents: resolutions, presidential statements and others; their texts; the annual reports."""

from __future__ import annotations

import graphene
from graphql import GraphQLError

from api.graphql import filters, words
from api.graphql.fields import Arguments, Asking, Rows, boolean, given, listed, number, plain, related, text, texts
from api.graphql.nodes import Node, rows_of
from api.graphql.paging import connected, connection_type, row_by, rows_by
from api.graphql.plain import BY_DATE, Listed, row_type, to_country, to_meeting
from domain import documents as stated
from domain import symbols
from domain.calendar import CalendarError, parse_iso
from projections.documents import ANNUAL_REPORTS, DOCUMENTS, TEXTS, document_by_symbol
from projections.notes import NOTES
from projections.reading import Where, by_key, page


class Document(graphene.ObjectType):
    """A document of the Council. Titles are as the source prints them."""

    class Meta:
        interfaces = (Node,)

    symbol = text("symbol", "Its symbol in canonical spelling, such as `S/RES/1559 (2004)`.")
    type = text("type", "Its kind: `resolution`, `presidential statement`, `letter`, `report` …")
    date = text("date", "Its date: ISO 8601, possibly partial; empty if unknown.")
    year = number("year", "The year of its date.", required=False)
    title = text("title", "Its title.", required=False)
    truncated = boolean("truncated", "Whether the source cuts the title off.")
    language = text("language", "Language of the title, as an ISO 639-1 code.", required=False)
    meeting_symbol = text("meeting", "Symbol of the record of the meeting it comes from.", required=False)
    meeting = related(lambda: _meeting(), lambda *a: meeting_of(*a), "The meeting it comes from.")
    votes = related(
        lambda: _votes(),
        lambda *a: _votes_on(*a),
        "The votes taken on it: on a resolution, or on a draft of this symbol.",
        required=True,
        weight=2,
    )
    languages = texts("languages", "The languages it is issued in, as ISO 639-1 codes.")
    concerns = texts("concerns", "For a corrigendum: the languages it concerns; empty: all, or not stated.")
    author = text("author", "Who issued it: a member's code, an organ, the Secretary-General.", required=False)
    texts = listed(
        lambda: DocumentText,
        rows_by(TEXTS, "about", "record", ("language", "version", "record")),
        "Its texts, by language and version.",
        weight=6,
    )
    corrects = text("corrects", "For a corrigendum: the symbol of the document it corrects.", required=False)
    corrects_document = related(lambda: Document, row_by(DOCUMENTS, "symbol", "corrects"), "The document it corrects.")
    corrigenda = listed(
        lambda: Document, rows_by(DOCUMENTS, "corrects", "symbol", ("date", "record")), "What corrects it.", weight=1
    )
    supersedes = text("supersedes", "The symbol of the document it replaces.", required=False)
    supersedes_document = related(
        lambda: Document, row_by(DOCUMENTS, "symbol", "supersedes"), "The document it replaces."
    )


def meeting_of(parents: Rows, _: Arguments, asking: Asking) -> list[object]:
    """The meetings whose record symbol stands in the column ``meeting``."""
    from projections.meetings import MEETINGS

    found = by_key(asking.read, MEETINGS, "symbol", [row["meeting"] for row in parents], ("record",))
    return [found[row["meeting"]][0] if row["meeting"] in found else None for row in parents]


def _meeting() -> object:
    from api.graphql.meetings import Meeting

    return Meeting


def _votes() -> object:
    from api.graphql.votes import Vote

    return graphene.List(graphene.NonNull(Vote))


def _votes_on(parents: Rows, _: Arguments, asking: Asking) -> list[object]:
    from projections.votes import VOTES

    numbers = {row["symbol"]: symbols.resolution_number(row["symbol"]) for row in parents}
    adopted = by_key(asking.read, VOTES, "resolution", numbers.values(), ("record",))
    drafts = [row["symbol"] for row in parents if numbers[row["symbol"]] is None]
    on_drafts = by_key(asking.read, VOTES, "draft", drafts, ("date", "record")) if drafts else {}
    return [adopted.get(numbers[row["symbol"]], []) or on_drafts.get(row["symbol"], []) for row in parents]


class DocumentFilter(graphene.InputObjectType):
    """Which documents; all conditions must hold."""

    type = given("Its kind.", filters.TextFilter)
    date = given("Its date.", filters.DateFilter)
    year = given("The year of its date.", filters.NumberFilter)
    title = given("Its title.", filters.TextFilter)
    symbol = given("Its symbol in canonical spelling.", filters.TextFilter)
    meeting = given("Symbol of the record of its meeting.", filters.TextFilter)
    author = given("Who issued it.", filters.TextFilter)
    corrects = given("The symbol of the document it corrects.", filters.TextFilter)
    supersedes = given("The symbol of the document it replaces.", filters.TextFilter)


NARROW = filters.all_of(
    {
        "type": filters.on("type"),
        "date": filters.on_date("date"),
        "year": filters.on("year"),
        "title": filters.on("title"),
        "symbol": filters.on("symbol"),
        "meeting": filters.on("meeting"),
        "author": filters.on("author"),
        "corrects": filters.on("corrects"),
        "supersedes": filters.on("supersedes"),
    }
)

DocumentOrder = words.by_date("DocumentOrder", "documents").enum()
DocumentConnection = connection_type(Document, "documents")

documents = connected(
    DocumentConnection,
    DOCUMENTS,
    BY_DATE,
    "-date",
    "Documents, newest first unless ordered otherwise.",
    order_enum=DocumentOrder,
    filters=DocumentFilter,
    narrow=NARROW,
)


def by_symbol(parents: Rows, args: Arguments, asking: Asking) -> list[object]:
    """The document of a symbol in any spelling."""
    wanted = str(plain(args["symbol"]))
    found = None
    for candidate in [wanted.removeprefix("document:"), *symbols.interpret(wanted.removeprefix("document:"))]:
        found = found or document_by_symbol(asking.read, candidate)
    return [found for _ in parents]


@row_type(stated.DocumentText)
class DocumentText:
    """A text in one language and version: of a document, or of a statement in a meeting."""

    node = related(
        Node,
        lambda rows, _, asking: rows_of([row["about"] for row in rows], asking),
        "The record whose text it is, if the archive holds it.",
    )


TEXT_LISTS = Listed(DocumentText, stated.DocumentText, TEXTS, "texts")


@row_type(stated.AnnualReport, named={"meeting": "meeting_symbol", "note": "note_symbol"})
class AnnualReport:
    """The Council's annual report to the General Assembly: always document /2 of its session."""

    coordinating = to_country("The member that coordinated the introduction.", "coordinator")
    meeting = to_meeting("The meeting that adopted it.")
    note = related("api.graphql.notes.Note", row_by(NOTES, "symbol", "note"), "The note on its adoption.")
    document = related(Document, row_by(DOCUMENTS, "symbol", "symbol"), "The report itself.")


ANNUAL_REPORT_LISTS = Listed(AnnualReport, stated.AnnualReport, ANNUAL_REPORTS, "annual reports")


def _covers(period: str, year: int) -> bool:
    try:
        days = parse_iso(period)
    except CalendarError:
        return False
    return days.first.year <= year <= days.last.year


def report_of_year(parents: Rows, arguments: Arguments, asking: Asking) -> list[object]:
    """The annual report on a calendar year; of two that cover a part of it each, the one whose period begins first."""
    year = int(plain(arguments["year"]))
    if not 1946 <= year <= 2100:
        raise GraphQLError(f"year {year} is outside the Council's existence (1946 on)")
    where = Where(ANNUAL_REPORTS).at_least("covers", f"{year - 1}").at_most("covers", f"{year}~")
    covering = [
        row
        for row in page(asking.read, ANNUAL_REPORTS, where, ("covers", "record"), limit=10)
        if _covers(row["covers"], year)
    ]
    best = next((row for row in covering if row["covers"] == str(year)), covering[0] if covering else None)
    return [best for _ in parents]
