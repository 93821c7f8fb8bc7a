"""Obligations as clocks, each in the state it is in on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql import words
from api.graphql.fields import (
    Arguments,
    Asking,
    Batch,
    Rows,
    argument,
    column,
    decoded,
    listed,
    made,
    number,
    plain,
    related,
    text,
    texts,
    word,
)
from api.graphql.nodes import Node, rows_of
from api.graphql.paging import Found, Order, connection_type, page_arguments, page_of
from api.graphql.plain import to_country
from api.graphql.presidencies import rotation_of_year
from api.graphql.provenance import Event, events_of
from domain import obligations as rules
from domain.calendar import CalendarError, parse_iso
from projections.obligations import OBLIGATIONS, in_state, newest_day
from projections.presidencies import ROTATION
from projections.reading import Values, Where, page

MONTHS = 120
"""Months of the rotation in one answer."""

ORDERS = {
    "began": Order("began", ("began", "id"), False),
    "-began": Order("-began", ("began", "id"), True),
}


def _on_day(of: Callable[[Values, date], Any]) -> Callable[[Asking], Callable[[Values], Any]]:
    """A value that depends on the day the list was asked for."""
    return lambda _: lambda row: of(row, row["on"])


def _proofs(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    wanted = [decoded(row["proof"]) for row in parents]
    found = iter(rows_of([record for each in wanted for record in each], asking))
    return [[row for _ in each if (row := next(found)) is not None] for each in wanted]


def _events(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    wanted = [list(dict.fromkeys([row["record"], *decoded(row["proof"])])) for row in parents]
    found = events_of(asking.read, [record for each in wanted for record in each])
    return [
        sorted((event for record in each for event in found.get(record, [])), key=lambda event: event["position"])
        for each in wanted
    ]


class Obligation(graphene.ObjectType):
    """What has to be done, by when, and the state that is in on the day asked for (`on` of the list). Derived from
    records: those that began it and those that prove it met.
    """

    id = column(graphene.ID, "id", "Stable id of the obligation.")
    kind = word(words.ObligationKind, "kind", "What has to be done.")
    title = text("title", "What it is about.")
    rule = text("rule", "Symbol of the document that asks for it.")
    paragraph = text("paragraph", "The paragraph of that document, where one is meant.", required=False)
    on = made(graphene.String, _on_day(lambda _, on: on.isoformat()), "The day the state is told for.")
    state = made(words.ObligationState, _on_day(rules.state), "Its state on that day.")
    began = text("began", "The day its clock began.")
    year = number("year", "The year it began in.")
    due = text("due", "Its last day; null where no time-limit is set, or where it is not known yet.", required=False)
    due_latest = text(
        "due_latest", "How late its last day can be, where holidays before it are not recorded.", required=False
    )
    met_on = text("met_on", "The day it was met, if the archive holds it, also after `on`.", required=False)
    met_by = text("met_by", "A day by which it was met, where only that is known.", required=False)
    days_left = made(graphene.Int, _on_day(rules.days_left), "Calendar days left, if it is due.", required=False)
    days_late = made(
        graphene.Int,
        _on_day(rules.days_late),
        "Calendar days past its last day: so far, or in the end.",
        required=False,
    )
    days_taken = made(
        graphene.Int,
        _on_day(rules.days_taken),
        "Calendar days from its beginning to the day it was met.",
        required=False,
    )
    not_required = text("not_required", "Why it is not required.", required=False)
    lacking_on = text("lacking_on", "A day on which it had not been met, as a source says.", required=False)
    remark = text("remark", "A remark: what is provisional, what the source adds.", required=False)
    member = text("member", "Code of the member it falls to, where it falls to one.", required=False)
    country = to_country("The member it falls to.")
    record = text("record", "Id of the record that began it.")
    node = related(Node, lambda rows, _, asking: rows_of([row["record"] for row in rows], asking), "That record.")
    symbols = texts("symbols", "Symbols of the documents and meetings that met it.")
    proof = listed(Node, _proofs, "The records that show it met, or not required.", weight=2)
    events = listed(Event, _events, "The events of the log it is derived from, oldest first.")


def _newest_or(text_: str | None, asking: Asking) -> date:
    """The day asked for, or that of the newest event. Raises GraphQLError for what is no day."""
    if text_ is None:
        return newest_day(asking.read)
    try:
        day = parse_iso(text_)
    except CalendarError as error:
        raise GraphQLError(f"on: {text_!r} is not a day: write YYYY-MM-DD") from error
    if day.days != 1:
        raise GraphQLError(f"on: {text_!r} is more than a day: write YYYY-MM-DD")
    return day.first


def obligations_page(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """A page of obligations, each in its state on the day asked for."""
    args = plain(arguments)
    on = _newest_or(args.get("on"), asking)
    where = Where(OBLIGATIONS)
    for name in ("kind", "year", "record", "member"):
        if args.get(name) is not None:
            where.eq(name, args[name])
    if args.get("state") is not None:
        in_state(where, args["state"], on)
    found = page_of(asking.read, Found(OBLIGATIONS, where), ORDERS[args.get("order_by") or "-began"], args)
    for row in found["nodes"]:
        row["on"] = on
    return [found for _ in parents]


ObligationOrder = words.Words(
    "ObligationOrder",
    "Order of obligations. Ties are broken by id.",
    {
        "BEGAN_ASC": ("began", "Those that began first, first."),
        "BEGAN_DESC": ("-began", "Those that began last, first."),
    },
).enum()
ObligationConnection = connection_type(Obligation, "obligations")
OBLIGATION_ARGUMENTS = {
    "on": argument(
        graphene.String,
        "The day the states are told for: `YYYY-MM-DD`. If it is not given: the day (UTC) on which the newest event of "
        "the state asked was recorded, so that an answer follows from question and position alone.",
    ),
    "kind": argument(words.ObligationKind, "Only of this kind."),
    "state": argument(words.ObligationState, "Only those in this state on that day."),
    "year": argument(graphene.Int, "Only those that began in this year."),
    "record": argument(graphene.String, "Only those a record began, by its id."),
    "member": argument(graphene.String, "Only those that fall to a member, by its code."),
    **page_arguments(ObligationOrder, None),
}

ROTATION_ARGUMENTS = {
    "year": argument(graphene.Int, "The calendar year; or give `from` and `to`."),
    "from_": argument(graphene.String, "From this month on: `2023-09`.", name="from"),
    "to": argument(graphene.String, "Up to this month."),
}


def _month(args: Arguments, name: str, default: str) -> str:
    text_ = args.get(name)
    if text_ is None:
        return default
    try:
        if len(text_) != len("2023-09"):
            raise CalendarError(text_, "not a month")
        return parse_iso(text_).first.isoformat()[:7]
    except CalendarError as error:
        raise GraphQLError(f"{name.rstrip('_')}: {text_!r} is no month: write YYYY-MM, such as 2023-09") from error


def rotation(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The rotation through a year, or through the months from one to another."""
    args = plain(arguments)
    if args.get("year") is not None:
        if args.get("from_") is not None or args.get("to") is not None:
            raise GraphQLError("give `year`, or `from` and `to`, not both")
        of_year: Batch = rotation_of_year
        return of_year(parents, arguments, asking)
    where = Where(ROTATION).at_least("month", _month(args, "from_", "")).at_most("month", _month(args, "to", "9999"))
    found = page(asking.read, ROTATION, where, ("month",), limit=MONTHS + 1)
    if len(found) > MONTHS:
        raise GraphQLError(f"that is more than {MONTHS} months: give `from` and `to` no more than ten years apart")
    return [found for _ in parents]
