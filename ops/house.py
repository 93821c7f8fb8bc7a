"""The rooms of one archive put together from its settings: log, read models, search."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from api.access import Access
from domain.archive import Archive, open_archive
from ops.settings import Settings
from ops.store import environment
from ops.store.citations import CitationStore, open_citations
from ops.store.persisted import PersistedStore, open_persisted
from ops.store.searches import SearchStore, open_searches
from ops.store.tokens import TokenStore, open_tokens
from ops.store.vault import Vault, open_vault
from projections.place import Place, PostgresPlace, ReadModels, SqlitePlace
from projections.views import Views
from search.embedded import open_searcher
from search.engine import Searcher, SearchError, Target
from search.indexer import Indexer
from search.writing import EmbeddedTarget

if TYPE_CHECKING:
    from api.graphql.persisted import Persisted
    from search.elastic_client import Cluster


class House:
    """One archive, opened on demand. Close it when done."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.home.mkdir(parents=True, exist_ok=True)

    @cached_property
    def archive(self) -> Archive:
        """The door to the log. Redactions that a crash has left half done are carried out as it opens."""
        opened = open_archive(environment(self.settings.database_url, self.settings.log_path), self.vault)
        opened.reconcile()
        return opened

    @cached_property
    def vault(self) -> Vault:
        """The keys of sealed names."""
        return open_vault(self.settings.database_url, self.settings.vault_path)

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
        return Indexer(self.views, self._target())

    @cached_property
    def searcher(self) -> Searcher:
        """The reading side of the search index."""
        if (cluster := self.cluster) is not None:
            from search.elastic import open_searcher as open_cluster

            return open_cluster(cluster)
        return open_searcher(self.settings.search_folder)

    @cached_property
    def cluster(self) -> Cluster | None:
        """The search cluster, if the settings name one."""
        told = self.settings
        if not told.search_url:
            return None
        from search.elastic_client import Cluster

        return Cluster(
            urls=tuple(address.strip() for address in told.search_url.split(",")),
            index=told.search_index,
            api_key=told.search_api_key.get_secret_value() if told.search_api_key else None,
            ca=str(told.search_ca) if told.search_ca else None,
            timeout=told.search_timeout,
            replicas=told.search_replicas,
        )

    def _target(self) -> Target:
        if self.cluster is None:
            return EmbeddedTarget(self.settings.search_folder)
        from search.elastic_writing import ElasticTarget

        return ElasticTarget(self.cluster)

    @cached_property
    def searches(self) -> SearchStore:
        """The standing searches."""
        settings = self.settings
        return open_searches(settings.database_url, settings.searches_path, settings.searches)

    @cached_property
    def citations(self) -> CitationStore:
        """What was cited."""
        settings = self.settings
        return open_citations(settings.database_url, settings.citations_path, settings.citations)

    @cached_property
    def documents(self) -> PersistedStore:
        """The registered GraphQL documents."""
        settings = self.settings
        return open_persisted(settings.database_url, settings.persisted_path, settings.persisted)

    @cached_property
    def persisted(self) -> Persisted:
        """GraphQL documents that are asked by their id."""
        from api.graphql.persisted import Persisted

        return Persisted(self.documents, only=self.settings.persisted_only)

    @cached_property
    def tokens(self) -> TokenStore:
        """The archive's own bearer tokens."""
        return open_tokens(self.settings.database_url, self.settings.access_path)

    @cached_property
    def access(self) -> Access:
        """The gate: who may write."""
        from api.oidc import Oidc

        told = self.settings
        issuer = None
        if told.oidc_issuer and told.oidc_audience:
            issuer = Oidc(told.oidc_issuer, told.oidc_audience, told.oidc_jwks, told.oidc_claim)
        return Access(self.tokens, issuer)

    def catch_up(
        self, events: Callable[[int], None] | None = None, records: Callable[[int], None] | None = None
    ) -> int:
        """Bring read models and search index up to the end of the log; returns its position.

        An index that cannot be written now stays behind: it is caught up another time, and what asks it says why.
        """
        position = self.catch_up_read_models(events)
        self.catch_up_index(records)
        return position

    def catch_up_read_models(self, events: Callable[[int], None] | None = None) -> int:
        """Bring the read models up to the end of the log; returns its position."""
        self.archive.reconcile()
        return self.read_models.catch_up(events)

    def catch_up_index(self, records: Callable[[int], None] | None = None) -> SearchError | None:
        """Bring the search index up to the read models; returns what kept it from that, if anything did."""
        try:
            self.indexer.catch_up(records)
        except SearchError as error:
            return error
        return None

    def close(self) -> None:
        """Give back what was opened."""
        for name in ("searcher", "views", "archive", "tokens", "vault", "searches", "citations", "documents"):
            if name in self.__dict__:
                self.__dict__[name].close()
