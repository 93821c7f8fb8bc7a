"""The clients of the soak: connections that ask one thing after another, and now and then mean harm."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from ops.bench.load import read
from ops.bench.soak.hostile import ATTACKS, Attack
from ops.bench.soak.mixed import draw

PATIENCE = 30.0
"""Seconds after which an answer that has not come is an error."""


@dataclass
class Tally:
    """What came of a part of the run."""

    seconds: list[float] = field(default_factory=list)
    """Of every answer to an ordinary request."""
    kinds: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    """Hostile requests that were refused."""
    errors: Counter[str] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """Milliseconds within which so large a share was answered; 0 where nothing was asked."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1_000 if ordered else 0.0

    def add(self, other: Tally) -> None:
        """Add another part."""
        self.seconds += other.seconds
        self.kinds += other.kinds
        self.refused += other.refused
        self.errors += other.errors


@dataclass(frozen=True, slots=True)
class Plan:
    """How a part of the run is asked."""

    port: int
    position: int
    connections: int
    pause: float
    """Seconds that a connection waits after an answer, on average."""
    hostile: float
    """The share of requests that mean harm."""


async def ask(plan: Plan, until: float, tally: Tally) -> None:
    """Ask over all connections until a moment of ``time.monotonic``; the tally is filled meanwhile."""
    await asyncio.gather(*(_client(plan, until, tally, random.Random()) for _ in range(plan.connections)))


async def _client(plan: Plan, until: float, tally: Tally, chance: random.Random) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", plan.port)
    host = f"127.0.0.1:{plan.port}"
    while time.monotonic() < until:
        if chance.random() < plan.hostile:
            await _harm(plan.port, chance.choice(ATTACKS), tally)
            continue
        question, request = draw(chance, plan.position)
        begun = time.perf_counter()
        try:
            writer.write(request.raw(host))
            async with asyncio.timeout(PATIENCE):
                status, body = await read(reader)
        except (OSError, EOFError, TimeoutError) as error:
            tally.errors[f"{question.name}: {type(error).__name__}"] += 1
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", plan.port)
            continue
        tally.seconds.append(time.perf_counter() - begun)
        tally.kinds[question.name] += 1
        if not _right(status, request.body is None, body):
            tally.errors[f"{question.name}: {status} {body[:200]!r}"] += 1
        if plan.pause:
            await asyncio.sleep(chance.expovariate(1 / plan.pause))
    writer.close()


def _right(status: int, page: bool, body: bytes) -> bool:
    """Whether an ordinary request was answered. A resolution that was never adopted is a page that says so."""
    return status in (200, 404) if page else status == 200 and b'"errors"' not in body


async def _harm(port: int, attack: Attack, tally: Tally) -> None:
    """Send a hostile request over a connection of its own; it has to be refused."""
    told = b""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(attack.raw)
                await writer.drain()
                told = await reader.read()
            finally:
                writer.close()
    except ConnectionError:
        pass  # refused and closed before all of it was sent
    except TimeoutError:
        tally.errors[f"hostile, {attack.name}: no answer"] += 1
        return
    status = int(told.split(b" ", 2)[1]) if told.startswith(b"HTTP/1.1 ") else 0
    if told and status not in attack.statuses:
        tally.errors[f"hostile, {attack.name}: {status} {told[-200:]!r}"] += 1
    else:
        tally.refused += 1
