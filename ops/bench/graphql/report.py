"""The figures as a table for the screen, as JSON, and as Markdown for docs/graphql-figures.md."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from ops.bench.graphql.peers import FLOOR, KEPT, UNKEPT
from ops.bench.graphql.questions import EARLIER, LETTERS, MEETINGS, QUESTIONS, RESOLUTION, TALLIES
from ops.bench.search.report import machine

RATIO_AIM, POSTGRAPHILE_AIM, KEPT_AIM, MEMORY_AIM, START_AIM = 0.8, 2.0, 1.0, 120.0, 1.5
AIMED = (RESOLUTION, MEETINGS, TALLIES)


@dataclass(slots=True)
class Figures:
    """Everything measured in one run. ``rates``: name → question → requests per second, one for each round."""

    position: int
    rates: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    bytes: dict[str, dict[str, int]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    """Megabytes of a process after all that, pages shared with others divided among them."""
    start: list[float] = field(default_factory=list)
    """Seconds from `council serve` on a built archive to the first answer."""
    workers: dict[str, dict[int, float]] = field(default_factory=dict)
    """Question → number of workers → requests per second, answers made anew, asked by two processes."""
    machine: str = field(default_factory=machine)

    def as_json(self) -> dict[str, Any]:
        """All figures, none rounded."""
        return asdict(self)

    def ratio(self, name: str, question: str, beside: str = FLOOR) -> float | None:
        """Requests per second by those of another, the middle of the rounds' ratios; None if one was not asked."""
        mine, theirs = self.rates.get(name, {}).get(question), self.rates.get(beside, {}).get(question)
        if not mine or not theirs:
            return None
        return statistics.median([a / b for a, b in zip(mine, theirs, strict=True)])

    def rows(self) -> Iterator[tuple[str, ...]]:
        """A row for everybody: requests per second and, in brackets, the ratio to the floor."""
        for name, found in self.rates.items():
            cells = []
            for question in QUESTIONS:
                ratio = self.ratio(name, question)
                told = found.get(question)
                cells.append("–" if not told or ratio is None else f"{statistics.median(told):,.0f} ({ratio:.2f})")
            memory = self.memory.get(name)
            yield (name, *cells, "–" if memory is None else f"{memory:,.0f}")
        for name, why in self.missing.items():
            yield (f"{name}: not measured, {why}", *[""] * (len(QUESTIONS) + 1))

    def aims(self) -> Iterator[tuple[str, str, str]]:
        """What was aimed at, the figure, and whether it is met."""
        for question in AIMED:
            letter = LETTERS[question]
            yield _aim(f"({letter}) beside the floor, at least", self.ratio(UNKEPT, question), RATIO_AIM)
            yield _aim(
                f"({letter}) beside PostGraphile 5, at least",
                self.ratio(UNKEPT, question, "PostGraphile 5"),
                POSTGRAPHILE_AIM,
            )
            yield _aim(f"({letter}) kept, beside the floor, at least", self.ratio(KEPT, question), KEPT_AIM)
        cost = self.ratio(UNKEPT, MEETINGS, UNKEPT) and statistics.median(
            [a / b for a, b in zip(self.rates[UNKEPT][MEETINGS], self.rates[UNKEPT][EARLIER], strict=True)]
        )
        yield ("(e) as of an old position costs, times (b)", "–" if cost is None else f"{cost:.2f}", "")
        most = max((self.memory[name] for name in (UNKEPT, KEPT) if name in self.memory), default=None)
        yield _aim("MB for each worker, at most", most, MEMORY_AIM, most=True)
        yield _aim(
            "seconds to start, at most", statistics.median(self.start) if self.start else None, START_AIM, most=True
        )

    def by_workers(self) -> Iterator[tuple[str, ...]]:
        """A row for each question: requests per second by number of workers, and times what one does."""
        for question, told in self.workers.items():
            first = next(iter(told.values()))
            cells = [f"{found:,.0f} ({found / first:.2f})" for found in told.values()]
            yield (f"({LETTERS[question]}) by workers: {', '.join(map(str, told))}", " · ".join(cells))


def _aim(what: str, found: float | None, aim: float, *, most: bool = False) -> tuple[str, str, str]:
    if found is None:
        return f"{what} {aim:g}", "–", "not measured"
    return f"{what} {aim:g}", f"{found:.2f}", "met" if (found <= aim) == most or found == aim else "not met"


HEADINGS = ("requests per second (ratio to the floor)", *(f"({LETTERS[q]})" for q in QUESTIONS), "MB")


def screen(figures: Figures, out: Console) -> None:
    """Print the tables."""
    table = Table(title=f"GraphQL over HTTP, one worker, 8 connections; {figures.machine}")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading is HEADINGS[0] else "right")
    for row in figures.rows():
        table.add_row(*row)
    out.print(table)
    for question, letter in LETTERS.items():
        out.print(f"({letter}) {question}")
    aims = Table(title="Aims")
    for heading in ("aim", "found", ""):
        aims.add_column(heading)
    for aim in figures.aims():
        aims.add_row(*aim)
    out.print(aims)
    workers = Table(title="Requests per second by workers, all on this machine's cores, those who ask included")
    for heading in ("", "times one worker's in brackets"):
        workers.add_column(heading)
    for row in figures.by_workers():
        workers.add_row(*row)
    out.print(workers)


def markdown(figures: Figures) -> str:
    """The tables of docs/graphql-figures.md."""
    lines = [f"{figures.machine}; position {figures.position:,}.", ""]
    tables = (
        (HEADINGS, figures.rows()),
        (("aim", "found", ""), figures.aims()),
        (("workers", "requests per second (times one worker's)"), figures.by_workers()),
    )
    for headings, rows in tables:
        lines += [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
        lines.append("")
    lines += [f"- ({letter}) {question}" for question, letter in LETTERS.items()]
    return "\n".join(lines) + "\n"
