"""Standing searches over HTTP: saving one, its results as tables, its changes as feeds and as a stream.

What an address answers is a function of the search and a position of the log: that is its ETag. Refusals come in the
form that was asked for, and nothing sent ends in a 500.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from api import feeds
from api.context import Context
from api.portal import links, pages
from api.portal import standing as portal
from api.saving import RefusedError, asked_of, described, find, recorded, save
from api.streams import Place, Stream, Streams
from projections.engine import STAMP
from projections.reading import ViewsError
from search import documents, languages, standing
from search.engine import Hit, Query, Searcher, SearchError, UnavailableError
from search.standing import FullError, Saved, StandingError, UnreachableError

COLUMNS: Final = ("record", "kind", "symbol", "date", "title", "language", "since", "url")
"""Of the tables. `since`: the position from which on the record has read so."""

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}

RETRY: Final = 30
"""Seconds after which to ask again where nobody knows better."""

_FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_NOW: Final = {"Cache-Control": "public, no-cache"}


def _made_by() -> str:
    digest = blake2b(f"{STAMP} {documents.SCHEMA} {languages.ANALYSIS}".encode(), digest_size=12)
    for file in (__file__, feeds.__file__):
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()


MADE_BY: Final = _made_by()
"""What an answer is made by: another release is another answer, at the same position too."""


def routes(context: Context, streams: Streams) -> list[BaseRoute]:
    """The routes of standing searches."""

    async def saving(request: Request) -> Response:
        try:
            asked, form = await asked_of(request)
            return await run_in_threadpool(_save, context, request, asked, form)
        except RefusedError as refused:
            return _problem(refused)

    def table(request: Request) -> Response:
        return _answer(request, context, _table)

    def feed(request: Request) -> Response:
        return _answer(request, context, _feed)

    def archive(request: Request) -> Response:
        return _answer(request, context, _archive)

    async def stream(request: Request) -> Response:
        return await _stream(request, context, streams)

    def page(request: Request) -> Response:
        answer = pages.respond(request, context, portal.shown)
        if answer.status_code == 200:
            answer.headers["Link"] = _alternates(f"/searches/{request.path_params['id']}")
        return answer

    return [
        Route("/searches", saving, methods=["POST"]),
        Route("/searches", lambda request: pages.respond(request, context, portal.form), methods=["GET"]),
        *(Route(f"/searches/{{id}}.{end}", table, methods=["GET"], name=end) for end in ("csv", "jsonl")),
        *(Route(f"/searches/{{id}}.{end}", feed, methods=["GET"], name=end) for end in ("json", "atom")),
        *(
            Route(f"/searches/{{id}}/{{block:int}}.{end}", archive, methods=["GET"], name=f"archive.{end}")
            for end in ("json", "atom")
        ),
        Route("/searches/{id}/stream", stream, methods=["GET"]),
        Route("/searches/{id}", page, methods=["GET"]),
    ]


# --- Saving ---------------------------------------------------------------------------------------------------------


def _save(context: Context, request: Request, asked: Query, form: bool) -> Response:
    """Save a search: 303 to its page for a form, else what it is and where everything stands. Raises RefusedError."""
    try:
        saved, fresh = save(context, asked)
    except StandingError as error:
        where: dict[str, Any] = {"start": error.problem.start, "end": error.problem.end} if error.problem else {}
        if form:
            why = str(error)
            return pages.respond(request, context, lambda ask: portal.refused(ask, asked.text, why))
        raise RefusedError(400, str(error), **where) from error
    except FullError as error:
        raise RefusedError(507, str(error)) from error
    except UnreachableError as error:
        raise RefusedError(503, str(error), {"Retry-After": str(RETRY)}) from error
    path = f"/searches/{saved.id}"
    if form:
        return RedirectResponse(path, 303, {**pages.HEADERS, "Cache-Control": "no-store"})
    told = {"id": saved.id, **described(saved), "links": {"page": path, **addresses(path)}}
    headers = {"Location": path, "Link": _alternates(path), "Cache-Control": "no-store"}
    return Response(orjson.dumps(told), 201 if fresh else 200, headers, "application/json")


def addresses(path: str) -> dict[str, str]:
    """Where the forms of a search stand."""
    return {**{end: f"{path}.{end}" for end in FORMATS}, "stream": f"{path}/stream"}


def _alternates(path: str) -> str:
    kinds = {**{end: kind.partition(";")[0] for end, kind in FORMATS.items()}, "stream": "text/event-stream"}
    return ", ".join(f'<{at}>; rel="alternate"; type="{kinds[end]}"' for end, at in addresses(path).items())


# --- Answering ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A search asked for in some form, and the index it is answered from."""

    request: Request
    context: Context
    saved: Saved
    searcher: Searcher
    reached: int

    @property
    def end(self) -> str:
        """The form: csv, jsonl, json or atom."""
        return self.request.url.path.rpartition(".")[2]

    def href(self, path: str) -> str:
        """An absolute address of this server."""
        return str(self.request.base_url).rstrip("/") + path

    def recorded(self, positions: set[int]) -> dict[int, str]:
        """When the events at these positions were recorded (UTC)."""
        with self.context.views.reader() as read:
            return recorded(read, positions)

    def tag(self, *parts: object) -> str:
        """The ETag of an answer made from these parts."""
        key = "\n".join(map(str, (MADE_BY, self.saved.id, self.request.url, *parts)))
        return f'W/"{blake2b(key.encode("utf-8", "replace"), digest_size=12).hexdigest()}"'


def _answer(request: Request, context: Context, made: Callable[[Asked], Response]) -> Response:
    """Find the search and answer; what stands in the way is told in the form asked for."""
    try:
        return made(_found(request, context))
    except RefusedError as refused:
        return _problem(refused, request.url.path.rpartition(".")[2])
    except (SearchError, ViewsError) as error:
        wait = error.retry_after if isinstance(error, UnavailableError) else RETRY
        return _problem(RefusedError(503, str(error), {"Retry-After": str(wait)}), request.url.path.rpartition(".")[2])


def _found(request: Request, context: Context) -> Asked:
    id = request.path_params["id"]
    try:
        saved = find(context, id)
    except UnreachableError as error:
        raise RefusedError(503, str(error), {"Retry-After": str(RETRY)}) from error
    if saved is None:
        raise RefusedError(404, f"there is no standing search {id[:40]!r}: save one with POST /searches")
    if context.searcher is None:
        raise RefusedError(503, "this archive runs without a search index", {"Retry-After": str(RETRY)})
    return Asked(request, context, saved, context.searcher, context.searcher.position())


def _problem(refused: RefusedError, end: str = "json") -> Response:
    """A refusal: plain text for tables in CSV and for Atom, else JSON."""
    headers = {"Cache-Control": "no-store", **refused.headers}
    text = str(refused).encode("utf-8", "replace").decode()
    if end in ("csv", "atom"):
        return Response(text + "\n", refused.status, headers, "text/plain; charset=utf-8")
    return Response(orjson.dumps({"error": {"message": text, **refused.where}}), refused.status, headers, JSON)


JSON: Final = "application/json"


def _unchanged(request: Request, tag: str, modified: str) -> bool:
    """Whether a client has this answer already."""
    match = request.headers.get("if-none-match")
    if match is not None:
        return match.strip() == "*" or tag in [one.strip() for one in match.split(",")]
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return _moment(modified).replace(microsecond=0) <= since
    except (ValueError, TypeError):
        return False


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _headers(asked: Asked, tag: str, modified: str, *rest: Mapping[str, str]) -> dict[str, str]:
    made = {"ETag": tag}
    if modified:
        made["Last-Modified"] = format_datetime(_moment(modified), usegmt=True)
    for more in rest:
        made.update(more)
    return made


# --- Tables ---------------------------------------------------------------------------------------------------------


def _table(asked: Asked) -> Response:
    """All results of a search as CSV or JSON Lines, newest record first, as of now or of ``?as_of=``."""
    position = _as_of(asked)
    modified = asked.recorded({position}).get(position, "")
    tag = asked.tag(position)
    now = asked.request.query_params.get("as_of") is None
    headers = _headers(asked, tag, modified, _NOW, {"X-Archive-Position": str(position)})
    headers["Link"] = f'<{asked.href(f"/searches/{asked.saved.id}")}>; rel="canonical"'
    if _unchanged(asked.request, tag, modified):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{asked.saved.id}.{asked.end}"'
    if asked.request.method == "HEAD":
        return Response(None, 200, headers, FORMATS[asked.end])
    hits = standing.results(asked.searcher, asked.saved.query, position)
    first = next(hits, None)  # what the engine refuses is told before anything is sent
    every = () if first is None else chain((first,), hits)
    rows = (_row(hit, asked.href(_page(hit.record, None if now else position))) for hit in every)
    lines = _csv(rows) if asked.end == "csv" else _json_lines(rows)
    return StreamingResponse(lines, 200, headers, FORMATS[asked.end])


def _as_of(asked: Asked) -> int:
    """The position asked for, else the index's. Raises RefusedError."""
    text = asked.request.query_params.get("as_of", "").strip()
    if not text:
        return asked.reached
    if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text) <= asked.reached):
        raise RefusedError(
            400, f"`as_of` is {text[:20]!r}; accepted is a position of the log from 0 to {asked.reached}"
        )
    return int(text)


def _page(record: str, position: int | None) -> str:
    return links.with_params(links.path(record), {"as_of": position})


def _row(hit: Hit, url: str) -> list[Any]:
    return [hit.record, hit.kind, hit.symbol, hit.date, hit.title, hit.language, hit.since, url]


def _csv(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """The rows as CSV (RFC 4180), gathered by the hundred."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for gathered in _gathered(rows):
        writer.writerows(gathered)
        yield buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def _json_lines(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """The rows as JSON Lines, gathered by the hundred."""
    for gathered in _gathered(rows):
        told = (dict(zip(COLUMNS, row, strict=True)) for row in gathered)
        lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in told)
        yield "".join(lines).encode("utf-8", "replace")


def _gathered(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    """The rows by the hundred: each piece sent costs a change of threads."""
    left = iter(rows)
    while gathered := list(islice(left, 100)):
        yield gathered


# --- Feeds ----------------------------------------------------------------------------------------------------------


def _feed(asked: Asked) -> Response:
    """The current document of a feed. It changes when a change comes to it, not whenever the log grows."""
    newest = asked.searcher.latest(asked.saved.query, asked.reached + 1, 1)
    position = newest[0].position if newest else 0
    modified = asked.recorded({position}).get(position, asked.saved.saved)
    tag = asked.tag(position)
    if _unchanged(asked.request, tag, modified):
        return Response(status_code=304, headers=_headers(asked, tag, modified, _NOW))
    return _document(asked, feeds.current(asked.searcher, asked.saved.query, asked.reached), tag, None, _NOW)


def _archive(asked: Asked) -> Response:
    """A document of a block that is over: the same bytes for ever. Raises RefusedError for a block that is not."""
    block = asked.request.path_params["block"]
    if feeds.span(block)[1] > asked.reached:
        raise RefusedError(404, f"block {block} of the log is not over: its changes stand in the current document")
    tag = asked.tag()
    if asked.request.headers.get("if-none-match") is not None and _unchanged(asked.request, tag, ""):
        return Response(status_code=304, headers=_headers(asked, tag, "", _FOREVER))
    part = feeds.archived(asked.searcher, asked.saved.query, block)
    return _document(asked, part, tag, block, _FOREVER)


def _document(asked: Asked, part: feeds.Part, tag: str, block: int | None, kept: Mapping[str, str]) -> Response:
    path, end = f"/searches/{asked.saved.id}", asked.end
    times = asked.recorded({change.position for change in part.changes})
    feed = feeds.Feed(
        search=asked.saved.id,
        title=f"Council Archive: {portal.worded(asked.saved.query)}",
        saved=asked.saved.saved,
        itself=asked.href(f"{path}.{end}" if block is None else f"{path}/{block}.{end}"),
        current=asked.href(f"{path}.{end}"),
        previous=None if part.before is None else asked.href(f"{path}/{part.before}.{end}"),
        home=asked.href(path),
        archived=block is not None,
        entries=[
            feeds.Entry(change, times[change.position], asked.href(_page(change.hit.record, change.position)))
            for change in part.changes
        ],
    )
    written = feeds.atom(feed) if end == "atom" else feeds.json_feed(feed)
    related = [("self", feed.itself), ("alternate", feed.home), ("current", feed.current if feed.archived else None)]
    related.append(("prev-archive", feed.previous))
    link = ", ".join(f'<{at}>; rel="{rel}"' for rel, at in related if at)
    headers = _headers(asked, tag, feed.updated, kept, {"Link": link})
    return Response(written, 200, headers, FORMATS[end])


# --- The stream -----------------------------------------------------------------------------------------------------


async def _stream(request: Request, context: Context, streams: Streams) -> Response:
    """Changes as they come, from now on, or after ``Last-Event-ID`` or ``?after=``."""
    try:
        asked = await run_in_threadpool(_found, request, context)
        given = request.headers.get("last-event-id") or request.query_params.get("after")
        try:
            place = Place(asked.reached) if not given else Place.read(given)
        except ValueError as error:
            raise RefusedError(400, f"`after` is {(given or '')[:40]!r}; accepted is {error}") from None
        if streams.full:
            raise RefusedError(503, "too many streams are open here; the feeds tell the same", {"Retry-After": "30"})
        if asked.reached == 0 and not given:
            raise RefusedError(503, "the search index cannot be asked now", {"Retry-After": str(RETRY)})
    except RefusedError as refused:
        return _problem(refused)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(None, 200, headers, "text/event-stream")

    def href(record: str, position: int) -> str:
        return asked.href(_page(record, position))

    content: AsyncIterator[str] = streams.events(asked.saved.query, place, href)
    return Stream(streams, content, headers)
