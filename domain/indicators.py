"""Published figures: what others count of the Council's work, to stand beside the archive's own count.

A figure is a claim like any other: by whom, for which period, by which definition. Where it differs from what the
archive counts, both are shown with the reason, and neither is changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Example, FactError, Text, said


class Figure(Claims, frozen=True, kw_only=True):
    """One published total."""

    kind: ClassVar[str] = "figure"
    verbs: ClassVar[tuple[str, ...]] = ("published",)
    compared: ClassVar[tuple[str, ...]] = ("value",)
    required: ClassVar[tuple[str, ...]] = ("indicator", "period", "value")
    dated: ClassVar[tuple[str, ...]] = ("period", "published_on")

    long_texts: ClassVar[Mapping[str, int]] = {"definition": 5_000}
    named_by: ClassVar[tuple[str, ...]] = ("indicator", "period", "publisher")
    example: ClassVar[Example] = Example(
        {
            "indicator": "public_meetings",
            "period": "2011",
            "value": 213,
            "publisher": "round-up",
            "publication": "press release SC/10881",
            "definition": "Numbered meetings that are not private.",
        },
        source="SC/10881",
    )

    indicator: Annotated[Text, said("The name of the indicator it stands beside.")] = None
    period: Annotated[Text, said("The year, month or interval it is for.")] = None
    value: Annotated[int | None, said("The figure: a whole number.")] = None
    publisher: Annotated[Text, said("Who published it.")] = None
    publication: Annotated[Text, said("Where.")] = None
    published_on: Annotated[Text, said("When.")] = None
    definition: Annotated[Text, said("What it counts, as far as the publisher says.")] = None
    reason: Annotated[Text, said("Why it differs from the archive's own count: coverage or definition.")] = None
    remark: Annotated[Text, said("A remark.")] = None

    def check(self) -> None:
        """A count is 0 or more."""
        if self.value is not None and self.value < 0:
            raise FactError(f"value: {self.value} is no count")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the indicator, the period and the publisher, in small letters."""
        publisher = re.sub(r"[^a-z0-9]+", "-", said["publisher"].lower()).strip("-")
        return figure_id(said["indicator"], said["period"], publisher) if publisher else ""


def figure_id(indicator: str, period: str, publisher: str) -> str:
    """``figure:resolutions/2023/highlights``."""
    return f"figure:{indicator}/{period}/{publisher}"
