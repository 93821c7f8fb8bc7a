"""Running an import: check the file, match against the archive, record in chunks, say what became of every row.

Nothing is written before the whole file has been read through once. A run that is killed and started again ends in the
log an uninterrupted run would have made: facts come in an order that depends on the file alone, and what the log
already holds adds nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from domain.archive import CHUNK, Archive, Register
from domain.collecting import without_collector
from domain.decisions import statement_of, vet_together
from domain.facts import CORRECTED, FactError, Pending
from ops.sources import FORMATS
from ops.sources.findings import UNMATCHED, Format, Notice, Problem

SHOWN = 20
"""Problems and notices shown on the screen; the JSON form has all of them."""


class UnknownSourceError(ValueError):
    """The name of a source that there is not."""


@dataclass(slots=True)
class Report:
    """What became of an import. ``rows``: rows in the file; the other counts are facts, several to a row."""

    source: str
    file: str
    rows: int = 0
    opened: int = 0
    attested: int = 0
    corrected: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    finished: bool = False

    @property
    def facts(self) -> int:
        """Facts that went through the door."""
        return self.opened + self.attested + self.corrected + self.known

    @property
    def unmatched(self) -> list[Problem]:
        """Rows that speak of a vote which could not be told for certain."""
        return [problem for problem in self.problems if problem.kind == UNMATCHED]

    @property
    def complete(self) -> bool:
        """The file was read to its end and every row of it is recorded."""
        return self.finished and not self.problems

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "source": self.source,
            "file": self.file,
            "complete": self.complete,
            "rows": self.rows,
            "facts": self.facts,
            "opened": self.opened,
            "attested": self.attested,
            "corrected": self.corrected,
            "known": self.known,
            "unmatched": len(self.unmatched),
            "problems": [asdict(problem) for problem in self.problems],
            "notices": [asdict(notice) for notice in self.notices],
        }

    def as_json(self) -> str:
        """The whole report as JSON text."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)

    def __rich__(self) -> RenderableType:
        counts = Table(title=f"{self.source}: {self.file}", title_justify="left")
        for head in ("rows", "opened", "attested", "corrected", "known", "unmatched", "problems", "notices"):
            counts.add_column(head, justify="right")
        numbers = (self.rows, self.opened, self.attested, self.corrected, self.known)
        lists = (len(self.unmatched), len(self.problems), len(self.notices))
        counts.add_row(*(f"{number:,}" for number in (*numbers, *lists)))
        return Group(counts, *_listed("Not recorded", self.problems), *_listed("Worth saying", self.notices))


def _listed(title: str, findings: list[Problem] | list[Notice]) -> Iterator[Table]:
    if not findings:
        return
    more = f" (the first {SHOWN} of {len(findings):,})" if len(findings) > SHOWN else ""
    table = Table("file", "row", "column", "value", "why", title=title + more, title_justify="left")
    for finding in findings[:SHOWN]:
        table.add_row(finding.file, finding.row, finding.column, finding.value[:60], finding.why)
    yield table


def run(
    archive: Archive,
    source: str,
    path: Path | str,
    by: str,
    progress: Callable[[int, int], None] | None = None,
    *,
    chunk: int = CHUNK,
) -> Report:
    """Import one file or folder. ``progress`` is told (rows done, rows in all) now and then.

    Raises :class:`UnknownSourceError`; :class:`ops.sources.findings.SourceError` for a file that is not whole or not
    of this source, with nothing recorded; :class:`domain.archive.ConflictError` if somebody else wrote about the
    same records meanwhile: running again goes on from there.
    """
    if source not in FORMATS:
        raise UnknownSourceError(f"there is no source {source!r}; there are {', '.join(FORMATS)}")
    with without_collector():
        return _run(archive, source, Path(path), by, progress, chunk)


def _run(
    archive: Archive, source: str, path: Path, by: str, progress: Callable[[int, int], None] | None, chunk: int
) -> Report:
    form = FORMATS[source]
    form.check(path)
    report = Report(source, path.name, rows=form.count(path))
    register = archive.register()
    pending = _agreeing(_sift(form, path, register, report, progress), register, report)
    for outcome in archive.record(pending, by=by, source=source, note=path.name, register=register, chunk=chunk):
        report.opened += outcome.opened
        report.attested += outcome.attested
        report.corrected += bool(outcome.corrected)
        report.known += outcome.known
    report.finished = True
    if progress is not None:
        progress(report.rows, report.rows)
    return report


def _sift(
    form: Format, path: Path, register: Register, report: Report, progress: Callable[[int, int], None] | None
) -> Iterator[Pending]:
    """The facts that can be recorded; everything else goes into the report."""
    said: dict[tuple[str, str, str, int], Pending] = {}
    row, done = "", 0
    for finding in form.facts(path, register):
        if isinstance(finding, Problem):
            report.problems.append(finding)
        elif isinstance(finding, Notice):
            report.notices.append(finding)
        else:
            if finding.source.row != row:
                row, done = finding.source.row, done + 1
                if progress is not None and done % 100 == 0:
                    progress(min(done, report.rows), report.rows)
            problem = _refused(finding, said)
            if problem is None:
                said[_statement(finding)] = finding
                yield finding
            else:
                report.problems.append(problem)


def _agreeing(facts: Iterable[Pending], register: Register, report: Report) -> Iterator[Pending]:
    """The facts without those statements in several steps that contradict themselves, or what their source has said
    before: these go into the report."""
    for _, together in groupby(facts, statement_of):
        told = list(together)
        try:
            vet_together(register.get(told[0].record), told)
        except FactError as error:
            report.problems.append(_problem(told[0], str(error).removeprefix(f"{told[0].record}: ")))
        else:
            yield from told


def _problem(fact: Pending, why: str) -> Problem:
    file, row = (*re.split("[:#]", fact.source.row, maxsplit=1), "")[:2]
    return Problem(file, row, "", fact.record, why)


def _statement(fact: Pending) -> tuple[str, str, str, int]:
    """Which statement a fact makes: the record and the verb, the source and the part of it."""
    return fact.record, fact.verb, fact.source.name, fact.source.part


def _refused(fact: Pending, said: dict[tuple[str, str, str, int], Pending]) -> Problem | None:
    """Why a fact cannot go through the door: it breaks a rule, or the file has spoken of the record already.

    A source makes one statement on a record (and part): a second one in the same file would overwrite the first at
    every import.
    """
    try:
        fact.claims.vet()
    except FactError as error:
        return _problem(fact, str(error))
    earlier = said.get(_statement(fact))
    if earlier is not None and fact.verb != CORRECTED:
        return _problem(fact, f"this file speaks of it already, at {earlier.source.row}")
    return None
