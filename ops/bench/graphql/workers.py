"""How throughput grows with workers: ``council serve --workers N`` asked from processes of their own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path

from ops.bench.graphql.peers import free_port
from ops.bench.graphql.questions import OURS, graphql
from ops.bench.load import Request, rate, rate_within

NUMBERS = (1, 2)
"""Workers; more than there are cores would only take turns."""
ASKERS = 2
"""Processes that ask, with eight connections each: one alone would be what is measured."""


def by_workers(home: Path, questions: tuple[str, ...], rounds: int, seconds: float) -> dict[str, dict[int, float]]:
    """Question → number of workers → requests per second, each answer made anew; the middle of the rounds, in turns."""
    found: dict[str, dict[int, list[float]]] = {question: {} for question in questions}
    requests = graphql({question: OURS[question] for question in questions})
    with ExitStack() as stack:
        ports = {number: stack.enter_context(_served(home, number)) for number in NUMBERS}
        askers = stack.enter_context(ProcessPoolExecutor(ASKERS, get_context("spawn")))
        for question, request in requests.items():
            for port in ports.values():
                rate(port, request, requests=64)
            for _ in range(rounds):
                for number, port in ports.items():
                    asked = [askers.submit(_asked, port, request, seconds) for _ in range(ASKERS)]
                    found[question].setdefault(number, []).append(sum(one.result() for one in asked))
    return {question: {n: statistics.median(each) for n, each in told.items()} for question, told in found.items()}


def _asked(port: int, request: Request, seconds: float) -> float:
    return rate_within(port, request, seconds=seconds)[0]


@contextmanager
def _served(home: Path, workers: int) -> Iterator[int]:
    """The server as a user starts it, without keeping answers; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "ops.cli", "serve", "--port", str(port), "--workers", str(workers)]
    settings = {"COUNCIL_HOME": str(home), "COUNCIL_CONFIG": os.devnull, "COUNCIL_ANSWERS": "0", "COUNCIL_POINTS": "0"}
    process = subprocess.Popen(
        command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                rate(port, Request("/healthz"), requests=2 * workers, connections=2 * workers)
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("`council serve` did not answer within 60 s")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)
