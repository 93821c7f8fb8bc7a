"""The OpenAPI 3.1 document of what the archive serves beside GraphQL and the pages: exports, standing searches, health.

It is made from the routes that are served: each stands in it, with its own methods and the parameters of its address.
What is said of them stands here, and for the exports in the register of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from starlette.routing import BaseRoute, Route

from api import problems, references
from api.exports import describing
from api.exports.tables import tables
from api.exports.writing import FORMATS

PATH: Final = "/openapi.json"
TABLE, DESCRIPTION = "/export/{name}.{end}", "/export/{name}"
"""Routes that stand for one address a table."""

Told = dict[str, Any]


def document(routes: Iterable[BaseRoute]) -> Told:
    """The document of these routes."""
    paths: dict[str, Told] = {}
    for route in routes:
        if isinstance(route, Route) and route.include_in_schema:
            for path, operations in _paths(route):
                paths.setdefault(path, {}).update(operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Council Archive",
            "version": _version(),
            "summary": "The record of the United Nations Security Council",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "responses": {"Problem": _problem()}},
    }


ABOUT: Final = (
    "What can be asked beside GraphQL (`/graphql`, described by `/schema.graphql`). Every answer is given from one "
    "position of an append-only log; with `at` from a past one. The terms of the sources hold for the data."
)
TAGS: Final = {
    "exports": "Every list as a table in several formats; the whole record as one package.",
    "searches": "Standing searches: saved once, followed as feeds, tables or a stream.",
    "citations": "A query or a page under an address for good, with the state and the hash of its answer.",
    "documents": "GraphQL documents that are asked by their id.",
    "archive": "The archive itself.",
}


def _version() -> str:
    try:
        return version("council-archive")
    except PackageNotFoundError:
        return "0"


def _paths(route: Route) -> Iterator[tuple[str, Told]]:
    """The addresses of a route, each with its operations."""
    if route.path == TABLE:
        yield from _tables()
        return
    path = re.sub(r"{(\w+):\w+}", r"{\1}", route.path)
    known = OPERATIONS.get(path, {})
    methods = [method.lower() for method in sorted(route.methods or ()) if method != "HEAD"]
    if known:
        methods = [method for method in methods if method in known]
    placed = [_placed(name, kind) for name, kind in re.findall(r"{(\w+)(?::(\w+))?}", route.path)]
    operations: Told = {}
    for method in methods:
        told = known.get(method) or _unsaid(path)
        parameters = [*placed, *told.get("parameters", [])]
        operations[method] = {
            "operationId": _named(method, path), **told, **({"parameters": parameters} if parameters else {})
        }  # fmt: skip
    yield path, operations


def _unsaid(path: str) -> Told:
    """A route of which nothing is said here: that it is there."""
    return {"tags": ["archive"], "summary": path, "responses": {"default": _said("The answer.")}}


def _named(method: str, path: str) -> str:
    return method + re.sub(r"[^a-zA-Z0-9]+", "_", path).rstrip("_")


def _placed(name: str, kind: str) -> Told:
    """A parameter within an address."""
    schema: Told = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"}
    if name == "name":
        schema["description"] = "One of the names that the list tells."
    return {"name": name, "in": "path", "required": True, "schema": schema}


# --- Exports --------------------------------------------------------------------------------------------------------


def _tables() -> Iterator[tuple[str, Told]]:
    for table in tables().values():
        ends = list(describing.addresses(table))
        content = {FORMATS[end].media.partition(";")[0]: {"schema": {"type": "string"}} for end in ends}
        yield (
            f"/export/{table.name}.{{format}}",
            {
                "get": {
                    "operationId": f"export_{table.name}",
                    "tags": ["exports"],
                    "summary": table.title,
                    "description": f"{table.description} Columns: `GET /export/{table.name}`.",
                    "parameters": [
                        {"name": "format", "in": "path", "required": True, "schema": {"type": "string", "enum": ends}},
                        *(_asked(*told) for told in describing.parameters(table)),
                    ],
                    "responses": {"200": _exported(content), **_refusals(304, 400, 404, 501, 503)},
                }
            },
        )


def _asked(name: str, about: str, schema: Told) -> Told:
    told: Told = {"name": name, "in": "query", "description": about, "schema": schema}
    # Columns are parted by commas; of everything else each value stands by itself.
    return {**told, "style": "form", "explode": name != "columns"} if schema["type"] == "array" else told


_HEADERS: Final = {
    "ETag": "The SHA-256 of the content, in hexadecimal, within quotation marks.",
    "Repr-Digest": "The SHA-256 of the content (RFC 9530).",
    "X-Archive-Position": "The position of the log that the answer shows.",
    "Content-Location": "The address of the same content for good: the question at its position.",
    "Link": "The description of the columns.",
    "Cache-Control": "`immutable` at a position, unless it tells a name that may be withheld later.",
}


def _exported(content: Told) -> Told:
    headers = {name: {"description": about, "schema": {"type": "string"}} for name, about in _HEADERS.items()}
    return {"description": "The table.", "headers": headers, "content": content}


def _refusals(*statuses: int) -> Told:
    told: Told = {}
    for status in statuses:
        told[str(status)] = (
            {"description": "It has not changed."} if status == 304 else {"$ref": "#/components/responses/Problem"}
        )
    return told


def _problem() -> Told:
    return {
        "description": "Why it cannot be answered (RFC 9457).",
        "content": {problems.MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


# --- What is said of each address -----------------------------------------------------------------------------------


def _said(about: str, media: str = "", schema: Told | None = None) -> Told:
    return {"description": about, **({"content": {media: {"schema": schema or {"type": "string"}}}} if media else {})}


def _json(about: str, schema: str) -> Told:
    return _said(about, "application/json", {"$ref": f"#/components/schemas/{schema}"})


def _get(tag: str, summary: str, *answers: Mapping[str, Any], **more: Any) -> Told:
    responses: Told = {}
    for each in answers:
        responses.update(each)
    return {"get": {"tags": [tag], "summary": summary, "responses": responses, **more}}


_AT: Final = _asked("at", "A position of the log, or a time of recording (ISO 8601).", describing.AT)
_AS_OF: Final = _asked("as_of", "A position of the log.", {"type": "integer", "minimum": 0})
_TEXT, _FEED = "text/plain", "application/feed+json"
_LOST: Final = {"404": {"description": "There is no such search."}, "503": {"description": "Ask again later."}}
_SAME: Final = {"304": {"description": "It has not changed."}}


def _results(summary: str, media: str) -> Told:
    refused = {"400": {"description": "`as_of` cannot be read."}}
    return _get("searches", summary, {"200": _said("The results.", media)}, _SAME, refused, _LOST, parameters=[_AS_OF])


def _feed(summary: str, media: str) -> Told:
    return _get("searches", summary, {"200": _said("The document.", media)}, _SAME, _LOST)


_CITED: Final = _refusals(404, 429, 503)


def _cited(summary: str, media: str, *refusals: int) -> Told:
    return _get("citations", summary, {"200": _said("It.", media)}, _CITED, _refusals(*refusals))


OPERATIONS: Final[Mapping[str, Told]] = {
    "/citations": {
        "get": {"tags": ["citations"], "summary": "A form.", "responses": {"200": _said("The page.", "text/html")}},
        "post": {
            "tags": ["citations"],
            "summary": "Cite a query or a page, or find the citation of the same with the same answer.",
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cite"}}},
            },
            "responses": {
                "200": _json("It was cited before.", "Citation"),
                "201": _json("It is cited.", "Citation"),
                **_refusals(400, 404, 413, 415, 422, 429, 503, 507),
            },
        },
    },
    "/citations/{id}": _cited("The page of a citation, or the form accepted.", "text/html"),
    "/citations/{id}/answer": _cited("The cited query, asked again at its position.", "application/json", 304, 409),
    "/citations/{id}/now": _cited("The cited query, answered as of now.", "application/json", 304, 422),
    "/citations/{id}.json": _get("citations", "A citation.", {"200": _json("It.", "Citation")}, _CITED),
    **{
        f"/citations/{{id}}.{end}": _cited(f"A citation as {media}.", media)
        for end, media in references.FORMATS.items()
    },
    "/graphql/documents": {
        "post": {
            "tags": ["documents"],
            "summary": "Register a GraphQL document; takes a token of the scope `persist`.",
            "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
            "responses": {
                "200": _said("It was registered before.", "application/json", {"type": "object"}),
                "201": _said("It is registered.", "application/json", {"type": "object"}),
                "default": _said("Why not, as GraphQL tells errors.", "application/json", {"type": "object"}),
            },
        }
    },
    "/graphql/documents/{id}": _get(
        "documents", "A registered document.", {"200": _said("Its text."), "404": {"description": "There is none."}}
    ),
    "/export": _get(
        "exports",
        "Every table that is exported, with its rows and formats.",
        {"200": _json("The tables.", "Tables")},
        _refusals(304, 400, 404, 503),
        parameters=[_AT],
    ),
    "/export/{name}": _get(
        "exports",
        "A table in the format accepted, or its description: columns, parameters, formats.",
        {"200": _json("The description.", "Table")},
        _refusals(304, 400, 404, 406, 501, 503),
        parameters=[_AT],
    ),
    "/export/archive.zip": _get(
        "exports",
        describing.WHOLE,
        {"200": _exported({"application/zip": {"schema": {"type": "string"}}})},
        _refusals(304, 400, 404, 501, 503),
        parameters=[_AT],
    ),
    "/problems": _get("exports", "The types of problems.", {"200": _json("They.", "Problems")}, _refusals(304)),
    "/problems/{name}": _get(
        "exports", "A type of problem, and what to do.", {"200": _json("It.", "ProblemType")}, _refusals(304, 404)
    ),
    "/healthz": _get(
        "archive",
        "Whether the archive can answer, and how far its read models have come.",
        {"200": _json("It can.", "Health"), "503": _json("It cannot now.", "Health")},
    ),
    "/schema.graphql": _get("archive", "The GraphQL schema.", {"200": _said("The schema.", _TEXT)}),
    PATH: _get("archive", "This document.", {"200": _said("It.", "application/json", {"type": "object"})}),
    "/searches": {
        "get": {"tags": ["searches"], "summary": "A form.", "responses": {"200": _said("The page.", "text/html")}},
        "post": {
            "tags": ["searches"],
            "summary": "Save a search, or find the one saved before.",
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Search"}}},
            },
            "responses": {
                "200": _json("It was saved before.", "Saved"),
                "201": _json("It is saved.", "Saved"),
                **{code: _json("Why not.", "Refusal") for code in ("400", "413", "415", "503", "507")},
            },
        },
    },
    "/searches/{id}": _get("searches", "The page of a standing search.", {"200": _said("It.", "text/html")}, _LOST),
    "/searches/{id}.csv": _results("All results, newest first, as CSV.", "text/csv"),
    "/searches/{id}.jsonl": _results("All results, newest first, as JSON Lines.", "application/jsonl"),
    "/searches/{id}.atom": _feed("What came to match, changed or went, as Atom.", "application/atom+xml"),
    "/searches/{id}.json": _feed("What came to match, changed or went, as JSON Feed.", _FEED),
    "/searches/{id}/{block}.atom": _feed("An older document of the feed, as Atom.", "application/atom+xml"),
    "/searches/{id}/{block}.json": _feed("An older document of the feed, as JSON Feed.", _FEED),
    "/searches/{id}/stream": _get(
        "searches",
        "Changes as they come (server-sent events).",
        {"200": _said("The stream.", "text/event-stream"), "400": {"description": "`after` cannot be read."}},
        _LOST,
        parameters=[_asked("after", "Go on after the event of this id.", {"type": "string"})],
    ),
}
"""What is said of each address that is served, by its path."""


def _object(required: str, **properties: Any) -> Told:
    return {"type": "object", "required": required.split(), "properties": properties}


_STRING, _NUMBER = {"type": "string"}, {"type": "integer", "minimum": 0}
_STRINGS: Final = {"type": "array", "items": _STRING}
_YEAR: Final = {"type": ["integer", "null"]}
_KIND: Final = _object("type title status remedy", type=_STRING, title=_STRING, status=_NUMBER, remedy=_STRING)
_ROWS: Final = {"type": ["integer", "null"], "description": "Rows; null where nobody knows without reading them."}
_FORMATS_TOLD: Final = {"type": "object", "additionalProperties": _STRING, "description": "Format → address."}

SCHEMAS: Final[Told] = {
    "Problem": _object(
        "type title status detail instance",
        type=_STRING, title=_STRING, status=_NUMBER, detail=_STRING, instance=_STRING,
    ),
    "ProblemType": _KIND,
    "Problems": _object("problems", problems={"type": "array", "items": {"$ref": "#/components/schemas/ProblemType"}}),
    "Tables": _object(
        "position tables archive",
        position=_NUMBER,
        archive=_object("formats description", formats=_FORMATS_TOLD, description=_STRING),
        tables={
            "type": "array",
            "items": _object(
                "name description rows about formats",
                name=_STRING, description=_STRING, rows=_ROWS, about=_STRING, formats=_FORMATS_TOLD,
            ),
        },
    ),
    "Table": _object(
        "name description position rows formats schema parameters",
        name=_STRING, description=_STRING, position=_NUMBER, rows=_ROWS, formats=_FORMATS_TOLD,
        schema={"type": "object", "description": "A Table Schema (Frictionless)."},
        parameters={
            "type": "array",
            "items": _object("name description schema", name=_STRING, description=_STRING, schema={"type": "object"}),
        },
    ),
    "Health": _object("status", status=_STRING, position=_NUMBER, log=_NUMBER),
    "Search": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "query": _STRING, "kinds": _STRINGS, "members": _STRINGS, "outcomes": _STRINGS, "agenda": _STRINGS,
            "formats": _STRINGS, "from": _YEAR, "to": _YEAR, "language": {"type": ["string", "null"]},
        },
    },
    "Saved": _object(
        "id query links", id=_STRING, query=_STRING, filters={"type": "object"}, links=_FORMATS_TOLD, position=_NUMBER
    ),
    "Cite": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "query": _STRING, "page": _STRING, "variables": {"type": ["object", "null"]},
            "operationName": {"type": ["string", "null"]}, "position": {"type": ["integer", "null"], "minimum": 0},
        },
    },
    "Citation": _object(
        "id kind title variables querySha256 archive answer cited text links",
        id=_STRING, kind={"type": "string", "enum": ["query", "page"]}, title=_STRING, query=_STRING, page=_STRING,
        variables={"type": "object"}, querySha256=_STRING, cited=_STRING, text=_STRING, links=_FORMATS_TOLD,
        archive=_object(
            "position recorded checkpoint", position=_NUMBER, checkpoint=_STRING, recorded={"type": ["string", "null"]}
        ),
        answer=_object("sha256 bytes", sha256=_STRING, bytes=_NUMBER),
    ),
    "Refusal": _object("error", error=_object("message", message=_STRING)),
}  # fmt: skip
"""The shapes of what is sent as JSON."""
