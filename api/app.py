"""The application: GraphQL, the schema, health, and the portal's pages, on one archive."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import orjson
from graphql import print_schema
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.context import Context, Searcher
from api.graphql import graphiql
from api.graphql.http import Endpoint
from api.graphql.schema import SCHEMA
from domain.archive import Archive
from projections.reading import ViewsError
from projections.views import Views


def create_app(archive: Archive, views: Views, searcher: Searcher | None = None, settings: Any = None) -> Starlette:
    """The application. ``settings`` may have ``graphql_threads`` (default True) and ``graphql_compiled``."""
    context = Context(archive, views, searcher)
    endpoint = Endpoint(
        context,
        threads=getattr(settings, "graphql_threads", True),
        compiled=getattr(settings, "graphql_compiled", None),
    )
    sdl = print_schema(SCHEMA) + "\n"

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    async def schema(request: Request) -> Response:
        return PlainTextResponse(sdl, headers={"Cache-Control": "no-cache"})

    async def healthz(request: Request) -> Response:
        return await run_in_threadpool(_health, context)

    routes: list[BaseRoute] = [
        Route("/graphql", graphql, methods=_ALL),
        Route("/graphql/static/{name}", graphiql.asset, methods=["GET"]),
        Route("/schema.graphql", schema, methods=["GET"]),
        Route("/healthz", healthz, methods=["GET"]),
    ]
    pages, handlers = _portal(context)
    middleware = [Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)]
    app = Starlette(routes=[*routes, *pages], exception_handlers={500: _failed, **handlers}, middleware=middleware)
    app.state.context, app.state.endpoint = context, endpoint
    return app


_ALL = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _portal(context: Context) -> tuple[list[BaseRoute], dict[Any, Callable[..., Any]]]:
    """The pages, where they are installed; else the root leads to GraphQL."""
    try:
        portal = import_module("api.portal")
    except ModuleNotFoundError as error:
        if error.name != "api.portal":
            raise

        async def home(request: Request) -> Response:
            return RedirectResponse("graphql")

        return [Route("/", home)], {}
    return list(portal.routes(context)), dict(portal.error_pages(context))


async def _failed(request: Request, error: Exception) -> Response:
    """What a visitor sees when the archive itself is at fault: no stack trace; that goes to the server's log."""
    text = "The archive could not answer this. The fault is ours and has been written to the log."
    return PlainTextResponse(text, 500, {"Cache-Control": "no-store"})


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
