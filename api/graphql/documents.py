"""Documents: resolutions, presidential statements and others."""

from __future__ import annotations

import graphene

from api.graphql import filters, words
from api.graphql.fields import Arguments, Asking, Rows, boolean, given, number, related, text
from api.graphql.nodes import Node
from api.graphql.paging import Order, connected, connection_type
from domain import symbols
from projections.documents import DOCUMENTS, document_by_symbol
from projections.reading import by_key


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


NARROW = filters.all_of(
    {
        "type": filters.on("type"),
        "date": filters.on_date("date"),
        "year": filters.on("year"),
        "title": filters.on("title"),
        "symbol": filters.on("symbol"),
        "meeting": filters.on("meeting"),
    }
)

BY_DATE = {
    "date": Order("date", ("date", "record"), False),
    "-date": Order("-date", ("date", "record"), True),
}

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
    from api.graphql.fields import plain

    wanted = str(plain(args["symbol"]))
    found = None
    for candidate in [wanted.removeprefix("document:"), *symbols.interpret(wanted.removeprefix("document:"))]:
        found = found or document_by_symbol(asking.read, candidate)
    return [found for _ in parents]
