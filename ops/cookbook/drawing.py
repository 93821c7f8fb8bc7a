"""Plots of the cookbook: pygal's shapes as small SVG files, the same bytes for the same figures on every machine."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree import ElementTree

import pygal

from ops.cookbook.recipe import Plot, Table

WIDTH: Final = 880
MANY: Final = 22
"""Labels up to which each is written out."""

COLOURS: Final = (
    "#11508f",
    "#a5372a",
    "#8f6a10",
    "#1c6149",
    "#7b4b8f",
    "#5d6670",
    "#c2571a",
    "#3c8a8a",
    "#9a6",
    "#b58",
)
STYLE: Final = (
    "svg{background:#fff;font-family:system-ui,'Liberation Sans',Arial,sans-serif}"
    "text{fill:#1a2330;font-size:12px;stroke:none}.axis text{font-size:11px}"
    ".axis.y text{text-anchor:end}.axis.x text{text-anchor:middle}.axis.x text[transform]{text-anchor:start}"
    ".axis path{stroke:#d8d4c8;stroke-width:1;fill:none}.axis path.line:not(.guide){stroke:#1a2330}"
    ".background{fill:none}"
    + "".join(f".color-{number}{{fill:{colour};stroke:{colour}}}" for number, colour in enumerate(COLOURS))
    + ".series path.line{fill:none;stroke-width:2.5}rect{stroke:none}"
)
SVG: Final = "http://www.w3.org/2000/svg"

_KINDS: Final = {
    "lines": pygal.Line,
    "stacked": pygal.StackedBar,
    "bars": pygal.Bar,
    "ranking": pygal.HorizontalBar,
}
_DROPPED = frozenset({"style", "script", "defs", "desc", "title"})
_KEPT = frozenset(
    {"class", "x", "y", "width", "height", "d", "transform", "cx", "cy", "r", "viewBox", "rx", "ry", "x1", "x2", "y1"}
    | {"y2", "points", "text-anchor"}
)
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


def draw(title: str, table: Table, plot: Plot) -> str:
    """The plot of a table as an SVG document, with title and description for those who do not see it."""
    labels = [str(row[plot.label]) for row in table]
    ranking = plot.kind == "ranking"
    drawn = _KINDS[plot.kind](
        js=[],
        css=[],
        width=WIDTH,
        height=max(260, 60 + 26 * len(table)) if ranking else 400,
        show_legend=len(plot.series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=5,
        truncate_label=-1,
        truncate_legend=-1,
        margin=14,
        show_dots=plot.kind == "lines" and len(table) <= MANY,
        dots_size=3,
        include_x_axis=True,
        no_prefix=True,
        rounded_bars=0,
        x_label_rotation=30 if not ranking and any(len(label) > 7 for label in labels) else 0,
        show_minor_x_labels=len(labels) <= MANY or ranking,
    )
    drawn.x_labels = labels[::-1] if ranking else labels
    if not ranking and len(labels) > MANY:
        drawn.x_labels_major = [label for label in labels if label[:4].isdigit() and int(label[:4]) % 10 == 0]
    for name in plot.series:
        values = [row[name] for row in table]
        drawn.add(name, values[::-1] if ranking else values)
    root = ElementTree.fromstring(drawn.render())
    _plain(root)
    root.attrib |= {"xmlns": SVG, "role": "img", "aria-labelledby": "title desc"}
    for number, (tag, text) in enumerate((("title", title), ("desc", _described(table, plot)), ("style", STYLE))):
        element = ElementTree.Element(tag, {} if tag == "style" else {"id": tag})
        element.text = text
        root.insert(number, element)
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _described(table: Table, plot: Plot) -> str:
    if not table:
        return "Nothing is drawn: the archive holds nothing this could be computed from."
    named = ", ".join(plot.series)
    return (
        f"{plot.unit} by {plot.label}, from {table[0][plot.label]} to {table[-1][plot.label]}: {named}. "
        "All values stand in the table beside."
    )


def _plain(node: ElementTree.Element) -> None:
    """Keep shapes, places and classes; drop styles, scripts and what only pygal's own script would use; round places,
    since the last digits of a number may differ from machine to machine.
    """
    for child in list(node):
        name = child.tag.rpartition("}")[2]
        if name in _DROPPED or child.attrib.get("class") in ("tooltip", "title"):
            node.remove(child)
            continue
        _plain(child)
        if name in ("g", "text") and len(child) == 0 and not (child.text or "").strip():
            node.remove(child)
    node.tag = node.tag.rpartition("}")[2]
    given: dict[str, Any] = {name: _NUMBER.sub(_rounded, value) for name, value in node.attrib.items() if name in _KEPT}
    node.attrib.clear()
    node.attrib.update(given)
    node.tail = None


def _rounded(found: re.Match[str]) -> str:
    return f"{round(float(found.group()), 1) + 0.0:g}"
