"""Exports over HTTP: what is asked is written once, hashed, and sent with its hash.

What an address answers is a function of its parameters and a position of the log. The ETag is the hash of the content,
so that whoever has it can check both what was sent and whether it is still the same.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from threading import Lock
from typing import IO, Any, Final, TypeVar
from urllib.parse import urlencode

import anyio
import anyio.to_thread
from graphql import GraphQLError
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.context import Context
from api.exports import asked
from api.exports.asked import AT, COLUMNS, SPREADSHEET
from api.exports.kept import Body, Kept, written
from api.exports.tables import Table, tables
from api.exports.writing import Format
from api.graphql import answers
from api.graphql.fields import Asking
from api.problems import Problem
from domain.archive import Archive
from projections.reading import Reader, ViewsError

LOG = logging.getLogger("council.exports")

ZIP: Final = "application/zip"
CHUNK: Final = 256 * 1024
"""Bytes sent at a time."""
MAKERS: Final = 2
"""Exports made at once; a third waits."""

Package = Callable[[Archive, int, IO[bytes]], None]
"""Writes the whole record as it stood at a position, as a zip file of a Frictionless Data Package."""
Write = Callable[[Context, Reader, IO[bytes]], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Export:
    """An export ready to be sent: its content, the state it shows, and how it is to be named and kept."""

    body: Body
    position: int
    media: str
    name: str
    address: str
    """Where it stands for good: the same question at its position."""
    lasting: bool
    """Whether it was asked for there, and the same bytes will be given there for ever."""
    about: str
    """Address of the description of its columns."""


class Exports:
    """Makes exports and keeps those lately made, ``most`` bytes of them on disk."""

    def __init__(self, context: Context, most: int, package: Package | None = None) -> None:
        self.context = context
        self.package = package
        self.kept = Kept(most)
        self._limiter = anyio.CapacityLimiter(MAKERS)
        self._lock = Lock()
        self._making: dict[Any, Lock] = {}

    async def run(self, work: Callable[[], T]) -> T:
        """Do something slow in a thread, few at once."""
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)

    def table(self, name: str, form: Format, query: QueryParams) -> Export:
        """A table as the parameters of an address ask for it. Raises Problem and ViewsError."""
        table = found(name)
        if form.tables and name not in form.tables:
            raise Problem("unknown-format", f"{form.end} is written of {' and '.join(form.tables)} only, not of {name}")
        question = asked.read(table, query.multi_items())
        if question.guarded and form.end != "csv":
            raise asked.bad(SPREADSHEET, "it is for CSV only")
        if COLUMNS in query and form.end == "xml":
            raise asked.bad(COLUMNS, "MARCXML has fields of its own, not columns to choose from")

        def write(context: Context, read: Reader, to: IO[bytes]) -> None:
            about = {"table": name, "title": table.title, "position": str(read.position)}
            try:
                form.write(question, lambda: Asking(context, read), to, about)
            except GraphQLError as error:
                raise Problem("bad-parameter", error.message) from error

        return self._export(name, form.end, form.media, query, write, f"/export/{name}")

    def archive(self, query: QueryParams) -> Export:
        """The whole record as a data package. Raises Problem and ViewsError."""
        for name in query:
            if name != AT:
                raise asked.bad(name, f"the archive is given whole; there is only {AT}")
        package = self.package
        if package is None:
            raise Problem("not-installed", "this server was started without the writer of data packages")

        def write(context: Context, read: Reader, to: IO[bytes]) -> None:
            package(context.archive, read.position, to)

        return self._export("archive", "zip", ZIP, query, write, "/export")

    def _export(self, name: str, end: str, media: str, query: QueryParams, write: Write, about: str) -> Export:
        """What is kept of an address at its position, or what is written now."""
        said = tuple(sorted(((key, value) for key, value in query.multi_items() if key != AT), key=lambda one: one[0]))
        with self.context.views.reader() as now:
            state = asked.state(self.context, now, query.getlist(AT))
            body, told = self._made((name, end, said, state.position), now.at(state.position), write)
        address = f"/export/{name}.{end}?{urlencode([*said, (AT, state.position)])}"
        file = f"council-{name}-at-{state.position}.{end}"
        return Export(body, state.position, media, file, address, state.pinned and not told, about)

    def _made(self, key: Any, read: Reader, write: Write) -> tuple[Body, bool]:
        """The content, and whether it tells a name under seal: that one is not kept, for it may be withheld later."""
        with self._lock:
            alone = self._making.setdefault(key, Lock())
        try:
            with alone:
                body = self.kept.get(key)
                if body is not None:
                    return body, False
                context, watch = answers.watched(self.context)
                body = written(lambda file: write(context, read, file))
                if not watch.named:
                    self.kept.put(key, body)
                return body, watch.named
        finally:
            with self._lock:
                self._making.pop(key, None)


def found(name: str) -> Table:
    """A table by its name. Raises Problem."""
    table = tables().get(name)
    if table is None:
        raise Problem("unknown-table", f"there is no table {name[:60]!r}; there are: {', '.join(tables())}")
    return table


# --- Sending --------------------------------------------------------------------------------------------------------


def sent(request: Request, export: Export) -> Response:
    """The answer to a request: the export, its headers alone, or that it has not changed."""
    body = export.body
    tag = f'"{body.sha256.hex()}"'
    headers = {
        "ETag": tag,
        "Repr-Digest": f"sha-256=:{b64encode(body.sha256).decode()}:",
        "Cache-Control": f"public, {'max-age=31536000, immutable' if export.lasting else 'no-cache'}, no-transform",
        "Content-Location": export.address,
        "Link": f'<{export.about}>; rel="describedby"',
        "X-Archive-Position": str(export.position),
        "X-Content-Type-Options": "nosniff",
    }
    if has(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(body.length)
    headers["Content-Disposition"] = f'attachment; filename="{export.name}"'
    if request.method == "HEAD":
        return Response(None, 200, headers, export.media)
    return StreamingResponse(_parts(body), 200, headers, export.media)


def has(match: str | None, tag: str) -> bool:
    """Whether `If-None-Match` names an ETag."""
    told = [one.strip().removeprefix("W/") for one in (match or "").split(",")]
    return tag in told or told == ["*"]


async def _parts(body: Body) -> AsyncIterator[bytes]:
    for start in range(0, body.length, CHUNK):
        yield await anyio.to_thread.run_sync(body.part, start, CHUNK)


def refused(request: Request, error: Problem | ViewsError | OSError) -> Response:
    """The answer to a request that cannot be answered."""
    if isinstance(error, ViewsError):
        error = Problem("not-ready", str(error), {"Retry-After": "5"})
    elif isinstance(error, OSError):
        LOG.error("an export could not be written", exc_info=error)
        error = Problem("not-ready", "there is no room to write the export now", {"Retry-After": "60"})
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return error.response(address)
