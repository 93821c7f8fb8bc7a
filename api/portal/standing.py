"""The pages of standing searches: what they are, and one of them: what it asks, what changed, what matches now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from api.portal import links
from api.portal.pages import Ask, NotFoundError, Show
from search.engine import Query, SearchError
from search.standing import Saved, UnreachableError

CHANGES = 20
"""Changes shown on a page."""

RESULTS = 20
"""Results shown on a page."""

SAID = {"new": "new", "changed": "changed", "gone": "no longer matches"}


def form(ask: Ask) -> Show:
    """``/searches``: what standing searches are, and a form to save one."""
    return Show("standing.html", {"q": ask.text("q")[:1_000], "notice": ""})


def refused(ask: Ask, text: str, why: str) -> Show:
    """The form again, with what is wrong with the search."""
    return Show("standing.html", {"q": text[:1_000], "notice": why}, 400)


def shown(ask: Ask) -> Show:
    """``/searches/{id}``. Raises NotFoundError."""
    saved = _saved(ask)
    if saved is None:
        raise NotFoundError("There is no standing search at this address.")
    changes, results, notice = _told(ask, saved.query)
    path = f"/searches/{saved.id}"
    return Show(
        "standing_search.html",
        {
            "saved": saved,
            "asked": worded(saved.query),
            "path_of": path,
            "again": links.with_params("/search", _parameters(saved.query)),
            "changes": changes,
            "results": results,
            "notice": notice,
        },
    )


def _saved(ask: Ask) -> Saved | None:
    searches = ask.context.searches
    try:
        return searches.find(ask.request.path_params["id"]) if searches is not None else None
    except UnreachableError:
        return None


def _told(ask: Ask, query: Query) -> tuple[list[dict[str, Any]], Any, str]:
    """The newest changes and the first results at the position asked for, or why there are none."""
    searcher = ask.context.searcher
    if searcher is None:
        return [], None, "Full-text search is not running here."
    position = min(ask.read.position, searcher.position())
    try:
        latest = searcher.latest(query, position + 1, CHANGES)[:CHANGES]
        found = searcher.search(replace(query, sort="-date", first=RESULTS, as_of=position))
    except SearchError as error:
        return [], None, f"The search index cannot be asked now: {error}"
    rows = [
        {
            "said": SAID[change.change],
            "position": change.position,
            "hit": change.hit,
            "href": links.with_params(links.path(change.hit.record), {"as_of": change.position}),
        }
        for change in latest
    ]
    return rows, found, ""


def worded(query: Query) -> str:
    """What a standing search asks, in a line: ``women peace; members FRA; 1990–1999``."""
    parts = [query.text] if query.text else []
    named = (
        *(("kind", query.kinds), ("member", tuple(map(_member, query.members)))),
        *(("outcome", query.outcomes), ("agenda item", query.agenda), ("format", query.formats)),
    )
    parts += [f"{name} {' or '.join(values)}" for name, values in named if values]
    first, last = query.years
    if first is not None or last is not None:
        parts.append(f"{first}" if first == last else f"{first or ''}–{last or ''}")
    return "; ".join(parts) or "every record"


def _member(value: str) -> str:
    """A member, or a member and its ballot, as people write it: ``FRA``, ``FRA:no``."""
    code, colon, choice = value.partition(":")
    return f"{code.upper()}{colon}{choice}"


def _parameters(query: Query) -> dict[str, object]:
    """The search page's parameters for a question; a span of years stands as its ends."""
    years = [str(year) for year in query.years if year is not None]
    return {
        "q": query.text,
        "kind": list(query.kinds),
        "member": [_member(value) for value in query.members],
        "outcome": list(query.outcomes),
        "agenda": list(query.agenda),
        "format": list(query.formats),
        "year": years,
    }
