"""A page of search results on the terminal: a line for each record, the words found in colour.

What the index holds is text: control characters in it never reach the terminal, and nothing in it counts as markup.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from search.engine import Hit, Results
from search.query import Problem

FOUND: Final = "bold yellow"
WRONG: Final = "bold red"
FAINT: Final = "dim"

VALUES: Final = 10
"""Values of a facet that are listed."""

_MARKS = re.compile(r"(</?mark>)")


def lines(results: Results, query: str, *, facets: bool = False) -> Iterator[Text]:
    """A page of results, line by line; ``query`` is the text as typed, to show where it could not be read."""
    yield from _problems(results.problems, query)
    if results.problems and results.understood:
        yield _told("read as: ", results.understood)
    counted = f"{results.total:,} record{'' if results.total == 1 else 's'}"
    yield Text(counted if results.total else "nothing in the archive matches", style="bold")
    for hit in results.hits:
        yield from _hit(hit)
    if facets:
        yield from _facets(results)
    if results.straight_to:
        yield _told("this names one record: ", results.straight_to)
    if results.suggestion:
        yield _told("did you mean: ", results.suggestion)
    if results.next:
        yield _told("more: --after ", results.next)


def plain(text: str) -> str:
    """A text with a blank for each control character: as long as it was, and harmless to a terminal."""
    return "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)


def coloured(highlight: str) -> Text:
    """A highlighted text, HTML with ``<mark>``, as the terminal shows it."""
    made, style = Text(), ""
    for part in _MARKS.split(highlight):
        if part in ("<mark>", "</mark>"):
            style = FOUND if part == "<mark>" else ""
        else:
            made.append(plain(html.unescape(part)), style)
    return made


def _told(what: str, value: str) -> Text:
    return Text.assemble((what, FAINT), plain(value))


def _hit(hit: Hit) -> Iterator[Text]:
    named = [hit.date or "no date", hit.kind, *([hit.symbol] if hit.symbol else [])]
    yield Text.assemble((plain("  ".join(named)), FAINT), "  ", coloured(hit.highlight))
    if hit.snippet:
        yield Text.assemble("    ", (f"{hit.snippet_language}: ", FAINT), coloured(hit.snippet))


def _problems(problems: Sequence[Problem], query: str) -> Iterator[Text]:
    """The query with each place that could not be read pointed at, and why."""
    typed = plain(query)
    for problem in problems:
        yield Text(f"  {typed}")
        width = max(1, cell_len(typed[problem.start : problem.end]))
        yield Text(" " * (2 + cell_len(typed[: problem.start])) + "^" * width, style=WRONG)
        yield Text(f"  {plain(problem.message)}", style=WRONG)


def _facets(results: Results) -> Iterator[Text]:
    for name, counts in results.facets.items():
        listed = ", ".join(f"{plain(value)} {number:,}" for value, number in counts[:VALUES])
        more = f" … {len(counts) - VALUES:,} more" if len(counts) > VALUES else ""
        if counts:
            yield Text.assemble((f"{name}: ", FAINT), listed, (more, FAINT))
