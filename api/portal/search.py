"""Search, in the reader's language: words to records, symbols straight to them."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup, escape

from api.portal import links
from api.portal.pages import Ask, BadValueError, Go, Show
from api.portal.wording import LANGUAGES, direction
from search.engine import SORTS, Hit, Query, Results, Searcher, SearchError, UnavailableError
from search.query import LONGEST, Problem

FACETS: Final = {"kind": 8, "outcome": 8, "member": 8, "format": 8, "agenda": 5, "year": 8}
"""The facets shown, and how many values of each before "more"."""

MOST: Final = 90
"""Values of a facet shown in all."""

LABEL: Final = 140
"""Characters shown of an agenda item: the early ones name every letter they were taken up by."""

ORDERS: Final = {"relevance": "relevance", "-date": "newest", "date": "oldest", "symbol": "symbol"}
"""Order → the key of its name."""

HELP: Final = ("words", "phrase", "either", "without", "prefix", "fields", "symbol", "pattern")
"""What can be typed: keys of an example in each language and of what it finds."""

EXAMPLES: Final = ("words", "fields", "symbol", "pattern")
"""Those of them that are offered where nothing is typed or found."""

_MARKS = re.compile(r"(</?mark>)")

Chosen = dict[str, list[str]]
"""Filter → the values chosen."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What asking the engine came to: results, or a notice of why there are none, or both."""

    results: Results | None = None
    notice: Markup | str = ""
    reason: str = ""
    """The engine's own words, in English."""
    retry_after: int = 0
    """In how many seconds to ask again; 0 where that would not help."""


def shown(ask: Ask) -> Show | Go:
    """``/search``. Answers 503 while the engine cannot be reached; symbols lead to their records all the same."""
    text = ask.text("q")[:LONGEST]
    chosen: Chosen = {name: [v for v in ask.request.query_params.getlist(name) if v] for name in FACETS}
    _one_of(ask, "lang", tuple(LANGUAGES))
    sort = _one_of(ask, "sort", SORTS) or "relevance"
    plain = text and not any(chosen.values()) and not ask.text("after") and not ask.text("sort")
    if plain:
        named = links.find(ask.read, text)
        if named is not None:
            return Go(ask.record(named))
    outcome = _asked(ask, text, chosen, sort)
    results = outcome.results
    if results is not None and plain and results.straight_to:
        return Go(ask.record(results.straight_to))
    retry = {"Retry-After": str(outcome.retry_after), "Cache-Control": "no-store"} if outcome.retry_after else {}
    values = {
        "q": text,
        "outcome": outcome,
        "results": results,
        "problems": [_problem(problem, text) for problem in results.problems] if results else [],
        "typed": _pieces(text, results.problems) if results else [],
        "hits": [_hit(ask, hit) for hit in results.hits] if results else [],
        "facets": _facets(ask, results, chosen) if results else [],
        "chosen": _chips(ask, chosen),
        "orders": [(key, value == sort, ask.again(sort=value)) for value, key in ORDERS.items()],
        "next": ask.again(after=results.next) if results and results.next else None,
        "begin": ask.again() if ask.text("after") else None,
        "symbol": links.official(text) if text else None,
        "followed": _followed(ask, text, chosen),
        "help": [(key, ask.say.plain(f"typed.{key}")) for key in HELP],
        "examples": [ask.say.plain(f"typed.{key}") for key in EXAMPLES],
        "search": lambda query: ask.href("/search", q=query, lang=ask.text("lang")),
        "languages": [(code, name, ask.again(lang=code)) for code, name in LANGUAGES.items()],
    }
    return Show("search.html", values, 503 if outcome.retry_after else 200, retry)


def _one_of(ask: Ask, name: str, accepted: Sequence[str]) -> str:
    """A parameter that is one of a closed list, or empty. Raises :class:`BadValueError` in the reader's language."""
    value = ask.text(name)
    if value and value not in accepted:
        raise BadValueError(name, value, str(ask.say("error.one_of", values=", ".join(accepted))))
    return value


# --- Asking ---------------------------------------------------------------------------------------------------------


def _asked(ask: Ask, text: str, chosen: Chosen, sort: str) -> Outcome:
    """What the engine finds, and what a reader should know of its state."""
    searcher: Searcher | None = ask.context.searcher
    if searcher is None:
        return Outcome(notice=ask.say("notice.absent"))
    query = Query(
        text=text,
        kinds=tuple(chosen["kind"]),
        years=_years(ask, chosen["year"]),
        members=tuple(chosen["member"]),
        outcomes=tuple(chosen["outcome"]),
        agenda=tuple(chosen["agenda"]),
        formats=tuple(chosen["format"]),
        sort=sort,
        after=ask.text("after") or None,
        as_of=ask.read.as_of,
        language=ask.say.code,
    )
    try:
        results = searcher.search(query)
    except UnavailableError as error:
        return Outcome(notice=ask.say("notice.unreachable"), retry_after=max(1, error.retry_after))
    except SearchError as error:
        return _refused(ask, query, searcher.position(), str(error))
    behind = ask.read.position - searcher.position()
    return Outcome(results, ask.say.count("search.behind", behind) if behind > 0 else "")


def _refused(ask: Ask, query: Query, reached: int, reason: str) -> Outcome:
    """Why the engine would not answer. Raises :class:`BadValueError` where the address is at fault."""
    if reached == 0 and ask.read.reached:
        return Outcome(notice=ask.say("notice.unbuilt"), retry_after=30)
    if query.after:
        raise BadValueError("after", query.after, ask.say.plain("error.cursor"))
    if query.as_of is not None and query.as_of > reached:
        return Outcome(notice=ask.say.count("search.behind", query.as_of - reached), retry_after=30)
    return Outcome(notice=ask.say("notice.refused"), reason=reason)


def _years(ask: Ask, values: list[str]) -> tuple[int | None, int | None]:
    if not values:
        return None, None
    for value in values:
        if not (value.isascii() and value.isdigit() and len(value) == 4):
            raise BadValueError("year", value, ask.say.plain("error.year"))
    return int(min(values)), int(max(values))


# --- Showing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A text on the page; its language where that is not the page's."""

    text: Markup | str
    language: str = ""
    direction: str = field(default="")


def _line(ask: Ask, text: Markup | str, language: str | None) -> Line:
    foreign = language if language and language != ask.say.code else ""
    return Line(text, foreign, direction(foreign) if foreign else "")


def _hit(ask: Ask, hit: Hit) -> dict[str, Any]:
    return {
        "href": ask.record(hit.record),
        "title": _line(ask, _marked(hit.highlight or str(escape(hit.title))), hit.language),
        "snippet": _line(ask, _marked(hit.snippet), hit.snippet_language) if hit.snippet else None,
        "kind": ask.say.known("kind", hit.kind),
        "symbol": hit.symbol,
        "date": hit.date,
    }


def _marked(highlight: str) -> Markup:
    """A highlighted text: nothing but text and ``<mark>`` comes through, whatever the index holds."""
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


def _problem(problem: Problem, text: str) -> tuple[str, str]:
    """The place in a query that could not be read, and why."""
    return text[problem.start : problem.end], problem.message


def _pieces(text: str, problems: Sequence[Problem]) -> list[tuple[str, bool]]:
    """A query cut into pieces, each with whether it could not be read."""
    wrong = [False] * len(text)
    for problem in problems:
        for place in range(max(0, problem.start), min(problem.end, len(text))):
            wrong[place] = True
    pieces: list[tuple[str, bool]] = []
    for sign, bad in zip(text, wrong, strict=True):
        if pieces and pieces[-1][1] == bad:
            pieces[-1] = (pieces[-1][0] + sign, bad)
        else:
            pieces.append((sign, bad))
    return pieces


def _label(ask: Ask, name: str, value: str) -> Line:
    """What a value of a facet is called. Agenda items are in the language of their source."""
    if name == "member":
        code, _, choice = value.partition(":")
        ballot = f": {ask.say.known('ballot', choice.replace('_', ' '))}" if choice else ""
        known = ask.say.state(code) if ask.say.code != "en" else None
        return _line(ask, (known or ask.names.state(code)) + ballot, ask.say.code if known or ballot else "en")
    if name == "agenda":
        return _line(ask, textwrap.shorten(value, LABEL, placeholder=" …"), "en")
    return Line(ask.say.known(name, value))


def _chips(ask: Ask, chosen: Chosen) -> list[dict[str, Any]]:
    """The filters in use, each with the address without it."""
    return [
        {
            "name": ask.say(f"facet.{name}"),
            "label": _label(ask, name, value),
            "href": ask.again(**{name: [v for v in values if v != value]}),
        }
        for name, values in chosen.items()
        for value in values
    ]


def _facets(ask: Ask, results: Results, chosen: Chosen) -> list[dict[str, Any]]:
    """The facets by which the results can be narrowed. One that is in use is left by its chip: the counts beside its
    other values would be of records that have both, and choosing one would show those that have either."""
    found: list[dict[str, Any]] = []
    for name, before in FACETS.items():
        made = [
            {"label": _label(ask, name, value), "count": n, "href": ask.again(**{name: [value]})}
            for value, n in results.facets.get(name, [])[:MOST]
            if not chosen[name] and n < results.total
        ]
        if made:
            found.append({"heading": ask.say(f"facet.{name}"), "values": made[:before], "more": made[before:]})
    return found


def _followed(ask: Ask, text: str, chosen: Chosen) -> list[tuple[str, str]]:
    """The fields of the form that saves this search; none where nothing is asked, or of a past state."""
    if ask.context.searches is None or ask.asked is not None or not (text or any(chosen.values())):
        return []
    return [("q", text), *((name, v) for name, values in chosen.items() for v in values), ("lang", ask.say.code)]


PAGES = [("/search", shown)]
