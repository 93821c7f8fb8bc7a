"""Standing searches: a saved question, what it finds, and what came to match it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import graphene
from graphql import GraphQLError

from api import saving
from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    Words,
    argument,
    boolean,
    column,
    listed,
    number,
    plain,
    related,
    text,
    word,
)
from api.graphql.nodes import Node, rows_of
from api.graphql.scalars import JSON
from api.graphql.search import LARGEST, PAGE, SEARCH_ARGUMENTS, SearchResults, SearchSort, answered
from search.engine import Change, Query, SearchError
from search.standing import FullError, Saved, StandingError, UnreachableError

_CHANGE = Words(
    "ChangeKind",
    "What became of a record in the eyes of a search.",
    {
        "NEW": ("new", "It came to match."),
        "CHANGED": ("changed", "It was corrected or told more of, and still matches."),
        "GONE": ("gone", "It was changed and no longer matches."),
    },
).enum()


class SearchChange(graphene.ObjectType):
    """A record that came to match a search, was changed and still matches, or no longer matches."""

    change = word(_CHANGE, "change", "What became of it.")
    position = number("position", "Position of the event that did it.")
    recorded_at = text("recorded", "When that event was recorded (UTC).")
    record = text("record", "The record's id.")
    node = related(
        Node, lambda rows, _, asking: rows_of([row["record"] for row in rows], asking), "The record as it reads now."
    )
    kind = text("kind", "Kind of record: vote, meeting, document, mission …")
    symbol = text("symbol", "Its symbol, if it has one.", required=False)
    date = text("date", "Its date, if it has one.", required=False)
    title = text("title", "Its title from that position on; for what is gone, its title until then.")
    language = text("language", "Language of the title, as an ISO 639-1 code.", required=False)


def _results(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    first = _page_size(args)
    asked = asking.read.as_of if args.get("as_of") is None else args["as_of"]
    more = {"sort": args.get("sort") or "relevance", "first": first, "after": args.get("after"), "as_of": asked}
    return [answered(replace(row["asked"], **more), asking) for row in parents]


def _changes(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    first, after, before = _page_size(args), args.get("after"), args.get("before")
    if after is not None and before is not None:
        raise GraphQLError("give one of `after` and `before`")
    searcher = asking.context.searcher
    if searcher is None:
        raise GraphQLError("there is no search index: run `council index`, then start the server again")
    upto = asking.read.as_of
    found: list[list[Change]] = []
    try:
        for row in parents:
            if after is not None:
                found.append(searcher.changes(row["asked"], max(0, after), upto, first))
            else:
                ends = [end for end in (before, None if upto is None else upto + 1) if end is not None]
                found.append(searcher.latest(row["asked"], min(ends) if ends else None, first))
    except SearchError as error:
        raise GraphQLError(str(error)) from error
    times = saving.recorded(asking.read, {change.position for one in found for change in one})
    return [[_row(change, times.get(change.position, "")) for change in one] for one in found]


def _row(change: Change, recorded: str) -> dict[str, Any]:
    hit = change.hit
    told = {name: getattr(hit, name) for name in ("record", "kind", "symbol", "date", "title", "language")}
    return {"change": change.change, "position": change.position, "recorded": recorded, **told}


def _page_size(args: Arguments) -> int:
    first = PAGE if args.get("first") is None else int(args["first"])
    if not 1 <= first <= LARGEST:
        raise GraphQLError(f"a page holds 1 to {LARGEST}, not {first}; go on with `after`")
    return first


class SavedSearch(graphene.ObjectType):
    """A standing search. Its id follows from what is asked: the same question has the same id."""

    id = column(graphene.ID, "id", "Its id, for `savedSearch` and for addresses: `/searches/ID.atom`.")
    query = text("query", "The words, in normal form.")
    filters = column(JSON, "filters", "The filters, by name, in normal form.")
    saved_at = text("saved", "When it was first saved (UTC).")
    position = number("position", "The position of the log then.")
    results = related(
        SearchResults,
        _results,
        "What it finds.",
        args={
            "sort": argument(SearchSort, "Order of hits.", default="relevance"),
            "first": argument(graphene.Int, f"Hits on a page, at most {LARGEST}.", default=PAGE),
            "after": argument(graphene.String, "Cursor of the page before, from its `next`."),
            "as_of": argument(graphene.Int, "As of this position of the log."),
        },
        required=True,
    )
    changes = listed(
        SearchChange,
        _changes,
        "What changed in its results: the newest first, or oldest first after a position. All changes of one "
        "position stand on one page, so the last one's position goes on with `after` or `before`.",
        args={
            "first": argument(graphene.Int, f"Changes, at most {LARGEST}.", default=PAGE),
            "after": argument(graphene.Int, "Those after this position of the log, oldest first."),
            "before": argument(graphene.Int, "Those before this position, newest first."),
        },
        weight=LARGEST,
    )


def by_id(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The standing search of an id; None if there is none."""
    try:
        saved = saving.find(asking.context, plain(arguments["id"]))
    except UnreachableError as error:
        raise GraphQLError(str(error)) from error
    row = None if saved is None else _saved(saved)
    return [row for _ in parents]


def _saved(saved: Saved) -> dict[str, Any]:
    return {"id": saved.id, **saving.described(saved), "asked": saved.query}


class SaveSearchPayload(graphene.ObjectType):
    """What became of saving a search: the search, or why it was refused."""

    search = related(SavedSearch, lambda rows, _, __: [row["search"] for row in rows], "The search; null if refused.")
    fresh = boolean("fresh", "Whether it was not saved before.")
    fault = text("fault", "What is wrong with it; null if nothing is.", required=False)
    start = number("start", "Where in the query the fault begins, in characters.", required=False)
    end = number("end", "Where it ends, in characters.", required=False)


def _save(_: Any, info: Any, **arguments: Any) -> dict[str, Any]:
    args = plain(arguments)
    names = ("kinds", "members", "outcomes", "agenda", "formats")
    lists: dict[str, Any] = {name: tuple(args.get(name) or ()) for name in names}
    years = (args.get("from_"), args.get("to"))
    asked = Query(text=args.get("query") or "", years=years, language=args.get("language"), **lists)
    refused = {"search": None, "fresh": False, "start": None, "end": None}
    try:
        saved, fresh = saving.save(info.context.context, asked)
    except StandingError as error:
        place = {} if error.problem is None else {"start": error.problem.start, "end": error.problem.end}
        return {**refused, "fault": str(error), **place}
    except (FullError, UnreachableError) as error:
        raise GraphQLError(str(error), extensions={"code": "UNAVAILABLE"}) from error
    return {"search": _saved(saved), "fresh": fresh, "fault": None, "start": None, "end": None}


SAVE = graphene.Field(
    SaveSearchPayload,
    required=True,
    description="Keep a search to be followed. Needs no token; the same search again gives the same id.",
    resolver=_save,
    args={
        **{name: made for name, made in SEARCH_ARGUMENTS.items() if name not in ("sort", "first", "after")},
    },
)
"""The mutation that everybody may send: what it keeps is a question, and nothing of who asks it."""
