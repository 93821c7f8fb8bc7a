"""Our server, and the plain endpoints, each alone in a process: ``python -m ops.bench.graphql.ours PORT BYTES``,
``… PORT floor SOUGHT POSITION``.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from starlette.applications import Starlette

from ops.bench.plain import Plain
from ops.house import House
from ops.serving import serve
from ops.settings import Settings
from projections.place import SqlitePlace


def ours(kept: int) -> Starlette:
    """The application as it is served, with so many bytes for kept answers."""
    from api.app import create_app
    from api.terms import Terms

    house = House(Settings())
    return create_app(house.archive, house.views, house.searcher, answers=kept, terms=Terms(points=0))


def floor(sought: str, position: int) -> Starlette:
    """The plain endpoints, without middleware."""
    house = House(Settings())
    assert isinstance(house.place, SqlitePlace)
    build = house.place.current()
    assert build is not None
    return Starlette(routes=Plain(house.place.path(build), house.searcher, sought, position).routes())


def run(app: Any, port: int) -> None:
    """Serve as uvicorn does by itself on a loopback port, until told to stop."""
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    port, what, *rest = sys.argv[1:]
    if what == "floor":
        run(floor(rest[0], int(rest[1])), int(port))
    else:
        serve(ours(int(what)), "127.0.0.1", int(port))
