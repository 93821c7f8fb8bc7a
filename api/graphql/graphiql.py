"""GraphiQL for browsers, offline: its files come from a Python package that `make setup` installs, none from a CDN.

The wheel ``datasette-graphql`` carries GraphiQL and React as built files; it is unpacked beside the packages of the
environment (``<prefix>/share/graphiql``) and never imported. ``COUNCIL_GRAPHIQL`` names another folder with them.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

HERE = Path(__file__).parent / "static"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
}

FILES = {
    "react.js": "react.production.*.js",
    "react-dom.js": "react-dom.production.*.js",
    "graphiql.js": "graphiql.*.min.js",
    "graphiql.css": "graphiql.*.min.css",
}
"""Name we serve → pattern of the file in the package."""

OURS = ("before.js", "start.js", "start.css")
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


def folder() -> Path:
    """Where the package's files are, or should be."""
    named = os.environ.get("COUNCIL_GRAPHIQL")
    return Path(named) if named else Path(sys.prefix) / "share" / "graphiql"


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    """The files to serve by name; empty if the package is not installed."""
    found: dict[str, Path] = {}
    for name, pattern in FILES.items():
        path = next(iter(sorted(folder().rglob(pattern))), None)
        if path is None:
            return {}
        found[name] = path
    return {**found, **{name: HERE / name for name in OURS}}


@lru_cache(maxsize=1)
def examples() -> bytes:
    """The ready-made queries as JSON: name and query, in order."""
    paths = sorted((HERE / "examples").glob("*.graphql"))
    return orjson.dumps([{"name": path.stem[3:].replace("-", " "), "query": path.read_text()} for path in paths])


@lru_cache(maxsize=1)
def _stamp() -> str:
    told = blake2b(digest_size=6)
    for path in files().values():
        told.update(path.read_bytes())
    return told.hexdigest()


def wanted(request: Request) -> bool:
    """Whether a browser asks for a page rather than a program for an answer."""
    accept = request.headers.get("accept", "")
    return request.method == "GET" and "text/html" in accept and "json" not in accept


def page() -> Response:
    """The page."""
    if not files():
        return HTMLResponse(_MISSING, 200, HEADERS)
    return HTMLResponse(_PAGE.replace("?v", f"?{_stamp()}"), 200, {**HEADERS, "Cache-Control": "no-cache"})


def asset(request: Request) -> Response:
    """One of the page's files."""
    name = request.path_params["name"]
    if name == "examples.json":
        return Response(examples(), 200, media_type="application/json")
    path = files().get(name)
    if path is None:
        return Response("There is no such file.", 404, media_type="text/plain")
    kept = "public, max-age=31536000, immutable" if request.url.query else "no-cache"
    return Response(path.read_bytes(), 200, {"Cache-Control": kept}, TYPES[path.suffix])


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL · Council Archive</title>
<link rel="stylesheet" href="graphql/static/graphiql.css?v">
<link rel="stylesheet" href="graphql/static/start.css?v">
</head>
<body>
<nav id="examples" aria-label="Example queries"></nav>
<div id="graphiql">GraphiQL needs JavaScript. Programs ask with POST, browsers can read <a href="schema.graphql">the
schema</a>.</div>
<script src="graphql/static/react.js?v"></script>
<script src="graphql/static/react-dom.js?v"></script>
<script src="graphql/static/before.js?v"></script>
<script src="graphql/static/graphiql.js?v"></script>
<script src="graphql/static/start.js?v"></script>
</body>
</html>
"""

_MISSING = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>GraphQL · Council Archive</title></head>
<body>
<h1>GraphQL</h1>
<p>The GraphiQL explorer is not installed on this server: <code>make setup</code> installs it.</p>
<p>The interface itself works: send a JSON object with <code>query</code> and <code>variables</code> by POST to this
address. <a href="schema.graphql">The schema</a> describes everything one can ask.</p>
</body>
</html>
"""
