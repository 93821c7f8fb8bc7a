"""Following the log while serving: read models and index are brought up to date soon after something is recorded.

Each in a thread of its own, so that neither a search cluster that does not answer nor a long build of the index keeps
the read models from following.
"""

from __future__ import annotations

import logging
import threading

from ops.house import House

_log = logging.getLogger("council.follow")

INTERVAL = 0.2
"""Seconds between two looks at the log. Notifications can get lost; a look cannot."""


class Follower:
    """Catches up whenever the log has grown, until it is stopped. A failure is logged and tried again."""

    def __init__(self, house: House, interval: float = INTERVAL) -> None:
        self._house = house
        self._interval = interval
        self._stop_asked = threading.Event()
        self._moved = threading.Event()
        self._reached = -1
        self._problem: str | None = None
        self._threads = [
            threading.Thread(target=self._follow_log, name="follower", daemon=True),
            threading.Thread(target=self._follow_read_models, name="index follower", daemon=True),
        ]

    def start(self) -> None:
        """Begin to follow."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask the threads to end and wait for them."""
        self._stop_asked.set()
        self._moved.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def is_alive(self) -> bool:
        """Whether it follows."""
        return any(thread.is_alive() for thread in self._threads)

    def _follow_log(self) -> None:
        """Look at the log, bring the read models up to it, wake the other thread, wait."""
        while not self._stop_asked.wait(self._interval):
            try:
                if self._house.archive.position() != self._reached:
                    self._reached = self._house.catch_up_read_models()
                    self._moved.set()
            except Exception:
                _log.exception("could not follow the log; trying again in %s s", self._interval)

    def _follow_read_models(self) -> None:
        """Bring the index up to the read models whenever they moved; while that fails, again and again."""
        while True:
            self._moved.wait()
            if self._stop_asked.is_set():
                return
            self._moved.clear()
            try:
                problem = self._house.catch_up_index()
            except Exception:
                _log.exception("could not bring the search index up to date; trying again in %s s", self._interval)
            else:
                self._tell(None if problem is None else str(problem))
                if problem is None:
                    continue
            self._stop_asked.wait(self._interval)
            self._moved.set()

    def _tell(self, problem: str | None) -> None:
        """Log that the index stays behind, and why, once; and when it follows again."""
        if problem is not None and self._problem is None:
            _log.warning("the search index stays behind; trying again every %s s: %s", self._interval, problem)
        elif problem is None and self._problem is not None:
            _log.info("the search index follows again, from position %d on", self._house.searcher.position())
        self._problem = problem
