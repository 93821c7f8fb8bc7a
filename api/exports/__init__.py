"""Exports: every list of the archive as a table, and the whole record as a package, as of any state of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api import problems
from api.context import Context
from api.exports import answering, asked, describing
from api.exports.answering import Exports, Package, refused, sent
from api.exports.kept import BYTES
from api.exports.writing import FORMATS
from api.problems import Problem
from projections.reading import Reader, ViewsError

ALL = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
"""Every method is let in, so that a wrong one gets a problem that says which is right."""

JSON = "application/json"

Handler = Callable[[Request], Awaitable[Response]]


def routes(exports: Exports) -> list[BaseRoute]:
    """The routes of the exports and of the types of their problems."""
    context = exports.context

    async def table(request: Request) -> Response:
        name, end = request.path_params["name"], request.path_params["end"]
        answering.found(name)
        if end not in FORMATS:
            raise Problem("unknown-format", f"there is no format {end[:40]!r}; there are: {', '.join(FORMATS)}")
        return sent(request, await exports.run(lambda: exports.table(name, FORMATS[end], request.query_params)))

    async def archive(request: Request) -> Response:
        return sent(request, await exports.run(lambda: exports.archive(request.query_params)))

    async def described(request: Request) -> Response:
        table = answering.found(request.path_params["name"])
        end = _negotiated(request, list(describing.addresses(table)))
        if end:
            export = await exports.run(lambda: exports.table(table.name, FORMATS[end], request.query_params))
            answer = sent(request, export)
        else:
            _only_at(request)
            answer = await exports.run(
                lambda: _told(request, context, lambda r: describing.table_told(table, context, r))
            )
        answer.headers["Vary"] = "Accept"
        return answer

    async def index(request: Request) -> Response:
        _only_at(request)
        return await exports.run(lambda: _told(request, context, lambda read: describing.index(context, read)))

    async def lost(request: Request) -> Response:
        raise Problem("unknown-table", f"nothing is exported at {request.url.path[:100]}; `GET /export` lists what is")

    async def kinds(request: Request) -> Response:
        return _json(request, {"problems": [problems.described(name) for name in problems.KINDS]}, {})

    async def kind(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in problems.KINDS:
            raise Problem("unknown-problem", f"there is no type of problem {name[:60]!r}")
        return _json(request, problems.described(name), {})

    served: list[tuple[str, Handler]] = [
        ("/export", index),
        ("/export/archive.zip", archive),
        ("/export/{name}.{end}", table),
        ("/export/{name}", described),
        ("/export/{rest:path}", lost),
        ("/problems", kinds),
        ("/problems/{name}", kind),
    ]
    return [
        Route(path, answered(handler), methods=ALL, name=handler.__name__, include_in_schema=handler is not lost)
        for path, handler in served
    ]


def answered(handler: Handler) -> Handler:
    """A handler whose refusals are problem details."""

    async def answer(request: Request) -> Response:
        try:
            if request.method not in ("GET", "HEAD"):
                raise Problem("wrong-method", f"{request.method} is not for this address", {"Allow": "GET, HEAD"})
            return await handler(request)
        except (Problem, ViewsError, OSError) as error:
            return refused(request, error)

    return answer


def _only_at(request: Request) -> None:
    for name in request.query_params:
        if name != asked.AT:
            raise asked.bad(name, f"a description takes {asked.AT} only; name a format to ask for rows: .csv")


def _told(request: Request, context: Context, make: Callable[[Reader], Any]) -> Response:
    with context.views.reader() as now:
        state = asked.state(context, now, request.query_params.getlist(asked.AT))
        return _json(request, make(now.at(state.position)), {"X-Archive-Position": str(state.position)})


def _json(request: Request, told: Any, headers: dict[str, str]) -> Response:
    body = orjson.dumps(told)
    tag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "public, no-cache", "X-Content-Type-Options": "nosniff", **headers}
    if answering.has(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, JSON)


def _negotiated(request: Request, ends: list[str]) -> str:
    """The format that the client accepts best; empty for the description. Raises Problem if it takes none."""
    offered = {JSON: "", **{FORMATS[end].media.partition(";")[0]: end for end in ends}}
    best, quality = None, 0.0
    for part in request.headers.get("accept", "*/*").split(","):
        kind, *rest = (piece.strip().lower() for piece in part.split(";"))
        weight = next((_weight(piece[2:]) for piece in rest if piece.startswith("q=")), 1.0)
        for media, end in offered.items():
            if kind in (media, "*/*", f"{media.partition('/')[0]}/*") and weight > quality:
                best, quality = end, weight
    if best is None:
        raise Problem("not-acceptable", f"there are: {', '.join(offered)}", accepted=list(offered))
    return best


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


__all__ = ["BYTES", "Exports", "Package", "answered", "routes"]
