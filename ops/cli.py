"""``council``: the archive on the command line. Every command has ``--help``; exit code 0 means all went well,
1 that something asked for could not be done (the message says what and what to do), 2 that it was asked wrongly.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape

from api.graphql.persisted import FullError, UnreachableError
from domain.archive import ConflictError
from domain.facts import FactError
from ops import asking, clerks, persisting, querying
from ops.exporting import ExportError
from ops.house import House
from ops.reaching import ReachError
from ops.sources.findings import SourceError
from ops.store import MigrationError
from ops.store.tokens import TokenError
from ops.terminal import JsonFlag, bar, catch_up, err, opened, out, rows_bar
from projections.indicators.registry import IndicatorError
from projections.reading import ViewsError
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
def rebuild() -> None:
    """Build read models and search index anew from the log, beside the current ones, and swap."""
    with opened() as house:
        position = catch_up(house, rebuild=True)
        out.print(f"rebuilt to position {position:,}; content {house.read_models.content_hash()}")


@app.command()
def migrate(
    where: Annotated[str, typer.Argument(help="postgresql://user@host/database, or a folder for SQLite files.")],
) -> None:
    """Copy the whole archive to another database, and show that the copy is the same, its citations included.

    This archive is only read. Stop what records in it first. Can be run again after it was stopped: it goes on.
    """
    from ops import migrating

    with opened() as house:
        settings = migrating.target_of(house.settings, where)
        catch_up(house)
        there = House(settings)
        try:
            kept = migrating.copy_kept(house, there)
            with bar("copying the log", house.archive.position()) as step:
                events = migrating.copy_log(house.settings, settings, step)
            catch_up(there)
            with bar("asking citations again", kept["citations"]) as step:
                moved = migrating.compare(house, there, step)
        finally:
            there.close()
    out.print(f"{events:,} events copied; both archives stand at position {moved.position:,}", markup=False)
    out.print(f"ledger {moved.checkpoint}\ncontent {moved.content}", markup=False)
    for name, number in kept.items():
        out.print(f"{name}: {number:,}", markup=False)
    out.print(f"{moved.citations:,} citations give the cited bytes there", markup=False)
    for fault in moved.broken:
        err.print(f"citation {fault}", style="red", markup=False)
    if moved.broken:
        raise typer.Exit(1)
    setting = "COUNCIL_DATABASE_URL" if settings.database_url else "COUNCIL_HOME"
    out.print(f"To serve the copy: {setting}={where} council serve", markup=False)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (COUNCIL_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (COUNCIL_PORT).")] = None,
    build: Annotated[
        bool, typer.Option("--build", help="First import the bundled record if the log is empty.")
    ] = False,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that answer; they share the port and the database only.")
    ] = 1,
) -> None:
    """Serve the portal, GraphQL and the rest over HTTP, following the log meanwhile."""
    from ops import serving
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
        shared = serving.listen(*where) if workers > 1 else None
        told = where if shared is None else (where[0], shared.getsockname()[1])
        if told[1]:
            out.print(
                f"Council Archive: http://{told[0]}:{told[1]} (GraphQL at /graphql); Ctrl-C stops it", markup=False
            )
        follower = Follower(house)
        follower.start()
        try:
            if shared is None:
                serving.serve(serving.application(house), *where)
            else:
                serving.share(settings, shared, workers)
        finally:
            follower.stop()


def _import_bundled(house: House) -> None:
    from ops import importing

    with rows_bar("importing the bundled record") as step:
        told = importing.run(house.archive, "record", BUNDLED, house.settings.clerk, step)
    if not told.complete:
        err.print(told)


@app.command()
def bench() -> None:
    """Measure import, rebuild and GraphQL on this machine, each as a ratio to a named peer in the same run."""
    from ops.bench.run import main as run

    run()


for _command in (
    *(querying.query, asking.search, asking.status, asking.diff, asking.conflicts, asking.indicators),
    *(clerks.record, clerks.redact, persisting.persist),
):
    app.command()(_command)
app.add_typer(clerks.token_app, name="token")


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
        MigrationError,
        ReachError,
        persisting.DocumentError,
        FullError,
        UnreachableError,
    ) as error:
        err.print(f"council: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
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
