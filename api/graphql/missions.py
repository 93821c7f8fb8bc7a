"""Missions of the Council."""

from __future__ import annotations

from typing import Any

import graphene

from api.graphql import filters, words
from api.graphql.documents import BY_DATE, Document
from api.graphql.fields import Arguments, Asking, Rows, decoded, given, listed, number, plain, text, texts
from api.graphql.meetings import Meeting
from api.graphql.nodes import Node
from api.graphql.paging import connected, connection_type
from projections.documents import DOCUMENTS
from projections.meetings import MEETINGS
from projections.missions import MISSIONS
from projections.reading import Where, by_key
from projections.versioned import View


def _named(view: View, *columns: str) -> Any:
    """A batch: the rows whose symbols stand in columns (JSON lists or single symbols) of the parent."""

    def symbols(row: dict[str, Any]) -> list[str]:
        found: list[str] = []
        for name in columns:
            value = row[name]
            found += decoded(value) if value and value.startswith("[") else [value] if value else []
        return list(dict.fromkeys(found))

    def batch(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
        wanted = [symbols(row) for row in parents]
        found = by_key(asking.read, view, "symbol", [one for each in wanted for one in each], ("record",))
        return [[row for symbol in each for row in found.get(symbol, [])] for each in wanted]

    return batch


class Mission(graphene.ObjectType):
    """A mission of the Council: decided, given terms of reference, travelled, reported."""

    class Meta:
        interfaces = (Node,)

    year = number("year", "The year it is listed under.")
    title = text("title", "Its title.")
    first = text("first", "First day of travel (ISO 8601).", required=False)
    last = text("last", "Last day of travel (ISO 8601).", required=False)
    date = text("date", "Its date for sorting: the first day known, else the year.")
    region = text("region", "Region.", required=False)
    countries = texts("countries", "Countries visited, as the source prints them.")
    sites = texts("sites", "Places visited.")
    leads = texts("leads", "Who led it.")
    participants = texts("participants", "Who took part.")
    terms_of_reference = text("terms_of_reference", "Symbol of its terms of reference.", required=False)
    report = text("report", "Symbol of its report.", required=False)
    symbols = texts("documents", "Symbols of further documents.")
    meeting_symbols = texts("meetings", "Symbols of the records of meetings about it.")
    documents = listed(
        Document,
        _named(DOCUMENTS, "decided_in", "terms_of_reference", "report", "documents"),
        "Documents the archive holds.",
    )
    meetings = listed(Meeting, _named(MEETINGS, "meetings"), "Meetings about it the archive holds.")
    decided_on = text("decided_on", "The day the Council agreed to send it (ISO 8601).", required=False)
    decided_in = text("decided_in", "Symbol of the letter or document that says so.", required=False)
    terms_of_reference_on = text(
        "terms_of_reference_on", "Date of its terms of reference, sometimes after the visit.", required=False
    )
    report_on = text("report_on", "Date of its report.", required=False)
    legs = texts("legs", "The legs of the journey, each with its leads.")
    remark = text("remark", "A remark of the source.", required=False)


class MissionFilter(graphene.InputObjectType):
    """Which missions; all conditions must hold."""

    year = given("The year it is listed under.", filters.NumberFilter)
    date = given("Its date.", filters.DateFilter)
    title = given("Its title.", filters.TextFilter)
    region = given("Region.", filters.TextFilter)
    decided_on = given("The day the Council agreed to send it.", filters.DateFilter)
    report_on = given("Date of its report.", filters.DateFilter)
    country = given("A country visited contains this, as the source prints it.")


def _visited(where: Where, value: str, _: Asking) -> None:
    where.contains("countries", value)


MissionOrder = words.by_date("MissionOrder", "missions").enum()
MissionConnection = connection_type(Mission, "missions")

missions = connected(
    MissionConnection,
    MISSIONS,
    BY_DATE,
    "-date",
    "Missions of the Council, newest first unless ordered otherwise.",
    order_enum=MissionOrder,
    filters=MissionFilter,
    narrow=filters.all_of(
        {
            "year": filters.on("year"),
            "date": filters.on_date("date"),
            "title": filters.on("title"),
            "region": filters.on("region"),
            "decided_on": filters.on_date("decided_on"),
            "report_on": filters.on_date("report_on"),
            "country": _visited,
        }
    ),
)


def by_id(parents: Rows, args: Arguments, asking: Asking) -> list[Any]:
    """The mission of a record id, with or without ``mission:``."""
    wanted = "mission:" + str(plain(args["id"])).removeprefix("mission:")
    found = by_key(asking.read, MISSIONS, "record", [wanted], ("record",))
    return [found[wanted][0] if wanted in found else None for _ in parents]
