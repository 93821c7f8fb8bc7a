"""How long an answer may take, and whether anybody still waits for it.

Statements of SQLite ask while they run (a progress handler), those of PostgreSQL are ended by the server
(``statement_timeout``) or cancelled; between statements every look asks. An answer is stopped whole: what stops it is
no ordinary exception, which an executor would turn into the error of one field before it goes on with the next.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

STEPS = 20_000
"""Steps of SQLite's machine between two looks at the clock: a fraction of a millisecond."""


class StoppedError(BaseException):
    """The answer is not wanted any longer: it took too long, or whoever asked has gone."""


class Patience:
    """The time left for one answer. ``stop`` may be called from another thread."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        """Seconds in all; 0: no end."""
        self._ends = time.monotonic() + seconds if seconds else float("inf")
        self._gone = False
        self._cancel: Callable[[], object] | None = None
        self._lock = threading.Lock()

    @property
    def left(self) -> float:
        """Seconds left, infinite where there is no end; 0 once it was stopped."""
        return 0.0 if self._gone else max(0.0, self._ends - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether to stop."""
        return self._gone or time.monotonic() >= self._ends

    @property
    def gone(self) -> bool:
        """Whether it was stopped from outside."""
        return self._gone

    def check(self) -> None:
        """Raise StoppedError if it is over."""
        if self.over:
            raise StoppedError

    def stop(self) -> None:
        """End it now, with the statement that runs. May wait for the database."""
        self._gone = True
        with self._lock:
            if self._cancel is not None:
                self._cancel()

    def running(self, cancel: Callable[[], object] | None) -> None:
        """Say how the statement that runs is cancelled, and, with None, that none runs any longer."""
        with self._lock:
            self._cancel = cancel
