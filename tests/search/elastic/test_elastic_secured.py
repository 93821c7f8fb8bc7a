"""A cluster that knows its callers by API key, and is known itself by a certificate of its own authority."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from elasticsearch import Elasticsearch

from search.elastic_client import Cluster
from search.engine import Query, SearchError, UnavailableError
from tests.search.conftest import everything, make
from tests.search.elastic.conftest import on
from tests.search.elastic_server import Server

KEY = Path(__file__).parents[3] / "ops" / "deploy" / "search-key.json"
PASSWORD = "of this test alone"


def certificate() -> tuple[bytes, bytes]:
    """A certificate of this machine's loopback address that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "council tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM), private


def user(name: str) -> bytes:
    """A line of the server's file of users."""
    salt = os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 10_000, 32)
    told = f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
    return f"{name}:{told}\n".encode()


@dataclass(frozen=True)
class Secured:
    """A server with security on, and somebody who may do everything there."""

    cluster: Cluster
    admin: Elasticsearch


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    trusted, key = certificate()
    more = {
        "xpack.security.enabled": True,
        "xpack.security.http.ssl.enabled": True,
        "xpack.security.http.ssl.key": "http.key",
        "xpack.security.http.ssl.certificate": "http.crt",
    }
    files = {"http.key": key, "http.crt": trusted, "users": user("admin"), "users_roles": b"superuser:admin\n"}
    server = Server(more, files)
    ca = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.write_bytes(trusted)
    try:
        server.start()
        admin = Elasticsearch(server.url, ca_certs=str(ca), basic_auth=("admin", PASSWORD), request_timeout=60)
        admin.options(max_retries=60, retry_on_status=(401, 503)).cluster.health(wait_for_status="yellow")
        made = admin.security.create_api_key(**json.loads(KEY.read_text()))
        yield Secured(Cluster((server.url,), api_key=made["encoded"], ca=str(ca), timeout=30.0), admin)
        admin.close()
    finally:
        server.remove()


def test_a_key_of_the_documented_rights_builds_follows_and_asks(secured: Secured, tmp_path: Path) -> None:
    small, facts = on(make(tmp_path), secured.cluster), everything()
    small.record(facts[:30])
    small.indexer.catch_up()
    small.record(facts[30:])
    small.indexer.catch_up()
    small.indexer.rebuild()
    assert small.ask("1325").straight_to == "vote:S/RES/1325"
    assert small.searcher.status()["health"] == "green"
    small.close()


def test_a_foreign_key_is_told_which_setting_to_look_at(secured: Secured, tmp_path: Path) -> None:
    stranger = base64.b64encode(b"nobody:knows").decode()
    small = on(make(tmp_path), replace(secured.cluster, api_key=stranger))
    with pytest.raises(SearchError, match=r"401.*check COUNCIL_SEARCH_API_KEY"):
        small.ask("1325")
    with pytest.raises(SearchError, match=r"401.*check COUNCIL_SEARCH_API_KEY"):
        small.indexer.catch_up()
    small.close()


def test_a_certificate_that_is_not_trusted_is_told(secured: Secured, tmp_path: Path) -> None:
    small = on(make(tmp_path), replace(secured.cluster, ca=None))
    with pytest.raises(UnavailableError, match="check COUNCIL_SEARCH_CA"):
        small.ask("1325")
    small.close()


def test_a_key_that_may_only_read_cannot_write(secured: Secured, tmp_path: Path) -> None:
    rights = {"reader": {"cluster": ["monitor"], "indices": [{"names": ["council*"], "privileges": ["read"]}]}}
    made = secured.admin.security.create_api_key(name="reader", role_descriptors=rights)
    (tmp_path / "other").mkdir()
    whole, small = on(make(tmp_path), secured.cluster), make(tmp_path / "other")
    whole.record(everything())
    whole.indexer.catch_up()
    on(small, replace(secured.cluster, api_key=made["encoded"]))
    assert small.searcher.search(Query("1325")).straight_to == "vote:S/RES/1325"
    with pytest.raises(SearchError, match=r"the key may not do this.*docs/operations\.md"):
        small.indexer.catch_up()
    small.close()
    whole.close()
