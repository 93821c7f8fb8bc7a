"""Peacebuilding: advice of the Commission requested, received and considered; other principal organs taking part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Example, Text, said

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

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "requested": ("requested_on", "requested_by", "requested_in"),
        "received": ("symbol", "received_on"),
        "considered": ("meeting", "considered_on"),
    }
    long_texts: ClassVar[Mapping[str, int]] = {"topic": 5_000}
    how_named: ClassVar[str] = "give the symbol of the advice or of the meeting that heard it"
    example: ClassVar[Example] = Example(
        {
            "topic": "West Africa and the Sahel",
            "form": "briefing",
            "meeting": "S/PV.9086",
            "considered_on": "2022-07-07",
        }
    )

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

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the symbol of the advice, else of the meeting that heard it."""
        key = said.get("symbol") or said.get("meeting")
        return advice_id(key) if key else ""


class Participation(Claims, frozen=True, kw_only=True):
    """The President of another principal organ, or somebody for them, taking part in a meeting of the Council."""

    kind: ClassVar[str] = "participation"
    verbs: ClassVar[tuple[str, ...]] = ("taken_part",)
    compared: ClassVar[tuple[str, ...]] = ("date", "capacity")
    required: ClassVar[tuple[str, ...]] = ("meeting", "organ")
    cited: ClassVar[tuple[str, ...]] = ("meeting",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"organ": ORGANS}

    in_a_sitting: ClassVar[bool] = True
    named_by: ClassVar[tuple[str, ...]] = ("meeting", "organ")
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "meeting": "S/PV.9086",
            "organ": "Peacebuilding Commission",
            "date": "2022-07-07",
            "capacity": "Chair",
        }
    )

    meeting: Annotated[Text, said("Symbol of the meeting's record.")] = None
    organ: Annotated[Text, said("The principal organ (or the Commission) that was represented.")] = None
    date: Annotated[Text, said("The day.")] = None
    person: Annotated[Text, said("Who took part.")] = None
    capacity: Annotated[Text, said("As what: President, Vice-President, Chair.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the meeting and the organ."""
        return participation_id(said["meeting"], said["organ"])


def participation_id(meeting: str, organ: str) -> str:
    """``participation:S/PV.7538/General Assembly``."""
    return f"participation:{meeting}/{organ}"


def advice_id(key: str) -> str:
    """``advice:S/PV.9086``: by the symbol of the advice, or of the meeting that heard it."""
    return f"advice:{key}"
