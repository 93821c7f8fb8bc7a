"""The portal: the archive as pages for people, made on the server, without scripts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.context import Context
from api.portal import (
    concept_note,
    conflicts,
    coverage,
    data,
    debates,
    diff,
    documents,
    events,
    holidays,
    home,
    indicators,
    meetings,
    members,
    missions,
    notes,
    obligations,
    peacebuilding,
    presidencies,
    records,
    sanctions,
    search,
    vetoes,
    votes,
)
from api.portal.pages import HERE, Ask, NotFoundError, Show, respond, route

GROUPS = (
    home,
    search,
    votes,
    meetings,
    members,
    vetoes,
    missions,
    presidencies,
    debates,
    notes,
    obligations,
    sanctions,
    peacebuilding,
    documents,
    holidays,
    records,
    indicators,
    concept_note,
    conflicts,
    coverage,
    data,
    diff,
    events,
)


class Static(StaticFiles):
    """The style sheet and the icon. Their addresses carry a stamp, so they may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file."""
        response = await super().get_response(path, scope)
        if response.status_code == 200 and scope.get("query_string"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def routes(context: Context) -> list[BaseRoute]:
    """The portal's routes, for the application to serve at its root."""
    made: list[BaseRoute] = [route(context, path, page) for group in GROUPS for path, page in group.PAGES]
    made.append(Mount("/static", Static(directory=HERE / "static"), name="portal:static"))
    return made


def _lost(ask: Ask) -> Show:
    raise NotFoundError("There is no page at this address.", ask.request.url.path.strip("/"))


def error_pages(context: Context) -> dict[int, Callable[[Request, Exception], Awaitable[Response]]]:
    """The page for addresses nobody serves, as Starlette's ``exception_handlers`` takes it."""

    def lost(request: Request) -> Response:
        return respond(request, context, _lost)

    async def missing(request: Request, error: Exception) -> Response:
        return await run_in_threadpool(lost, request)

    return {404: missing}


__all__ = ["error_pages", "respond", "routes"]
