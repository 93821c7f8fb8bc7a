"""On which terms the world may ask: what a client may spend, how long it may take, and who may read from where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """Each is a setting, told in docs/operations.md; what one request may cost is in ``api.graphql.limits``."""

    points: int = 50_000
    """Points that one client may spend on GraphQL in an hour; 0 counts nobody's."""
    answer_seconds: float = 10.0
    """Seconds that a GraphQL answer may take, waiting for its turn included; 0 sets no end."""
    slow_seconds: float = 1.0
    """Seconds from which on an answer is written to the log of slow queries."""
    cors: str = "*"
    """Origins whose pages may read what the archive answers, parted by commas: ``*`` is all, nothing is none."""
    body_seconds: float = 20.0
    """Seconds that the head of a request, and then its body, may take to arrive."""
    head_bytes: int = 32_768
    """Bytes of a request's head: its address and its headers."""

    proxies: str = "127.0.0.1,::1"
    """Addresses or networks of proxies, parted by commas, that are believed whom they speak for."""

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins one by one."""
        return tuple(origin.strip() for origin in self.cors.split(",") if origin.strip())


TERMS = Terms()
"""The terms where no setting says otherwise."""
