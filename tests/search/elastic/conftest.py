"""Archives indexed on a real Elasticsearch server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from search.elastic import open_searcher
from search.elastic_client import Cluster
from search.elastic_writing import ElasticTarget
from search.indexer import Indexer
from tests.search.conftest import Small, make
from tests.search.elastic_server import Server


@pytest.fixture
def client(elasticsearch: Server) -> Iterator[Elasticsearch]:
    """Speak to the server as somebody who looks after it."""
    made = Elasticsearch(elasticsearch.url, request_timeout=60)
    yield made
    made.close()


@pytest.fixture
def cluster(elasticsearch: Server, client: Elasticsearch) -> Iterator[Cluster]:
    """Give an index of the test's own; everything of that name is removed afterwards."""
    name = f"t{uuid4().hex[:10]}"
    yield elasticsearch.cluster(name)
    client.indices.delete(index=f"{name}-*", expand_wildcards="all")
    client.options(ignore_status=404).indices.delete_index_template(name=name)


def on(small: Small, cluster: Cluster) -> Small:
    """The same archive, indexed in a cluster."""
    small.indexer = Indexer(small.views, ElasticTarget(cluster))
    small.searcher = open_searcher(cluster)
    return small


@pytest.fixture
def there(tmp_path: Path, cluster: Cluster) -> Iterator[Small]:
    """An archive of a test's own, with nothing in it, whose index is in the cluster."""
    made = on(make(tmp_path), cluster)
    yield made
    made.close()
