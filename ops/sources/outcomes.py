"""The outcome cell of the Library's tables: resolutions with their tallies, failed drafts, statements, and the rest.

Examples of cells: ``S/RES/1559 (2004) 9-0-6``; ``Draft resolution S/2014/916 not adopted 8-2-5``; ``Draft resolution
S/12310/Rev.1 vetoed by USA, France and UK 10-3-2``; ``S/RES/470 (1980) 14-0-0 S/13970 (PRST)``; ``Communiqué``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from domain import symbols
from ops.sources.names import UnknownNameError, casters

UNANIMOUSLY = "adopted unanimously"


@dataclass(frozen=True, slots=True)
class Decided:
    """One vote, or one adoption without a vote, as the cell states it. Fields it does not state are empty."""

    resolution: int | None = None
    year: int | None = None
    draft: str | None = None
    outcome: str = "adopted"
    tally: str | None = None
    modality: str | None = None
    vetoed_by: tuple[str, ...] = ()
    note: str | None = None
    hint: str = ""
    """Words beside the draft's symbol that tell it from others of the same symbol: ``Transjordan``."""
    preliminary: bool = False


@dataclass(slots=True)
class Cell:
    """What an outcome cell says."""

    decided: list[Decided] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    """Symbols of presidential statements."""
    others: list[str] = field(default_factory=list)
    """Anything else, as printed."""
    remarks: list[tuple[str, str]] = field(default_factory=list)
    """(value, why) for what could not be read as it stands."""


_TALLY = r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{1,2}(?![0-9-])"
_NAME = r"(?:the\s+)?(?:USSR|USA|UK|France|China|Russian Federation|United States|United Kingdom)"
_NOT_CROSSING = rf"(?:(?!S\s?/RES/|vetoed|not adopted|{_TALLY}|Draft\s+resolution).)"
_TOKEN = re.compile(
    rf"(?P<failed>(?:(?:Power Four )?Draft\s+resolutions?\s*)?"
    rf"(?P<what>\(?\s?S/(?!RES|PRST){_NOT_CROSSING}{{1,160}}?)\s*"
    rf"(?P<verdict>vetoed(?:\s+by)?|not adopted)\s*(?P<who>(?:{_NAME}(?:\s*,\s*|\s+and\s+|\s+|(?=[^A-Za-z])|$))*)\s*"
    rf"(?P<failed_tally>{_TALLY})?)"
    rf"|(?P<adopted>S\s?/RES/(?P<number>[0-9]{{1,5}})\s?(?:\((?P<year>(?:19|20)[0-9]{{2}})\)?)?\s*"
    rf"(?:(?P<tally>{_TALLY})|(?P<how>adopted unanimously|without (?:a )?vote|adopted by consensus|by consensus"
    rf"|adopted by acclamation|by acclamation))?"
    rf"\s*(?P<aside>\([^()]{{0,200}}(?:absent|participat|voting)[^()]{{0,200}}\))?)"
    rf"|(?P<statement>S/PRST/[0-9]{{4}}/[0-9]{{1,4}}|(?P<old>S/[0-9]{{4,5}})\s?\(PRST\)(?:\s*(?:and|\+)\s*Corr\.[0-9])?)",
    re.IGNORECASE | re.DOTALL,
)
_HOW = {
    "without vote": "without a vote",
    "without a vote": "without a vote",
    "adopted by consensus": "consensus",
    "by consensus": "consensus",
    "adopted by acclamation": "acclamation",
    "by acclamation": "acclamation",
}
_JOINTS = " \t\n+,;.&|–—-"
_AND = re.compile(r"\band\b|&", re.IGNORECASE)
"""Joins several drafts; after a comma stands another symbol of the same one."""
_PARENTHESES = re.compile(r"\(([^()]*)\)")


def parse(text: str) -> Cell:
    """Read a cell. Never raises; what is not understood stands in ``others`` as printed."""
    cell = Cell()
    place = 0
    for match in _TOKEN.finditer(text):
        _left_over(text[place : match.start()], cell)
        place = match.end()
        if match["adopted"]:
            cell.decided.append(_adopted(match))
        elif match["failed"]:
            cell.decided.extend(_failed(match, cell))
        else:
            symbol = match["old"] or match["statement"]
            cell.statements.append(symbols.canonical(symbol) if symbols.is_symbol(symbol) else symbol)
    _left_over(text[place:], cell)
    return cell


def _left_over(text: str, cell: Cell) -> None:
    for part in re.split(r"\n\s*\n", text):
        words = " ".join(part.split()).strip(_JOINTS)
        words = re.sub(r"^(?:and\s+)|(?:\s+and)$", "", words).strip(_JOINTS)
        if not words or words.lower() == "and":
            continue
        cell.others.append(words)
        if re.fullmatch(_TALLY, words):
            cell.remarks.append((words, "a tally beside neither a resolution nor a draft: kept as an outcome in words"))


def _adopted(match: re.Match[str]) -> Decided:
    how = " ".join((match["how"] or "").lower().split())
    modality = "vote" if match["tally"] else _HOW.get(how)
    aside = " ".join((match["aside"] or "").strip("()").split())
    note = UNANIMOUSLY if how == UNANIMOUSLY else aside or None
    return Decided(
        resolution=int(match["number"]),
        year=int(match["year"]) if match["year"] else None,
        tally=_numbers(match["tally"]),
        modality=modality,
        note=note,
    )


def _numbers(tally: str | None) -> str | None:
    """A tally without leading zeros."""
    return "-".join(str(int(part)) for part in tally.split("-")) if tally else None


def _failed(match: re.Match[str], cell: Cell) -> list[Decided]:
    printed = " ".join(match["what"].split())
    asides = [aside.strip() for aside in _PARENTHESES.findall(printed)]
    outside = _PARENTHESES.sub(" ", printed)
    joined = [symbols.find_all(part)[:1] for part in _AND.split(outside)]
    named = [symbol for first in joined for symbol in first] or symbols.find_all(printed)[:1]
    drafts = list(dict.fromkeys(proposal(symbol) for symbol in named))
    if not drafts:
        cell.others.append(" ".join(match[0].split()))
        cell.remarks.append((printed, "no symbol of a draft is to be made out: not recorded as a vote"))
        return []
    vetoed = match["verdict"].lower().startswith("vetoed")
    who: tuple[str, ...] = ()
    if vetoed and match["who"].strip():
        try:
            who = tuple(casters(" ".join(match["who"].split())))
        except UnknownNameError:
            cell.remarks.append((match["who"], "not the name of a permanent member: left out"))
    tally = _numbers(match["failed_tally"])
    if len(drafts) > 1 and tally:
        cell.remarks.append((" ".join(match[0].split()), "one tally beside several drafts: left out for each of them"))
        tally = None
    hint = " ".join(aside for aside in asides if not symbols.find_all(aside))
    return [
        Decided(
            draft=draft,
            outcome="vetoed" if vetoed else "not adopted",
            tally=tally,
            modality="vote",
            vetoed_by=who,
            hint=hint,
            preliminary="preliminary question" in hint.lower(),
        )
        for draft in drafts
    ]


def proposal(symbol: symbols.Symbol) -> str:
    """What identifies a proposal in its symbol: base and revision. Addenda, corrigenda and parts are left off."""
    revisions = [suffix for suffix in symbol.suffixes if suffix.startswith("Rev.")]
    return "/".join([symbol.base, *revisions])
