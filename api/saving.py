"""Saving a standing search and finding it again: what a request asks for, read from JSON or from a form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from starlette.requests import Request

from api.context import Context
from projections.reading import Reader
from search import standing
from search.engine import Query
from search.standing import Saved, UnreachableError

BODY: Final = 100_000
"""Bytes of a request that saves a search."""


class RefusedError(Exception):
    """A request that cannot be answered: status, what to do, and where in the query the fault lies."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None, **where: int) -> None:
        super().__init__(message)
        self.status, self.headers, self.where = status, dict(headers or {}), where


def save(context: Context, asked: Query) -> tuple[Saved, bool]:
    """Save a question; gives what is kept and whether it is new.

    Raises :class:`StandingError` for what cannot be saved as asked, FullError, UnreachableError.
    """
    if context.searches is None:
        raise UnreachableError("this archive keeps no standing searches")
    position = context.searcher.position() if context.searcher is not None else 0
    return context.searches.save(standing.normal(asked), position)


def find(context: Context, id: str) -> Saved | None:
    """The standing search of an id; None if there is none. Raises UnreachableError."""
    return context.searches.find(id) if context.searches is not None else None


def described(saved: Saved) -> dict[str, Any]:
    """A standing search as data: what is asked, since when."""
    asked = json.loads(saved.asked)
    text = asked.pop("text", "")
    return {"query": text, "filters": asked, "saved": saved.saved, "position": saved.position}


def recorded(read: Reader, positions: set[int]) -> dict[int, str]:
    """When the events at these positions were recorded (UTC), by position."""
    wanted = sorted(positions)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 500):
        part = {f"p{number}": position for number, position in enumerate(wanted[start : start + 500])}
        marks = ",".join(f":{name}" for name in part)
        rows = read.rows(f"select position, recorded from events where position in ({marks})", part)
        found.update({row["position"]: row["recorded"] for row in rows})
    return found


# --- Reading a request ----------------------------------------------------------------------------------------------


async def asked_of(request: Request) -> tuple[Query, bool]:
    """The question a request wants saved, and whether it comes from a form. Raises RefusedError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/json", "application/x-www-form-urlencoded"):
        raise RefusedError(415, "send a search as application/json, or as a form (application/x-www-form-urlencoded)")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY:
            raise RefusedError(413, f"a search to be saved holds at most {BODY} bytes")
    try:
        if kind == "application/json":
            return _from_json(orjson.loads(body)), False
        return _from_form(parse_qs(body.decode("utf-8", "replace"), max_num_fields=1_000)), True
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise RefusedError(400, f"the body is not JSON: {error}") from error
    except ValueError as error:
        raise RefusedError(400, str(error)) from error


_LISTS: Final = ("kinds", "members", "outcomes", "agenda", "formats")
_NAMES: Final = ("query", *_LISTS, "from", "to", "language")


def _from_json(told: Any) -> Query:
    """A question as JSON tells it. Raises ValueError."""
    if not isinstance(told, dict):
        raise ValueError("the body is not a JSON object")
    for name, value in told.items():
        if name not in _NAMES:
            raise ValueError(f"there is no {name[:40]!r}; there are: {', '.join(_NAMES)}")
        if name in _LISTS:
            right = isinstance(value, list) and all(isinstance(part, str) for part in value)
        else:
            wanted = int if name in ("from", "to") else str
            right = value is None or (isinstance(value, wanted) and not isinstance(value, bool))
        if not right:
            raise ValueError(f"`{name}` is not {'a list of texts' if name in _LISTS else 'of the right type'}")
    lists: dict[str, Any] = {name: tuple(told.get(name, ())) for name in _LISTS}
    years = (told.get("from"), told.get("to"))
    return Query(text=told.get("query") or "", years=years, language=told.get("language") or None, **lists)


_FIELDS: Final = {"kind": "kinds", "member": "members", "outcome": "outcomes", "agenda": "agenda", "format": "formats"}
"""Fields of a form, named as on the search page → filters."""


def _from_form(told: Mapping[str, Sequence[str]]) -> Query:
    """A question as a form tells it, with the names of the search page. Raises ValueError."""
    lists: dict[str, Any] = {name: tuple(told.get(field, ())) for field, name in _FIELDS.items()}
    years = [_year(value) for value in told.get("year", ())]
    first, last = ([_year(value) for value in told.get(name, ())] or years for name in ("from", "to"))
    return Query(
        text=told.get("q", [""])[0],
        years=(min(first) if first else None, max(last) if last else None),
        language=told.get("language", [None])[0],
        **lists,
    )


def _year(value: str) -> int:
    if not (value.strip().isascii() and value.strip().isdigit() and len(value) < 6):
        raise ValueError(f"a year is not {value[:20]!r}: give it like 2014")
    return int(value)
