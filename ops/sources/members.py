"""Who sat on the Council in a year, by the archive's own memberships: a check on anybody's ballots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.archive import Register


@dataclass(frozen=True, slots=True)
class Seated:
    """Member codes by year."""

    years: dict[int, frozenset[str]]

    @classmethod
    def of(cls, register: Register) -> Seated:
        """The memberships of a register; empty years are not checked."""
        years: dict[int, set[str]] = defaultdict(set)
        for record in register.of_kind("membership"):
            reading = record.reading()
            years[reading["year"]].add(reading["member"])
        return cls({year: frozenset(codes) for year, codes in years.items()})

    def disagreements(self, day: str, voters: Iterable[str]) -> Iterator[tuple[str, str]]:
        """(codes, why) where those who voted are not those who sat in the year of a day."""
        sat = self.years.get(int(day[:4]))
        codes = set(voters)
        if not sat or not codes:
            return
        strangers, silent = sorted(codes - sat), sorted(sat - codes)
        if strangers:
            for_whom = f"; {', '.join(silent)}, who was, has no ballot" if silent else ""
            yield ", ".join(strangers), f"voted here, but was not a member in {day[:4]}{for_whom}"
        elif silent:
            yield ", ".join(silent), f"a member in {day[:4]}, but without a ballot here"
