"""Meetings and their resumptions."""

from __future__ import annotations

import graphene

from api.graphql import filters, words
from api.graphql.documents import BY_DATE, Document, meeting_of
from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    boolean,
    given,
    listed,
    number,
    plain,
    related,
    text,
    texts,
    word,
)
from api.graphql.nodes import Node
from api.graphql.paging import Order, connected, connection_type, rows_by
from domain import symbols
from projections.documents import DOCUMENTS
from projections.meetings import MEETINGS, SITTINGS, base_symbol
from projections.reading import Values, Where, by_key
from projections.vetoes import VETOES
from projections.votes import VOTES


class Sitting(graphene.ObjectType):
    """A resumption of a suspended meeting, with a record of its own."""

    class Meta:
        interfaces = (Node,)

    symbol = text("symbol", "Symbol of its record, such as `S/PV.9052 (Resumption 1)`.")
    meeting_symbol = text("meeting", "Record symbol (or record id) of the meeting resumed.")
    meeting = related(lambda: Meeting, lambda *a: _resumed(*a), "The meeting resumed.")
    part = number("part", "Which resumption it is, from 1.", required=False)
    date = text("date", "Its day: ISO 8601, possibly an interval past midnight.")
    year = number("year", "The year of its day.", required=False)
    private = boolean("private", "Whether it was private.")
    press = texts("press", "Symbols of press releases and communiqués.")
    corrigenda = texts("corrigenda", "Symbols of corrigenda to its record.")


def _sittings(parents: Rows, _: Arguments, asking: Asking) -> list[object]:
    keys = [key for row in parents for key in (row["record"], row["symbol"])]
    found = by_key(asking.read, SITTINGS, "meeting", keys, ("symbol",))
    return [found.get(row["record"]) or found.get(row["symbol"]) or [] for row in parents]


def _resumed(parents: Rows, _: Arguments, asking: Asking) -> list[object]:
    def record(row: Values) -> str:
        named: str = row["meeting"]
        return named if named.startswith("meeting:") else f"meeting:{named}"

    found = by_key(asking.read, MEETINGS, "record", [record(row) for row in parents], ("record",))
    return [found[record(row)][0] if record(row) in found else None for row in parents]


class Meeting(graphene.ObjectType):
    """A meeting of the Council, or what it did without one in 2020-21 (see `mode`)."""

    class Meta:
        interfaces = (Node,)

    symbol = text("symbol", "Symbol of its verbatim record, `S/PV.9052`; without a number: of its letter.")
    date = text("date", "Its day: ISO 8601, possibly an interval past midnight.")
    year = number("year", "The year of its day.", required=False)
    number = number("number", "Its number; null for videoconferences and written procedures.", required=False)
    mode = word(words.Mode, "mode", "How the Council met.")
    private = boolean("private", "Whether it was private.")
    topic = text("topic", "The first topic on its agenda; empty if the source gives none.")
    topics = texts("topics", "All topics on its agenda.")
    place = text("place", "Where it was held, if not at Headquarters.", required=False)
    press = texts("press", "Symbols of press releases and communiqués.")
    letters = texts("letters", "Symbols of the letters that stand in for its record (2020-21).")
    corrigenda = texts("corrigenda", "Symbols of corrigenda to its record.")
    outcomes = texts("outcomes", "Outcomes other than votes, as the source prints them.")
    sittings = listed(Sitting, _sittings, "Its resumptions, in order.", weight=1)
    votes = related(
        lambda: _votes(),
        rows_by(VOTES, "meeting", "symbol", ("date", "record")),
        "The votes taken at it, by record id.",
        required=True,
        weight=2,
    )
    vetoes = related(
        lambda: _vetoes(),
        rows_by(VETOES, "meeting", "symbol", ("date", "record")),
        "The vetoes cast at it.",
        required=True,
        weight=1,
    )
    documents = listed(
        Document, rows_by(DOCUMENTS, "meeting", "symbol", ("date", "record")), "Documents that come from it.", weight=2
    )


def _votes() -> object:
    from api.graphql.votes import Vote

    return graphene.List(graphene.NonNull(Vote))


def _vetoes() -> object:
    from api.graphql.vetoes import Veto

    return graphene.List(graphene.NonNull(Veto))


class MeetingFilter(graphene.InputObjectType):
    """Which meetings; all conditions must hold."""

    date = given("Its day.", filters.DateFilter)
    year = given("The year of its day.", filters.NumberFilter)
    number = given("Its number.", filters.NumberFilter)
    mode = given("How the Council met.", filters.closed(words.Mode))
    private = given("Whether it was private.", graphene.Boolean)
    topic = given("Any of its topics.", filters.TextFilter)
    place = given("Where it was held, if not at Headquarters.", filters.TextFilter)
    resumed = given("Whether it was suspended and resumed.", graphene.Boolean)
    voted = given("Whether a vote was taken at it.", graphene.Boolean)


def _on_topic(where: Where, value: dict[str, object], asking: Asking) -> None:
    if value.get("eq") is not None:
        where.sql(
            "exists (select 1 from meeting_topics x where x.meeting = t.record and x.topic = :topic"
            f" and {asking.read.live('x')})",
            topic=value["eq"],
        )
    if value.get("is_in") is not None:
        wanted = [str(one) for one in value["is_in"][: filters.MANY]]  # type: ignore[index]
        marks = ",".join(f":topic{n}" for n in range(len(wanted))) or "null"
        where.sql(
            f"exists (select 1 from meeting_topics x where x.meeting = t.record and x.topic in ({marks})"
            f" and {asking.read.live('x')})",
            **{f"topic{n}": one for n, one in enumerate(wanted)},
        )
    if value.get("contains") is not None:
        where.contains("topics", str(value["contains"]))


def _exists(table: str, condition: str) -> filters.Narrow:
    def narrow(where: Where, value: bool, asking: Asking) -> None:
        no = "" if value else "not "
        where.sql(f"{no}exists (select 1 from {table} x where {condition} and {asking.read.live('x')})")

    return narrow


NARROW = filters.all_of(
    {
        "date": filters.on_date("date"),
        "year": filters.on("year"),
        "number": filters.on("number"),
        "mode": filters.on("mode"),
        "private": filters.on("private"),
        "topic": _on_topic,
        "place": filters.on("place"),
        "resumed": _exists("sittings", "(x.meeting = t.record or x.meeting = t.symbol)"),
        "voted": _exists("votes", "x.meeting = t.symbol"),
    }
)

MeetingOrder = words.by_date("MeetingOrder", "meetings").enum()
MeetingConnection = connection_type(Meeting, "meetings")
ORDERS: dict[str, Order] = BY_DATE

meetings = connected(
    MeetingConnection,
    MEETINGS,
    ORDERS,
    "-date",
    "Meetings, newest first unless ordered otherwise.",
    order_enum=MeetingOrder,
    filters=MeetingFilter,
    narrow=NARROW,
)


def by_symbol(parents: Rows, args: Arguments, asking: Asking) -> list[object]:
    """The meeting of a record symbol or number in any spelling; a resumption's symbol finds its meeting."""
    wanted = str(plain(args["symbol"])).removeprefix("meeting:")
    meant = [base_symbol(symbol) for symbol in symbols.interpret(wanted)]
    records = [f"meeting:{symbol}" for symbol in dict.fromkeys([wanted, *meant])]
    found = by_key(asking.read, MEETINGS, "record", records, ("record",))
    best = next((found[record][0] for record in records if record in found), None)
    return [best for _ in parents]


__all__ = ["Meeting", "MeetingConnection", "Sitting", "by_symbol", "meeting_of", "meetings"]
