"""A portal with the real search engine, over the small archive and over archives of a test's own."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from html import unescape
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Context
from api.portal import error_pages, routes
from search.elastic import open_searcher as open_cluster
from search.elastic_client import Cluster
from search.embedded import open_searcher
from search.engine import Searcher
from search.indexer import Indexer
from search.writing import EmbeddedTarget


def indexed(context: Context, folder: Path) -> Context:
    """The same archive with its index in a folder."""
    Indexer(context.views, EmbeddedTarget(folder)).catch_up()
    return replace(context, searcher=open_searcher(folder))


def unreachable() -> Searcher:
    """The engine of a cluster whose address nobody answers at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return open_cluster(Cluster((f"http://127.0.0.1:{port}",), timeout=1.0))


def application(context: Context) -> Starlette:
    """The portal alone."""
    return Starlette(routes=routes(context), exception_handlers=error_pages(context))


def visiting(context: Context) -> TestClient:
    """A client of the portal, which shows redirects instead of following them."""
    return TestClient(application(context), follow_redirects=False)


def applied(context: Context) -> TestClient:
    """A client of the whole application."""
    app = create_app(context.archive, context.views, context.searcher, searches=context.searches)
    return TestClient(app, follow_redirects=False)


def words(text: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
