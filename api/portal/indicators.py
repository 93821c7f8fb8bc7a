"""Indicators: what the archive counts, by which definition, with published figures and the records behind each."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from api.portal.charts import Chart, Series
from api.portal.pages import Ask, BadValueError, NotFoundError, Show
from projections.indicators.comparing import Difference, Moment, compare
from projections.indicators.definition import COUNT, DIMENSIONS, STATE, Indicator
from projections.indicators.published import published
from projections.indicators.registry import INDICATORS, IndicatorError, of_dimension
from projections.indicators.values import CALENDAR, YEAR, Span, Value, behind, span, values
from projections.reading import Values

YEARS = 6
"""Years side by side on the page of all indicators."""
MOST_ROWS = 240
"""Figures in one table: twenty years of months."""
MOST_RECORDS = 200
"""Records listed behind one figure."""

CHARTS = {
    "effectiveness": (
        "Decisions of the Council by year",
        (
            ("resolutions_unanimous", "Adopted unanimously", "unanimous"),
            ("resolutions_not_unanimous", "Adopted by a divided vote", "divided"),
            ("adoption_without_vote", "Adopted without a vote", "without"),
            ("failed_drafts", "Draft resolutions that failed", "failed"),
        ),
    ),
    "efficiency": ("Missions of the Council by year", (("missions", "Missions", "unanimous"),)),
    "transparency": (
        "Formal meetings by year",
        (("public_meetings", "Public", "unanimous"), ("private_meetings", "Private", "divided")),
    ),
}
"""Dimension → its chart: title, and indicators with their names and colours."""


@contextmanager
def _asked(name: str, value: str) -> Any:
    """Errors of what was asked become the page that says what is accepted."""
    try:
        yield
    except IndicatorError as error:
        raise BadValueError(name, value, str(error)) from error


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator with its figures of the latest years."""

    one: Indicator
    values: Sequence[Value]


def all_indicators(ask: Ask) -> Show:
    """``/indicators``: the three dimensions, the latest years beside each other."""
    last = ask.read.value(
        "select max(year) as last from year_totals "
        f"where votes + meetings + other_meetings + missions > 0 and {ask.read.live()}"
    )
    years = list(range(last - YEARS + 1, last + 1)) if last else []
    asked = Span(str(years[0]), str(years[-1])) if years else Span()
    groups = [
        (
            dimension,
            [Line(one, values(ask.read, one, asked=asked) if years else ()) for one in of_dimension(dimension)],
            dimension_chart(ask, dimension),
        )
        for dimension in DIMENSIONS
    ]
    return Show("indicators.html", {"groups": groups, "years": years})


def dimension_chart(ask: Ask, dimension: str) -> Chart | None:
    """The chart of a dimension, over the years in which every series could be counted."""
    title, parts = CHARTS[dimension]
    counted = [{value.period: value for value in values(ask.read, INDICATORS[name])} for name, _, _ in parts]
    years = [year for year in sorted(counted[0]) if all(_whole(by.get(year)) is not None for by in counted)]
    series = tuple(
        Series(name, css, tuple(_whole(by[year]) or 0 for year in years))
        for (_, name, css), by in zip(parts, counted, strict=True)
    )
    return Chart(f"chart-{dimension}", title, "Year", tuple(years), series) if years else None


def _whole(value: Value | None) -> int | None:
    """A figure as it is drawn: what was counted from single records alone is not."""
    return int(value.value) if value and value.value is not None and value.listed else None


def chart(one: Indicator, by: str, found: Sequence[Value]) -> Chart | None:
    """Bars by year, from the year after the last one that could not be counted."""
    if by != YEAR or one.measure not in (COUNT, STATE):
        return None
    counted = [value for value in found if value.period.isdigit()]
    while counted and _whole(counted[-1]) is None:
        counted.pop()
    known = next((n for n, value in enumerate(reversed(counted)) if _whole(value) is None), len(counted))
    counted = counted[len(counted) - known :]
    if len(counted) < 2:
        return None
    title = f"{one.title}, {counted[0].period} to {counted[-1].period}"
    series = Series(one.title, "unanimous", tuple(_whole(value) or 0 for value in counted))
    return Chart("figures", title, "Year", tuple(value.period for value in counted), (series,))


def one_indicator(ask: Ask) -> Show:
    """``/indicators/{name}``: definition, figures, published figures beside them, records, two states compared."""
    name = str(ask.request.path_params["name"])
    if name not in INDICATORS:
        raise NotFoundError(f"There is no indicator “{name[:120]}”.")
    one = INDICATORS[name]
    by = ask.one_of("by", (*CALENDAR, *one.groups)) or YEAR
    asked = _span(ask)
    with _asked("by", by):
        found = values(ask.read, one, by, asked)
    beside = [each.columns for each in published(ask.read, one, asked.on)]
    return Show(
        "indicator.html",
        {
            "one": one,
            "by": by,
            "found": (found[::-1] if by in CALENDAR else found)[:MOST_ROWS],
            "total": len(found),
            "chart": chart(one, by, found),
            "published": beside,
            "published_by": _by_period(beside),
            "chosen": {key: ask.text(key) for key in ("by", "from", "to", "on", "period", "a_on", "b_on", "a", "b")},
            "choices": [(choice, choice) for choice in (*CALENDAR, *one.groups)],
            "records": _records(ask, one, asked),
            "most": MOST_RECORDS,
            "differences": _compared(ask, one),
        },
    )


def _span(ask: Ask) -> Span:
    first, last, on = (ask.text(name) or None for name in ("from", "to", "on"))
    for name, given in (("from", {"first": first}), ("to", {"last": last}), ("on", {"on": on})):
        with _asked(name, ask.text(name)):
            span(**given)
    with _asked("from", first or ""):
        return span(first, last, on)


def _by_period(beside: list[Values]) -> dict[str, list[Values]]:
    by: dict[str, list[Values]] = {}
    for row in beside:
        by.setdefault(row["period"], []).append(row)
    return by


def _records(ask: Ask, one: Indicator, asked: Span) -> list[Values] | None:
    """The records behind the figure of the period asked for; None if none is asked for."""
    period = ask.text("period")
    if not period:
        return None
    with _asked("period", period):
        return behind(ask.read, one, span(period, period, asked.on.isoformat() if asked.on else None))


def _compared(ask: Ask, one: Indicator) -> list[Difference] | None:
    """Two states compared, if days or positions are given; None if not."""
    if not any(ask.text(name) for name in ("a_on", "b_on", "a", "b")):
        return None
    return compare(one, _moment(ask, "a"), _moment(ask, "b"))


def _moment(ask: Ask, name: str) -> Moment:
    day, position = ask.text(f"{name}_on"), ask.text(name)
    with _asked(f"{name}_on", day):
        on = span(on=day or None).on
    if not position:
        return Moment(ask.read, on)
    if not (position.isascii() and position.isdigit() and len(position) < 16 and int(position) <= ask.read.position):
        raise BadValueError(name, position, f"a position of the log from 0 to {ask.read.position}")
    return Moment(ask.read.at(int(position)), on)


PAGES = [("/indicators", all_indicators), ("/indicators/{name}", one_indicator)]
