"""Registering documents over HTTP, and reading them: ``/graphql/documents``."""

from __future__ import annotations

from typing import Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.access import PERSIST
from api.graphql.asked import JSON, Asked, RefusedError, address_of
from api.graphql.http import Endpoint
from api.graphql.persisted import FullError, UnreachableError
from api.graphql.telling import REFUSALS, plain, plainly, worded

_FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
_NEVER: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def routes(endpoint: Endpoint) -> list[BaseRoute]:
    """The routes of registered documents."""

    async def register(request: Request) -> Response:
        try:
            principal, asked = await endpoint.received(request, address_of(request))
            by = endpoint.context.access.require(principal, [PERSIST], address_of(request))
            return await run_in_threadpool(_register, endpoint, asked, by.name)
        except FullError as full:
            return plain(507, str(full), JSON, _NEVER)
        except REFUSALS as refused:
            return plainly(refused, JSON)

    def shown(request: Request) -> Response:
        return _shown(endpoint, request.path_params["id"])

    return [
        Route("/graphql/documents", register, methods=["POST"]),
        Route("/graphql/documents/{id}", shown, methods=["GET"]),
    ]


def _register(endpoint: Endpoint, asked: Asked, by: str) -> Response:
    """Keep a document that is valid and within the limits; what is wrong with it otherwise. Raises one of REFUSALS."""
    if not asked.text:
        raise RefusedError("malformed", "`query` holds the document to be registered")
    prepared = endpoint.executor.prepare(asked.text)
    if prepared.document is None:
        return Response(orjson.dumps({"errors": [worded(error) for error in prepared.errors]}), 400, _NEVER, JSON)
    id, fresh = endpoint.persisted.register(asked.text, by)
    headers = {**_NEVER, "Location": f"/graphql/documents/{id}"}
    return Response(orjson.dumps({"documentId": id, "new": fresh}), 201 if fresh else 200, headers, JSON)


def _shown(endpoint: Endpoint, id: str) -> Response:
    try:
        text = endpoint.persisted.registered(id)
    except UnreachableError as error:
        return plainly(error, JSON)
    if text is None:
        return plain(404, "no document is registered under this id", JSON, _NEVER)
    return Response(text, 200, {**_FOREVER, "ETag": f'"{id}"'}, "application/graphql; charset=utf-8")
