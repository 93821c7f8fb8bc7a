"""The file of synonyms, read and checked: `search/synonyms.yaml`, whose head says how it is written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from projections.members import LANGUAGES
from search.languages import analyse

PATH: Final = Path(__file__).with_name("synonyms.yaml")
LONGEST: Final = 24
"""Words, or characters of Chinese, of a way to say something; none of the file is longer."""

Forms = tuple[str, ...]
Ways = dict[str, tuple[str, ...]]
"""Ways to say something by language."""


class SynonymsError(ValueError):
    """The file of synonyms is not as its head says; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the file holds."""

    groups: tuple[Ways, ...] = ()
    one_way: tuple[tuple[Ways, Ways], ...] = ()
    states: dict[str, Ways] = field(default_factory=dict)


@lru_cache(maxsize=8192)
def forms_of(text: str) -> Forms:
    """The exact forms of a way to say something; remembered, for each is needed several times."""
    return tuple(token.exact for token in analyse(unicodedata.normalize("NFC", text), "en"))


@lru_cache(maxsize=1)
def terms() -> Terms:
    """The file, read once. Raises :class:`SynonymsError`."""
    return checked(PATH.read_text(encoding="utf-8"))


def checked(text: str) -> Terms:
    """A text in the form of the file. Raises :class:`SynonymsError` naming the entry that is wrong, and why."""
    try:
        read = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise SynonymsError(f"synonyms: not YAML: {error}") from error
    if not isinstance(read, dict) or set(read) - {"groups", "one_way", "states"}:
        raise SynonymsError("synonyms: the file holds `groups`, `one_way` and `states`, nothing else")
    groups = [_ways(entry, f"groups, entry {n}") for n, entry in enumerate(_listed(read, "groups"), 1)]
    pairs = []
    for number, entry in enumerate(_listed(read, "one_way"), 1):
        where = f"one_way, entry {number}"
        if not isinstance(entry, dict) or set(entry) != {"typed", "finds"}:
            raise SynonymsError(f"synonyms: {where}: an entry has `typed` and `finds`, not {entry!r}")
        pairs.append((_ways(entry["typed"], f"{where}, typed"), _ways(entry["finds"], f"{where}, finds")))
    states = {str(code): _ways(entry, f"states, {code}") for code, entry in (read.get("states") or {}).items()}
    _once([*groups, *(typed for typed, _ in pairs)])
    for number, group in enumerate(groups, 1):
        if len({forms_of(way) for ways in group.values() for way in ways}) < 2:
            raise SynonymsError(f"synonyms: groups, entry {number}: one way alone is no group: {group!r}")
    return Terms(tuple(groups), tuple(pairs), states)


def _listed(read: dict[str, Any], name: str) -> list[Any]:
    found = read.get(name) or []
    if not isinstance(found, list):
        raise SynonymsError(f"synonyms: {name} is a list, not {type(found).__name__}")
    return found


def _ways(entry: Any, where: str) -> Ways:
    if not isinstance(entry, dict) or not entry:
        raise SynonymsError(f"synonyms: {where}: write languages with lists of ways, such as {{en: [veto]}}")
    made: Ways = {}
    for language, ways in entry.items():
        if language not in LANGUAGES:
            raise SynonymsError(f"synonyms: {where}: {language!r} is none of {', '.join(LANGUAGES)}")
        if not isinstance(ways, list) or not ways or not all(isinstance(way, str) for way in ways):
            raise SynonymsError(f"synonyms: {where}, {language}: a list of texts is needed, not {ways!r}")
        for way in ways:
            if not 0 < len(forms_of(way)) <= LONGEST:
                raise SynonymsError(f"synonyms: {where}, {language}: {way!r} is not 1 to {LONGEST} words")
        made[language] = tuple(ways)
    return made


def _once(entries: list[Ways]) -> None:
    seen: dict[Forms, int] = {}
    for number, entry in enumerate(entries):
        for forms in {forms_of(way) for ways in entry.values() for way in ways}:
            if seen.setdefault(forms, number) != number:
                raise SynonymsError(f"synonyms: {' '.join(forms)!r} stands in two entries: {entry!r} is the second")
