"""The figures as tables for the screen, as JSON, and as Markdown for docs/search-figures.md."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from rich.table import Table

from ops.bench.search.corpus import SEED
from ops.bench.search.fuzzing import AIM_MS, Slowest
from ops.bench.search.ours import EMBEDDED
from ops.bench.search.quality import Score
from ops.bench.search.speed import BUILD_AIM, FRESH_AIM, PAGE, PAGE_AIM_MS, Built, Timed

LARGE: Final = 110_000
"""Documents of the larger index; the aim for a page is set there."""

Rows = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fresh:
    """Seconds from recording to finding: the middle and the worst of a few."""

    engine: str
    what: str
    median: float
    worst: float


@dataclass(slots=True)
class Figures:
    """Everything measured in one run."""

    scores: list[Score] = field(default_factory=list)
    builds: list[Built] = field(default_factory=list)
    times: list[Timed] = field(default_factory=list)
    fresh: list[Fresh] = field(default_factory=list)
    slowest: list[Slowest] = field(default_factory=list)
    machine: str = field(default_factory=lambda: machine())

    def as_json(self) -> dict[str, Any]:
        """All figures, none rounded."""
        return {"seed": SEED, **asdict(self)}

    def tables(self) -> Iterator[tuple[str, tuple[str, ...], Rows]]:
        """Title, headings and rows of each table that has rows."""
        made = (
            (
                "Quality",
                ("task", "language", "engine", "measure", "mean", "95 % interval", "questions", "aim"),
                _quality,
            ),
            (
                "Builds",
                ("engine", "documents", "docs/s", "× peer", "index MB", "builder MB", "searcher MB", "aim"),
                _builds,
            ),
            ("Answers", ("queries", "documents", "engine", "p50 ms", "p95 ms", "× peer", "aim"), _answers),
            ("From recording to finding", ("engine", "what", "median s", "worst s", "aim"), _fresh),
            ("Fuzzed queries", ("engine", "queries", "slowest ms", "its beginning", "refused", "failed", "aim"), _fuzz),
        )
        for title, headings, rows in made:
            if filled := rows(self):
                yield title, headings, filled


def machine() -> str:
    """The machine and the day, for the head of the figures."""
    model = "unknown processor"
    try:
        with open("/proc/cpuinfo") as told:
            model = next((line.partition(":")[2].strip() for line in told if line.startswith("model name")), model)
    except OSError:
        model = platform.processor() or model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    day = datetime.now(UTC).date().isoformat()
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    return f"{day}, {os.cpu_count()} cores ({model}), {memory:.0f} GB, {python}, {load}"


def screen(figures: Figures) -> Iterator[Table]:
    """Tables for the terminal."""
    for title, headings, rows in figures.tables():
        table = Table(title=title)
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*row)
        yield table


def markdown(figures: Figures) -> str:
    """What stands between the marks of docs/search-figures.md."""
    lines = [f"Measured {figures.machine}; seed {SEED}.", ""]
    for title, headings, rows in figures.tables():
        lines += [f"### {title}", "", _line(headings), _line(["---"] * len(headings)), *map(_line, rows), ""]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _aim(told: str, met: bool | None) -> str:
    return "" if met is None else f"{told}: {'met' if met else 'NOT MET'}"


def _quality(figures: Figures) -> Rows:
    return [
        (
            *(score.task, score.language, score.engine, score.measure, f"{score.value.mean:.3f}"),
            f"{score.value.low:.3f} to {score.value.high:.3f}",
            str(score.value.questions),
            _aim(f"≥ {score.aim}", score.met if score.engine != "fts5" else None),
        )
        for score in figures.scores
    ]


def _builds(figures: Figures) -> Rows:
    peers = {built.documents: built.rate for built in figures.builds if built.engine == "fts5"}
    return [
        (
            *(built.engine, f"{built.documents:,}", f"{built.rate:,.0f}"),
            f"{built.rate / peers[built.documents]:.2f}" if built.documents in peers else "",
            *(f"{size / 1e6:,.0f}" for size in (built.size, built.builder_memory, built.searcher_memory)),
            _aim(f"≥ {BUILD_AIM:,.0f}", built.rate >= BUILD_AIM if built.engine == EMBEDDED else None),
        )
        for built in figures.builds
    ]


def _answers(figures: Figures) -> Rows:
    aimed = (PAGE, EMBEDDED, LARGE)
    return [
        (
            *(timed.what, f"{timed.documents:,}", timed.engine, f"{timed.p50:.1f}", f"{timed.p95:.1f}"),
            "" if timed.ratio is None else f"{timed.ratio:.1f}",
            _aim(
                f"p95 ≤ {PAGE_AIM_MS:.0f}",
                timed.p95 <= PAGE_AIM_MS if (timed.what, timed.engine, timed.documents) == aimed else None,
            ),
        )
        for timed in figures.times
    ]


def _fresh(figures: Figures) -> Rows:
    return [
        (
            *(fresh.engine, fresh.what, f"{fresh.median:.2f}", f"{fresh.worst:.2f}"),
            _aim(f"< {FRESH_AIM:.0f}", fresh.worst < FRESH_AIM if fresh.engine != "fts5" else None),
        )
        for fresh in figures.fresh
    ]


def _fuzz(figures: Figures) -> Rows:
    return [
        (
            *(slow.engine, f"{slow.queries:,}", f"{slow.milliseconds:.0f}", ascii(slow.text), str(slow.refused)),
            f"{slow.failed} {slow.failure}".strip(),
            _aim(f"< {AIM_MS:,.0f}", slow.milliseconds < AIM_MS and not slow.failed if slow.engine != "fts5" else None),
        )
        for slow in figures.slowest
    ]
