"""Full text: hits with their records, facets, and where a query that is a symbol leads."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql import filters, words
from api.graphql.fields import Arguments, Asking, Rows, argument, column, listed, number, plain, related, text
from api.graphql.nodes import Node, rows_of
from projections.members import MEMBERS
from projections.reading import by_key
from search.engine import Query, SearchError, UnavailableError

LARGEST = 100
PAGE = 20

UNAVAILABLE = "SEARCH_UNAVAILABLE"
"""The code of the error for an engine that cannot be reached now; `retryAfter` beside it is in seconds."""


def _countries(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    codes = [row["record"].partition(":")[2] if row["kind"] in ("member", "country") else None for row in parents]
    found = by_key(asking.read, MEMBERS, "code", codes, ("code",))
    return [found[code][0] if code in found else None for code in codes]


def _country() -> Any:
    from api.graphql.members import Country

    return Country


class Hit(graphene.ObjectType):
    """One record found."""

    record = text("record", "The record's id.")
    node = related(Node, lambda rows, _, asking: rows_of([row["record"] for row in rows], asking), "The record.")
    country = related(_country, _countries, "The member, for a hit of kind `member`.")
    kind = text("kind", "Kind of record: vote, meeting, document, mission, note, presidency, measure …")
    title = text("title", "Its title.", required=False)
    symbol = text("symbol", "Its symbol, if it has one.", required=False)
    date = text("date", "Its date, if it has one.", required=False)
    highlight = text("highlight", "The title as HTML: escaped, the words found in `<mark>`.")
    snippet = text(
        "snippet", "Another text of the record that matched, likewise, cut around the match.", required=False
    )
    snippet_language = text("snippet_language", "Language of the snippet, as an ISO 639-1 code.", required=False)
    score = column(graphene.Float, "score", "How well it matches; of no unit, comparable within one answer only.")
    language = text("language", "Language of the title, as an ISO 639-1 code.", required=False)


class FacetCount(graphene.ObjectType):
    """A value of a facet and how many records of the whole result have it."""

    value = text("value", "The value, to be given back as a filter.")
    count = number("count", "How many records.")


class Facet(graphene.ObjectType):
    """A facet of the whole result."""

    name = text("name", "kind, year, outcome, member, agenda or format.")
    counts = listed(FacetCount, lambda rows, _, __: [row["counts"] for row in rows], "Its values.", weight=50)


class Problem(graphene.ObjectType):
    """A part of a query that could not be read as written; the rest was read without it."""

    message = text("message", "What is wrong, and what would be right.")
    start = number("start", "Where it begins: characters of `query` before it.")
    end = number("end", "Where it ends: characters of `query` up to it.")


class SearchResults(graphene.ObjectType):
    """A page of hits and what the whole result looks like."""

    total = number("total", "Records found in all.")
    hits = listed(Hit, lambda rows, _, __: [row["hits"] for row in rows], "The hits of this page, in order.", weight=20)
    facets = listed(Facet, lambda rows, _, __: [row["facets"] for row in rows], "Counts over the whole result.")
    next = text("next", "Cursor of the next page, for `after`; null on the last.", required=False)
    suggestion = text("suggestion", "A spelling that would find something, if nothing was found.", required=False)
    straight_to = text("straight_to", "Id of the one record the query names by symbol.", required=False)
    problems = listed(
        Problem, lambda rows, _, __: [row["problems"] for row in rows], "What could not be read as written.", weight=5
    )
    understood = text("understood", "The query as it was read, in normal form; empty where nothing is asked for.")
    node = related(
        Node,
        lambda rows, _, asking: rows_of([row["straight_to"] for row in rows], asking),
        "The one record the query names by symbol.",
    )


SearchSort = words.Words(
    "SearchSort",
    "Order of hits.",
    {
        "RELEVANCE": ("relevance", "The best match first."),
        "DATE_ASC": ("date", "Oldest first."),
        "DATE_DESC": ("-date", "Newest first."),
        "SYMBOL_ASC": ("symbol", "By symbol, as the Council numbers; records without one last."),
    },
).enum()


def _list(kind: Any, doc: str) -> Any:
    return graphene.Argument(graphene.List(graphene.NonNull(kind)), description=doc)


SYNTAX = (
    'Words in any of the six languages, "phrases", AND, OR, NOT and parentheses, beginnings (`sanction*`), fields '
    '(`country:FRA vote:no year:1990..1999 kind:vote outcome:vetoed format:"open debate"`), a symbol in any spelling '
    "(`S/RES/1325`, `resolution 1325`) or a pattern of symbols (`S/PRST/2023/*`). Nothing typed is an error: see "
    "`problems` and `understood`. The whole language: docs/query-language.md."
)

SEARCH_ARGUMENTS = {
    "query": argument(graphene.String, SYNTAX, default=""),
    "kinds": _list(graphene.String, "Only these kinds of records."),
    "from_": argument(graphene.Int, "From this year on.", name="from"),
    "to": argument(graphene.Int, "Up to this year."),
    "members": _list(graphene.String, "Concerning these members: codes, or codes with a ballot (`FRA:no`)."),
    "outcomes": _list(words.Outcome, "Only votes with these outcomes."),
    "agenda": _list(graphene.String, "Only these agenda items, as the facet gives them."),
    "formats": _list(graphene.String, "Only meetings of these formats, as the facet gives them: `open debate`."),
    "language": argument(words.Language, "The language you read; titles in it are preferred."),
    "sort": argument(SearchSort, "Order of hits.", default="relevance"),
    "first": argument(graphene.Int, f"Hits on a page, at most {LARGEST}.", default=PAGE),
    "after": argument(graphene.String, "Cursor of the page before, from its `next`."),
}


def search(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """Ask the search engine. Raises GraphQLError when there is none, or for what it refuses."""
    args = plain(arguments)
    first = PAGE if args.get("first") is None else args["first"]
    if not 1 <= first <= LARGEST:
        raise GraphQLError(f"a page holds 1 to {LARGEST} hits, not {first}; go on with `after`")
    for name in ("kinds", "members", "outcomes", "agenda", "formats"):
        if len(args.get(name) or []) > filters.MANY:
            raise GraphQLError(f"`{name}` takes at most {filters.MANY} values")
    query = Query(
        text=args["query"] or "",
        kinds=tuple(args.get("kinds") or ()),
        years=(args.get("from_"), args.get("to")),
        members=tuple(args.get("members") or ()),
        outcomes=tuple(args.get("outcomes") or ()),
        agenda=tuple(args.get("agenda") or ()),
        formats=tuple(args.get("formats") or ()),
        sort=args.get("sort") or "relevance",
        first=first,
        after=args.get("after"),
        as_of=asking.read.as_of,
        language=args.get("language"),
    )
    found = answered(query, asking)
    return [found for _ in parents]


def answered(query: Query, asking: Asking) -> dict[str, Any]:
    """The row of a page of results. Raises GraphQLError when there is no search engine, for what it refuses, and while
    it cannot be reached: then for every search of the operation, and asked only once."""
    searcher = asking.context.searcher
    if searcher is None:
        raise GraphQLError("there is no search index: run `council index`, then start the server again")
    try:
        if _MISSED in asking.memo:
            raise asking.memo[_MISSED]
        results = searcher.search(query)
    except SearchError as error:
        if isinstance(error, UnavailableError):
            asking.memo[_MISSED] = error
        raise refusal(error) from error
    return {
        "total": results.total,
        "hits": [asdict(hit) for hit in results.hits],
        "facets": [
            {"name": name, "counts": [{"value": str(value), "count": n} for value, n in counts]}
            for name, counts in results.facets.items()
        ],
        "next": results.next,
        "suggestion": results.suggestion,
        "straight_to": results.straight_to,
        "problems": [asdict(problem) for problem in results.problems],
        "understood": results.understood,
    }


_MISSED = "the search engine cannot be reached"


def refusal(error: SearchError) -> GraphQLError:
    """The error as a client gets it. One who may ask again later finds :data:`UNAVAILABLE` and when in `extensions`."""
    if isinstance(error, UnavailableError):
        return GraphQLError(str(error), extensions={"code": UNAVAILABLE, "retryAfter": error.retry_after})
    return GraphQLError(str(error))
