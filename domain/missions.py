"""Missions of the Council: decided, given terms of reference, travelled, reported. Four dates, often years apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Example, FactError, Text, Texts, said


class Mission(Claims, frozen=True, kw_only=True):
    """One mission as a source states it. ``first``/``last``: days of travel; ``year``: the year it is listed under."""

    kind: ClassVar[str] = "mission"
    verbs: ClassVar[tuple[str, ...]] = ("undertaken",)
    compared: ClassVar[tuple[str, ...]] = ("first", "last", "terms_of_reference", "report")
    dated: ClassVar[tuple[str, ...]] = ("decided_on", "terms_of_reference_on", "report_on")
    cited: ClassVar[tuple[str, ...]] = ("decided_in", "terms_of_reference", "report", "documents", "meetings")

    named_by: ClassVar[tuple[str, ...]] = ("year", "title")
    example: ClassVar[Example] = Example(
        {
            "year": 2023,
            "title": "Security Council mission to Ethiopia",
            "first": "2023-10-05",
            "last": "2023-10-06",
            "region": "Africa",
            "countries": ["Ethiopia"],
            "terms_of_reference": "S/2023/710",
        }
    )

    year: int | None = None
    title: str | None = None
    first: str | None = None
    last: str | None = None
    region: str | None = None
    countries: list[str] | None = None
    sites: list[str] | None = None
    leads: list[str] | None = None
    participants: list[str] | None = None
    terms_of_reference: str | None = None
    report: str | None = None
    documents: list[str] | None = None
    meetings: list[str] | None = None
    remark: str | None = None
    decided_on: Annotated[Text, said("The day the Council agreed to send the mission.")] = None
    decided_in: Annotated[Text, said("Symbol of the letter or document that says so.")] = None
    terms_of_reference_on: Annotated[Text, said("Date of the terms of reference, sometimes after the visit.")] = None
    report_on: Annotated[Text, said("Date of the report.")] = None
    legs: Annotated[Texts, said("The legs of the journey, each with its leads.")] = None

    def occurred(self) -> str:
        """The days of travel, else the year."""
        days = f"{self.first}/{self.last}" if self.first and self.last and self.last != self.first else self.first
        return days or self.last or (str(self.year) if self.year else "")

    def check(self) -> None:
        """Travel ends no earlier than it begins."""
        if self.first and self.last and self.first > self.last:
            raise FactError(f"the mission returns ({self.last}) before it leaves ({self.first})")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the year and the destination in the title."""
        return mission_id(said["year"], said["title"])


_WORD = re.compile(r"[^a-z0-9]+")


def mission_id(year: int, title: str) -> str:
    """``mission:2023/ethiopia``: the year and the destination in the mission's title."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = _WORD.sub("-", plain).strip("-")
    for lead in ("report-of-the-security-council-mission-", "security-council-mission-", "security-council-"):
        slug = slug.removeprefix(lead)
    return f"mission:{year}/{slug.removeprefix('to-').removeprefix('the-')}"
