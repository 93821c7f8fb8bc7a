"""Questions over the bundled record: citations, items of the agenda, States in six languages. Gold from its tables."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from domain.symbols import find_all
from ops.bench.search.questions import Asked, Title
from ops.bench.search.sentences import THEMES
from projections.members import names_in_languages
from search.countries import code_of

PACKAGE: Final = Path(__file__).parents[2] / "record" / "package"

_KINDS: Final = ("votes", "meetings", "documents", "missions", "vetoes", "advice")
_RECORD: Final = {"votes": "vote", "meetings": "meeting", "documents": "document", "missions": "mission"}
_ABOUT: Final = {"id", "source", "statement", "row", "document", "verbs"}
"""Columns that say where a row is from, not what it says."""

Row = Mapping[str, str]


class Precedents:
    """The tables of the bundled record, read as text."""

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """Record → its rows, one for each source that speaks of it."""
        found: dict[str, list[Row]] = defaultdict(list)
        for name in _KINDS:
            kind = _RECORD.get(name, {"vetoes": "veto"}.get(name, name))
            with (PACKAGE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
                for row in csv.DictReader(handle):
                    found[f"{kind}:{row['id']}"].append(row)
        return found

    def citations(self, count: int, seed: int) -> list[Asked]:
        """A symbol, and the two to ten records whose rows hold it."""
        holding: dict[str, set[str]] = defaultdict(set)
        for record, rows in self.rows.items():
            for row in rows:
                said = " ; ".join(value for column, value in row.items() if value and column not in _ABOUT)
                for symbol in find_all(said):
                    holding[symbol.canonical].add(record)
        usable = sorted(symbol for symbol, records in holding.items() if 2 <= len(records) <= 10)
        chosen = random.Random(seed).sample(usable, min(count, len(usable)))
        return [Asked(symbol, frozenset(holding[symbol])) for symbol in chosen]

    def headings(self, count: int, seed: int) -> list[Asked]:
        """An item of the agenda, and the votes and vetoes on it and the meetings that had it."""
        tagged = self._tagged()
        usable = sorted(item for item, records in tagged.items() if len(records) >= 3 and len(item) <= 200)
        chosen = random.Random(seed).sample(usable, min(count, len(usable)))
        return [Asked(item, frozenset(tagged[item])) for item in chosen]

    def _tagged(self) -> dict[str, set[str]]:
        """Item → records that have it; a document has the first item of the meeting it belongs to."""
        tagged: dict[str, set[str]] = defaultdict(set)
        first: dict[str, str] = {}
        for record, rows in self.rows.items():
            for row in rows:
                topics = _listed(row.get("topics"))
                if topics:
                    first.setdefault(record, topics[0])
                for item in (row.get("agenda"), *topics, *_listed(row.get("subjects"))):
                    if item:
                        tagged[item].add(record)
        for record, rows in self.rows.items():
            for row in rows:
                item = first.get(f"meeting:{(row.get('meeting') or '').removeprefix('meeting:')}")
                if item and record.startswith("document:"):
                    tagged[item].add(record)
        return tagged

    def themes(self, language: str) -> list[Asked]:
        """An item of the agenda by its official name in a language, and the records that have it in English."""
        tagged = {item.casefold(): records for item, records in self._tagged().items()}
        made = ((theme[language], tagged.get(theme["en"].casefold(), set())) for theme in THEMES)
        return [Asked(text, frozenset(records)) for text, records in made if records]

    def states(self, every: Sequence[Title], language: str) -> list[Asked]:
        """The name of a State in a language, and its records: itself, its vetoes, missions to it, English titles
        that name it."""
        found = self._named(every)
        for record, rows in self.rows.items():
            for row in rows:
                if record.startswith("veto:"):
                    found[row["member"]].update({record, f"member:{row['member']}"})
                for country in _listed(row.get("countries")):
                    if code := code_of(country):
                        found[code].add(record)
        named = ((names_in_languages(code).get(language), records) for code, records in sorted(found.items()))
        return [Asked(name, frozenset(records)) for name, records in named if name]

    def _named(self, every: Sequence[Title]) -> dict[str, set[str]]:
        """Code of a State → records whose English title names it."""
        found: dict[str, set[str]] = defaultdict(set)
        english = dict(_names())
        # the longer name first: Guinea-Bissau is not Guinea
        pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(english, key=len, reverse=True))) + r")\b")
        for record, of, title in every:
            if of == "en":
                for name in pattern.findall(title):
                    found[english[name]].add(record)
        return found


def _names() -> Iterator[tuple[str, str]]:
    """English names of States: those of the United Nations' list, and today's of CLDR."""
    with (PACKAGE / "names.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["language"] == "en":
                yield row["name"], row["member"]
                if name := names_in_languages(row["member"]).get("en"):
                    yield name, row["member"]


def _listed(value: str | None) -> list[str]:
    return [str(part) for part in json.loads(value)] if value else []
