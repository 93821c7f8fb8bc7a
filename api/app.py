"""The application: GraphQL, the schema, health, and the portal's pages, on one archive."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
from graphql import print_schema
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from api import citations as cited
from api import exports, openapi, portal, standing
from api.access import Access
from api.citation import Citations
from api.context import Context, Searcher
from api.graphql import graphiql, registering, socket, sse
from api.graphql.answers import BYTES
from api.graphql.front import PATH, Front
from api.graphql.http import Endpoint
from api.graphql.limits import LIMITS, Limits
from api.graphql.operations import Caps, Operations
from api.graphql.persisted import Persisted
from api.graphql.schema import SCHEMA
from api.guard import READ, SENT, SHOWN, Guard, secure
from api.streams import Streams
from api.terms import TERMS, Terms
from domain.archive import Archive
from projections.reading import ViewsError
from projections.views import Views
from search.standing import Searches


def create_app(
    archive: Archive,
    views: Views,
    searcher: Searcher | None = None,
    access: Access | None = None,
    catch_up: Callable[[], int] | None = None,
    searches: Searches | None = None,
    limits: Limits = LIMITS,
    answers: int = BYTES,
    kept: int = exports.BYTES,
    package: exports.Package | None = None,
    citations: Citations | None = None,
    terms: Terms = TERMS,
    persisted: Persisted | None = None,
    caps: Caps | None = None,
    origins: frozenset[str] = frozenset(),
) -> Starlette:
    """The application on one archive. Without a searcher, searching says that there is none; without ``access``
    nobody writes; ``catch_up`` brings the read models to the end of the log after a writer's mutation; ``searches``
    keeps standing searches; ``limits``: what one GraphQL request may cost; ``answers``: bytes of answers kept to be
    given again; ``kept``: bytes of exports kept so, on disk; ``package`` writes the whole record as a data package;
    ``citations`` keeps citations; ``terms``: what a client may spend, how long it may take, and whose pages may read.
    ``persisted``: documents that are asked by their id; ``caps``: what may be open at once; ``origins``: pages of other
    sites that may open a WebSocket. ``app.state.streams.close()`` and ``app.state.operations.close()`` end what would
    go on for ever, before a server stops.
    """
    context = Context(
        archive,
        views,
        searcher,
        access=access or Access(),
        catch_up=catch_up,
        searches=searches,
        citations=citations,
        limits=limits,
    )
    streams = Streams(context)
    endpoint = Endpoint(context, limits=limits, kept=answers, terms=terms, persisted=persisted)
    operations = Operations(endpoint, caps)
    sdl = print_schema(SCHEMA) + "\n"

    async def graphql(request: Request) -> Response:
        return await (sse.answered(request, operations) if sse.wanted(request) else endpoint(request))

    async def graphql_socket(websocket: WebSocket) -> None:
        await socket.served(websocket, operations, origins)

    async def schema(request: Request) -> Response:
        return PlainTextResponse(sdl, headers={"Cache-Control": "no-cache"})

    async def healthz(request: Request) -> Response:
        return await run_in_threadpool(_health, context)

    async def described(request: Request) -> Response:
        told = await run_in_threadpool(document)
        return Response(told, media_type="application/json", headers={"Cache-Control": "no-cache"})

    routes: list[BaseRoute] = [
        # answered before it comes here; whoever asks for /graphql/ is sent there
        Route(PATH, graphql, methods=_ALL, include_in_schema=False),
        WebSocketRoute(PATH, graphql_socket),
        *registering.routes(endpoint),
        Route("/graphql/static/{name}", graphiql.asset, methods=["GET"], include_in_schema=False),
        Route("/schema.graphql", schema, methods=["GET"]),
        Route("/healthz", healthz, methods=["GET"]),
        *standing.routes(context, streams),
        *cited.routes(context, endpoint.points, terms.answer_seconds),
        *exports.routes(exports.Exports(context, kept, package)),
    ]
    told = SENT if "*" in terms.origins else (*SENT, "Authorization")  # a token is for those who were named
    middleware = [
        Middleware(Guard, terms=terms),
        Middleware(CORSMiddleware, terms.origins, READ, told, expose_headers=SHOWN),
        Middleware(Front, endpoint=graphql),
        Middleware(Compressing, minimum_size=1_000, compresslevel=5),
    ]
    routes.append(Route(openapi.PATH, described, methods=["GET"]))
    document = cache(lambda: orjson.dumps(openapi.document(routes)))  # made when it is first asked for
    handlers: dict[Any, Any] = {500: _failed, **portal.error_pages(context)}
    app = Starlette(routes=[*routes, *portal.routes(context)], exception_handlers=handlers, middleware=middleware)
    app.state.context, app.state.endpoint, app.state.streams, app.state.terms = context, endpoint, streams, terms
    app.state.operations = operations
    return app


class Compressing(GZipMiddleware):
    """Compresses answers, except exports: the hash in their headers is that of the file as it is saved."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/export/"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


_ALL = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


async def _failed(request: Request, error: Exception) -> Response:
    """What a visitor sees when the archive itself is at fault: no stack trace; that goes to the server's log."""
    text = "The archive could not answer this. The fault is ours and has been written to the log."
    response = PlainTextResponse(text, 500, {"Cache-Control": "no-store"})
    secure(response.headers)  # it is made outside of everything, the guard as well
    return response


def _health(context: Context) -> Response:
    """Whether the archive can answer, and how far its read models have come."""
    try:
        with context.views.reader() as reader:
            reached = reader.reached
        position = context.archive.position()
    except ViewsError as error:
        return Response(orjson.dumps({"status": str(error)}), 503, media_type="application/json")
    told = {"status": "ok", "position": reached, "log": position}
    return Response(orjson.dumps(told), 200, media_type="application/json")


__all__ = ["create_app"]
