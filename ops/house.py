"""The rooms of one archive put together from its settings: log, read models, search."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from domain.archive import Archive, open_archive
from ops.settings import Settings
from ops.store import environment
from projections.place import Place, PostgresPlace, ReadModels, SqlitePlace
from projections.views import Views
from search.embedded import open_searcher
from search.engine import Searcher
from search.indexer import Indexer


class House:
    """One archive, opened on demand. Close it when done."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.home.mkdir(parents=True, exist_ok=True)

    @cached_property
    def archive(self) -> Archive:
        """The door to the log."""
        return open_archive(environment(self.settings.database_url, self.settings.log_path))

    @cached_property
    def place(self) -> Place:
        """Where the read models live: beside the log."""
        if self.settings.database_url:
            return PostgresPlace(self.settings.database_url)
        return SqlitePlace(self.settings.views_folder)

    @cached_property
    def read_models(self) -> ReadModels:
        """The writing side of the read models."""
        return ReadModels(self.archive, self.place)

    @cached_property
    def views(self) -> Views:
        """The reading side of the read models."""
        return Views(self.place)

    @cached_property
    def indexer(self) -> Indexer:
        """The writing side of the search index."""
        return Indexer(self.views, self.settings.search_folder)

    @cached_property
    def searcher(self) -> Searcher:
        """The reading side of the search index."""
        return open_searcher(self.settings.search_folder)

    def catch_up(
        self, events: Callable[[int], None] | None = None, records: Callable[[int], None] | None = None
    ) -> int:
        """Bring read models and search index up to the end of the log; returns its position."""
        position = self.read_models.catch_up(events)
        self.indexer.catch_up(records)
        return position

    def close(self) -> None:
        """Give back what was opened."""
        for name in ("searcher", "views", "archive"):
            if name in self.__dict__:
                self.__dict__[name].close()
