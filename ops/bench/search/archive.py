"""The bundled record as it is measured: imported into an archive of its own, indexed by every engine."""

from __future__ import annotations

import time
from pathlib import Path

from domain.documents import Document, document_id
from domain.facts import Pending, Source
from ops.bench.search.ours import Ours, open_rival
from ops.bench.search.precedents import PACKAGE
from ops.bench.search.rivals import Rival
from ops.house import House
from ops.importing import run
from ops.settings import Settings
from search import documents
from search.engine import Query
from search.kinds import SearchDocument


class Bundled:
    """An archive of the bundled record, and an index of it for each engine."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        self._house = House(Settings(home=folder / "archive", database_url=None))
        run(self._house.archive, "record", PACKAGE, "bench")
        self._house.read_models.catch_up()
        with self._house.views.reader() as read:
            self.documents: list[SearchDocument] = list(documents.documents(read))
        self.rivals: list[Rival] = [open_rival(name, folder / "bundled") for name in names]
        for rival in self.rivals:
            if isinstance(rival, Ours):
                rival.indexer(self._house.views).rebuild()
            else:
                rival.build(iter(self.documents), lambda _: None)

    def recorded(self, rival: Ours, times: int = 5) -> list[float]:
        """Seconds from recording a fact to finding it, read models and index caught up in between, so many times."""
        took = []
        indexer = rival.indexer(self._house.views)
        for number in range(times):
            symbol = f"S/2025/{9_000 + number}"
            title = f"Letter found at once {rival.name} {number}"
            claims = Document(symbol=symbol, type="letter", date="2025-01-01", title=title, language="en")
            pending = Pending(document_id(symbol), "issued", Source(name="bench", row=rival.name), claims)
            began = time.perf_counter()
            list(self._house.archive.record([pending], by="bench"))
            self._house.read_models.catch_up()
            indexer.catch_up()
            found = rival.ask(Query(text=symbol)).records
            took.append(time.perf_counter() - began)
            if document_id(symbol) not in found:
                raise RuntimeError(f"{rival.name} does not find {symbol} after it was recorded and indexed")
        return took

    def close(self) -> None:
        """Give everything back."""
        for rival in self.rivals:
            rival.close()
        self._house.close()
