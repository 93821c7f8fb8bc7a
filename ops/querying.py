"""``council query``: a GraphQL document asked of the local archive or a running one, as JSON, table, CSV or lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.table import Table
from rich.text import Text

from ops.reaching import Answer, Send, reached
from ops.results import plain
from ops.rows import RowsError, as_csv, cell, columns, entries, lists, rows
from ops.terminal import AsOf, err, out, rows_bar

if TYPE_CHECKING:
    from ops.pages import Edited

EXAMPLES: Final = """
Examples:

  council query '{ resolution(symbol: "1559") { date outcome } }'

  council query --file vetoes.graphql --all --csv > vetoes.csv

  council query --table 'query($m: String!) { country(code: $m) { totals { year yes no abstain } } }' --var m=FRA

  council query --all --csv --each votes.ballots '{ votes { nodes { symbol ballots { choice member { code } } } } }'

  council query --at http://127.0.0.1:8000 --as-of 20000 '{ votes(first: 1) { totalCount } }'
"""


def query(
    document: Annotated[
        str | None, typer.Argument(help="A GraphQL document; `-` reads it from standard input.", show_default=False)
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Read the document from this file.")] = None,
    variables: Annotated[str | None, typer.Option(help="Variables as a JSON object.")] = None,
    var: Annotated[list[str] | None, typer.Option(help="One variable: name=value. May be given again.")] = None,
    operation: Annotated[str | None, typer.Option(help="Which operation, where the document holds several.")] = None,
    at: Annotated[
        str | None, typer.Option(help="Ask the running archive at this address instead of the local one.")
    ] = None,
    as_of: AsOf = None,
    every: Annotated[
        bool, typer.Option("--all", help="Follow the pages of the connection to the end, in one state of the archive.")
    ] = False,
    each: Annotated[
        str | None, typer.Option(help="One row for each entry of this list, such as votes.ballots.")
    ] = None,
    as_table: Annotated[bool, typer.Option("--table", help="Print the rows of the one list as a table.")] = False,
    as_csv_: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="Print the rows as JSON, one on a line.")] = False,
) -> None:
    """Ask the archive in GraphQL and print the answer as JSON, or its rows as a table, CSV or JSON lines.

    Exit code 1 if the answer has errors or none could be had, 2 if it was asked wrongly.
    """
    forms = [name for name, on in (("table", as_table), ("csv", as_csv_), ("jsonl", as_lines)) if on]
    if len(forms) > 1:
        raise typer.BadParameter(f"choose one of {' and '.join(f'--{form}' for form in forms)}")
    if each is not None and not forms:
        raise typer.BadParameter("--each makes rows: add --table, --csv or --jsonl")
    text = _document(document, file)
    question = Question(text, variables, var or [], operation)
    with reached(at, as_of) as (send, state):
        answer = question.pages(send, state) if every else question.ask(send, state)
    _print(answer, forms[0] if forms else "json", each)
    if answer.get("errors"):
        raise typer.Exit(1)


query.__doc__ = f"{query.__doc__}\n{EXAMPLES}"


def _document(argument: str | None, file: Path | None) -> str:
    """The document as written. Raises typer.BadParameter where none or two are given."""
    if (argument is None) == (file is None):
        raise typer.BadParameter("give the document as an argument, with --file, or as `-` from standard input")
    if file is not None:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"--file {file} cannot be read: {error}") from error
    return sys.stdin.read() if argument == "-" else argument or ""


class Question:
    """A document that can be read, with the values of its variables. Raises typer.BadParameter for what was asked
    wrongly; a document that cannot be read has an answer all the same, which says where.
    """

    def __init__(self, text: str, variables: str | None, var: list[str], operation: str | None) -> None:
        from graphql import GraphQLSyntaxError, parse

        from ops import pages
        from ops import variables as values

        self.text, self.operation = text, operation
        self.faulty: Answer | None = None
        self.values: dict[str, Any] = {}
        try:
            self.parsed = parse(text)
            self.chosen = pages.chosen(self.parsed, operation)
            self.values = values.given(self.chosen, variables, var)
        except GraphQLSyntaxError as error:
            self.faulty = {"errors": [error.formatted]}
        except RecursionError:
            self.faulty = {"errors": [{"message": "the document is nested too deeply to be read"}]}
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error

    def ask(self, send: Send, state: int | str | None, document: Edited | None = None) -> Answer:
        """Ask once. ``state``: the past state that the document itself has to ask for."""
        from ops import pages

        if self.faulty is not None:
            return self.faulty
        try:
            document = document or pages.Edited(self.text)
            if state is not None:
                document = document.and_(*pages.as_of(self.chosen, state))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        answer = send(document.text, self.values, self.operation)
        for fault in answer.get("errors") or ():
            for place in fault.get("locations") or ():
                place["line"], place["column"] = document.place(place["line"], place["column"])
        if state is not None and isinstance(answer.get("data"), dict):
            answer["data"] = answer["data"]["asOf"]
        return answer

    def pages(self, send: Send, state: int | str | None) -> Answer:
        """Ask page after page, all in the state of the first."""
        from ops import pages

        if self.faulty is not None:
            return self.faulty
        pinned: list[int | str | None] = [state]

        def ask(document: pages.Edited) -> Answer:
            answer = self.ask(send, pinned[0], document)
            if pinned[0] is None:
                pinned[0] = _position(answer)
            return answer

        try:
            connection = pages.paged(self.parsed, self.chosen)
            with rows_bar("asking") as step:
                return pages.follow(ask, pages.Edited(self.text), connection, step)
        except pages.PagesError as error:
            raise typer.BadParameter(str(error)) from error


def _print(answer: Answer, form: str, each: str | None) -> None:
    """Print an answer; its errors go to the error side, and into the JSON."""
    for error in answer.get("errors") or ():
        err.print(f"council: {_said(error)}", style="red", markup=False, highlight=False, soft_wrap=True)
    if form == "json":
        told = {name: answer[name] for name in ("data", "errors") if name in answer}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if answer.get("errors"):
        return
    data = answer.get("data") or {}
    try:
        table = rows(data, each)
        if form == "jsonl":
            for row in table if each else _whole(data, table):
                print(json.dumps(row, ensure_ascii=False))
            return
    except RowsError as error:
        raise typer.BadParameter(str(error)) from error
    if form == "csv":
        sys.stdout.write(as_csv(table))
    else:
        out.print(_table(table, _position(answer)))
    if not table:
        err.print("nothing was found", style="yellow")


def _whole(data: dict[str, Any], table: list[dict[str, Any]]) -> list[Any]:
    """The entries of the one list of an answer as they were answered, nothing flattened."""
    way = next(lists(data), None)
    if way is None:
        return [data]
    listed: Any = data
    for name in way:
        listed = listed[name]
    return entries(listed) or []


def _table(table: list[dict[str, Any]], position: int | None) -> Table:
    shown = Table(caption=f"{len(table):,} rows" + (f", position {position:,}" if position is not None else ""))
    for name in columns(table):
        held = [row[name] for row in table if row[name] is not None]
        numbers = bool(held) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in held)
        shown.add_column(Text(plain(name)), justify="right" if numbers else "left")
    for row in table:
        shown.add_row(*(Text(plain(cell(value)) or "–") for value in row.values()))
    return shown


def _said(error: dict[str, Any]) -> str:
    """An error in one line: where in the document, what, and where in the answer."""
    place = next(iter(error.get("locations") or ()), None)
    where = f"line {place['line']}, column {place['column']}: " if place else ""
    way = ".".join(map(str, error.get("path") or ()))
    return plain(f"{where}{error.get('message', 'an error without a message')}" + (f" (in {way})" if way else ""))


def _position(answer: dict[str, Any]) -> Any:
    """The position that an answer tells it was given from; None if it tells none."""
    return ((answer.get("extensions") or {}).get("archive") or {}).get("position")
