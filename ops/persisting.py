"""The command that registers GraphQL documents, so that they can be asked by their id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ops.terminal import opened, out

if TYPE_CHECKING:
    from api.graphql.limits import Limits
    from api.graphql.prepared import Executor


class DocumentError(ValueError):
    """A file that holds no documents, or one that is not valid; the message names the file and what is wrong."""


def persist(
    files: Annotated[
        list[Path], typer.Argument(help="GraphQL documents (.graphql), or manifests that name several (.json).")
    ],
) -> None:
    """Register GraphQL documents, to be asked by their id; none of them if one is wrong (docs/subscriptions.md).

    A manifest is a JSON object with the documents as its values, as graphql-codegen and Relay write it, or one of
    Apollo's with `operations`. One line is printed for each document: its id and where it was read.
    """
    with opened() as house:
        found = [(place, text) for file in files for place, text in _documents(file)]
        prepare = _executor(house.settings.limits).prepare
        problems = [f"{place}: {error.message}" for place, text in found for error in prepare(text).errors]
        if problems:
            raise DocumentError("nothing was registered: " + "; ".join(problems))
        for place, text in found:
            id, _ = house.persisted.register(text, house.settings.clerk)
            out.print(f"{id} {place}", markup=False, highlight=False, soft_wrap=True)


def _documents(file: Path) -> Iterator[tuple[str, str]]:
    """The documents of a file, each with where it stands. Raises DocumentError."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{file} cannot be read: {error}") from error
    if file.suffix != ".json":
        yield str(file), text
        return
    try:
        told: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError(f"{file} is not JSON: {error}") from error
    if isinstance(told, dict) and isinstance(told.get("operations"), list):
        told = {str(one.get("name")): one.get("body") for one in told["operations"] if isinstance(one, dict)}
    if not isinstance(told, dict) or not told or not all(isinstance(one, str) for one in told.values()):
        raise DocumentError(f"{file} is no manifest: a JSON object with a document as each value is expected")
    yield from ((f"{file}, {name}", document) for name, document in told.items())


def _executor(limits: Limits) -> Executor:
    """What tells whether a document is valid here: the schema and the limits of this archive."""
    from api.graphql.prepared import Executor
    from api.graphql.schema import ROOT, SCHEMA

    return Executor(SCHEMA, ROOT, limits=limits)
