"""``council``: the archive on the command line. Every command has ``--help``; exit code 0 means all went well,
1 that something asked for could not be done (the message says what and what to do), 2 that it was asked wrongly.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from domain.archive import ConflictError
from domain.facts import FactError
from ops.exporting import ExportError
from ops.house import House
from ops.settings import Settings
from ops.sources.findings import SourceError
from ops.store.tokens import TokenError
from projections.indicators.registry import IndicatorError
from projections.reading import Reader, ViewsError
from search.engine import SearchError

app = typer.Typer(
    name="council",
    help="The record of the UN Security Council: import, serve, query, search, verify.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
BUNDLED = Path(__file__).parent / "record" / "package"
"""The bundled record: our own table of facts."""

UNREACHED = (
    "exports, copies of the vault and what readers have kept from before still hold the name: docs/redaction.md says "
    "what to do about them"
)
"""What a redaction cannot do."""

out = Console()
err = Console(stderr=True)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="A past state: a log position (123) or a time of recording (2026-11-23T10:00:00Z)."),
]


@contextmanager
def opened() -> Iterator[House]:
    """The archive named by the settings; closed at the end."""
    house = House(Settings())
    try:
        yield house
    finally:
        house.close()


@contextmanager
def bar(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on the terminal's error side; nothing is drawn when nobody looks."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=False, disable=not err.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda steps: progress.advance(task, steps)


@contextmanager
def rows_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar that is told (rows done, rows in all)."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def position_of(house: House, as_of: str | None) -> int | None:
    """The position that ``--as-of`` names. Raises :class:`FactError` for neither a position nor a time."""
    if as_of is None:
        return None
    return int(as_of) if as_of.isdigit() else house.archive.position_at(as_of)


def catch_up(house: House, *, rebuild: bool = False) -> int:
    """Bring read models and index up to date, showing progress."""
    with bar("reading the log", house.archive.position()) as step:
        position = house.read_models.rebuild(step) if rebuild else house.read_models.catch_up(step)
    with bar("indexing") as step:
        house.indexer.rebuild(step) if rebuild else house.indexer.catch_up(step)
    return position


@contextmanager
def reading(house: House, as_of: str | None = None) -> Iterator[Reader]:
    """One snapshot of up-to-date read models."""
    house.read_models.catch_up()
    with house.views.reader(position_of(house, as_of)) as read:
        yield read


@app.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="Which format it is; `council import list x` names them all.")],
    path: Annotated[Path, typer.Argument(help="The file or folder to import.")],
    report: Annotated[Path | None, typer.Option(help="Write the whole report as JSON to this file.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Record what a file of an outside format says. Importing the same again adds nothing.

    Exit code 0: every row went in. 1: some rows are in the report instead, or the file could not be used.
    """
    from ops import importing
    from ops.sources import FORMATS

    if source not in FORMATS:
        raise typer.BadParameter(f"there is no source {source!r}; there are: {', '.join(sorted(FORMATS))}")
    with opened() as house:
        with rows_bar(f"importing {source}") as step:
            told = importing.run(house.archive, source, path, house.settings.clerk, step)
        catch_up(house)
        if report is not None:
            report.write_text(told.as_json(), encoding="utf-8")
        if as_json:
            print(told.as_json())
        else:
            out.print(told)
    if not told.complete:
        raise typer.Exit(1)


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="What to export; today: record.")],
    folder: Annotated[Path, typer.Argument(help="The folder to write the data package to.")],
) -> None:
    """Write the archive's record as a Frictionless Data Package (CSV and datapackage.json)."""
    from ops import exporting

    if what != "record":
        raise typer.BadParameter(f"cannot export {what!r}; today: record")
    with opened() as house, bar("exporting", house.archive.position()) as step:
        summary = exporting.export(house.archive, folder, step)
    out.print(f"{summary.statements:,} statements written to {escape(str(folder))}")


@app.command()
def record(
    files: Annotated[list[Path] | None, typer.Argument(help="YAML files of drafts and corrections, or CSV.")] = None,
    kind: Annotated[str | None, typer.Option(help="The kind of record a CSV's rows are drafts of.")] = None,
    key: Annotated[str | None, typer.Option(help="A name for this request; under it, it is recorded once.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and record nothing.")] = False,
    template: Annotated[str | None, typer.Option(help="Print the YAML template of a kind; `list` names them.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Record what files state, held to the Council's practice: everything in one transaction, or nothing.

    Exit code 0: recorded. 1: something is wrong; every fault is named with file, place, field and rule.
    """
    from ops import recording, templates

    if template is not None:
        print("\n".join(recording.named()) if template == "list" else templates.template(template).rstrip())
        return
    if not files:
        raise typer.BadParameter("name the files to record, or --template KIND to see how one looks")
    with opened() as house:
        clerk = house.settings.clerk
        told = recording.record_files(house.archive, files, by=clerk, kind=kind, key=key, dry_run=dry_run)
        if not dry_run:
            catch_up(house)
    if as_json:
        print(recording.as_json(told))
        return
    for line in recording.summary(told, dry_run):
        out.print(line, markup=False, highlight=False)


@app.command()
def rebuild() -> None:
    """Build read models and search index anew from the log, beside the current ones, and swap."""
    with opened() as house:
        position = catch_up(house, rebuild=True)
        out.print(f"rebuilt to position {position:,}; content {house.read_models.content_hash()}")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (COUNCIL_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (COUNCIL_PORT).")] = None,
    build: Annotated[
        bool, typer.Option("--build", help="First import the bundled record if the log is empty.")
    ] = False,
) -> None:
    """Serve the portal, GraphQL and the rest over HTTP, following the log meanwhile."""
    import uvicorn

    from api.app import create_app
    from ops.follow import Follower

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    with opened() as house:
        if build and house.archive.position() == 0:
            _import_bundled(house)
        if house.archive.position() == 0:
            err.print("The archive is empty: `council serve --build` fills it from the bundled record.", style="yellow")
        catch_up(house)
        settings = house.settings
        where = (host or settings.host, settings.port if port is None else port)
        if where[1]:
            out.print(
                f"Council Archive: http://{where[0]}:{where[1]} (GraphQL at /graphql); Ctrl-C stops it", markup=False
            )
        follower = Follower(house)
        follower.start()
        try:
            uvicorn.run(
                create_app(house.archive, house.views, house.searcher, house.access, house.read_models.catch_up),
                host=where[0],
                port=where[1],
                log_level="warning",
                server_header=False,
            )
        finally:
            follower.stop()


def _import_bundled(house: House) -> None:
    from ops import importing

    with rows_bar("importing the bundled record") as step:
        told = importing.run(house.archive, "record", BUNDLED, house.settings.clerk, step)
    if not told.complete:
        err.print(told)


@app.command()
def query(
    document: Annotated[str, typer.Argument(help="A GraphQL document; `-` reads it from standard input.")],
    variables: Annotated[str | None, typer.Option(help="Variables as a JSON object.")] = None,
    as_of: AsOf = None,
) -> None:
    """Run a GraphQL query on this archive and print the answer as JSON. Exit code 1 if the answer has errors."""
    from api.context import Context
    from api.graphql.fields import Asking
    from api.graphql.prepared import Executor
    from api.graphql.schema import ROOT, SCHEMA

    text = sys.stdin.read() if document == "-" else document
    try:
        given = json.loads(variables) if variables else {}
    except json.JSONDecodeError as error:
        raise typer.BadParameter(f"--variables is not JSON: {error}") from error
    with opened() as house:
        house.catch_up()
        context = Context(house.archive, house.views, house.searcher)
        with house.views.reader(position_of(house, as_of)) as read:
            answer = Executor(SCHEMA, ROOT).execute(text, given, None, Asking(context, read))
    told: dict[str, Any] = {"data": answer.data} if answer.started else {}
    if answer.errors:
        told["errors"] = [error.formatted for error in answer.errors]
    print(json.dumps(told, ensure_ascii=False, indent=2))
    if answer.errors:
        raise typer.Exit(1)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help='What to look for: words, "phrases", a symbol.')],
    kind: Annotated[list[str] | None, typer.Option(help="Only these kinds: vote, meeting, mission …")] = None,
    year: Annotated[str | None, typer.Option(help="A year, or a span: 1990-1999.")] = None,
    member: Annotated[list[str] | None, typer.Option(help="A member's code, or with a ballot: FRA, USA:no.")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="adopted, vetoed, not adopted.")] = None,
    sort: Annotated[str, typer.Option(help="relevance, date or -date (newest first).")] = "relevance",
    first: Annotated[int, typer.Option(help="Hits on a page, at most 100.")] = 10,
    after: Annotated[str | None, typer.Option(help="The cursor of the page before.")] = None,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Search the records in any of the six languages."""
    import dataclasses

    from search.engine import Query

    low, _, high = (year or "").partition("-")
    if year and not (low.isdigit() and (high or low).isdigit()):
        raise typer.BadParameter(f"--year {year!r} is neither a year nor a span such as 1990-1999")
    with opened() as house:
        house.catch_up()
        results = house.searcher.search(
            Query(
                text=" ".join(words),
                kinds=tuple(kind or ()),
                years=(int(low), int(high or low)) if year else (None, None),
                members=tuple(member or ()),
                outcomes=tuple(outcome or ()),
                sort=sort,
                first=first,
                after=after,
                as_of=position_of(house, as_of),
            )
        )
    if as_json:
        print(json.dumps(dataclasses.asdict(results), ensure_ascii=False, indent=2))
        return
    table = Table(title=f"{results.total:,} records")
    for heading in ("date", "kind", "symbol", "title"):
        table.add_column(heading)
    for hit in results.hits:
        table.add_row(hit.date, hit.kind, escape(hit.symbol or ""), escape(hit.title))
    out.print(table)
    if results.straight_to:
        out.print(f"this names one record: {results.straight_to}", markup=False)
    if results.suggestion:
        out.print(f"did you mean: {results.suggestion}", markup=False)
    if results.next:
        out.print(f"more: --after {results.next}", markup=False)


@app.command()
def status(as_json: JsonFlag = False, as_of: AsOf = None) -> None:
    """Say what the archive holds and lacks, by kind, year and source, and how far its parts have come."""
    from ops import status as figures

    with opened() as house, reading(house, as_of) as read:
        house.indexer.catch_up()
        told: dict[str, Any] = {
            "position": house.archive.position(),
            "read_models": read.reached,
            "as_of": read.as_of,
            "store": "postgresql" if house.settings.database_url else "sqlite",
            "home": str(house.settings.home),
            "search": house.searcher.status(),
            "counts": figures.counts(read),
            "coverage": figures.coverage(read),
            "lacks": list(figures.LACKS),
        }
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    past = f"as of position {read.position:,} of " if read.as_of is not None else "position "
    out.print(f"{past}{told['position']:,} ({told['store']}, {told['home']})", markup=False)
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


@app.command()
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


@app.command()
def conflicts(
    kind: Annotated[str | None, typer.Option(help="Only this kind: sources, outcome, tally, gap, order.")] = None,
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


token_app = typer.Typer(
    help="Bearer tokens of those who may write: make, list, revoke.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(token_app, name="token")


@token_app.command("create")
def create_token(
    name: Annotated[str, typer.Option(help="Whose it is: the name that stands beside everything it records.")],
    scope: Annotated[list[str], typer.Option(help="record, correct or administer; may be given several times.")],
    expires: Annotated[str | None, typer.Option(help="90d (days from today) or 2027-01-31 (its last day).")] = None,
) -> None:
    """Make a token and print it, this once: only its hash is kept. The line printed is the token and nothing else."""
    from ops.store.tokens import until

    with opened() as house:
        token, made = house.tokens.create(name, scope, None if expires is None else until(expires))
    print(token)
    ends = f"good until {made.expires[:10]}" if made.expires else "good until it is revoked"
    err.print(
        f"token {made.id} for {made.name}: {', '.join(made.scopes)}; {ends}. It is not shown again.",
        markup=False,
        highlight=False,
    )


@token_app.command("list")
def list_tokens(as_json: JsonFlag = False) -> None:
    """List all tokens there ever were, without the tokens themselves."""
    import dataclasses

    with opened() as house:
        tokens = house.tokens.all()
    if as_json:
        print(json.dumps([dataclasses.asdict(token) for token in tokens], ensure_ascii=False, indent=2))
        return
    table = Table(title="Tokens")
    for heading in ("id", "name", "scopes", "created", "expires", "last used", "revoked"):
        table.add_column(heading)
    for each in tokens:
        days = [(moment or "–")[:10] for moment in (each.created, each.expires, each.last_used, each.revoked)]
        table.add_row(str(each.id), escape(each.name), ", ".join(each.scopes), *days)
    out.print(table)


@token_app.command("revoke")
def revoke_token(
    number: Annotated[int, typer.Argument(metavar="ID", help="The token's id; `council token list` shows it.")],
) -> None:
    """Let a token be good no longer, from the next request on."""
    with opened() as house:
        token = house.tokens.revoke(number)
    out.print(f"token {token.id} of {token.name} is revoked", markup=False)


@app.command()
def redact(
    record: Annotated[str, typer.Argument(help="The record that names a person, such as briefing:S/PV.9410#1.")],
    authority: Annotated[str, typer.Option(help="On whose authority: a document's symbol, an office.")],
    reason: Annotated[str, typer.Option(help="Why, without the name: this stays in the log.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Withhold for ever whom a record names: the keys are destroyed, the log stays as it is. Cannot be undone."""
    with opened() as house:
        names = house.archive.names(record)
        if not yes:
            for field, persons in names.items():
                err.print(f"{record} names in {field}: {'; '.join(persons)}", markup=False, highlight=False)
            typer.confirm("Destroy the keys, so that nobody can read this again?", abort=True, err=True)
        entry = house.archive.redact(record, authority=authority, reason=reason, by=house.settings.clerk)
        house.catch_up()
        also = house.archive.repeated(record, names)
    out.print(f"{record}: {', '.join(names)} withheld; the keys of its events are destroyed", markup=False)
    out.print(f"written in the log at position {entry.position}; {UNREACHED}", markup=False)
    for field in also:
        err.print(f"{record}: the name also stands in {field}, which is not sealed: it stays", style="yellow")


@app.command()
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


@app.command()
def bench() -> None:
    """Measure import, rebuild and GraphQL on this machine, each as a ratio to a named peer in the same run."""
    from ops.bench.run import main as run

    run()


def main() -> None:
    """The entry point: errors a person can act on are one line, never a stack trace."""
    try:
        app()
    except (
        SourceError,
        ExportError,
        FactError,
        ConflictError,
        ViewsError,
        SearchError,
        TokenError,
        IndicatorError,
    ) as error:
        err.print(f"council: {error}", style="red", markup=False, highlight=False)
        sys.exit(1)
    except ValidationError as error:
        for problem in error.errors():
            name = "COUNCIL_" + "_".join(str(part) for part in problem["loc"]).upper()
            err.print(
                f"council: setting {name}: {problem['msg']} (it is {problem['input']!r})", style="red", markup=False
            )
        sys.exit(2)


if __name__ == "__main__":
    main()
