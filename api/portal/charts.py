"""Stacked bars by year or decade, drawn by pygal as SVG that the portal's own style sheet colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

import pygal
from markupsafe import Markup

WIDTH, HEIGHT = 960, 300

_DROPPED = frozenset({"style", "script", "defs", "desc", "title"})
_KEPT = frozenset({"class", "x", "y", "width", "height", "d", "transform", "cx", "cy", "r", "viewBox", "rx", "ry"})


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name, the class that colours it, a value for each label."""

    name: str
    css: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the same numbers as a table: nothing is told by the drawing alone."""

    id: str
    title: str
    label: str
    """What the labels are: ``Year``."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def svg(self) -> Markup:
        """The drawing. It says nothing to a screen reader beyond its title: the table beside it does."""
        return _draw(self)

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The numbers label by label."""
        return [(label, [s.values[i] for s in self.series]) for i, label in enumerate(self.labels)]


@lru_cache(maxsize=256)
def _draw(chart: Chart) -> Markup:
    every = 10 if len(chart.labels) > 30 else (5 if len(chart.labels) > 14 else 1)
    major = [label for label in chart.labels if every == 1 or (label[:4].isdigit() and int(label[:4]) % every == 0)]
    top = max((sum(values) for _, values in chart.rows), default=0)
    drawn = pygal.StackedBar(
        js=[],
        css=[],
        width=WIDTH,
        height=HEIGHT,
        show_legend=False,
        margin=2,
        spacing=6,
        truncate_label=-1,
        x_labels_major=major,
        show_minor_x_labels=False,
        y_labels=_steps(top),
        show_dots=False,
        no_prefix=True,
        rounded_bars=0,
    )
    drawn.x_labels = list(chart.labels)
    for series in chart.series:
        drawn.add(series.css, list(series.values))
    root = ElementTree.fromstring(drawn.render())
    _plain(root, chart)
    root.attrib.update({"role": "img", "aria-labelledby": f"{chart.id}-title", "focusable": "false"})
    title = ElementTree.Element("title", {"id": f"{chart.id}-title"})
    title.text = chart.title
    root.insert(0, title)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _steps(top: int) -> list[int]:
    """Whole steps of the scale, at most six, up to or beyond the highest bar."""
    step = next((s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000) if top <= s * 5), 5000)
    return list(range(0, step * (-(-top // step) or 1) + 1, step))


def _plain(node: ElementTree.Element, chart: Chart) -> None:
    """Keep shapes, places and classes; drop styles, scripts and what only pygal's own script would use."""
    for child in list(node):
        if child.tag.rpartition("}")[2] in _DROPPED:
            node.remove(child)
            continue
        _plain(child, chart)
        if child.tag == "g" and len(child) == 0:
            node.remove(child)
    node.tag = node.tag.rpartition("}")[2]
    given = {name: value for name, value in node.attrib.items() if name in _KEPT}
    classes = given.get("class", "").split()
    series = next((s for number, s in enumerate(chart.series) if f"serie-{number}" in classes), None)
    bars = list(node.iter("rect")) if series else []
    node.attrib.clear()
    node.attrib.update(given)
    node.tail = None
    if series and bars:
        for child in list(node):
            node.remove(child)
        node.attrib["class"] = f"bars fill-{series.css}"
        ElementTree.SubElement(node, "path", {"d": "".join(_outline(bar) for bar in bars)})


def _outline(bar: ElementTree.Element) -> str:
    """A bar as a piece of a path: one path for a whole series is a tenth of the bytes."""
    x, y, width, height = (round(float(bar.get(name, 0)), 1) for name in ("x", "y", "width", "height"))
    return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z" if height else ""
