"""Following the log while serving: read models and index are brought up to date soon after something is recorded."""

from __future__ import annotations

import logging
import threading

from ops.house import House

_log = logging.getLogger("council.follow")

INTERVAL = 0.5
"""Seconds between two looks at the log. Notifications can get lost; a look cannot."""


class Follower(threading.Thread):
    """A thread that catches up whenever the log has grown. A failure is logged and tried again."""

    def __init__(self, house: House, interval: float = INTERVAL) -> None:
        super().__init__(name="follower", daemon=True)
        self._house = house
        self._interval = interval
        self._stop_asked = threading.Event()
        self._reached = -1

    def run(self) -> None:
        """Look, catch up, wait; until asked to stop."""
        while not self._stop_asked.wait(self._interval):
            try:
                position = self._house.archive.position()
                if position != self._reached:
                    self._reached = self._house.catch_up()
            except Exception:
                _log.exception("could not follow the log; trying again in %s s", self._interval)

    def stop(self) -> None:
        """Ask the thread to end and wait for it."""
        self._stop_asked.set()
        self.join(timeout=30)
