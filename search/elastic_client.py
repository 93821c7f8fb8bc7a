"""The connection to a cluster: where it is, who asks, and what its refusals mean in the archive's own errors."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from elastic_transport import ConnectionError as NotConnectedError
from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from search.engine import FullError, SearchError, UnavailableError

BUSY: Final = (429, 502, 503, 504)
"""Answers of a server that may soon answer again."""

RETRIES: Final = 1
"""How often a request is tried again at another server of the cluster before it is given up."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the cluster is and how it is spoken to.

    `urls` are addresses of its servers; `index` is the name (an alias) that is asked, and the beginning of all names
    that are written; `timeout` is in seconds, for one request; `replicas` are copies of the index beside the first,
    None: one as soon as there is a second server. `ca` is the path of a certificate to trust.
    """

    urls: tuple[str, ...]
    index: str = "council"
    api_key: str | None = None
    ca: str | None = None
    timeout: float = 10.0
    replicas: int | None = None

    @property
    def where(self) -> str:
        """The addresses as they may be shown: without names and passwords in them."""
        return ", ".join(re.sub(r"//[^/]*@", "//", url) for url in self.urls)

    def client(self) -> Elasticsearch:
        """A client with a pool of connections, to be used by any number of threads. Raises :class:`SearchError`."""
        logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # what fails is told by our own errors, once
        told: dict[str, Any] = {"api_key": self.api_key} if self.api_key else {}
        if self.ca:
            told["ca_certs"] = self.ca
        try:
            return Elasticsearch(
                list(self.urls),
                request_timeout=self.timeout,
                max_retries=RETRIES,
                retry_on_status=(502, 504),
                connections_per_node=16,
                dead_node_backoff_factor=0.1,
                max_dead_node_backoff=1.0,
                **told,
            )
        except (ValueError, OSError) as error:
            raise SearchError(f"the search cluster's settings cannot be used: {error}") from error


@contextmanager
def speaking(cluster: Cluster) -> Iterator[None]:
    """Tell what goes wrong between us and the cluster as :class:`SearchError`, with what to do about it."""
    where = cluster.where
    try:
        yield
    except TlsError as error:
        raise UnavailableError(
            f"the search cluster at {where} cannot be trusted ({_first(error)}): check COUNCIL_SEARCH_CA", 60
        ) from error
    except ConnectionTimeout as error:
        raise UnavailableError(f"the search cluster at {where} does not answer within {cluster.timeout:g} s") from error
    except NotConnectedError as error:
        raise UnavailableError(f"the search cluster at {where} cannot be reached ({_first(error)})") from error
    except (UnsupportedProductError, SerializationError) as error:
        raise SearchError(
            f"what answers at {where} is no Elasticsearch ({_first(error)}): check the address"
        ) from error
    except ApiError as error:
        raise refused(error, cluster) from error
    except TransportError as error:
        raise UnavailableError(f"the search cluster at {where} cannot be asked ({_first(error)})") from error


def refused(error: ApiError, cluster: Cluster) -> SearchError:
    """What a server's refusal means."""
    reason = f"{error.meta.status} {_reason(error)}"
    if error.meta.status in BUSY:
        return UnavailableError(f"the search cluster cannot answer now ({reason})")
    if error.meta.status == 401:
        return SearchError(f"the search cluster does not know us ({reason}): check COUNCIL_SEARCH_API_KEY")
    if blocked(error.error) or blocked(reason):
        return FullError(full(cluster, reason))
    if error.meta.status == 403:
        return SearchError(f"the key may not do this in the search cluster ({reason}): see docs/operations.md")
    if error.meta.status == 404:
        return SearchError("there is no search index yet: build it")
    return SearchError(f"the search cluster refuses ({reason})")


def blocked(reason: str) -> bool:
    """Whether a refusal is that of an index that may not be written."""
    return "cluster_block_exception" in reason or "read-only" in reason


def full(cluster: Cluster, reason: str) -> str:
    """What to do about an index that may not be written."""
    return (
        f"the search cluster lets nobody write to {cluster.index} ({reason}): its disk is nearly full, or somebody has "
        "blocked the index; make room, then it follows by itself. Searches go on"
    )


def _reason(error: ApiError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        cause = (body["error"].get("root_cause") or [body["error"]])[0]
        return f"{cause.get('type')}: {cause.get('reason')}"
    return str(error.message)


def _first(error: Exception) -> str:
    return str(getattr(error, "message", error)).split("\n")[0][:200]
