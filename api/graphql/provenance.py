"""Provenance: the events behind every record, what each source says of it now, what was put right, what disagrees.

Events are listed from the read models' table of events (one statement for any number of records); their claims are
read from the log itself, a page or a record at a time, and only when they are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql import filters
from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    argument,
    column,
    decoded,
    given,
    listed,
    made,
    needing,
    number,
    plain,
    related,
    text,
)
from api.graphql.paging import Order, connection_type, cursor_of, page_arguments, size, values_of
from api.graphql.scalars import JSON
from domain.facts import CORRECTED, Entry
from domain.records import Record
from projections.conflicts import CONFLICTS, KINDS_OF_CONFLICT
from projections.reading import Reader, by_key

_COLUMNS = "position, record, version, kind, verb, occurred, recorded, recorded_by, source, row, document"
_KEYS = 500
_NEAR = 4
"""Events of a page of the log read for each that is asked for, at most."""


def entries_of(asking: Asking, record: str) -> list[Entry]:
    """The events of a record in the log, up to the position the answer is for."""
    key = ("entries", record)
    if key not in asking.memo:
        position = asking.read.position
        asking.memo[key] = [entry for entry in asking.context.archive.of(record) if entry.position <= position]
    known: list[Entry] = asking.memo[key]
    return known


def _folded(asking: Asking, record: str) -> Record | None:
    entries = entries_of(asking, record)
    if not entries:
        return None
    folded = Record(record, entries[0].kind)
    for entry in entries:
        folded.apply(entry)
    return folded


def _opened(asking: Asking, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields with their sealed names as a reader may see them."""
    return {name: asking.context.archive.opened(value) for name, value in fields.items()}


@needing("position", "record")
def _claims(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    """What events claim. A page of the log is read at once; events far apart are read record by record."""
    positions = [parent["position"] for parent in parents]
    first, last = min(positions, default=0), max(positions, default=0)
    if last - first < _NEAR * len(positions):
        near = asking.context.archive.page(first - 1, last - first + 1)
        found = {entry.position: entry for entry in near}
    else:
        records = dict.fromkeys(parent["record"] for parent in parents)
        found = {entry.position: entry for record in records for entry in entries_of(asking, record)}
    return [_opened(asking, found[position].claims) if position in found else {} for position in positions]


def _node(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    from api.graphql.nodes import rows_of

    return rows_of([parent["record"] for parent in parents], asking)


class Event(graphene.ObjectType):
    """One event of the log: somebody recorded what a source says happened. Never changed or removed."""

    position = number("position", "Its position in the log, from 1; the archive's unit of version.")
    record = text("record", "The id of the record it speaks of.")
    version = number("version", "Its number among the events of the record, from 1.")
    kind = text("kind", "Kind of record: vote, meeting, veto, document …")
    type = made(
        graphene.String,
        lambda _: lambda row: f"{row['kind']}.{row['verb']}",
        "Type of event: `vote.taken`, `vote.attested`, `vote.corrected` …",
    )
    verb = text("verb", "What it says of the record: taken, attested, corrected …")
    occurred = text("occurred", "When it happened in the world: ISO 8601, partial or an interval; empty if unknown.")
    recorded = text("recorded", "When it was recorded in the archive (UTC).")
    recorded_by = text("recorded_by", "Who recorded it.")
    source = text("source", "The data set it comes from, or `document`.")
    row = text("row", "File and row in that data set.")
    document = text("document", "Symbol of the document that states it, where known.")
    claims = related(
        JSON, _claims, "What exactly it claims: only the fields its source speaks of. Read from the log.", required=True
    )
    node = related(lambda: _interface(), _node, "The record itself, as it reads now (or at the position asked for).")


class Statement(graphene.ObjectType):
    """What one source says of a record as it stands, its own later corrections applied."""

    source = text("source", "The data set.")
    part = number("part", "Tells apart several statements of one source about one record; 0 is the first.")
    row = text("row", "File and row in the data set.")
    document = text("document", "Symbol of the document that states it, where known.")
    position = number("position", "Position of the event that first stated it.")
    occurred = text("occurred", "When it happened according to this source; empty if it does not say.")
    fields = column(JSON, "fields", "Field → value as stated.")


class Correction(graphene.ObjectType):
    """A field of a record, or of what one source says of it, put right; the earlier value stays."""

    position = number("position", "Position of the correcting event.")
    recorded = text("recorded", "When it was recorded (UTC).")
    recorded_by = text("recorded_by", "Who recorded it.")
    field = text("field", "The field.")
    was = column(JSON, "was", "The value before.", required=False)
    now = column(JSON, "now", "The value since; null: the field is no longer stated.", required=False)
    authority = text("authority", "On whose authority.")
    reason = text("reason", "Why.")
    of = text("of", "The source whose statement changed; empty when the record's own reading was corrected.")


def _events(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    found = events_of(asking.read, [parent["record"] for parent in parents])
    return [found.get(parent["record"], []) for parent in parents]


def events_of(read: Reader, records: list[str]) -> dict[str, Rows]:
    """The events of many records, oldest first, up to the reader's position."""
    wanted = list(dict.fromkeys(records))
    found: dict[str, Rows] = {}
    for start in range(0, len(wanted), _KEYS):
        params: dict[str, Any] = {f"k{n}": record for n, record in enumerate(wanted[start : start + _KEYS])}
        marks = ",".join(f":{name}" for name in params)
        params["position"] = read.position
        sql = f"select {_COLUMNS} from events where record in ({marks}) and position <= :position order by position"
        for row in read.rows(sql, params):
            found.setdefault(row["record"], []).append(row)
    return found


def _statements(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    answers = []
    for parent in parents:
        folded = _folded(asking, parent["record"])
        names = ("source", "part", "row", "document", "position", "occurred")
        answers.append(
            [
                {**{name: getattr(one, name) for name in names}, "fields": _opened(asking, one.fields)}
                for one in folded.statements
            ]
            if folded is not None
            else []
        )
    return answers


def _corrections(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    return [
        [
            {
                "position": entry.position,
                "recorded": entry.recorded,
                "recorded_by": entry.recorded_by,
                **{name: entry.claims.get(name, "") for name in ("field", "authority", "reason", "of")},
                **_opened(asking, {name: entry.claims.get(name) for name in ("was", "now")}),
            }
            for entry in entries_of(asking, parent["record"])
            if entry.verb == CORRECTED
        ]
        for parent in parents
    ]


class Provenance(graphene.ObjectType):
    """What stands behind a record: events, statements of sources, corrections."""

    events = listed(Event, _events, "The events of the record, oldest first.")
    statements = listed(Statement, _statements, "What each source says, as it stands. Read from the log.")
    corrections = listed(Correction, _corrections, "What was put right, oldest first. Read from the log.")


class Reading(graphene.ObjectType):
    """One side of a conflict: a value and who states it."""

    value = column(JSON, "value", "The value as stated, or the span of missing numbers.", required=False)
    sources = column(graphene.List(graphene.NonNull(graphene.String)), "sources", "Who states it.")
    position = column(graphene.Int, "position", "Position of the first event that states it.", required=False)
    record = column(graphene.String, "record", "The record it is read from, where two records clash.", required=False)


def _readings(parents: Rows, _: Arguments, __: Asking) -> list[Any]:
    return [
        [
            {
                "value": one.get("value", {k: v for k, v in one.items() if k in ("first", "last")} or None),
                "sources": one.get("sources") or [],
                "position": one.get("position"),
                "record": one.get("record"),
            }
            for one in decoded(parent["readings"])
        ]
        for parent in parents
    ]


class Conflict(graphene.ObjectType):
    """Where the record contradicts itself: listed with all sides, never settled by the archive."""

    id = column(graphene.ID, "id", "Stable id of the conflict.")
    kind = text("kind", "What contradicts what: `sources`, `outcome`, `gap` … (see `ConflictKind`).")
    record = text("record", "Id of the record concerned; null for missing numbers.", required=False)
    field = text("field", "The field concerned.")
    summary = text("summary", "The conflict in one line.")
    date = text("date", "Date of the record concerned; sorts the list.")
    year = number("year", "Its year.", required=False)
    readings = listed(Reading, _readings, "The sides.")
    node = related(lambda: _interface(), _node, "The record concerned.")


def conflicts_of(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    """The conflicts of many records."""
    found = by_key(asking.read, CONFLICTS, "record", [parent["record"] for parent in parents], ("id",))
    return [found.get(parent["record"], []) for parent in parents]


def _interface() -> Any:
    from api.graphql.nodes import Node

    return Node


EventOrder = graphene.Enum(
    "EventOrder",
    [("POSITION_ASC", "position"), ("POSITION_DESC", "-position")],
    description=lambda member: "Order of events." if member is None else "By position in the log.",
)

EVENT_ORDERS = {
    "position": Order("position", ("position",), False),
    "-position": Order("-position", ("position",), True),
}


class EventFilter(graphene.InputObjectType):
    """Which events; all conditions must hold."""

    record = given("Of this record.")
    kind = given("Kind of record.", filters.TextFilter)
    verb = given("taken, attested, corrected …", filters.TextFilter)
    source = given("Data set.", filters.TextFilter)
    recorded_by = given("Who recorded it.", filters.TextFilter)
    position = given("Position in the log.", filters.NumberFilter)
    recorded = given("When it was recorded (UTC).", filters.DateFilter)
    occurred = given("When it happened.", filters.DateFilter)


_COMPARED = {"eq": "=", "gte": ">=", "lte": "<="}


def _conditions(given_: dict[str, Any], read: Reader) -> tuple[list[str], dict[str, Any]]:
    parts, params = ["position <= :upto"], {"upto": read.position}

    def mark(value: Any) -> str:
        params[f"p{len(params)}"] = value
        return f":p{len(params) - 1}"

    for name, wanted in given_.items():
        if wanted is None:
            continue
        if not isinstance(wanted, dict):
            parts.append(f"{name} = {mark(wanted)}")
            continue
        for how, value in wanted.items():
            if value is None:
                continue
            if name in ("recorded", "occurred"):
                filters.date(value)
                if how in ("eq", "gte"):
                    parts.append(f"{name} >= {mark(value)}")
                if how in ("eq", "lte"):
                    parts.append(f"{name} <= {mark(value + '~')}")
            elif how == "is_in":
                parts.append(f"{name} in ({','.join(mark(one) for one in value[:100])})" if value else "1 = 0")
            elif how == "contains":
                text_ = value.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
                parts.append(f"lower({name}) like {mark(f'%{text_}%')} escape '\\'")
            else:
                parts.append(f"{name} {_COMPARED[how]} {mark(value)}")
    return parts, params


_BARE = re.compile("[0-9]{1,15}")
"""A position of the log in place of a cursor, which is never made of digits alone."""


def events_page(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """A page of the log's events. Keyset paging by position; `after` a bare position the log is read forwards."""
    args = plain(arguments)
    bare = _BARE.fullmatch(args.get("after") or "")
    order = EVENT_ORDERS[args.get("order_by") or ("position" if bare else "-position")]
    limit, backwards = size(args)
    parts, params = _conditions(args.get("filter") or {}, asking.read)
    whole = (list(parts), dict(params))
    for name, later in (("after", True), ("before", False)):
        if args.get(name):
            (edge,) = [int(args[name])] if _BARE.fullmatch(args[name]) else values_of(order, args[name])
            if not isinstance(edge, int):
                raise GraphQLError("the cursor was not made by this list in this order")
            params[name] = edge
            parts.append(f"position {'>' if later != order.descending else '<'} :{name}")
    direction = "desc" if order.descending != backwards else "asc"
    sql = f"select {_COLUMNS} from events where {' and '.join(parts)} order by position {direction} limit :limit"
    rows = asking.read.rows(sql, {**params, "limit": limit + 1})
    more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    answer = {
        "nodes": rows,
        "has_next": bool(args.get("before")) if backwards else more,
        "has_previous": more if backwards else bool(args.get("after")),
        "start": cursor_of(order, rows[0]) if rows else None,
        "end": cursor_of(order, rows[-1]) if rows else None,
        "order": order,
        "conditions": whole,
    }
    return [answer for _ in parents]


def _total(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    def count(parts: list[str], params: dict[str, Any]) -> int:
        return int(asking.read.value(f"select count(*) as n from events where {' and '.join(parts)}", params))

    return [count(*parent["conditions"]) for parent in parents]


EventConnection = connection_type(Event, "events", _total)
EVENT_ARGUMENTS = {
    **page_arguments(EventOrder, EventFilter),
    "after": argument(
        graphene.String,
        "Begin after the event of this cursor, or after this position of the log, such as `22000`: then the oldest "
        "comes first unless ordered otherwise, so that one who has read so far goes on without gap or repetition.",
    ),
    "before": argument(graphene.String, "End before the event of this cursor, or of this position of the log."),
}

ConflictKind = graphene.Enum(
    "ConflictKind",
    [(kind.upper(), kind) for kind in KINDS_OF_CONFLICT],
    description=lambda member: {
        None: "What contradicts what.",
        "sources": "Two sources state different values of one field.",
        "outcome": "The announced outcome differs from what Article 27 computes.",
        "tally": "The stated tally differs from the ballots counted.",
        "membership": "A ballot of a State that was not a member of the Council that year.",
        "gap": "Meeting numbers that no source holds a record of.",
        "order": "A date that runs against the numbering.",
        "date": "A vote dated on no day of its meeting, nor of the meeting's resumptions.",
        "rotation": "A month's president as recorded is not the one the list of members makes it.",
    }[member.value if member is not None else None],
)


class ConflictFilter(graphene.InputObjectType):
    """Which conflicts; all conditions must hold."""

    kind = given("What contradicts what.", filters.closed(ConflictKind))
    field = given("The field concerned.", filters.TextFilter)
    record = given("Id of the record concerned.", filters.TextFilter)
    year = given("Year of the record concerned.", filters.NumberFilter)
    date = given("Date of the record concerned.", filters.DateFilter)


CONFLICT_RULES = filters.all_of(
    {
        "kind": filters.on("kind"),
        "field": filters.on("field"),
        "record": filters.on("record"),
        "year": filters.on("year"),
        "date": filters.on_date("date"),
    }
)

ConflictConnection = connection_type(Conflict, "conflicts")
