"""Peacebuilding: advice of the Commission requested, received and considered; other principal organs taking part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from domain.facts import Claims, Text, said

GENERAL_ASSEMBLY = "General Assembly"
ECOSOC = "Economic and Social Council"
COMMISSION = "Peacebuilding Commission"
COURT = "International Court of Justice"
ORGANS = (GENERAL_ASSEMBLY, ECOSOC, COMMISSION, COURT)


class Advice(Claims, frozen=True, kw_only=True):
    """One piece of advice. Requested (by, on, in which document), received (symbol, date), considered (at, on)."""

    kind: ClassVar[str] = "advice"
    verbs: ClassVar[tuple[str, ...]] = ("requested", "received", "considered")
    compared: ClassVar[tuple[str, ...]] = ("requested_on", "symbol", "received_on", "meeting", "considered_on")
    dated: ClassVar[tuple[str, ...]] = ("requested_on", "received_on", "considered_on")
    cited: ClassVar[tuple[str, ...]] = ("requested_in", "symbol", "meeting")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"form": ("letter", "briefing")}

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


class Participation(Claims, frozen=True, kw_only=True):
    """The President of another principal organ, or somebody for them, taking part in a meeting of the Council."""

    kind: ClassVar[str] = "participation"
    verbs: ClassVar[tuple[str, ...]] = ("taken_part",)
    compared: ClassVar[tuple[str, ...]] = ("date", "capacity")
    required: ClassVar[tuple[str, ...]] = ("meeting", "organ")
    cited: ClassVar[tuple[str, ...]] = ("meeting",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"organ": ORGANS}

    meeting: Annotated[Text, said("Symbol of the meeting's record.")] = None
    organ: Annotated[Text, said("The principal organ (or the Commission) that was represented.")] = None
    date: Annotated[Text, said("The day.")] = None
    person: Annotated[Text, said("Who took part.")] = None
    capacity: Annotated[Text, said("As what: President, Vice-President, Chair.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None


def participation_id(meeting: str, organ: str) -> str:
    """``participation:S/PV.7538/General Assembly``."""
    return f"participation:{meeting}/{organ}"


def advice_id(key: str) -> str:
    """``advice:S/PV.9086``: by the symbol of the advice, or of the meeting that heard it."""
    return f"advice:{key}"
