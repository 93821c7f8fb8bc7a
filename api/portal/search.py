"""Search: words to records, symbols straight to them."""

from __future__ import annotations

import html
import re
from typing import Any

from markupsafe import Markup, escape

from api.portal import links, words
from api.portal.pages import Ask, BadValueError, Go, Show
from search.engine import SORTS, Query, Results, Searcher, SearchError

FACETS = {"kind": "Kind", "outcome": "Outcome", "member": "Member", "agenda": "Agenda item", "year": "Year"}

SHOWN = {"kind": 8, "outcome": 8, "member": 8, "agenda": 5, "year": 8}
"""Values of each facet shown before "more"."""

LONGEST = 400
"""Characters of a query that are read."""

_MARKS = re.compile(r"(</?mark>)")


def shown(ask: Ask) -> Show | Go:
    """``/search``."""
    text = ask.text("q")[:LONGEST]
    chosen = {name: [v for v in ask.request.query_params.getlist(name) if v] for name in FACETS}
    plain = text and not any(chosen.values()) and not ask.text("after") and not ask.text("sort")
    if plain:
        named = links.find(ask.read, text)
        if named is not None:
            return Go(ask.record(named))
    sort = ask.one_of("sort", SORTS) or "relevance"
    results, notice = _results(ask, text, chosen, sort)
    if results is not None and plain and results.straight_to:
        return Go(ask.record(results.straight_to))
    return Show(
        "search.html",
        {
            "q": text,
            "sort": sort,
            "results": results,
            "notice": notice,
            "hits": [_hit(ask, hit) for hit in results.hits] if results else [],
            "facets": _facets(ask, results, chosen) if results else [],
            "chosen": [
                {
                    "name": FACETS[name],
                    "label": _label(ask, name, value),
                    "href": ask.again(**{name: [v for v in values if v != value]}),
                }
                for name, values in chosen.items()
                for value in values
            ],
            "next": ask.again(after=results.next) if results and results.next else None,
            "suggestion": (results.suggestion, ask.href("/search", q=results.suggestion))
            if results and results.suggestion
            else None,
            "symbol": links.official(text) if text else None,
        },
    )


def _results(ask: Ask, text: str, chosen: dict[str, list[str]], sort: str) -> tuple[Results | None, str]:
    """What the engine finds, and what a reader should know of its state."""
    searcher: Searcher | None = ask.context.searcher
    if searcher is None:
        return None, "Full-text search is not running here. Symbols still lead straight to their records."
    years = _years(chosen["year"])
    query = Query(
        text=text,
        kinds=tuple(chosen["kind"]),
        years=years,
        members=tuple(chosen["member"]),
        outcomes=tuple(chosen["outcome"]),
        agenda=tuple(chosen["agenda"]),
        sort=sort,
        first=20,
        after=ask.text("after") or None,
        as_of=ask.read.as_of,
        language="en",
    )
    reached = searcher.position()
    if reached == 0 and ask.read.reached:
        return None, "The search index has not been built yet. Symbols still lead straight to their records."
    try:
        results = searcher.search(query)
    except SearchError as error:
        if query.after:
            raise BadValueError("after", query.after, str(error)) from error
        return None, f"Search cannot answer this: {error}"
    if reached < ask.read.position:
        behind = words.number(ask.read.position - reached)
        return results, f"The search index is {behind} events behind the archive; newer records may not be found yet."
    return results, ""


def _years(values: list[str]) -> tuple[int | None, int | None]:
    if not values:
        return None, None
    for value in values:
        if not (value.isascii() and value.isdigit() and len(value) == 4):
            raise BadValueError("year", value, "a year, such as 2014")
    return int(min(values)), int(max(values))


def _hit(ask: Ask, hit: Any) -> dict[str, Any]:
    return {
        "href": ask.record(hit.record),
        "title": _marked(hit.highlight or escape(hit.title)),
        "kind": hit.kind.capitalize(),
        "symbol": hit.symbol,
        "date": hit.date,
        "language": hit.language,
    }


def _marked(highlight: str) -> Markup:
    """A highlighted title: nothing but text and ``<mark>`` comes through, whatever the index holds."""
    parts = _MARKS.split(highlight)
    opened, made = 0, Markup()
    for part in parts:
        if part == "<mark>":
            opened += 1
            made += Markup("<mark>")
        elif part == "</mark>":
            if opened:
                opened -= 1
                made += Markup("</mark>")
        else:
            made += escape(html.unescape(part))
    return made + Markup("</mark>") * opened


def _label(ask: Ask, name: str, value: str) -> str:
    if name == "kind":
        return words.KINDS.get(value, value)
    if name == "member":
        code, _, choice = value.partition(":")
        return f"{ask.names(code)}{': ' + choice if choice else ''}"
    if name == "outcome":
        return words.OUTCOMES.get(value, value)
    return value


def _facets(ask: Ask, results: Results, chosen: dict[str, list[str]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, heading in FACETS.items():
        values = [(value, n) for value, n in results.facets.get(name, []) if value not in chosen[name]]
        made = [
            {"label": _label(ask, name, value), "count": n, "href": ask.again(**{name: [value]})}
            for value, n in values
            if n < results.total
        ]
        if made:
            found.append({"heading": heading, "values": made[: SHOWN[name]], "more": made[SHOWN[name] : 90]})
    return found


PAGES = [("/search", shown)]
