"""The register of indicators: every definition by name, and the page ``docs/indicators.md`` made from it."""

from __future__ import annotations

from collections.abc import Iterable

from projections.indicators import effectiveness, efficiency, transparency
from projections.indicators.definition import DIMENSIONS, Indicator

INDICATORS: dict[str, Indicator] = {
    one.name: one for part in (effectiveness, efficiency, transparency) for one in part.INDICATORS
}


class IndicatorError(ValueError):
    """An indicator, period or grouping that does not exist; the message says what does."""


def indicator(name: str) -> Indicator:
    """The definition of a name. Raises :class:`IndicatorError` naming those there are."""
    if name not in INDICATORS:
        raise IndicatorError(f"there is no indicator {name!r}; there are: {', '.join(INDICATORS)}")
    return INDICATORS[name]


def of_dimension(dimension: str | None = None) -> list[Indicator]:
    """The definitions of one dimension, or all. Raises :class:`IndicatorError` for a dimension there is not."""
    if dimension is not None and dimension not in DIMENSIONS:
        raise IndicatorError(f"there is no dimension {dimension!r}; there are: {', '.join(DIMENSIONS)}")
    return [one for one in INDICATORS.values() if dimension in (None, one.dimension)]


_HEAD = """\
# Indicators

What the archive counts of the Council's work, by which definition. This page is made from the definitions
(`council indicators --definitions`); a test keeps the two equal.

**Three rules.** Behind every figure stand its records, and behind every record its events: any figure can be listed. A
figure can be asked as of any position of the log and, apart from that, up to any day (`on`): what had happened by then,
as the archive knows it now or knew it then. And a 0 is published only where a list covers the period: where the archive
holds nothing a figure could be counted from, the figure is null, and where it holds a part, the figure is flagged
`partial` with what is missing.

**Published figures** (kind `figure`) stand beside the archive's own with the difference and its reason. Neither is
changed to fit the other.

**Asking.** `council indicators missions --from 2018 --to 2023 --on 2023-08-28`; GraphQL `indicators` and `indicator`;
the portal's pages under `/indicators`. Periods are years, months, presidencies, or the values of a column (agenda item,
member, category, gender, format) where the definition has it.
"""


def page(indicators: Iterable[Indicator] = tuple(INDICATORS.values())) -> str:
    """The definitions as Markdown."""
    parts = [_HEAD]
    known = list(indicators)
    for dimension in DIMENSIONS:
        parts.append(f"\n## {dimension.capitalize()}\n")
        for one in known:
            if one.dimension == dimension:
                parts.append(_section(one))
    return "".join(parts)


def _section(one: Indicator) -> str:
    lines = [f"\n### `{one.name}` (version {one.version})\n", f"\n**{one.title}.** {one.formula}\n\n"]
    if one.numerator:
        lines.append(f"- Numerator: {one.numerator}\n")
    if one.denominator:
        lines.append(f"- Denominator: {one.denominator}\n")
    lines.append(f"- Unit: {one.unit} ({one.measure})\n")
    lines.append(f"- Source of the definition: {one.source}.\n")
    lines.append(f"- Coverage: {one.coverage}\n")
    if one.groups:
        lines.append(f"- Also by: {', '.join(one.groups)}\n")
    return "".join(lines)


__all__ = ["INDICATORS", "IndicatorError", "indicator", "of_dimension", "page"]
