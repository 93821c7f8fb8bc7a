"""The archive a question is put to in GraphQL: the local one, which the settings name, or a running one."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

import typer

from ops.terminal import err, opened, position_of

Answer = dict[str, Any]
"""What GraphQL answers: ``data``, ``errors``, ``extensions``."""
Send = Callable[[str, dict[str, Any], str | None], Answer]
"""Asks: the document, its variables, which operation. Raises :class:`ReachError`."""

WITHIN: Final = 60
"""Seconds a running archive has for one answer."""
WAIT: Final = 120
"""Seconds of waiting, at most, for an archive that says when to come again (``Retry-After``)."""


class ReachError(Exception):
    """A running archive that cannot be reached, or answers something that is no GraphQL."""


@contextmanager
def reached(address: str | None, as_of: str | None) -> Iterator[tuple[Send, int | str | None]]:
    """The way to ask an archive, and the past state that documents have to ask for themselves (of a running archive;
    the local one is opened in it). Raises typer.BadParameter for an address that is none, :class:`ReachError` later.
    """
    if address is None:
        with _local(as_of) as send:
            yield send, None
    else:
        yield _remote(_endpoint(address)), int(as_of) if as_of is not None and as_of.isdigit() else as_of


@contextmanager
def _local(as_of: str | None) -> Iterator[Send]:
    """The local archive, in one snapshot."""
    from api.context import Context
    from api.graphql.fields import Asking
    from api.graphql.prepared import Executor
    from api.graphql.schema import ROOT, SCHEMA
    from api.state import state

    with opened() as house:
        house.catch_up()
        context = Context(
            house.archive,
            house.views,
            house.searcher,
            searches=house.searches,
            citations=house.citations,
            limits=house.settings.limits,
        )
        executor = Executor(SCHEMA, ROOT, limits=house.settings.limits)
        with house.views.reader(position_of(house, as_of)) as read:

            def send(text: str, variables: dict[str, Any], operation: str | None) -> Answer:
                made = executor.execute(text, variables, operation, Asking(context, read))
                answer: Answer = {"data": made.data} if made.started else {}
                if made.errors:
                    answer["errors"] = [error.formatted for error in made.errors]
                return {**answer, "extensions": {"archive": state(context, read).told()}}

            yield send


def _endpoint(address: str) -> str:
    """The address of GraphQL on an archive, whose own address it may be."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise typer.BadParameter(f"--at {address!r} is no address of an archive, such as http://127.0.0.1:8000")
    return address if parts.path.rstrip("/").endswith("/graphql") else f"{address.rstrip('/')}/graphql"


def _remote(address: str) -> Send:
    def send(text: str, variables: dict[str, Any], operation: str | None) -> Answer:
        asked = {"query": text, "variables": variables} | ({"operationName": operation} if operation else {})
        request = urllib.request.Request(
            address,
            json.dumps(asked).encode(),
            {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "council-query"},
        )
        for _ in range(3):
            status, body, again = _sent(request)
            if status not in (429, 503) or again is None or again > WAIT:
                return _read(address, status, body)
            err.print(f"the archive asks to come again in {again} s", style="yellow")
            time.sleep(again)
        return _read(address, status, body)

    return send


def _sent(request: urllib.request.Request) -> tuple[int, bytes, int | None]:
    """Status, body, and the seconds after which to come again."""
    try:
        with urllib.request.urlopen(request, timeout=WITHIN) as response:
            return response.status, response.read(), None
    except urllib.error.HTTPError as error:
        told = error.headers.get("Retry-After", "")
        return error.code, error.read(), int(told) if told.isascii() and told.isdigit() else None
    except (OSError, HTTPException) as error:
        why = getattr(error, "reason", error)
        raise ReachError(f"no archive answers at {request.full_url}: {why}; is it running there?") from error


def _read(address: str, status: int, body: bytes) -> Answer:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not ({"data", "errors"} & answer.keys()):
        raise ReachError(f"{address} answered with status {status} and no GraphQL; is it an archive's address?")
    return answer
