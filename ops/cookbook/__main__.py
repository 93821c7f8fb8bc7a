"""``python -m ops.cookbook``: write the cookbook anew, from the bundled record or a running archive."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ops.cookbook.book import THEMES
from ops.cookbook.page import Kitchen, write
from ops.reaching import reached
from ops.terminal import catch_up, err, opened, out

BOOK = Path(__file__).parents[2] / "docs" / "cookbook"
BUNDLED = Path(__file__).parents[1] / "record" / "package"


def main(
    at: Annotated[str | None, typer.Option(help="Ask the running archive at this address.")] = None,
    to: Annotated[Path, typer.Option(help="The folder to write to.")] = BOOK,
) -> None:
    """Write all pages of the cookbook. Without --at, an archive of the bundled record is built to ask."""
    if at is not None:
        _write(at, to)
        return
    with tempfile.TemporaryDirectory(prefix="council-cookbook-") as home:
        os.environ["COUNCIL_HOME"] = home
        err.print("building an archive of the bundled record", style="dim")
        _built()
        _write(None, to)


def _built() -> None:
    from ops import importing

    with opened() as house:
        importing.run(house.archive, "record", BUNDLED, house.settings.clerk, lambda done, total: None)
        catch_up(house)


def _write(at: str | None, to: Path) -> None:
    with reached(at, None) as (send, _):
        files = write(Kitchen(send), THEMES, to)
    out.print(f"{len(files)} files written to {to}", markup=False)


if __name__ == "__main__":
    typer.run(main)
