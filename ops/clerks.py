"""The commands of those who write: record, redact, and the tokens of those who write over GraphQL."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ops import recording, templates
from ops.store.tokens import until
from ops.terminal import JsonFlag, catch_up, err, opened, out

UNREACHED = (
    "exports, copies of the vault and what readers have kept from before still hold the name: docs/redaction.md says "
    "what to do about them"
)
"""What a redaction cannot do."""


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


token_app = typer.Typer(
    help="Bearer tokens of those who may write: make, list, revoke.", no_args_is_help=True, rich_markup_mode=None
)


@token_app.command("create")
def create_token(
    name: Annotated[str, typer.Option(help="Whose it is: the name that stands beside everything it records.")],
    scope: Annotated[
        list[str], typer.Option(help="record, correct, persist or administer; may be given several times.")
    ],
    expires: Annotated[str | None, typer.Option(help="90d (days from today) or 2027-01-31 (its last day).")] = None,
) -> None:
    """Make a token and print it, this once: only its hash is kept. The line printed is the token and nothing else."""
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
