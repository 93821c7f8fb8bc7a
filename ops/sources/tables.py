"""Reading the Library's HTML tables: cells that span rows, lines within cells, links.

The pages are written by hand: ``</br>`` stands for a line break and is one here (a parser drops it, which would make
``China</br>Russian Federation`` one word); a row may begin without its ``<tr>`` (S/PV.8093 to 8098); line ends of the
page mean nothing inside a cell, ``<br>`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import lxml.html
from lxml import etree

from ops.sources import files
from ops.sources.findings import SourceError

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CLOSED_BREAK = re.compile(r"</br\s*/?>", re.IGNORECASE)
_ROW_UNOPENED = re.compile(r"(</tr\s*>\s*)(?=<t[dh]\b)", re.IGNORECASE)
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_TABLE_ENDS = re.compile(r"</table\s*>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\v\xa0]+")
_DIGITS = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, in which only ``<br>`` and blocks break lines; where its links lead; whether it heads."""

    text: str = ""
    links: tuple[str, ...] = ()
    heads: bool = False

    @property
    def line(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())


@dataclass(slots=True)
class Row:
    """One row of a table, cells of rows above that reach into it included."""

    line: int
    cells: list[Cell] = field(default_factory=list)


def rows(path: Path) -> Iterator[Row]:
    """The rows of the page's tables, top to bottom. Raises :class:`SourceError` for a page cut off or without any."""
    page = _COMMENT.sub(_blank, files.text(path, html=True))
    page = _ROW_UNOPENED.sub(r"\1<tr>", _CLOSED_BREAK.sub("<br>", page))
    opened, closed = len(_TABLE.findall(page)), len(_TABLE_ENDS.findall(page))
    if not opened:
        raise SourceError(path, "", "there is no table in it: not the Library's page, or an error page", files.AGAIN)
    if closed < opened and not page.rstrip().lower().endswith("</html>"):
        raise SourceError(
            path, f"line {page.count(chr(10)) + 1}", "the table does not end: the file is cut off", files.AGAIN
        )
    try:
        document = lxml.html.document_fromstring(page)
    except (etree.ParserError, ValueError) as error:
        raise SourceError(path, "", f"cannot be read as HTML ({error})", files.AGAIN) from error
    spans: dict[int, tuple[int, Cell]] = {}
    for element in document.iter("tr"):
        own = [child for child in element if child.tag in ("td", "th")]
        if own:
            row, spans = _row(element, own, spans)
            yield row


def _blank(comment: re.Match[str]) -> str:
    """The line ends of a comment, so that lines keep their numbers."""
    return "\n" * comment[0].count("\n")


def _row(
    element: lxml.html.HtmlElement, own: list[lxml.html.HtmlElement], spans: dict[int, tuple[int, Cell]]
) -> tuple[Row, dict[int, tuple[int, Cell]]]:
    row = Row(int(element.sourceline or 0))
    reaching = dict(spans)
    further: dict[int, tuple[int, Cell]] = {}
    waiting = list(reversed(own))
    while waiting or len(row.cells) in reaching:
        column = len(row.cells)
        if column in reaching:
            left, cell = reaching.pop(column)
            row.cells.append(cell)
            if left > 1:
                further[column] = (left - 1, cell)
            continue
        td = waiting.pop()
        cell = _cell(td)
        down = _span(td, "rowspan")
        for _ in range(_span(td, "colspan")):
            if down > 1:
                further[len(row.cells)] = (down - 1, cell)
            row.cells.append(cell)
    for column, (left, cell) in reaching.items():
        if left > 1:
            further[column] = (left - 1, cell)
    return row, further


def _span(td: lxml.html.HtmlElement, name: str) -> int:
    found = _DIGITS.search(td.get(name) or "1")
    return min(max(int(found[0]), 1), 200) if found else 1


def _cell(td: lxml.html.HtmlElement) -> Cell:
    pieces: list[str] = []
    links: list[str] = []
    _walk(td, pieces, links, 0)
    lines = [_BLANKS.sub(" ", line).strip() for line in "".join(pieces).split("\x00")]
    return Cell("\n".join(lines).strip(), tuple(links), td.tag == "th")


def _walk(element: lxml.html.HtmlElement, pieces: list[str], links: list[str], depth: int) -> None:
    pieces.append((element.text or "").replace("\x00", " "))
    for child in element:
        if child.tag == "br":
            pieces.append("\x00")
        elif isinstance(child.tag, str) and depth < 50:
            if child.tag == "a" and child.get("href"):
                links.append(child.get("href") or "")
            _walk(child, pieces, links, depth + 1)
            if child.tag in ("p", "div", "li"):
                pieces.append("\x00")
        pieces.append((child.tail or "").replace("\x00", " "))
