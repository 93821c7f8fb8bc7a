"""Bearer tokens of an OpenID Connect issuer: JSON Web Tokens, checked by its published keys.

What is checked: RFC 7519 and RFC 9068. Keys are fetched from the issuer when they are first needed, kept for five
minutes, and fetched again when a token names one that is not among them. While the issuer does not answer, tokens that
need a key from it are refused; nothing is taken on trust.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import jwt
from jwt import PyJWKClient
from jwt.exceptions import (
    ExpiredSignatureError,
    ImmatureSignatureError,
    InvalidAudienceError,
    InvalidIssuerError,
    InvalidSignatureError,
    MissingRequiredClaimError,
    PyJWKClientConnectionError,
    PyJWKClientError,
    PyJWTError,
)
from jwt.types import Options

from api.access import SCOPES, AccessUnavailableError, Principal, RefusedError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that a public key checks. With a shared secret (HS256) whoever can check could also sign."""
LEEWAY = 30
"""Seconds that the issuer's clock may differ from ours."""
KEPT = 300
"""Seconds after which keys are fetched anew: a key withdrawn by the issuer is good no longer."""
AGAIN = 10.0
"""Seconds between two requests for the keys on account of an unknown one, or after a failure."""
TIMEOUT = 5
"""Seconds the issuer has for an answer."""
LONGEST_SUBJECT = 255
"""Characters of ``sub`` (OpenID Connect Core, section 2)."""

DISCOVERY = "/.well-known/openid-configuration"
CHECKED = ["exp", "iat", "iss", "aud", "sub"]
"""Claims a token must make."""

REASONS: tuple[tuple[type[PyJWTError], str], ...] = (
    (ExpiredSignatureError, "expired token"),
    (ImmatureSignatureError, "token from the future"),
    (InvalidAudienceError, "token for another audience"),
    (InvalidIssuerError, "token of another issuer"),
    (MissingRequiredClaimError, "token without a required claim"),
    (InvalidSignatureError, "forged token"),
    (PyJWKClientError, "token signed with an unknown key"),
)


def safe(address: str) -> bool:
    """Whether keys may be fetched from an address: by HTTPS, or from this machine itself."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))
    )


class Keys(PyJWKClient):
    """The issuer's keys. Where they lie, its discovery document says, unless the settings do."""

    def __init__(self, issuer: str, jwks: str | None, again: float) -> None:
        super().__init__(jwks or issuer, lifespan=KEPT, timeout=TIMEOUT, cooldown_duration=again)
        self._issuer = None if jwks else issuer
        self._again = again
        self._quiet_until = float("-inf")

    def fetch_data(self) -> Any:
        """The keys as published. Raises PyJWKClientConnectionError if they cannot be had, for a while at once."""
        if monotonic() < self._quiet_until:
            raise PyJWKClientConnectionError("the issuer did not answer a moment ago")
        try:
            if self._issuer is not None:
                self.uri = self._discovered(self._issuer)
            return super().fetch_data()
        except (PyJWTError, ValueError, OSError) as error:
            self._quiet_until = monotonic() + self._again
            raise PyJWKClientConnectionError(f"{type(error).__name__}: {error}") from error

    def _discovered(self, issuer: str) -> str:
        # The client of keys refuses redirects and other schemes; a discovery document is fetched no less carefully.
        document = PyJWKClient(issuer.rstrip("/") + DISCOVERY, cache_jwk_set=False, timeout=TIMEOUT).fetch_data()
        if document.get("issuer") != issuer:
            raise ValueError(f"the document at {issuer} names another issuer")
        where = document.get("jwks_uri")
        if not isinstance(where, str) or not safe(where):
            raise ValueError("the issuer names no HTTPS address for its keys")
        return where


@dataclass
class Oidc:
    """An issuer, whom its tokens must be for, and which claim says what they allow.

    ``claim`` is a claim's name, or a path to one within claims (``realm_access.roles``); it holds words separated by
    blanks or a list of words. Those that are scopes of ours count, with or without ``council:`` before them.
    """

    issuer: str
    audience: str
    jwks: str | None = None
    claim: str = "scope"
    again: float = AGAIN
    keys: Keys = field(init=False)

    def __post_init__(self) -> None:
        self.keys = Keys(self.issuer, self.jwks, self.again)

    def principal(self, token: str) -> Principal:
        """Who a token speaks for: ``issuer#sub``. Raises RefusedError and AccessUnavailableError."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise RefusedError("token with a signature that is not accepted")
            if not isinstance(header.get("kid"), str):
                raise RefusedError("token that names no key")
            key = self.keys.get_signing_key(header["kid"])
        except PyJWKClientConnectionError as error:
            raise AccessUnavailableError(f"the issuer's keys cannot be had ({error})") from error
        except PyJWTError as error:
            raise RefusedError(_reason(error)) from None
        return self._named(token, key)

    def _named(self, token: str, key: jwt.PyJWK) -> Principal:
        try:
            claims = self._claims(token, key, {})
        except PyJWTError as error:
            raise RefusedError(_reason(error), self._whose(token, key)) from None
        name = self._name(claims)
        if name is None:
            raise RefusedError("token with an unusable subject")
        return Principal(name, self._scopes(claims))

    def _claims(self, token: str, key: jwt.PyJWK, options: Options) -> dict[str, Any]:
        return jwt.decode(
            token,
            key,
            list(ALGORITHMS),
            audience=self.audience,
            issuer=self.issuer,
            leeway=LEEWAY,
            options={"require": CHECKED, "enforce_minimum_key_length": True, **options},
        )

    def _whose(self, token: str, key: jwt.PyJWK) -> str | None:
        """Whose a refused token is, if its signature at least is the issuer's: for the log."""
        unchecked: Options = {
            "require": [],
            "verify_exp": False,
            "verify_nbf": False,
            "verify_iat": False,
            "verify_aud": False,
            "verify_iss": False,
        }
        try:
            return self._name(self._claims(token, key, unchecked))
        except PyJWTError:
            return None

    def _name(self, claims: Mapping[str, Any]) -> str | None:
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            return None
        return f"{self.issuer}#{subject}"

    def _scopes(self, claims: Mapping[str, Any]) -> frozenset[str]:
        held: Any = claims.get(self.claim)
        if held is None:
            held = claims
            for step in self.claim.split("."):
                held = held.get(step) if isinstance(held, Mapping) else None
        words = held.split() if isinstance(held, str) else held if isinstance(held, list) else []
        return frozenset(SCOPES) & {word.removeprefix("council:") for word in words if isinstance(word, str)}


def _reason(error: Exception) -> str:
    return next((reason for kind, reason in REASONS if isinstance(error, kind)), "malformed token")
