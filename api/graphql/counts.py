"""Counts by one dimension, or crossed with a second: `counts { ballots(by: MEMBER, across: CHOICE) { … } }`.

Each measure has an enum of its dimensions and a filter of its own, so that what cannot be asked cannot be written. The
figures are sums over cells that are kept while the log is followed (``projections/counts.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql import filters
from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    Words,
    argument,
    column,
    given,
    listed,
    number,
    plain,
    related,
    text,
)
from api.graphql.filters import months
from api.graphql.measures import MEASURES, Dimension, Measure
from api.graphql.votes import member_code, present_names
from projections.counting import Wanted, counted
from projections.reading import Values, Where

MOST = 2_000
"""Cells in one answer."""


def _dimensions(measure: Measure) -> Any:
    told = {name.upper(): (name, one.doc) for name, one in measure.dimensions.items()}
    return Words(f"{measure.kind}Dimension", f"What {measure.name} can be counted by.", told).enum()


def _filter(measure: Measure) -> Any:
    fields = {
        name: given(one.doc, graphene.Boolean if one.truth else _filter_of(one))
        for name, one in measure.dimensions.items()
        if one.filtered
    }
    if not fields:
        return None
    meta = type("Meta", (), {"description": f"Which {measure.name} count; all conditions must hold."})
    return type(f"{measure.kind}CountFilter", (graphene.InputObjectType,), {"Meta": meta, **fields})


def _filter_of(dimension: Dimension) -> Any:
    return filters.TextFilter if dimension.kind is None else filters.closed(dimension.kind)


CountOrder = Words(
    "CountOrder",
    "Order of counts.",
    {
        "KEY_ASC": ("key", "By key, then by `across`, in the order of letters and numbers; what is not known first."),
        "COUNT_DESC": ("-count", "The highest count first, ties by key."),
    },
).enum()


class CountCell(graphene.ObjectType):
    """How many there are of one combination of values."""

    key = text(
        "key", "The value of `by`: a year, a code, a word as it stands in filters; null: not known.", required=False
    )
    label = text("label", "The same in English words, for tables and plots; null: not known.", required=False)
    across = text("across", "The value of `across`; null: not known, or not asked.", required=False)
    across_label = text("across_label", "The same in English words.", required=False)
    count = number("count", "How many, in the measure's unit; never 0: such cells are left out.")
    share = column(graphene.Float, "share", "count / total, from 0 to 1.")
    share_of_key = column(graphene.Float, "share_of_key", "count / all of the same key, from 0 to 1.")


class CountTotal(graphene.ObjectType):
    """How many there are of one value of one dimension."""

    key = text("key", "The value, as in `cells`; null: not known.", required=False)
    label = text("label", "The same in English words.", required=False)
    count = number("count", "How many, in the measure's unit.")
    share = column(graphene.Float, "share", "count / total, from 0 to 1.")


def _cells(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    first = MOST if args.get("first") is None else args["first"]
    if not 0 <= first <= MOST:
        raise GraphQLError(
            f"`first` takes 0 to {MOST} cells, not {first}; narrow the period or the filter for the rest"
        )
    ordered = []
    for parent in parents:
        cells = parent["cells"]
        if args.get("order_by") == "-count":
            cells = sorted(cells, key=lambda cell: -cell["count"])
        if len(cells) > first and args.get("first") is None:
            raise GraphQLError(
                f"there are {len(cells)} cells, and an answer holds at most {MOST}: narrow the period or the filter, "
                "or give `first` with `orderBy: COUNT_DESC` for the largest"
            )
        ordered.append(cells[:first])
    return ordered


def _passed(name: str) -> Any:
    return lambda rows, _, __: [row[name] for row in rows]


class CountTable(graphene.ObjectType):
    """Counts by one dimension, or a cross table of two. Source: the records the archive holds (see `Archive.coverage`);
    the figures are kept while the log is followed, and can be asked as of any position.
    """

    unit = text("unit", "What is counted, in the plural.")
    definition = text("definition", "What exactly counts.")
    total = number("total", "How many in all, in that unit, whether shown in cells or not.")
    cells = listed(
        CountCell,
        _cells,
        "The counts, one for each combination of values there is.",
        args={
            "order_by": argument(CountOrder, "The order; by key if not given."),
            "first": argument(graphene.Int, f"Only so many, at most {MOST}."),
        },
        weight=100,
    )
    keys = listed(CountTotal, _passed("keys"), "Totals by the first dimension.", weight=50)
    acrosses = listed(CountTotal, _passed("acrosses"), "Totals by the second dimension; empty without one.", weight=10)


def _batch(measure: Measure) -> Any:
    def batch(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
        args = plain(arguments)
        by = [one for one in (args["by"], args.get("across")) if one]
        if len(set(by)) < len(by):
            raise GraphQLError("`across` must be another dimension than `by`")
        first, last = months(args.get("from_"), args.get("to"))
        wanted = Wanted(measure.name, by, first, last)
        conditions = {name: value for name, value in (args.get("filter") or {}).items() if value is not None}
        _narrowed(measure, wanted, conditions, asking)
        return [_table(measure, by, counted(asking.read, wanted), asking)] * len(parents)

    return batch


def _narrowed(measure: Measure, wanted: Wanted, conditions: Mapping[str, Any], asking: Asking) -> None:
    columns, ballots = {}, {}
    for name, value in conditions.items():
        condition = {"eq": value} if not isinstance(value, Mapping) else {**value}
        if measure.dimensions[name].truth:
            condition = {"eq": "yes" if value else "no"}
        if name == "member":
            condition = {**_codes(condition)}
        if measure.name == "ballots" and name in ("member", "choice", "seat", "group"):
            ballots[name] = filters.holds(condition)
        else:
            columns[name] = [_on(condition, asking)]
    wanted.columns, wanted.ballots = columns, ballots


def _codes(condition: Mapping[str, Any]) -> Mapping[str, Any]:
    """Members' codes in any case, as the archive writes them. Raises GraphQLError for what cannot be one."""
    read = {**condition}
    if read.get("eq") is not None:
        read["eq"] = member_code(read["eq"])
    if read.get("is_in") is not None:
        read["is_in"] = [member_code(one) for one in read["is_in"]]
    return read


def _on(condition: Mapping[str, Any], asking: Asking) -> Any:
    def narrow(where: Where, name: str) -> None:
        filters.on(name)(where, condition, asking)

    return narrow


def _table(measure: Measure, by: list[str], found: Mapping[tuple[str, ...], int], asking: Asking) -> Values:
    total = sum(found.values())
    shown = [_shown(measure.dimensions[name], name, asking) for name in by]
    totals: list[dict[str, int]] = [{} for _ in by]
    for key, count in found.items():
        for place, value in enumerate(key):
            totals[place][value] = totals[place].get(value, 0) + count
    cells = []
    for key, count in sorted(found.items()):
        (name, label), (across, across_label) = shown[0](key[0]), shown[1](key[1]) if len(by) > 1 else (None, None)
        cells.append(
            {
                "key": name,
                "label": label,
                "across": across,
                "across_label": across_label,
                "count": count,
                "share": count / total,
                "share_of_key": count / totals[0][key[0]],
            }
        )
    margins = [
        [
            {**dict(zip(("key", "label"), show(value), strict=True)), "count": count, "share": count / total}
            for value, count in sorted(counts.items())
        ]
        for show, counts in zip(shown, totals, strict=True)
    ]
    return {
        "unit": measure.unit,
        "definition": measure.definition,
        "total": total,
        "cells": cells,
        "keys": margins[0],
        "acrosses": margins[1] if len(by) > 1 else [],
    }


def _shown(dimension: Dimension, name: str, asking: Asking) -> Any:
    """A function: value of a dimension → how answers name it, and its label."""
    if dimension.truth:
        known = {"yes": ("true", "yes"), "no": ("false", "no")}
    elif dimension.kind is not None:
        known = {
            getattr(value, "value", value): (key, str(getattr(value, "value", value)).replace("_", " "))
            for key, value in dimension.kind._meta.enum.__members__.items()
        }
    else:
        known = {}
    names = present_names(asking.read) if name == "member" else {}

    def show(value: str) -> tuple[str | None, str | None]:
        if not value:
            return None, None
        return known.get(value) or (value, names.get(value, value))

    return show


def _field(measure: Measure) -> Any:
    dimension, narrowing = _dimensions(measure), _filter(measure)
    args = {
        "by": argument(dimension, "The dimension counted by.", required=True),
        "across": argument(dimension, "A second dimension, for a cross table."),
        "from_": argument(graphene.String, "The first year or month that counts: `1990`, `1990-06`.", name="from"),
        "to": argument(graphene.String, "The last one."),
    }
    if narrowing is not None:
        args["filter"] = argument(narrowing, "Which of them count.")
    return related(CountTable, _batch(measure), measure.definition, args=args, required=True)


Counts = type(
    "Counts",
    (graphene.ObjectType,),
    {
        "Meta": type("Meta", (), {"description": "What can be counted by any of its dimensions, or by two of them."}),
        **{name: _field(measure) for name, measure in MEASURES.items()},
    },
)
"""The measures as fields."""
