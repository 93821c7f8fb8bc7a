"""Members: who sat on the Council, on which seat, under which name.

A *seat* is continuous; its *holder* and the holder's *name* vary by date. A member's code is that of today's State on
the seat (``RUS`` for the seat the Union of Soviet Socialist Republics held to 24 December 1991, ``CHN`` throughout);
States that no longer exist keep a code of their own (``YUG``, ``CSK``, ``DDR``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Example, FactError, Text, Whole, said

LAST_YEAR = 2100
"""The last year a membership may be of."""
GROUPS = ("african", "asia_pacific", "eastern_european", "latin_american_caribbean", "western_european_others")


class Membership(Claims, frozen=True, kw_only=True):
    """One State's membership in one calendar year, as a yearly list of members states it.

    Terms are derived from adjoining years, never assumed to be two years long. ``first``/``last``: the days of that
    year on which the State was a member (whole year unless the source says otherwise).
    """

    kind: ClassVar[str] = "membership"
    verbs: ClassVar[tuple[str, ...]] = ("held",)
    compared: ClassVar[tuple[str, ...]] = ("permanent", "first", "last", "group")
    required: ClassVar[tuple[str, ...]] = ("member", "year")

    ahead: ClassVar[tuple[str, ...]] = ("first", "last")
    named_by: ClassVar[tuple[str, ...]] = ("member", "year")
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "member": "MLT",
            "year": 2023,
            "permanent": False,
            "group": "western_european_others",
            "name": "Malta",
            "term_first": 2023,
            "term_last": 2024,
        },
        source="A/77/PV.71",
    )

    member: str | None = None
    year: int | None = None
    permanent: bool | None = None
    group: str | None = None
    first: str | None = None
    last: str | None = None
    name: str | None = None
    """The State's name as this source prints it for that year."""
    term_first: int | None = None
    term_last: int | None = None

    def occurred(self) -> str:
        """The days given, else the year."""
        return Claims.occurred(self) or (str(self.year) if self.year else "")

    def check(self) -> None:
        """A code of three letters, a year since 1946, days in order."""
        check_code("member", self.member)
        if self.year is not None and not 1946 <= self.year <= LAST_YEAR:
            raise FactError(f"year {self.year} is outside the Council's existence (1946 on)")
        if self.first and self.last and self.first > self.last:
            raise FactError(f"membership ends ({self.last}) before it begins ({self.first})")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the State and the year."""
        return membership_id(said["member"], said["year"])


class Name(Claims, frozen=True, kw_only=True):
    """The name a State bore at the United Nations over an interval of days (open ends are empty)."""

    kind: ClassVar[str] = "name"
    verbs: ClassVar[tuple[str, ...]] = ("borne",)
    compared: ClassVar[tuple[str, ...]] = ("first", "last")
    required: ClassVar[tuple[str, ...]] = ("member", "name")

    ahead: ClassVar[tuple[str, ...]] = ("last",)
    named_by: ClassVar[tuple[str, ...]] = ("member", "name")
    example: ClassVar[Example] = Example({"member": "TUR", "name": "Türkiye", "language": "en", "first": "2022-06-01"})

    member: str | None = None
    name: str | None = None
    language: str | None = None
    first: str | None = None
    last: str | None = None

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the State, the language (English, if none is given) and the first day."""
        return name_id(said["member"], said.get("language") or "en", said.get("first") or "")


class Seat(Claims, frozen=True, kw_only=True):
    """Who held a permanent seat over an interval of days (Charter Art. 23; General Assembly resolution 2758)."""

    kind: ClassVar[str] = "seat"
    verbs: ClassVar[tuple[str, ...]] = ("held",)
    compared: ClassVar[tuple[str, ...]] = ("holder", "first", "last")
    required: ClassVar[tuple[str, ...]] = ("member", "holder")

    ahead: ClassVar[tuple[str, ...]] = ("last",)
    named_by: ClassVar[tuple[str, ...]] = ("member", "first")
    example: ClassVar[Example] = Example(
        {"member": "CHN", "holder": "People's Republic of China", "first": "1971-10-25"}
    )

    member: str | None = None
    holder: str | None = None
    first: str | None = None
    last: str | None = None

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the seat and the first day."""
        return seat_id(said["member"], said["first"])


class Election(Claims, frozen=True, kw_only=True):
    """A State elected to a term by the General Assembly; from 1 October before it the State observes the Council.

    S/2017/507, paragraph 140; paragraph 141 has the exceptions, which are stated where they hold.
    """

    kind: ClassVar[str] = "election"
    verbs: ClassVar[tuple[str, ...]] = ("elected",)
    compared: ClassVar[tuple[str, ...]] = ("date", "votes", "round")
    required: ClassVar[tuple[str, ...]] = ("member", "term_first")
    dated: ClassVar[tuple[str, ...]] = ("date", "observes_from")

    ahead: ClassVar[tuple[str, ...]] = ("observes_from",)
    states: ClassVar[tuple[str, ...]] = ("member",)
    named_by: ClassVar[tuple[str, ...]] = ("member", "term_first")
    binding: ClassVar[tuple[str, ...]] = named_by
    example: ClassVar[Example] = Example(
        {
            "member": "SVN",
            "term_first": 2024,
            "term_last": 2025,
            "date": "2023-06-06",
            "votes": 153,
            "round": 1,
            "observes_from": "2023-10-01",
        }
    )

    member: Annotated[Text, said("Code of the State elected.")] = None
    term_first: Annotated[Whole, said("First calendar year of the term.")] = None
    term_last: Annotated[Whole, said("Last calendar year of the term.")] = None
    date: Annotated[Text, said("The day of the election.")] = None
    votes: Annotated[Whole, said("Votes it obtained in the decisive round.")] = None
    round: Annotated[Whole, said("The round that decided.")] = None
    observes_from: Annotated[Text, said("The day from which it observed the Council's meetings.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """A code of three letters; a term that ends no earlier than it begins, after the election."""
        check_code("member", self.member)
        if self.term_first is not None and self.term_last is not None and self.term_last < self.term_first:
            raise FactError(f"the term ends ({self.term_last}) before it begins ({self.term_first})")
        if self.date and self.term_first and int(self.date[:4]) > self.term_first:
            raise FactError(f"date: elected in {self.date[:4]}, after the term began ({self.term_first})")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the State and the first year of its term."""
        return election_id(said["member"], said["term_first"])


_CODE = re.compile(r"[A-Z]{3}")


def check_code(field: str, code: str | None) -> None:
    """A State is named by a code of three capital letters. Raises :class:`FactError` naming the field."""
    if code is not None and not _CODE.fullmatch(code):
        raise FactError(f"{field} {code!r} is not a code of three capital letters")


def membership_id(member: str, year: int) -> str:
    """``membership:FRA/2022``."""
    return f"membership:{member}/{year}"


def name_id(member: str, language: str, first: str) -> str:
    """``name:RUS/en/1991-12-24``; the first known name has no beginning: ``name:RUS/en/``."""
    return f"name:{member}/{language}/{first}"


def seat_id(member: str, first: str) -> str:
    """``seat:CHN/1971-10-25``."""
    return f"seat:{member}/{first}"


def election_id(member: str, term_first: int) -> str:
    """``election:SVN/2024``: the State and the first year of its term."""
    return f"election:{member}/{term_first}"
