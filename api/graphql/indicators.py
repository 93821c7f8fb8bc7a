"""Indicators: definitions, figures by period with the records behind each, published figures beside them, two states
compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

import graphene
from graphql import GraphQLError

from api.graphql.fields import (
    Arguments,
    Asking,
    Batch,
    Rows,
    Words,
    argument,
    boolean,
    column,
    given,
    listed,
    made,
    number,
    plain,
    related,
    same,
    text,
    word,
)
from api.graphql.nodes import Node, rows_of
from api.graphql.paging import Order, connection_type, cursor_of, page_arguments, size, values_of
from api.graphql.plain import Listed, row_type
from api.graphql.provenance import Event, events_of
from domain import indicators as stated
from projections.indicators import FIGURES, registry
from projections.indicators import definition as defined
from projections.indicators import values as counted
from projections.indicators.comparing import Moment, compare
from projections.indicators.published import Published, published
from projections.reading import Values, ViewsError

MOST_VALUES = 96
"""Figures in one list: eight years of months. So a hundred records behind each stay within the limit of an answer."""
WORK = 100
"""What counting one figure or list of figures costs, in objects: all indicators at once are possible, once."""
COMPARING = 1_500
"""The same of two states compared: both are counted, and the events of every record that differs are looked up."""
_BY_DATE = Order("date", ("date", "record"), False)

_T = TypeVar("_T")


@contextmanager
def _told() -> Iterator[None]:
    """Errors a client can act on become errors of the answer."""
    try:
        yield
    except (registry.IndicatorError, ViewsError) as error:
        raise GraphQLError(str(error)) from error


def _once(asking: Asking, key: tuple[Any, ...], compute: Callable[[], _T]) -> _T:
    """What is computed once in an answer, however often and under however many names it is asked for."""
    if key not in asking.memo:
        asking.memo[key] = compute()
    found: _T = asking.memo[key]
    return found


Dimension = Words(
    "Dimension",
    "What an indicator tells of.",
    {
        "EFFECTIVENESS": (defined.EFFECTIVENESS, "What the Council decides, and what comes of it."),
        "EFFICIENCY": (defined.EFFICIENCY, "How it works."),
        "TRANSPARENCY": (defined.TRANSPARENCY, "What others see of it, and who is heard."),
    },
).enum()

IndicatorBy = Words(
    "IndicatorBy",
    "By what figures are told apart.",
    {
        "YEAR": (counted.YEAR, "Calendar year."),
        "MONTH": (counted.MONTH, "Month; what is dated by its year alone stands under the year."),
        "PRESIDENCY": (counted.PRESIDENCY, "Month, with the member presiding: as recorded, else by the rotation."),
        "AGENDA": ("agenda", "Agenda item or topic, as the source prints it."),
        "MEMBER": ("member", "Member."),
        "CATEGORY": ("category", "Category of briefers."),
        "GENDER": ("gender", "Gender of briefers, where a source states it."),
        "FORMAT": ("format", "Format of the session."),
    },
).enum()


def _quantity(name: str, doc: str) -> graphene.Field:
    """A column of numbers, whole or not, that may be null."""
    return column(graphene.Float, name, doc, required=False, convert=lambda n: None if n is None else float(n))


@row_type(stated.Figure)
class Figure:
    """A figure somebody else published."""


FIGURE_LISTS = Listed(Figure, stated.Figure, FIGURES, "figures")


class PublishedFigure(graphene.ObjectType):
    """A published figure beside what the archive counts for the same period. Neither is changed to fit the other."""

    period = text("period", "The period it is for.")
    value = number("value", "The published figure, in the indicator's unit.")
    publisher = text("publisher", "Who published it.", required=False)
    publication = text("publication", "Where.", required=False)
    published_on = text("published_on", "When.", required=False)
    definition = text("definition", "What it counts, as far as the publisher says.", required=False)
    ours = _quantity("ours", "What the archive counts, in the indicator's unit; null where it cannot.")
    partial = boolean("partial", "Whether ours is known to be incomplete.")
    difference = _quantity(
        "difference", "Ours less the published one, in the indicator's unit; for shares, of the numerators."
    )
    reason = text("why", "Why they differ, as recorded or by coverage; null where they agree.", required=False)
    figure = same(Figure, "The published figure as a record, with its provenance.")


def _record_nodes(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    return rows_of([parent["record"] for parent in parents], asking)


class IndicatorRecord(graphene.ObjectType):
    """A record behind a figure."""

    record = column(graphene.ID, "record", "Its id.")
    date = text("date", "The day it counts on; empty if not known.")
    counted = number(
        "n", "What it adds to the figure, in the indicator's unit; for shares 0 where it is compared with only."
    )
    node = related(Node, _record_nodes, "The record; its provenance lists the events.")


_PAGE = {name: one for name, one in page_arguments(graphene.String, None).items() if name != "order_by"}


def _totals(parents: Rows, _: Arguments, __: Asking) -> list[Any]:
    return [parent["total"] for parent in parents]


IndicatorRecordConnection = connection_type(IndicatorRecord, "records", _totals)


def _records(parents: Rows, arguments: Arguments, _: Asking) -> list[Any]:
    """A page of the records behind each figure."""
    args = plain(arguments)
    limit, backwards = size(args)
    after, before = (values_of(_BY_DATE, args[name]) if args.get(name) else None for name in ("after", "before"))
    if any(not isinstance(part, str) for cursor in (after, before) if cursor for part in cursor):
        raise GraphQLError("the cursor was not made by this list in this order")
    return [_page(parent["rows"], limit, backwards, after, before) for parent in parents]


def _records_of_period(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """A page of the records behind the figure of one period, for each indicator."""
    args = plain(arguments)
    with _told():
        asked = counted.span(args["period"], args["period"], args.get("on"))
        found = [{"rows": _behind(asking, parent["indicator"], asked)} for parent in parents]
    return _records(found, arguments, asking)


def _behind(asking: Asking, one: defined.Indicator, asked: counted.Span) -> Rows:
    return _once(asking, ("behind", one.name, asked), lambda: counted.behind(asking.read, one, asked))


def _page(rows: Rows, limit: int, backwards: bool, after: list[Any] | None, before: list[Any] | None) -> Values:
    inside = [
        row
        for row in rows
        if (after is None or [row["date"], row["record"]] > after)
        and (before is None or [row["date"], row["record"]] < before)
    ]
    shown = inside[max(len(inside) - limit, 0) :] if backwards else inside[:limit]
    return {
        "nodes": shown,
        "has_next": before is not None if backwards else len(inside) > limit,
        "has_previous": len(inside) > limit if backwards else after is not None,
        "start": cursor_of(_BY_DATE, shown[0]) if shown else None,
        "end": cursor_of(_BY_DATE, shown[-1]) if shown else None,
        "order": _BY_DATE,
        "total": len(rows),
    }


def _published_of_values(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    """The published figures of each figure's period: one reading for each indicator and cut-off."""
    known: dict[tuple[str, Any], dict[str, list[Values]]] = {}
    for parent in parents:
        one, on = parent["indicator"], parent["on"]
        if (one.name, on) not in known:
            periods = [row["period"] for row in parents if row["indicator"] is one and row["on"] == on]
            known[one.name, on] = _by_period(published(asking.read, one, on, periods))
    return [known[parent["indicator"].name, parent["on"]].get(parent["period"], []) for parent in parents]


def _by_period(found: list[Published]) -> dict[str, list[Values]]:
    by: dict[str, list[Values]] = {}
    for one in found:
        by.setdefault(one.row["period"], []).append(one.columns)
    return by


_VALUE = (
    "The figure, in the indicator's unit (shares in per cent); null where the archive holds nothing it could be "
    "counted from. A 0 means none, never that nothing is recorded."
)


class Counted:
    """The fields every figure has."""

    value = _quantity("value", _VALUE)
    numerator = number("numerator", "How many records count; null with the value.", required=False)
    denominator = number("denominator", "Of shares and means: of how many records.", required=False)
    partial = boolean("partial", "Whether something that could change it is not recorded.")
    note = text("note", "What is missing; empty if nothing is known to be.")
    member = text("member", "By presidency: code of the member presiding.", required=False)


class IndicatorValue(Counted, graphene.ObjectType):
    """One figure, with what stands behind it and beside it."""

    period = text(
        "period", "The period, or the value of the column it is told apart by; `undated` for what has no date."
    )
    records = related(
        IndicatorRecordConnection,
        _records,
        "The records behind the figure, oldest first.",
        args=_PAGE,
        required=True,
    )
    published = listed(PublishedFigure, _published_of_values, "What others published for this period.", weight=2)


class ComparedFigure(Counted, graphene.ObjectType):
    """One figure in one of two states compared."""


def _events(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    found = events_of(asking.read, [parent["record"] for parent in parents])
    return [
        [event for event in found.get(parent["record"], []) if event["position"] in parent["events"]]
        for parent in parents
    ]


class IndicatorCause(graphene.ObjectType):
    """A record that makes the difference between two figures."""

    record = column(graphene.ID, "record", "Its id.")
    date = text("date", "The day it counts on.")
    change = text("change", "`entered`, `left`, or `changed`: it counts otherwise.")
    node = related(Node, _record_nodes, "The record, as it reads in the state the answer is given from.")
    events = listed(
        Event, _events, "What was recorded of it between the two states; else the event that opened it.", weight=2
    )


def _side(name: str) -> Batch:
    return lambda parents, _, __: [parent[name] for parent in parents]


class IndicatorDifference(graphene.ObjectType):
    """A period whose figure is not made in the same way in two states."""

    period = text("period", "The period.")
    a = related(ComparedFigure, _side("a"), "The figure in the first state; null if it has no such period.")
    b = related(ComparedFigure, _side("b"), "The figure in the second state.")
    because = listed(
        IndicatorCause,
        lambda parents, _, __: [parent["because"] for parent in parents],
        f"The records that make the difference, by date; at most {MOST_VALUES}.",
        weight=10,
    )
    changes = number("changes", "How many records make the difference.")


class IndicatorStateInput(graphene.InputObjectType):
    """A state to compare: a position of the log, a day up to which things count, or both."""

    position = given("A log position; left out: that of the answer.", graphene.Int)
    on = given("Only what had happened by the end of this day (`YYYY-MM-DD`); left out: everything.")


_PERIODS = {
    "by": argument(IndicatorBy, "By what figures are told apart; by year unless it says otherwise."),
    "from_": argument(graphene.String, "From this year, month or day on.", name="from"),
    "to": argument(graphene.String, "Up to this year, month or day."),
}
_ON = {"on": argument(graphene.String, "Count only what had happened by the end of this day (`YYYY-MM-DD`).")}


def _values(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    with _told():
        return [_figured(asking, parent["indicator"], args) for parent in parents]


def _figured(asking: Asking, one: defined.Indicator, args: Arguments) -> list[Values]:
    asked = counted.span(args.get("from_"), args.get("to"), args.get("on"))
    by = args.get("by") or counted.YEAR
    found = _once(asking, ("cells", one.name, by, asked), lambda: counted.cells(asking.read, one, by, asked))
    if len(found) > MOST_VALUES:
        raise GraphQLError(
            f"{one.name} by {by} has {len(found)} figures here; at most {MOST_VALUES}: narrow `from`, `to`"
        )
    return [
        {**asdict(cell.value), "rows": counted.counting(one, cell.rows), "indicator": one, "on": asked.on}
        for cell in found
    ]


def _published(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    with _told():
        on = counted.span(on=plain(arguments).get("on")).on
    return [[each.columns for each in _all_published(asking, parent["indicator"], on)] for parent in parents]


def _all_published(asking: Asking, one: defined.Indicator, on: date | None) -> list[Published]:
    return _once(asking, ("published", one.name, on), lambda: published(asking.read, one, on))


def _compared(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    with _told():
        return [_differences(asking, parent["indicator"], args) for parent in parents]


def _differences(asking: Asking, one: defined.Indicator, args: Arguments) -> list[Values]:
    asked = counted.span(args.get("from_"), args.get("to"))
    a, b = (_moment(asking, args[name]) for name in ("a", "b"))
    by = args.get("by") or counted.YEAR
    key = ("compare", one.name, a.read.position, a.on, b.read.position, b.on, by, asked)
    found = _once(asking, key, lambda: compare(one, a, b, by, asked.first, asked.last))
    if len(found) > MOST_VALUES:
        raise GraphQLError(f"{len(found)} figures differ; at most {MOST_VALUES} are given: narrow `from`, `to`")
    return [_difference(each) for each in found]


def _moment(asking: Asking, asked: Arguments) -> Moment:
    read = asking.read
    position = asked.get("position")
    if position is not None and position > read.position:
        raise ViewsError(f"there is no position {position} yet in this state, which is that of {read.position}")
    on: date | None = counted.span(on=asked.get("on")).on
    past = read if position is None else _once(asking, ("at", position), lambda: read.at(position))
    return Moment(past, on)


def _difference(one: Any) -> Values:
    return {
        "period": one.period,
        "a": asdict(one.a) if one.a else None,
        "b": asdict(one.b) if one.b else None,
        "because": [asdict(cause) for cause in one.because[:MOST_VALUES]],
        "changes": len(one.because),
    }


class Indicator(graphene.ObjectType):
    """A named, versioned definition, and the figures it gives."""

    name = text("name", "Its name.")
    version = number("version", "Version of the definition; it changes with what is counted.")
    title = text("title", "Its title.")
    dimension = word(Dimension, "dimension", "What it tells of.")
    formula = text("formula", "What is counted, in words.")
    measure = text("measure", "`count`, `share`, `mean`, or `state` (how many hold at the end of the period).")
    numerator = text("numerator", "Of shares and means: what counts.", required=False)
    denominator = text("denominator", "Of shares and means: of how many.", required=False)
    unit = text("unit", "The unit of its figures.")
    source = text("source", "Where the definition comes from.")
    coverage = text("coverage", "What it needs, and where the archive is empty.")
    groups = made(
        graphene.List(graphene.NonNull(graphene.String)),
        lambda _: lambda row: row["groups"],
        "Columns its figures are also given by.",
    )
    values = listed(
        IndicatorValue,
        _values,
        "Its figures, oldest first.",
        args={**_PERIODS, **_ON},
        weight=MOST_VALUES,
        work=WORK,
    )
    records = related(
        IndicatorRecordConnection,
        _records_of_period,
        "The records behind the figure of one period, oldest first.",
        args={"period": argument(graphene.String, "A year, month or day.", required=True), **_ON, **_PAGE},
        required=True,
        work=WORK,
    )
    published = listed(
        PublishedFigure,
        _published,
        "All published figures, each beside the archive's own.",
        args=_ON,
        weight=50,
        work=WORK,
    )
    compare = listed(
        IndicatorDifference,
        _compared,
        "Two states compared: the periods whose figures differ, and because of which records and events.",
        args={
            "a": argument(IndicatorStateInput, "The first state.", required=True),
            "b": argument(IndicatorStateInput, "The second state.", required=True),
            **_PERIODS,
        },
        weight=MOST_VALUES,
        work=COMPARING,
    )


def _row(one: defined.Indicator) -> Values:
    return {**one.columns, "indicator": one}


def indicators(parents: Rows, arguments: Arguments, _: Asking) -> list[Any]:
    """The definitions of one dimension, or all."""
    found = [_row(one) for one in registry.of_dimension(plain(arguments).get("dimension"))]
    return [found for _ in parents]


def indicator(parents: Rows, arguments: Arguments, _: Asking) -> list[Any]:
    """The definition of a name; an error names those there are."""
    with _told():
        found = _row(registry.indicator(str(plain(arguments)["name"])))
    return [found for _ in parents]


INDICATORS = listed(
    Indicator,
    indicators,
    "Definitions of indicators.",
    args={"dimension": argument(Dimension, "Only those of one dimension.")},
    weight=len(registry.INDICATORS),
)
INDICATOR = related(
    Indicator,
    indicator,
    "One indicator.",
    args={"name": argument(graphene.String, "Its name, such as `resolutions_unanimous`.", required=True)},
    required=True,
)
