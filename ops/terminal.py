"""What the commands have in common on the terminal: where they print, the archive they open, progress, past states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ops.house import House
from ops.settings import Settings
from projections.reading import Reader

out = Console()
err = Console(stderr=True)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="A past state: a log position (123) or a time of recording (2026-11-23T10:00:00Z)."),
]


@contextmanager
def opened() -> Iterator[House]:
    """The archive named by the settings; closed at the end."""
    house = House(Settings())
    try:
        yield house
    finally:
        house.close()


def _progress() -> Progress:
    """Progress on the terminal's error side; nothing is drawn when nobody looks."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=err, disable=not err.is_terminal)


@contextmanager
def bar(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar that is told of steps done."""
    with _progress() as progress:
        task = progress.add_task(what, total=total)
        yield lambda steps: progress.advance(task, steps)


@contextmanager
def rows_bar(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar that is told (rows done, rows in all, where that is known)."""
    with _progress() as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def position_of(house: House, as_of: str | None) -> int | None:
    """The position that ``--as-of`` names. Raises :class:`FactError` for neither a position nor a time."""
    if as_of is None:
        return None
    return int(as_of) if as_of.isdigit() else house.archive.position_at(as_of)


def catch_up(house: House, *, rebuild: bool = False) -> int:
    """Bring read models and index up to date, showing progress."""
    with bar("reading the log", house.archive.position()) as step:
        position = house.read_models.rebuild(step) if rebuild else house.read_models.catch_up(step)
    with bar("indexing") as step:
        if rebuild:
            house.indexer.rebuild(step)
            return position
        problem = house.catch_up_index(step)
    if problem is not None:
        err.print(f"The search index stays behind: {problem}", style="yellow", markup=False)
    return position


@contextmanager
def reading(house: House, as_of: str | None = None) -> Iterator[Reader]:
    """One snapshot of up-to-date read models."""
    house.read_models.catch_up()
    with house.views.reader(position_of(house, as_of)) as read:
        yield read
