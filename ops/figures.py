"""Indicators as tables: the answer of ``council indicators``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from projections.indicators.published import published
from projections.indicators.registry import indicator, of_dimension
from projections.indicators.values import YEAR, behind, span, values
from projections.reading import Reader

Table = list[dict[str, Any]]


def definitions(dimension: str | None = None) -> Table:
    """Every definition, or those of one dimension. Raises :class:`IndicatorError` for one there is not."""
    return [one.columns for one in of_dimension(dimension)]


def figures(
    read: Reader, name: str, by: str = YEAR, first: str | None = None, last: str | None = None, on: str | None = None
) -> Table:
    """The figures of an indicator, published ones beside them (``2023 publisher: 50, ours less theirs -2``).

    Raises :class:`IndicatorError` for a name, period or grouping there is not.
    """
    one, asked = indicator(name), span(first, last, on)
    found = values(read, one, by, asked)
    beside: dict[str, Table] = {}
    for each in published(read, one, asked.on, [value.period for value in found][:MOST]):
        row = each.columns
        shown = {name: row[name] for name in ("value", "publisher", "difference")}
        beside.setdefault(row["period"], []).append({**shown, "reason": row["why"]})
    return [
        {
            "period": value.period,
            "member": value.member,
            "value": value.value,
            "numerator": value.numerator,
            "denominator": value.denominator,
            "partial": value.partial,
            "note": value.note,
            "published": beside.get(value.period, []),
        }
        for value in found
    ]


MOST = 500
"""Periods for which published figures are looked up at once."""


def records(read: Reader, name: str, first: str | None = None, last: str | None = None, on: str | None = None) -> Table:
    """The records behind the figure of a span. Raises :class:`IndicatorError`."""
    found = behind(read, indicator(name), span(first, last, on))
    return [{"record": row["record"], "date": row["date"], "counted": row["n"]} for row in found]


def said(published_figures: Iterable[Mapping[str, Any]]) -> str:
    """Published figures in one cell: ``50 (Highlights: difference 0)``."""
    return "; ".join(
        f"{each['value']} ({each['publisher'] or 'no publisher named'}"
        + (f": difference {each['difference']:+g}" if each["difference"] is not None else "")
        + (f", {each['reason']}" if each["reason"] else "")
        + ")"
        for each in published_figures
    )


def as_csv(table: Table) -> str:
    """A table as CSV (RFC 4180), with a header; empty for an empty table."""
    if not table:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(table[0]))
    writer.writeheader()
    for row in table:
        writer.writerow({name: _cell(name, value) for name, value in row.items()})
    return out.getvalue()


def _cell(name: str, value: Any) -> Any:
    if name == "published":
        return said(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else value
