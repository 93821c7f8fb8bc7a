"""The server of the benchmark: the archive's application with the plain endpoints beside it, in one process."""

from __future__ import annotations

import sys

import uvicorn

from api.app import create_app
from api.terms import Terms
from ops.bench.plain import Plain
from ops.house import House
from ops.settings import Settings
from projections.place import SqlitePlace


def main(port: int) -> None:
    """Serve on a loopback port until told to stop."""
    house = House(Settings())
    assert isinstance(house.place, SqlitePlace)
    build = house.place.current()
    assert build is not None
    app = create_app(house.archive, house.views, house.searcher, terms=Terms(points=0))
    app.router.routes[:0] = Plain(house.place.path(build)).routes()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
