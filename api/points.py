"""Points: what a client may spend in an hour, and the headers that tell it how much is left.

A client is whoever bears one token, or an address; of IPv6 the network of 64 bits, which one subscriber has to itself.
Hours are counted from a client's first request. What is counted is in this process alone: of several workers each has
a count of its own. The headers are those of the IETF draft "RateLimit header fields for HTTP".
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock

HOUR = 3_600
"""Seconds after which what was spent is forgotten."""
OBJECTS = 100
"""Objects that one point pays for."""
CLIENTS = 20_000
"""Clients remembered in one process, about 6 MB; those who have asked nothing for longest are forgotten first."""
LONGEST = 64
"""Characters of what a proxy may call a client."""


class SpentError(Exception):
    """A client has too few points left; ``wait``: seconds until it has all of them again."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


def price(objects: int) -> int:
    """What an answer costs that can hold so many objects: a point for every hundred begun, and never nothing."""
    return max(1, math.ceil(objects / OBJECTS))


def client_of(address: str) -> str:
    """Whom an address is counted as."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST]
    if isinstance(read, IPv6Address):
        if read.ipv4_mapped is not None:
            return str(read.ipv4_mapped)
        return f"{IPv6Address(int(read) >> 64 << 64)}/64"
    return str(read)


class Points:
    """What every client has spent within its hour. Thread-safe."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic, clients: int = CLIENTS) -> None:
        self.most = most
        """Points in an hour; 0: nobody is counted."""
        self._policy = (b"ratelimit-policy", b'"points";q=%d;w=%d' % (most, HOUR))
        self._clock = clock
        self._clients = clients
        self._spent: OrderedDict[str, tuple[float, int]] = OrderedDict()
        """Client → when its hour ends, and what it has spent."""
        self._lock = Lock()

    def spend(self, client: str, points: int) -> int:
        """Take points from a client; gives 0, or, where it has too few left and nothing was taken, the seconds until
        it has all of them again."""
        if not self.most:
            return 0
        with self._lock:
            now = self._clock()
            ends, spent = self._of(client, now)
            if spent + points > self.most:
                return math.ceil(ends - now)
            self._spent[client] = ends, spent + points
            self._spent.move_to_end(client)
            while len(self._spent) > self._clients:
                self._spent.popitem(last=False)
        return 0

    def pay(self, client: str, objects: int) -> None:
        """Take what an answer costs that can hold so many objects. Raises :class:`SpentError`."""
        cost = price(objects)
        self.afford(self.spend(client, cost), f"this answer costs {cost}, and fewer are left")

    def afford(self, wait: int, why: str) -> None:
        """Raise :class:`SpentError` if there are seconds to wait for points."""
        if wait:
            raise SpentError(f"{self.most} points may be spent in an hour; {why}: ask again in {wait} seconds", wait)

    def short(self, client: str, points: int = 1) -> int:
        """What :meth:`spend` would give; nothing is taken."""
        with self._lock:
            now = self._clock()
            ends, spent = self._of(client, now)
        return math.ceil(ends - now) if self.most and spent + points > self.most else 0

    def _of(self, client: str, now: float) -> tuple[float, int]:
        ends, spent = self._spent.get(client, (0.0, 0))
        return (ends, spent) if ends > now else (now + HOUR, 0)

    def headers(self, client: str) -> list[tuple[bytes, bytes]]:
        """What tells a client how much it has left, as it goes over the wire; nothing where nobody is counted."""
        if not self.most:
            return []
        with self._lock:
            now = self._clock()
            ends, spent = self._of(client, now)
        left = b'"points";r=%d;t=%d' % (self.most - spent, math.ceil(ends - now))
        return [self._policy, (b"ratelimit", left)]
