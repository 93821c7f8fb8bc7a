"""Who may write. Reading is open to everybody; writing needs a bearer token, ours or one of an OpenID issuer.

A client that is refused learns only that it is refused: the same answer for a missing, malformed, unknown, revoked,
expired or forged token. The log ``council.access`` learns who, from where and why, and never the token.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Protocol

from domain.archive import timestamp

LOG = logging.getLogger("council.access")

RECORD, CORRECT, PERSIST, ADMINISTER = "record", "correct", "persist", "administer"
SCOPES = {
    RECORD: "record new facts",
    CORRECT: "correct what is recorded",
    PERSIST: "register GraphQL documents to be asked by their id",
    ADMINISTER: "redact, and everything else",
}
"""What a token may allow, and what it means. Who administers may do all of it."""

PREFIX = "council_"
"""What tokens of the archive begin with, so that people and scanners recognise one that got lost."""
LONGEST = 8_192
"""Characters of a token that are looked at; a longer one is malformed."""

FAILURES = 20
"""Refused attempts of one address that are answered and logged one by one …"""
WINDOW = 60.0
"""… within so many seconds; further ones are told to wait."""
ADDRESSES = 10_000
"""Addresses remembered at once; the one heard of longest ago is forgotten first."""

_OURS = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who has proved who they are: the name that events bear as ``recorded_by``, and what they may do."""

    name: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether a scope is held, by itself or because ``administer`` holds them all."""
        return scope in self.scopes or ADMINISTER in self.scopes


class AccessError(Exception):
    """A request that is not let in. ``why`` is its row in the endpoint's table of statuses."""

    why = "unauthenticated"
    code = "UNAUTHENTICATED"

    def __init__(self, message: str, **headers: str) -> None:
        super().__init__(message)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class UnauthenticatedError(AccessError):
    """No token, or not a good one; the client is not told which."""

    def __init__(self) -> None:
        super().__init__(
            "this needs a valid bearer token (Authorization: Bearer …); docs/writing.md says how to get one",
            WWW_Authenticate='Bearer realm="council"',
        )


class ForbiddenError(AccessError):
    """A good token that lacks a scope."""

    why = "forbidden"
    code = "FORBIDDEN"

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"this needs the scope `{scope}`, which the token does not give",
            WWW_Authenticate=f'Bearer realm="council", error="insufficient_scope", scope="{scope}"',
        )


class ThrottledError(AccessError):
    """An address that was refused too often lately."""

    why = "throttled"
    code = "THROTTLED"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"too many refused attempts from this address: try again in {seconds} s", Retry_After=str(seconds)
        )


class AccessUnavailableError(AccessError):
    """Nobody can say now whether the token is good: the store of tokens or the issuer does not answer."""

    why = "not ready"
    code = "UNAVAILABLE"

    def __init__(self, what: str) -> None:
        super().__init__("tokens cannot be checked at the moment: try again soon", Retry_After="10")
        self.what = what


class RefusedError(Exception):
    """Why a token is not good, for the log: a reason without token material, and whose it is if that is certain."""

    def __init__(self, reason: str, principal: str | None = None) -> None:
        super().__init__(reason)
        self.principal = principal


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the archive as it is stored: never itself, only its SHA-256 (and that stays in the store).

    Times are ISO 8601 in UTC; ``last_used`` is a day.
    """

    id: int
    name: str
    scopes: tuple[str, ...]
    created: str
    expires: str | None = None
    last_used: str | None = None
    revoked: str | None = None

    def dead(self, now: str) -> str | None:
        """Why the token is no longer good at a time, or None."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else None


class Tokens(Protocol):
    """Where the archive's own tokens are kept."""

    def find(self, digest: str) -> Token | None:
        """The token of a SHA-256 (hexadecimal). Raises AccessUnavailableError if the store does not answer."""

    def used(self, token: Token, day: str) -> None:
        """Note the day a token was last used on."""


class Issuer(Protocol):
    """Somebody else who issues tokens we accept."""

    def principal(self, token: str) -> Principal:
        """Who a token speaks for. Raises RefusedError, or AccessUnavailableError if the issuer does not answer."""


def digest(token: str) -> str:
    """What is kept of a token. A plain SHA-256 will do: 256 random bits cannot be tried out."""
    return hashlib.sha256(token.encode()).hexdigest()


class Attempts:
    """Refused attempts by address, few and in memory. ``clock`` gives seconds that never run back."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._known: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def failed(self, address: str) -> tuple[int, int]:
        """Count a refusal: how many there were from this address in the present window, and the seconds it has left."""
        now = self._clock()
        group = network(address)
        with self._lock:
            begun, count = self._known.pop(group, (now, 0))
            if now - begun >= WINDOW:
                begun, count = now, 0
            self._known[group] = (begun, count + 1)
            while len(self._known) > ADDRESSES:
                self._known.popitem(last=False)
        return count + 1, max(1, round(begun + WINDOW - now))

    def __len__(self) -> int:
        return len(self._known)


def network(address: str) -> str:
    """An address as it is counted: one host of IPv6 has a whole /64 to itself."""
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((host, 64), strict=False)) if host.version == 6 else address


@dataclass(eq=False)
class Access:
    """The gate. Thread-safe. With neither tokens nor an issuer nobody gets in."""

    tokens: Tokens | None = None
    issuer: Issuer | None = None
    attempts: Attempts = field(default_factory=Attempts)

    def identify(self, header: str | None, address: str) -> Principal | None:
        """Who sends a request, by its ``Authorization`` header; None for nobody in particular.

        A scheme other than Bearer is not ours to judge and counts as none. Raises AccessError for a bearer token
        that is not good, also where none is needed (RFC 6750, section 3.1).
        """
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            return self._principal(token.strip())
        except RefusedError as refused:
            raise self.refused(str(refused), address, refused.principal) from None
        except AccessUnavailableError as error:
            LOG.error("refused somebody from %s: %s", address, error.what)
            raise

    def require(self, principal: Principal | None, scopes: Iterable[str], address: str) -> Principal:
        """The principal, if there is one and it holds all scopes. Raises AccessError, and logs it."""
        if principal is None:
            raise self.refused("no token", address)
        for scope in scopes:
            if not principal.may(scope):
                LOG.warning("refused %r from %s: lacks the scope %s", principal.name, address, scope)
                raise ForbiddenError(scope)
        return principal

    def refused(self, why: str, address: str, principal: str | None = None) -> AccessError:
        """What a refused client is told; it is logged, but an address that tries on and on fills no log.

        A good token is let in however often others from its address were refused: many may share one.
        """
        count, left = self.attempts.failed(address)
        if count > FAILURES + 1:
            return ThrottledError(left)
        who = "somebody" if principal is None else repr(principal)
        if count > FAILURES:
            LOG.warning(
                "refused %s from %s: %s; what else it tries in the next %d s is not logged", who, address, why, left
            )
            return ThrottledError(left)
        LOG.warning("refused %s from %s: %s", who, address, why)
        return UnauthenticatedError()

    def _principal(self, token: str) -> Principal:
        if not token or len(token) > LONGEST:
            raise RefusedError("malformed token")
        if not token.startswith(PREFIX):
            if self.issuer is None:
                raise RefusedError("neither a token of the archive nor is an issuer set")
            return self.issuer.principal(token)
        if not _OURS.fullmatch(token):
            raise RefusedError("malformed token")
        known = self.tokens.find(digest(token)) if self.tokens is not None else None
        if known is None:
            raise RefusedError("unknown token")
        now = timestamp(datetime.now(UTC))
        dead = known.dead(now)
        if dead is not None:
            raise RefusedError(f"{dead} token {known.id}", known.name)
        if self.tokens is not None and known.last_used != now[:10]:
            self.tokens.used(known, now[:10])
        return Principal(known.name, frozenset(known.scopes))
