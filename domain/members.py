"""Members: who sat on the Council, on which seat, under which name.

A *seat* is continuous; its *holder* and the holder's *name* vary by date. A member's code is that of today's State on
the seat (``RUS`` for the seat the Union of Soviet Socialist Republics held to 24 December 1991, ``CHN`` throughout);
States that no longer exist keep a code of their own (``YUG``, ``CSK``, ``DDR``).
"""

from __future__ import annotations

from typing import ClassVar

from domain.facts import Claims, FactError

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
        if self.member is not None and not (len(self.member) == 3 and self.member.isalpha() and self.member.isupper()):
            raise FactError(f"member {self.member!r} is not a code of three capital letters")
        if self.year is not None and not 1946 <= self.year <= 2100:
            raise FactError(f"year {self.year} is outside the Council's existence (1946 on)")
        if self.first and self.last and self.first > self.last:
            raise FactError(f"membership ends ({self.last}) before it begins ({self.first})")


class Name(Claims, frozen=True, kw_only=True):
    """The name a State bore at the United Nations over an interval of days (open ends are empty)."""

    kind: ClassVar[str] = "name"
    verbs: ClassVar[tuple[str, ...]] = ("borne",)
    compared: ClassVar[tuple[str, ...]] = ("first", "last")
    required: ClassVar[tuple[str, ...]] = ("member", "name")

    member: str | None = None
    name: str | None = None
    language: str | None = None
    first: str | None = None
    last: str | None = None


class Seat(Claims, frozen=True, kw_only=True):
    """Who held a permanent seat over an interval of days (Charter Art. 23; General Assembly resolution 2758)."""

    kind: ClassVar[str] = "seat"
    verbs: ClassVar[tuple[str, ...]] = ("held",)
    compared: ClassVar[tuple[str, ...]] = ("holder", "first", "last")
    required: ClassVar[tuple[str, ...]] = ("member", "holder")

    member: str | None = None
    holder: str | None = None
    first: str | None = None
    last: str | None = None


def membership_id(member: str, year: int) -> str:
    """``membership:FRA/2022``."""
    return f"membership:{member}/{year}"


def name_id(member: str, language: str, first: str) -> str:
    """``name:RUS/en/1991-12-24``; the first known name has no beginning: ``name:RUS/en/``."""
    return f"name:{member}/{language}/{first}"


def seat_id(member: str, first: str) -> str:
    """``seat:CHN/1971-10-25``."""
    return f"seat:{member}/{first}"
