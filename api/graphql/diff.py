"""The difference between two states of the archive."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    argument,
    column,
    given,
    listed,
    made,
    needing,
    number,
    plain,
    related,
    text,
)
from api.graphql.nodes import Node, rows_of
from api.graphql.paging import LARGEST, Order, connection_type, cursor_of, values_of
from api.graphql.provenance import Event
from api.graphql.scalars import JSON
from domain.facts import FactError
from projections import diff as differences
from projections.reading import ViewsError

_BY_POSITION = Order("change", ("first",), False)


class StateInput(graphene.InputObjectType):
    """A state of the archive: give one of the two."""

    position = given("A log position, from 0 (the empty archive).", graphene.Int)
    time = given("A time of recording: ISO 8601, UTC unless it says otherwise.")


def _opened(name: str) -> Any:
    def make(asking: Asking) -> Any:
        return lambda row: asking.context.archive.opened(row[name])

    return make


class FieldChange(graphene.ObjectType):
    """A value that reads otherwise in the later state."""

    table = text("table", "The read model it stands in, such as `votes`.")
    row = text("row", "Which row of the record it is, where there are several: a ballot's member; else empty.")
    field = text("field", "The field.")
    was = made(JSON, _opened("was"), "The value in the earlier state; null where nothing was stated.", required=False)
    now = made(JSON, _opened("now"), "The value in the later state.", required=False)


def _node(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    return rows_of([parent["record"] for parent in parents], asking)


def _events(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    from api.graphql.provenance import events_of

    found = events_of(asking.read, [parent["record"] for parent in parents])
    return [
        [event for event in found.get(parent["record"], []) if parent["first"] <= event["position"] <= parent["last"]]
        for parent in parents
    ]


class Change(graphene.ObjectType):
    """A record with events between the two states."""

    record = column(graphene.ID, "record", "Its id.")
    kind = text("kind", "Kind of record: vote, meeting …")
    state = text("state", "`new`, `changed`, or `attested`: spoken of again, and reading the same.")
    event_count = number("events", "How many events were recorded about it in between.")
    fields = listed(FieldChange, lambda rows, _, __: [row["fields"] for row in rows], "What reads otherwise.")
    events = listed(Event, _events, "The events in between.")
    node = related(Node, _node, "The record as it reads in the state this answer is given from.")


class KindChanges(graphene.ObjectType):
    """What happened to one kind of record between the two states."""

    kind = text("kind", "Kind of record.")
    new = number("new", "Records opened.")
    known = number("known", "Records known before that were spoken of again.")
    events = number("events", "Events recorded.")


@needing()
def _total(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    return [differences.touched(asking.read, *parent["span"], **parent["narrowed"]) for parent in parents]


ChangeConnection = connection_type(Change, "changes", _total)


def _kinds(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    return [
        [asdict(each) for each in differences.kinds(asking.read, parent["start"], parent["end"])] for parent in parents
    ]


def _changes(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    limit = args.get("first")
    if limit is None or not 0 <= limit <= LARGEST:
        raise GraphQLError(f"give `first`, at most {LARGEST}; go on with `after`")
    after = values_of(_BY_POSITION, args["after"])[0] if args.get("after") else 0
    if not isinstance(after, int):
        raise GraphQLError("the cursor was not made by this list")
    narrowed = {"kind": args.get("kind"), "record": args.get("record")}
    pages = []
    for parent in parents:
        span = (parent["start"], parent["end"])
        found = differences.changes(asking.read, *span, **narrowed, after=after, limit=limit + 1)
        rows = [{**asdict(each), "fields": [asdict(field) for field in each.fields]} for each in found[:limit]]
        pages.append(
            {
                "nodes": rows,
                "has_next": len(found) > limit,
                "has_previous": bool(after),
                "start": cursor_of(_BY_POSITION, rows[0]) if rows else None,
                "end": cursor_of(_BY_POSITION, rows[-1]) if rows else None,
                "order": _BY_POSITION,
                "span": span,
                "narrowed": narrowed,
            }
        )
    return pages


_PAGES = {
    "kind": argument(graphene.String, "Only this kind of record."),
    "record": argument(graphene.ID, "Only this record."),
    "first": argument(graphene.Int, f"Changes on a page, at most {LARGEST}."),
    "after": argument(graphene.String, "Begin after the change of this cursor."),
}


class Diff(graphene.ObjectType):
    """An exact difference: the same two positions always differ in the same."""

    start = number("start", "The earlier position.")
    end = number("end", "The later position.")
    kinds = listed(KindChanges, _kinds, "What happened, by kind of record.", weight=30)
    changes = related(
        ChangeConnection,
        _changes,
        "The records with events in between, in the order of the log.",
        args=_PAGES,
        required=True,
    )


def _position(asking: Asking, state: dict[str, Any]) -> int:
    position, time = state.get("position"), state.get("time")
    if (position is None) == (time is None):
        raise GraphQLError("give one of `position` and `time`")
    if position is not None:
        return int(position)
    return min(asking.context.archive.position_at(str(time)), asking.read.position)


def difference(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The difference between two states; the later one is that of the answer if it is not given."""
    args = plain(arguments)
    try:
        start = _position(asking, args["from_"])
        end = _position(asking, args["to"]) if args.get("to") else asking.read.position
        differences.between(asking.read, start, end)
    except (FactError, ViewsError, ValueError, OverflowError) as error:
        raise GraphQLError(str(error)) from error
    return [{"start": start, "end": end} for _ in parents]


ARGUMENTS = {
    "from_": argument(StateInput, "The earlier state.", required=True, name="from"),
    "to": argument(StateInput, "The later state; that of the answer if left out."),
}


class BetweenInput(graphene.InputObjectType):
    """Two states of the archive, of which the difference is told."""

    from_ = given("The earlier state.", StateInput, required=True, name="from")
    to = given("The later state; that of the answer if left out.", StateInput)


def changes_between(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """A page of the records with events between two states: ``diff { changes }`` as a list of its own."""
    states = plain(arguments["between"])
    pages = {name: value for name, value in arguments.items() if name != "between"}
    return _changes(difference(parents, states, asking), pages, asking)


BETWEEN_ARGUMENTS = {
    "between": argument(BetweenInput, "The two states.", required=True),
    **_PAGES,
}
