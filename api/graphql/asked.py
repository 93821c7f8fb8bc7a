"""Reading a GraphQL request: what it asks, in which media type it wants the answer, and every status it may get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, HTTPConnection, Request

from api.graphql.persisted import named

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"

STATUS = {
    "answered": 200,
    "refused as application/json": 200,
    "refused as application/graphql-response+json": 400,
    "unchanged": 304,
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "wrong method": 405,
    "not acceptable": 406,
    "too slow": 408,
    "too large": 413,
    "wrong media type": 415,
    "throttled": 429,
    "not ready": 503,
    "timed out": 503,
}
"""Every status this endpoint gives. *Refused*: read as a request, but its document or variables are not valid."""


class RefusedError(Exception):
    """A request that is not a GraphQL request, or not one to be served so."""

    def __init__(self, why: str, message: str, code: str | None = None, /, **headers: str) -> None:
        super().__init__(message)
        self.status = STATUS[why]
        self.code = code
        self.headers = headers


def address_of(connection: HTTPConnection) -> str:
    """Where a request comes from."""
    client = connection.scope["client"]
    return client[0] if client else "an unknown address"


class Asked:
    """A request's parameters, checked. A document that only its id names has yet to be found: its text is empty."""

    __slots__ = ("document", "get", "operation", "text", "variables")

    def __init__(self, parameters: Mapping[str, Any], *, get: bool) -> None:
        try:
            self.document = named(parameters)
        except ValueError as error:
            raise RefusedError("malformed", str(error)) from error
        text = parameters.get("query")
        if text is None and self.document is not None:
            text = ""
        if not isinstance(text, str):
            raise RefusedError("malformed", "`query` is missing or not a text: it holds the GraphQL document")
        variables = parameters.get("variables")
        if variables is not None and not isinstance(variables, dict):
            raise RefusedError("malformed", "`variables` is not a JSON object")
        operation = parameters.get("operationName")
        if operation is not None and not isinstance(operation, str):
            raise RefusedError("malformed", "`operationName` is not a text")
        extensions = parameters.get("extensions")
        if extensions is not None and not isinstance(extensions, dict):
            raise RefusedError("malformed", "`extensions` is not a JSON object")
        self.text = text
        self.variables: dict[str, Any] = variables or {}
        self.operation: str | None = operation or None
        self.get = get


@lru_cache(maxsize=32)
def accepted(header: str | None) -> str:
    """The media type to answer in. Raises RefusedError if the client takes neither."""
    if not header:
        return JSON
    best, quality = "", 0.0
    for part in header.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
            elif parameter.startswith("charset=") and parameter[8:].strip('"') not in ("utf-8", "utf8"):
                weight = 0.0
        for offered in (GRAPHQL, JSON) if kind == GRAPHQL else (JSON, GRAPHQL):
            if kind in (offered, "*/*", "application/*") and weight > quality:
                best, quality = offered, weight
    if not best:
        raise RefusedError("not acceptable", f"this endpoint answers in {JSON} or {GRAPHQL}")
    return best


async def read(request: Request, address: int, most: int) -> Asked:
    """The request's parameters, from an address or a body of at most so many bytes. Raises RefusedError."""
    if request.method == "GET":
        return Asked(_from_address(request, address), get=True)
    told = request.headers.get("content-type", "")
    if told != JSON:
        kind, _, parameter = told.partition(";")
        charset = parameter.strip().lower().removeprefix("charset=").strip('"')
        if kind.strip().lower() != JSON or ("charset=" in parameter.lower() and charset not in ("utf-8", "utf8")):
            kind = kind.strip() or "untyped"
            raise RefusedError("wrong media type", f"send the request as {JSON} in UTF-8, not {kind}")
    if (coded := request.headers.get("content-encoding", "identity")).lower() != "identity":
        told = f"send the request as it is, not as {coded[:20]}"
        raise RefusedError("wrong media type", told, **{"Accept-Encoding": "identity"})
    body, more = b"", True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise RefusedError(
                "too large", f"a request holds at most {most} bytes: ask for less, or in several requests"
            )
    try:
        parameters = orjson.loads(body)
        if b'"variables"' in body or any(body.count(name) > 1 for name in _NAMES):
            json.loads(body, object_pairs_hook=_once)  # slow, so it is left out where it would find nothing
    except (ValueError, RecursionError) as error:
        raise RefusedError("malformed", f"the body is not JSON: {error}") from error
    if not isinstance(parameters, dict):
        raise RefusedError("malformed", "the body is not a JSON object; batches (arrays) are not served")
    return Asked(parameters, get=False)


_NAMES = (b'"query"', b'"variables"', b'"operationName"', b'"extensions"', b'"documentId"')
"""What a request may tell, as it stands in a body."""


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object that tells a name twice: what was meant would depend on who reads it. Raises RefusedError."""
    names = {name for name, _ in pairs}
    if len(names) < len(pairs):
        twice = next(name for name in names if sum(name == other for other, _ in pairs) > 1)
        raise RefusedError("malformed", f"the body tells `{twice[:40]}` twice in one object")


def _from_address(request: Request, most: int) -> dict[str, Any]:
    if len(request.url.query) > most:
        raise RefusedError("too large", f"a request holds at most {most} bytes: send it with POST, or ask for less")
    parameters: dict[str, Any] = dict(request.query_params)
    if len(request.query_params.multi_items()) > len(parameters):
        raise RefusedError("malformed", "the address tells a parameter twice")
    for name in ("variables", "extensions"):
        written = parameters.get(name)
        if written == "":
            parameters[name] = None
        elif written is not None:
            try:
                parameters[name] = orjson.loads(written)
            except (orjson.JSONDecodeError, RecursionError) as error:
                raise RefusedError("malformed", f"`{name}` is not JSON: {error}") from error
    return parameters
