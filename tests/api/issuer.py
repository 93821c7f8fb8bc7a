"""An OpenID Connect issuer on this machine: it serves a discovery document and its keys, and signs tokens."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUDIENCE = "council-archive"


class Key:
    """A key of the issuer, made on the spot: RSA, or an elliptic curve."""

    def __init__(self, kid: str, algorithm: str = "RS256", bits: int = 2048) -> None:
        self.kid, self.algorithm = kid, algorithm
        self.private: RSAPrivateKey | EllipticCurvePrivateKey = (
            rsa.generate_private_key(65537, bits) if algorithm == "RS256" else ec.generate_private_key(ec.SECP256R1())
        )

    @cached_property
    def published(self) -> dict[str, Any]:
        """The public half as a JSON Web Key."""
        made = jwt.get_algorithm_by_name(self.algorithm).to_jwk(self.private.public_key(), as_dict=True)
        return {**made, "kid": self.kid, "use": "sig", "alg": self.algorithm}

    @property
    def pem(self) -> bytes:
        """The public half as text, which a forger takes for a shared secret."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class LocalIssuer:
    """What is published, and what was asked for. ``down``: every request fails."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.keys = [Key("first")]
        self.named = address
        self.down = False
        self.asked: list[str] = []

    def documents(self) -> dict[str, Any]:
        """Path → what is served there."""
        return {
            "/.well-known/openid-configuration": {"issuer": self.named, "jwks_uri": f"{self.address}/keys"},
            "/keys": {"keys": [key.published for key in self.keys]},
        }

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Claims of a good token, changed; one that is None is left out."""
        now = int(time.time())
        good = {"iss": self.address, "aud": AUDIENCE, "sub": "amina", "iat": now, "exp": now + 300, "scope": "record"}
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def token(self, key: Key | None = None, **changed: Any) -> str:
        """A token signed with a key of the issuer (the first), or with another."""
        key = key or self.keys[0]
        return jwt.encode(self.claims(**changed), key.private, key.algorithm, {"kid": key.kid})


@contextmanager
def issuing() -> Iterator[LocalIssuer]:
    """Run an issuer on a free loopback port; stopped at the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            found = None if issuer.down else issuer.documents().get(self.path)
            body = json.dumps(found).encode()
            self.send_response(503 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = LocalIssuer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
