"""The commands that ask: search, status, diff, conflicts, indicators. None of them records anything."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from domain.documents import LANGUAGES
from ops.house import House
from ops.terminal import AsOf, JsonFlag, opened, out, position_of, reading
from search.engine import MOST, Query


def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help='What to look for: words, "phrases", fields (country:FRA), a symbol. Left out: everything.'
        ),
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only these kinds: vote, meeting, mission …")] = None,
    year: Annotated[str | None, typer.Option(help="A year, or a span: 1990-1999.")] = None,
    member: Annotated[list[str] | None, typer.Option(help="A member's code, or with a ballot: FRA, USA:no.")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="adopted, vetoed, not adopted.")] = None,
    agenda: Annotated[list[str] | None, typer.Option(help="An agenda item, as --facets gives it.")] = None,
    meeting_format: Annotated[list[str] | None, typer.Option("--format", help="open debate, briefing …")] = None,
    language: Annotated[
        str | None, typer.Option("--lang", help="The language you read: ar, zh, en, fr, ru, es.")
    ] = None,
    sort: Annotated[str, typer.Option(help="relevance, date, -date (newest first) or symbol.")] = "relevance",
    first: Annotated[int, typer.Option(min=1, max=MOST, help="Hits on a page.")] = 10,
    after: Annotated[str | None, typer.Option(help="The cursor of the page before.")] = None,
    facets: Annotated[
        bool, typer.Option("--facets", help="Also count the whole result by kind, year, member …")
    ] = False,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Search the records in any of the six languages. What can be typed: docs/query-language.md."""
    import dataclasses

    from ops.results import lines

    text = " ".join(words or ())
    if language is not None and language not in LANGUAGES:
        raise typer.BadParameter(f"--lang {language!r} is not one of {', '.join(LANGUAGES)}")
    with opened() as house:
        house.catch_up()
        results = house.searcher.search(
            Query(
                text=text,
                kinds=tuple(kind or ()),
                years=_years(year),
                members=tuple(member or ()),
                outcomes=tuple(outcome or ()),
                agenda=tuple(agenda or ()),
                formats=tuple(meeting_format or ()),
                sort=sort,
                first=first,
                after=after,
                as_of=position_of(house, as_of),
                language=language,
            )
        )
    if as_json:
        print(json.dumps(dataclasses.asdict(results), ensure_ascii=False, indent=2))
        return
    for line in lines(results, text, facets=facets):
        out.print(line, soft_wrap=True, highlight=False)


def _years(written: str | None) -> tuple[int | None, int | None]:
    """``--year`` as a span. Raises typer.BadParameter."""
    low, _, high = (written or "").partition("-")
    if not written:
        return None, None
    if not all(part.isascii() and part.isdigit() and len(part) == 4 for part in (low, high or low)):
        raise typer.BadParameter(f"--year {written!r} is neither a year nor a span such as 1990-1999")
    return int(low), int(high or low)


def status(as_json: JsonFlag = False, as_of: AsOf = None) -> None:
    """Say what the archive holds and lacks, by kind, year and source, and how far its parts have come."""
    from ops import status as figures

    with opened() as house, reading(house, as_of) as read:
        problem = house.catch_up_index()
        told: dict[str, Any] = {
            "position": house.archive.position(),
            "read_models": read.reached,
            "as_of": read.as_of,
            "store": "postgresql" if house.settings.database_url else "sqlite",
            "home": str(house.settings.home),
            "search": figures.search(house, problem),
            "counts": figures.counts(read),
            "coverage": figures.coverage(read),
            "lacks": list(figures.LACKS),
        }
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    past = f"as of position {read.position:,} of " if read.as_of is not None else "position "
    out.print(f"{past}{told['position']:,} ({told['store']}, {told['home']})", markup=False)
    out.print(figures.search_line(told["search"]), markup=False)
    holds = Table(title="What the archive holds")
    holds.add_column("what")
    holds.add_column("number", justify="right")
    for name, number in told["counts"].items():
        holds.add_row(name.replace("_", " "), f"{number:,}")
    out.print(holds)
    covers = Table(title="Which sources state it")
    for heading in ("kind", "source", "statements", "years"):
        covers.add_column(heading, justify="right" if heading == "statements" else "left")
    for row in told["coverage"]:
        covers.add_row(
            row["kind"], row["source"], f"{row['statements']:,}", f"{row['first_year'] or ''}–{row['last_year'] or ''}"
        )
    out.print(covers)
    out.print("What the bundled record lacks:")
    for line in told["lacks"]:
        out.print(f"  {line}", markup=False)


def diff(
    start: Annotated[str, typer.Argument(metavar="A", help="The earlier state: a position, or a time of recording.")],
    end: Annotated[str | None, typer.Argument(metavar="B", help="The later state; now if left out.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind of record: vote, meeting …")] = None,
    record: Annotated[str | None, typer.Option(help="Only this record, such as vote:S/RES/1559.")] = None,
    first: Annotated[int, typer.Option(help="How many records to list; 0 lists all.")] = 50,
    as_json: JsonFlag = False,
) -> None:
    """Say what changed between two states of the archive, record by record, each field as it was and is."""
    import dataclasses

    from projections import diff as differences

    with opened() as house, reading(house) as read:
        low = position_of(house, start) or 0
        high = read.position if end is None else min(position_of(house, end) or 0, read.position)
        counted = differences.kinds(read, low, high)
        found = differences.changes(
            read, low, high, kind=kind, record=record, limit=first or max(1, sum(each.events for each in counted))
        )
        told = [
            {**dataclasses.asdict(each), "fields": [_field(house, field) for field in each.fields]} for each in found
        ]
    if as_json:
        counts = [dataclasses.asdict(each) for each in counted]
        print(json.dumps({"from": low, "to": high, "kinds": counts, "changes": told}, ensure_ascii=False, indent=2))
        return
    out.print(f"from position {low:,} to position {high:,}", markup=False)
    for each in counted:
        out.print(
            f"  {each.kind}: {each.new:,} new, {each.known:,} spoken of again, {each.events:,} events", markup=False
        )
    for change in told:
        out.print(f"{change['record']} ({change['state']})", markup=False)
        for field in change["fields"] if change["state"] == "changed" else ():
            row = f" {field['row']}" if field["row"] else ""
            out.print(f"    {field['field']}{row}: {field['was']!r} → {field['now']!r}", markup=False)


def _field(house: House, change: Any) -> dict[str, Any]:
    """A changed field with personal values as a reader may see them."""
    return {
        "table": change.table,
        "row": change.row,
        "field": change.field,
        "was": house.archive.opened(change.was),
        "now": house.archive.opened(change.now),
    }


def conflicts(
    kind: Annotated[
        str | None,
        typer.Option(help="Only this kind: sources, outcome, tally, membership, gap, order, date, rotation."),
    ] = None,
    first: Annotated[int, typer.Option(help="How many to list; 0 lists all.")] = 50,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """List where sources contradict each other, outcomes differ from Article 27, numbers are missing or run back."""
    from projections.conflicts import CONFLICTS, KINDS_OF_CONFLICT
    from projections.reading import Where, count, page

    if kind is not None and kind not in KINDS_OF_CONFLICT:
        raise typer.BadParameter(f"there is no kind {kind!r}; there are: {', '.join(KINDS_OF_CONFLICT)}")
    where = Where(CONFLICTS)
    if kind is not None:
        where.eq("kind", kind)
    with opened() as house, reading(house, as_of) as read:
        total = count(read, CONFLICTS, where)
        rows = page(read, CONFLICTS, where, ["date", "id"], limit=first or max(total, 1))
    if as_json:
        print(
            json.dumps([{**row, "readings": json.loads(row["readings"])} for row in rows], ensure_ascii=False, indent=2)
        )
        return
    table = Table(title=f"{total:,} conflicts" + (f", {len(rows)} shown" if len(rows) < total else ""))
    for heading in ("date", "kind", "record", "summary"):
        table.add_column(heading)
    for row in rows:
        table.add_row(row["date"], row["kind"], escape(row["record"] or ""), escape(row["summary"]))
    out.print(table)


def indicators(
    name: Annotated[str | None, typer.Argument(help="Which indicator; left out: all definitions.")] = None,
    by: Annotated[str, typer.Option(help="year, month, presidency, or a column: agenda, member, category …")] = "year",
    first: Annotated[str | None, typer.Option("--from", help="From this year, month or day on.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Up to this year, month or day.")] = None,
    on: Annotated[str | None, typer.Option(help="Only what had happened by the end of this day.")] = None,
    behind: Annotated[bool, typer.Option("--records", help="List the records behind the figure instead.")] = False,
    dimension: Annotated[str | None, typer.Option(help="effectiveness, efficiency or transparency.")] = None,
    definitions: Annotated[bool, typer.Option("--definitions", help="Print docs/indicators.md.")] = False,
    as_of: AsOf = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Say what the archive counts of the Council's work, by which definition, and what others published."""
    from ops import figures
    from projections.indicators.registry import page

    if definitions:
        print(page(), end="")
        return
    if name is None:
        table = figures.definitions(dimension)
    else:
        with opened() as house, reading(house, as_of) as read:
            if behind:
                table = figures.records(read, name, first, last, on)
            else:
                table = figures.figures(read, name, by, first, last, on)
    if as_json or as_csv:
        print(json.dumps(table, ensure_ascii=False, indent=2) if as_json else figures.as_csv(table).rstrip())
        return
    shown = Table(title=name or "Indicators")
    listed = [one for one in (table[0] if table else ()) if name or one in ("name", "title", "dimension", "unit")]
    for heading in [one for one in listed if one == "value" or any(row[one] not in (None, "", []) for row in table)]:
        shown.add_column(heading, justify="right" if heading == "value" else "left")
    for row in table:
        cells = [row[str(column.header)] for column in shown.columns]
        shown.add_row(*(escape(figures.said(cell) if isinstance(cell, list) else _word(cell)) for cell in cells))
    out.print(shown)


def _word(cell: object) -> str:
    """A cell as people read it: a dash for what is not known, which is not 0."""
    return "–" if cell is None else {True: "yes", False: ""}[cell] if isinstance(cell, bool) else f"{cell}"
