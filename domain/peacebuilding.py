"""Advice of the Peacebuilding Commission: requested by the Council, received from the Commission, considered."""

from __future__ import annotations

from typing import ClassVar

from domain.facts import Claims


class Advice(Claims, frozen=True, kw_only=True):
    """One piece of advice. Requested (by, on, in which document), received (symbol, date), considered (at, on)."""

    kind: ClassVar[str] = "advice"
    verbs: ClassVar[tuple[str, ...]] = ("requested", "received", "considered")
    compared: ClassVar[tuple[str, ...]] = ("requested_on", "symbol", "received_on", "meeting", "considered_on")

    topic: str | None = None
    item: str | None = None
    requested_on: str | None = None
    requested_by: str | None = None
    requested_in: str | None = None
    symbol: str | None = None
    received_on: str | None = None
    meeting: str | None = None
    considered_on: str | None = None
    form: str | None = None
    """``letter`` or ``briefing``."""
    remark: str | None = None

    def occurred(self) -> str:
        """The latest step these claims date."""
        return self.considered_on or self.received_on or self.requested_on or ""


def advice_id(key: str) -> str:
    """``advice:S/PV.9086``: by the symbol of the advice, or of the meeting that heard it."""
    return f"advice:{key}"
