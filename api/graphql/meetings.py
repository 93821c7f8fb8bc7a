"""Meetings and their resumptions, and what happens in them: invitations, briefings, speeches, proposals."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import graphene

from api.graphql import filters, words
from api.graphql.documents import BY_DATE, Document, meeting_of
from api.graphql.fields import (
    Arguments,
    Asking,
    Batch,
    Rows,
    boolean,
    decoded,
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
from api.graphql.paging import Order, connected, connection_type, row_by, rows_by
from api.graphql.plain import one_by, to_country
from domain import symbols
from domain.meetings import minutes
from projections.debates import BRIEFINGS, INVITATIONS, PROPOSALS, SPEECHES, spoken
from projections.documents import DOCUMENTS
from projections.meetings import MEETINGS, SITTINGS, base_symbol
from projections.peacebuilding import PARTICIPATIONS
from projections.presidencies import PRESIDENCIES
from projections.reading import Values, Where, by_key
from projections.versioned import View
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
    hours = texts("hours", "The sittings its record covers, each from opening to close, New York time.")
    minutes = number("minutes", "Their length in minutes; null where no source gives hours.", required=False)


def _sittings(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    keys = [key for row in parents for key in (row["record"], row["symbol"])]
    found = by_key(asking.read, SITTINGS, "meeting", keys, ("symbol",))
    return [found.get(row["record"]) or found.get(row["symbol"]) or [] for row in parents]


def _resumed(parents: Rows, _: Arguments, asking: Asking) -> list[object]:
    def record(row: Values) -> str:
        named: str = row["meeting"]
        return named if named.startswith("meeting:") else f"meeting:{named}"

    found = by_key(asking.read, MEETINGS, "record", [record(row) for row in parents], ("record",))
    return [found[record(row)][0] if record(row) in found else None for row in parents]


def _with_resumptions(parents: Rows, asking: Asking) -> list[list[Values]]:
    """Each meeting with its resumptions: a suspended meeting goes on under records of their own."""
    known: dict[str, list[Values]] = asking.memo.setdefault("resumptions", {})
    unknown = [row for row in parents if row["record"] not in known]
    if unknown:
        for row, sittings in zip(unknown, _sittings(unknown, {}, asking), strict=True):
            known[row["record"]] = [row, *sittings]
    return [known[row["record"]] for row in parents]


def _in_turn(row: Values) -> tuple[str, int]:
    """Sorts records numbered after ``#``: the tenth invitation comes after the second."""
    front, _, nth = str(row["record"]).rpartition("#")
    return (front, int(nth)) if nth.isdigit() else (str(row["record"]), 0)


def _at_it(view: View) -> Batch:
    """A batch: the rows of a table at the parent meeting and its resumptions, in the order they are numbered in."""

    def batch(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
        records = [[one["symbol"] for one in each] for each in _with_resumptions(parents, asking)]
        found = by_key(asking.read, view, "meeting", [one for each in records for one in each], ("record",))
        return [[row for one in each for row in sorted(found.get(one, []), key=_in_turn)] for each in records]

    return batch


def _total_minutes(parents: Rows, _: Arguments, asking: Asking) -> list[int | None]:
    # A source may give the hours of a resumption with the meeting, another with the resumption: each counts once.
    hours = [
        dict.fromkeys(one for part in parts for one in decoded(part["hours"]))
        for parts in _with_resumptions(parents, asking)
    ]
    return [minutes(list(each)) if each else None for each in hours]


class DebateCounts(graphene.ObjectType):
    """Three counts of one debate, which are often taken for each other. A joint statement is one speech of one speaker
    for many delegations; a delegation that speaks twice is one speaker with two speeches.
    """

    speakers = number("speakers", "States, organisations and persons that took the floor, each counted once.")
    speeches = number("speeches", "Speeches: places in the speakers' list.")
    delegations = number("delegations", "States spoken for: those that took the floor, and those joined in statements.")


def _counts(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    # Without a speakers' list nothing is counted: a 0 would say that nobody took the floor.
    return [asdict(spoken(speeches)) if speeches else None for speeches in _at_it(SPEECHES)(parents, {}, asking)]


class Meeting(graphene.ObjectType):
    """A meeting of the Council, or what it did without one in 2020-21 (see `mode`)."""

    class Meta:
        interfaces = (Node,)

    symbol = text("symbol", "Symbol of its verbatim record, `S/PV.9052`; without a number: of its letter.")
    date = text("date", "Its day: ISO 8601, possibly an interval past midnight.")
    year = number("year", "The year of its day.", required=False)
    minutes = number("minutes", "The length of `hours` in minutes; null where no source gives them.", required=False)
    number = number("number", "Its number; null for videoconferences and written procedures.", required=False)
    mode = word(words.Mode, "mode", "How the Council met.")
    private = boolean("private", "Whether it was private.")
    topic = text("topic", "The first topic on its agenda, else the agenda item; empty if no source gives one.")
    topics = texts("topics", "All topics on its agenda.")
    place = text("place", "Where it was held, if not at Headquarters.", required=False)
    press = texts("press", "Symbols of press releases and communiqués.")
    letters = texts("letters", "Symbols of the letters that stand in for its record (2020-21).")
    corrigenda = texts("corrigenda", "Symbols of corrigenda to its record.")
    outcomes = texts("outcomes", "Outcomes other than votes, as the source prints them.")
    format = word(words.Format, "format", "The format of the meeting; null: no source states it.", required=False)
    agenda = text("agenda", "The agenda item as adopted (rule 9).", required=False)
    theme = text("theme", "The subject the presidency chose under the agenda item.", required=False)
    president = text("president", "Code of the member that presided.", required=False)
    presiding = to_country("The member that presided.", "president")
    presidency = related(
        "api.graphql.presidencies.Presidency",
        one_by(PRESIDENCIES, "month", lambda row: row["date"][:7] or None),
        "The presidency of its month.",
    )
    concept_note = text("concept_note", "Symbol of the concept note.", required=False)
    concept_note_document = related(Document, row_by(DOCUMENTS, "symbol", "concept_note"), "The concept note, if held.")
    hours = texts("hours", "Its sittings, each from opening to suspension or close, New York time.")
    total_minutes = related(
        graphene.Int,
        _total_minutes,
        "Its length in minutes with its resumptions, as far as their hours are stated; null where none are.",
    )
    invitations = listed("api.graphql.debates.Invitation", _at_it(INVITATIONS), "Who asked to take part.", weight=10)
    participations = listed(
        "api.graphql.peacebuilding.Participation", _at_it(PARTICIPATIONS), "Other organs taking part.", weight=1
    )
    briefings = listed("api.graphql.debates.Briefing", _at_it(BRIEFINGS), "Who briefed, in order.", weight=3)
    speeches = listed("api.graphql.debates.Speech", _at_it(SPEECHES), "The speakers' list, in order.", weight=30)
    proposals = listed("api.graphql.debates.Proposal", _at_it(PROPOSALS), "Proposals made at it.", weight=5)
    counts = related(
        DebateCounts, _counts, "Its speakers, speeches and delegations, counted; null without a list of speakers."
    )
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
    format = given("The format of the meeting.", filters.closed(words.Format))
    agenda = given("The agenda item.", filters.TextFilter)
    theme = given("The subject under the agenda item.", filters.TextFilter)
    president = given("Code of the member that presided.", filters.TextFilter)
    concept_note = given("Symbol of the concept note.", filters.TextFilter)
    minutes = given("Its length in minutes, resumptions aside.", filters.NumberFilter)


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
        "format": filters.on("format"),
        "agenda": filters.on("agenda"),
        "theme": filters.on("theme"),
        "president": filters.on("president"),
        "concept_note": filters.on("concept_note"),
        "minutes": filters.on("minutes"),
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
