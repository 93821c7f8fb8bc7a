"""``make bench-search``: quality and speed of search on this machine, our engines beside SQLite FTS5.

``--quick`` takes the small index alone and fewer questions. ``--json FILE`` writes every figure, ``--markdown FILE``
the tables of docs/search-figures.md. With ``COUNCIL_SEARCH_URL`` the cluster there is measured too; with
``COUNCIL_BENCH_ELASTICSEARCH=auto`` the server of the tests is started for it (``make setup-dev`` gets it).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ops.bench.search import fuzzing, quality, speed
from ops.bench.search.archive import Bundled
from ops.bench.search.corpus import SEED, Corpus
from ops.bench.search.ours import ENGINES, URL, Ours, discard, names, open_rival
from ops.bench.search.report import LARGE, Figures, Fresh, markdown, screen
from ops.bench.search.rivals import Rival

SMALL = 10_000

out = Console(width=170)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    sizes: tuple[int, ...]
    questions: int
    words: int
    queries: int
    fuzzed: int


QUICK = Extent((SMALL,), questions=60, words=100, queries=40, fuzzed=500)
FULL = Extent((SMALL, LARGE), questions=200, words=500, queries=150, fuzzed=10_000)


class Bench:
    """One run: its folder, its corpus, what it has found so far."""

    def __init__(self, folder: Path, extent: Extent, engines: list[str], progress: Progress) -> None:
        self.figures = Figures()
        self._folder = folder
        self._extent = extent
        self._engines = engines
        self._progress = progress
        self._corpus = Corpus()

    def run(self) -> None:
        """Measure everything."""
        self._record()
        for size in self._extent.sizes:
            folder = self._folder / str(size)
            try:
                self._size(size, folder)
            finally:
                discard(folder)

    @contextmanager
    def _bar(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        task = self._progress.add_task(what, total=total)
        yield lambda: self._progress.advance(task)
        self._progress.update(task, completed=total)

    def _record(self) -> None:
        """Quality over the bundled record, and from recording to finding."""
        try:
            with self._bar("bundled record: import and index", 1):
                bundled = Bundled(self._folder, self._engines)
            tasks = list(quality.record_tasks(bundled.documents, self._extent.questions))
            for rival in bundled.rivals:
                with self._bar(f"bundled record: {rival.name}", sum(len(task.asked) for task in tasks)) as step:
                    self.figures.scores += quality.score(rival, tasks, step)
            for rival in bundled.rivals:
                if isinstance(rival, Ours):
                    self._fresh(rival.name, "a fact recorded in the bundled archive", bundled.recorded(rival))
            bundled.close()
        finally:
            discard(self._folder / "bundled")

    def _size(self, size: int, folder: Path) -> None:
        """Everything over made documents: quality at the small size, fuzzing at the largest, speed at each."""
        built = [self._built(name, folder, size) for name in self._engines]
        rivals = [open_rival(name, folder) for name in self._engines]
        if size == SMALL:
            self._made(rivals)
        asked = speed.classes(self._corpus, size, self._extent.queries)
        every = [query for queries in asked.values() for query in queries]
        for rival in rivals:  # what is asked first pays for cold files, whoever it is
            rival.ask(every[0])
        with self._bar(f"{size:,} documents: answers", len(every)) as step:
            self.figures.times += speed.answers(rivals, asked, size, step)
        for made in built:
            memory = speed.searcher_memory(made.engine, folder, every[:: max(1, len(every) // 100)])
            self.figures.builds.append(replace(made, searcher_memory=memory))
        for rival in rivals:
            self._fresh(rival.name, f"put among {size:,} documents", speed.fresh(rival, self._corpus, size))
        if size == self._extent.sizes[0]:
            self._fuzzed(rivals)
        for rival in rivals:
            rival.close()

    def _built(self, name: str, folder: Path, size: int) -> speed.Built:
        task = self._progress.add_task(f"{size:,} documents: build {name}", total=size)
        made = speed.build(name, folder, size, lambda some: self._progress.advance(task, some))
        self._progress.update(task, completed=size)
        return made

    def _made(self, rivals: list[Rival]) -> None:
        """Quality over made documents."""
        documents = list(self._corpus.documents(SMALL))
        tasks = list(quality.made_tasks(documents, self._extent.questions))
        words = quality.chinese_words(self._corpus, documents, self._extent.words)
        for rival in rivals:
            total = sum(len(task.asked) for task in tasks) + len(words) + 5
            with self._bar(f"made documents: {rival.name}", total) as step:
                self.figures.scores += quality.score(rival, tasks, step)
                self.figures.scores += quality.score_chinese(rival, words, step)
                self.figures.scores += quality.score_arabic(rival, documents, step)

    def _fuzzed(self, rivals: list[Rival]) -> None:
        texts = list(fuzzing.texts(self._corpus, self._extent.fuzzed, SEED))
        for rival in rivals:
            with self._bar(f"fuzzed queries: {rival.name}", len(texts)) as step:
                self.figures.slowest.append(fuzzing.slowest(rival, texts, step))

    def _fresh(self, engine: str, what: str, took: list[float]) -> None:
        self.figures.fresh.append(Fresh(engine, what, statistics.median(took), max(took)))


@contextmanager
def _cluster() -> Iterator[None]:
    """See to a cluster, if one is wanted: its address stands in the environment, for the builders' processes too."""
    if os.environ.get(URL) or os.environ.get("COUNCIL_BENCH_ELASTICSEARCH") != "auto":
        yield
        return
    try:
        from tests.search.elastic_server import Server
    except ImportError as error:
        raise SystemExit(f"the server of the tests cannot be started ({error}): run `make setup-dev` first") from error
    server = Server()
    try:
        server.start()
        os.environ[URL] = server.url
        yield
    finally:
        os.environ.pop(URL, None)
        server.remove()


def _asked() -> argparse.Namespace:
    told = argparse.ArgumentParser(prog="make bench-search", description=__doc__)
    told.add_argument("--quick", action="store_true", help="the small index alone, fewer questions")
    told.add_argument("--json", type=Path, metavar="FILE", help="write every figure")
    told.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables of docs/search-figures.md")
    told.add_argument("--engine", action="append", choices=ENGINES, help="measure this engine alone; may be repeated")
    return told.parse_args()


def main() -> None:
    """Measure, print, and write the figures where asked to."""
    asked = _asked()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        _cluster(),
        tempfile.TemporaryDirectory(prefix="council-bench-search-") as folder,
        Progress(*columns, console=Console(stderr=True)) as progress,
    ):
        engines = [name for name in names() if not asked.engine or name in asked.engine]
        if not engines:
            raise SystemExit(f"none of {', '.join(asked.engine)} is here: Elasticsearch needs {URL}")
        bench = Bench(Path(folder), QUICK if asked.quick else FULL, engines, progress)
        bench.run()
    out.print(bench.figures.machine)
    for table in screen(bench.figures):
        out.print(table)
    if asked.json:
        asked.json.write_text(json.dumps(bench.figures.as_json(), ensure_ascii=False, indent=1) + "\n")
    if asked.markdown:
        asked.markdown.write_text(markdown(bench.figures) + "\n")


if __name__ == "__main__":
    main()
