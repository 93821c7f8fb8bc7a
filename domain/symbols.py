"""Document symbols of the United Nations: reading, writing, ordering and guessing them.

A symbol names a document and, through it, a resolution, a meeting or a draft. Sources spell the same symbol in many
ways (spaces, no-break spaces, full-width characters, case, `S/RES/1325(2000)`), so a symbol here keeps two things
apart: `text`, the spelling as given, and `canonical`, the one spelling the archive compares and orders by.

Remarks that stand beside a symbol, such as "(closed)" or "(as amended)", are not part of it: `parse` refuses them,
`leading` hands them back, `find_all` passes over them.

Reading takes time proportional to the length of the text: every pattern has bounded repetitions and works on text in
which runs of white space are already one blank.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

SERIES: Final = (
    "resolution",
    "statement",
    "record",
    "agenda",
    "information",
    "subsidiary",
    "letter",
    "assembly resolution",
    "assembly record",
    "assembly document",
    "press",
    "other",
)

ACCEPTED: Final = (
    "a document symbol such as S/RES/1325 (2000), S/PRST/2023/5, S/PV.9052 (Resumption 1), S/2014/916, "
    "S/4733/Rev.1, S/Agenda/9052, S/INF/77, S/AC.29/2010/COMM.1, A/RES/76/262, A/76/PV.77 or SC/15401"
)

FIRST_YEAR: Final = 1946
"""The Council's first meeting, S/PV.1, was on 17 January 1946."""

FIRST_YEARLY: Final = 1994
"""Letters, reports and drafts are numbered anew each year, S/YYYY/N, since 1994; S/26999 and below ran through."""

LONGEST_QUERY: Final = 200
"""Characters; what is longer was not typed as a symbol."""


class SymbolError(ValueError):
    """The text is not a document symbol. The message names the text, the place and what is accepted."""

    def __init__(self, text: str, place: int, found: str) -> None:
        shown = text if len(text) <= 80 else text[:77] + "..."
        super().__init__(f"{shown!r}, at character {place + 1}: {found}; accepted is {ACCEPTED}")
        self.text = text
        self.place = place


# --- Spelling -------------------------------------------------------------------------------------------------------

_SLASHES: Final = "\u2044\u2215\u29f8"
_INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def _plain(character: str) -> str:
    """One character in the alphabet of symbols: ASCII where it has an ASCII look-alike, a blank where it has no ink."""
    code = ord(character)
    if 0x21 <= code <= 0x7E:
        return character
    if 0xFF01 <= code <= 0xFF5E:  # full-width forms, as typed in Chinese
        return chr(code - 0xFEE0)
    if character in _SLASHES:
        return "/"
    if character in _INVISIBLE or character.isspace():
        return " "
    value = unicodedata.decimal(character, None)  # S/RES/١٣٢٥, as typed in Arabic
    return character if value is None else str(value)


@dataclass(frozen=True, slots=True)
class _Line:
    """A text in plain characters with single blanks, and for each of them its place in the text as given."""

    plain: str
    places: tuple[int, ...]

    def given(self, start: int, end: int, text: str) -> str:
        """The part of `text` from which the plain characters `start` up to `end` were made."""
        return text[self.places[start] : self.places[end - 1] + 1]


def _line(text: str) -> _Line:
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        made = _plain(character)
        if made == " " and (not plain or plain[-1] == " "):
            continue
        plain.append(made)
        places.append(place)
    places.append(len(text))
    return _Line("".join(plain), tuple(places))


# --- Grammar --------------------------------------------------------------------------------------------------------

_N: Final = r"[0-9]{1,6}(?![0-9])"
_Y: Final = r"(?:19|20)[0-9]{2}(?![0-9])"
_WORD: Final = r"(?!(?:ADD|CORR|REV|SUMMARY)\b)[A-Z]{1,12}"
_SEGMENT: Final = rf"(?:{_WORD}(?: ?[.-] ?(?:{_N}|[A-Z](?![A-Z0-9])))?|{_N}[A-Z]?(?![A-Z0-9]))"
_SEGMENTS: Final = rf"{_SEGMENT}(?: ?/ ?{_SEGMENT}){{0,6}}"
_ROMAN: Final = r"[IVXL]{1,8}(?![A-Z])"
_OTHER: Final = "AEC|AFR|CD|DC|DP|E|GA|OBV|PAL|PBC|SG|ST|T|TD"

_S: Final = r"S ?/ ?"
_A: Final = r"A ?/ ?"
_BASES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (series, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for series, pattern in (
        (
            "resolution",
            rf"{_S}RES ?[/. ] ?(?P<number>{_N})(?: ?[(\[] ?(?P<year>{_Y}) ?[)\]]?)?(?! ?/ ?[0-9])",
        ),
        ("statement", rf"{_S}PRST ?[/. ] ?(?P<year>{_Y}) ?/ ?(?P<number>{_N})"),
        ("record", rf"{_S}P\.?V ?[-./ ]{{0,2}} ?(?P<number>{_N})(?: ?\( ?OR ?\))?"),
        ("agenda", rf"{_S}AGENDA ?[/. ] ?(?P<number>{_N})"),
        ("information", rf"{_S}INF ?[/.] ?(?P<rest>{_SEGMENTS})"),
        ("subsidiary", rf"{_S}(?P<organ>AC|C|CN|SC)\. ?(?P<body>{_N})(?: ?/ ?(?P<rest>{_SEGMENTS}))?"),
        ("letter", rf"{_S}(?P<year>{_Y}) ?/ ?(?P<number>{_N})"),
        ("letter", rf"{_S}(?P<number>[0-9]{{1,5}}(?![0-9])(?! ?/ ?[0-9]))"),
        (
            "assembly resolution",
            rf"{_A}RES ?/ ?(?P<number>{_N})(?: ?(?P<part>[A-Z])(?![A-Z]))? ?\( ?(?P<session>(?:ES-|S-)?{_ROMAN}) ?\)",
        ),
        (
            "assembly resolution",
            rf"{_A}RES ?/ ?(?P<session>(?:ES-|S-)?{_N}) ?/ ?(?P<number>{_N})(?: ?(?P<part>[A-Z])(?![A-Z]))?",
        ),
        ("assembly record", rf"{_A}(?:(?P<session>(?:ES-|S-)?{_N}) ?/ ?)?P\.?V\.? ?(?P<number>{_N})(?: ?\( ?OR ?\))?"),
        ("assembly document", rf"{_A}(?P<rest>{_SEGMENTS})"),
        ("press", rf"(?P<organ>SC|CS) ?/ ?(?P<number>{_N})"),
        ("other", rf"(?P<organ>{_OTHER}) ?/ ?(?P<rest>{_SEGMENTS})"),
    )
)

_KIND: Final = (
    rf"(?P<kind>ADD|CORR|REV) ?\.? ?(?P<n>{_N})"
    r"|(?<=/)(?P<summary>SUMMARY)\b|(?<=/ )(?P<summary_too>SUMMARY)\b"
    rf"|\(? ?(?P<sitting>RESUMPTION|PART) ?(?:(?P<m>{_N})|(?P<roman>{_ROMAN})) ?\)?"
    r"|\( ?(?P<unnumbered>RESUMPTION) ?\)"
)
_SUFFIX: Final = re.compile(rf" ?[/+]? ?(?:{_KIND})", re.IGNORECASE | re.ASCII)
_JOINED: Final = re.compile(rf"(?: ?[+&,] ?| ?AND ?)(?:{_KIND})", re.IGNORECASE | re.ASCII)
_ONE_MORE: Final = re.compile(r" ?(?:[+&]|AND) ?(?P<n>[0-9]{1,2})(?= ?(?:[,;.)\]]|$))", re.IGNORECASE | re.ASCII)
_CONJUNCTION: Final = re.compile(r" ?(?:[+&,]|AND)? ?", re.IGNORECASE | re.ASCII)
_STARS: Final = re.compile(r"(?: ?\*){0,9}")
_JUNK: Final = re.compile(r" ?[/.,;:]? ?")
_START: Final = re.compile(rf"(?<![A-Z0-9])(?:S|A|SC|CS|{_OTHER})/", re.IGNORECASE | re.ASCII)
_SHORT: Final = ("letter", "assembly document", "press", "other")
"""Series whose symbols, in small letters, are more likely words of a sentence: 'm/s 2', 'a/2'."""
_MOST_SUFFIXES: Final = 6
_SUFFIX_ORDER: Final = ("Summary", "Corr", "Rev", "Add", "Part", "Resumption")
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50}
_TOKENS: Final = re.compile(r"[0-9]+|[A-Z]+")


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in text.upper()]
    return sum(-v if any(later > v for later in values[i + 1 : i + 2]) else v for i, v in enumerate(values))


def _as_roman(number: int) -> str:
    signs = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    written = ""
    for value, sign in signs:
        written += sign * (number // value)
        number %= value
    return written


@dataclass(frozen=True, slots=True)
class Symbol:
    """One document symbol: how it was written (`text`) and what it says (all other fields, in canonical spelling).

    `base` names the document, `suffixes` its addenda, corrigenda, revisions and resumptions in the order written;
    `reissued` counts the asterisks of a document issued again for technical reasons: the same symbol, so the
    asterisks are not part of `canonical`. `number` and `year` are those of the base, None where it has none: letters
    before 1994 and records have no year, and the session of an Assembly document is not a year.
    """

    text: str
    series: str
    base: str
    suffixes: tuple[str, ...] = ()
    reissued: int = 0
    number: int | None = None
    year: int | None = None

    @property
    def canonical(self) -> str:
        """The one spelling to compare by, such as 'S/2674/Rev.1/Corr.1' or 'S/PV.9052 (Resumption 1)'."""
        return self.base + "".join(
            f" ({suffix})" if suffix.startswith(("Resumption", "Part")) else f"/{suffix}" for suffix in self.suffixes
        )

    @property
    def sort_key(self) -> tuple[int, tuple[tuple[int, str], ...], tuple[tuple[int, int], ...], int, str]:
        """Orders any symbols: series, then numbers as numbers, a base before its suffixes, the reissue last.

        Two symbols have the same key if and only if they have the same canonical form and reissue count.
        """
        suffixes = tuple(_suffix_key(suffix) for suffix in self.suffixes)
        return SERIES.index(self.series), self._base_key(), suffixes, self.reissued, self.base

    @property
    def sort_text(self) -> str:
        """The order of `sort_key` as ASCII text, for a database column compared byte by byte (collation "C")."""
        series, base, suffixes, reissued, written = self.sort_key
        parts = ".".join(f"0{number:07d}" if not word else f"1{word}" for number, word in base)
        after = ".".join(f"{kind}{number:07d}" for kind, number in suffixes)
        return f"{series:02d}.{parts} {after} {reissued} {written}"

    def _base_key(self) -> tuple[tuple[int, str], ...]:
        if self.series in ("resolution", "record", "agenda"):
            return (self.number or 0, ""), (self.year or 0, "")
        if self.series in ("letter", "statement"):
            return (self.year or 0, ""), (self.number or 0, "")
        tokens = _TOKENS.findall(self.base)
        return tuple((int(token), "") if token.isdigit() else (_AFTER_NUMBERS, token) for token in tokens)


_AFTER_NUMBERS: Final = 10**7


def _suffix_key(suffix: str) -> tuple[int, int]:
    kind, _, number = suffix.replace(" ", ".").partition(".")
    value = (int(number) if number.isdigit() else _roman(number)) if number else 0
    return _SUFFIX_ORDER.index(kind), value


def _segments(text: str) -> str:
    """Segments of a symbol such as '2010/comm. 01' in canonical spelling: 'AC.29/2010/COMM.1'."""
    return re.sub(r"[0-9]+", lambda digits: str(int(digits[0])), text.replace(" ", "").upper())


def _last_number_and_year(segments: str) -> tuple[int | None, int | None]:
    numbers = [int(digits) for digits in re.findall(r"[0-9]+", segments)]
    years = [n for n in numbers[:-1] if FIRST_YEAR <= n < 2100]
    return (numbers[-1] if numbers else None), (years[0] if years else None)


def _base(series: str, match: re.Match[str]) -> tuple[str, int | None, int | None] | None:
    """The canonical base, number and year of what a pattern of `_BASES` matched; None if it makes no symbol."""
    part = {name: value for name, value in match.groupdict().items() if value is not None}
    number = int(part["number"]) if "number" in part else None
    year = int(part["year"]) if "year" in part else None
    if number == 0 or (year is not None and year < (FIRST_YEAR if series == "resolution" else FIRST_YEARLY)):
        return None
    rest = _segments(part.get("rest", ""))
    organ = part.get("organ", "").upper()
    match series:
        case "resolution":
            return f"S/RES/{number}" + (f" ({year})" if year else ""), number, year
        case "statement":
            return f"S/PRST/{year}/{number}", number, year
        case "record":
            return f"S/PV.{number}", number, None
        case "agenda":
            return f"S/Agenda/{number}", number, None
        case "letter":
            return (f"S/{year}/{number}" if year else f"S/{number}"), number, year
        case "press":
            return f"{organ}/{number}", number, None
        case "assembly resolution" | "assembly record":
            return _assembly(series, part, number), number, None
        case "subsidiary":
            base = f"S/{organ}.{int(part['body'])}" + (f"/{rest}" if rest else "")
            return base, *(_last_number_and_year(rest) if rest else (None, None))
    if not re.search("[0-9]", rest):
        return None
    last, year = _last_number_and_year(rest)
    if series == "assembly document":
        return f"A/{rest}", last, None
    return (f"S/INF/{rest}" if series == "information" else f"{organ}/{rest}"), last, year


def _assembly(series: str, part: dict[str, str], number: int | None) -> str:
    session = _segments(part.get("session", ""))
    letter = part.get("part", "").upper()
    if series == "assembly record":
        return f"A/{session}/PV.{number}" if session else f"A/PV.{number}"
    if session.rpartition("-")[2].isdigit():
        return f"A/RES/{session}/{number}{letter}"
    return f"A/RES/{number}{' ' + letter if letter else ''} ({session})"


def _suffix(match: re.Match[str]) -> str | None:
    if match["kind"]:
        return f"{match['kind'].capitalize()}.{int(match['n'])}"
    if match["summary"] or match["summary_too"]:
        return "Summary"
    if match["unnumbered"]:
        return "Resumption"
    number = int(match["m"]) if match["m"] else _roman(match["roman"])
    if match["sitting"].upper() == "RESUMPTION":
        return f"Resumption {number}"
    return f"Part {_as_roman(number)}" if 0 < number < 90 else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read of a line from one place: the symbol without its text, and the plain place after it."""

    symbol: Symbol
    end: int


def _read(plain: str, start: int, pluses: bool) -> _Reading | None:
    """Read one symbol at `start`; with `pluses`, 'S/PV.3434+Corr.1' is one symbol, else it ends before the plus."""
    for series, pattern in _BASES:
        match = pattern.match(plain, start)
        named = _base(series, match) if match else None
        if match is None or named is None:
            continue
        base, number, year = named
        end, suffixes = _suffixes(plain, match.end(), pluses)
        stars = _STARS.match(plain, end)
        reissued = stars[0].count("*") if stars else 0
        if stars and reissued:
            end = stars.end()
        return _Reading(Symbol("", series, base, suffixes, reissued, number, year), end)
    return None


def _suffixes(plain: str, end: int, pluses: bool) -> tuple[int, tuple[str, ...]]:
    found: list[str] = []
    while len(found) < _MOST_SUFFIXES and (match := _SUFFIX.match(plain, end)):
        suffix = _suffix(match)
        if suffix is None or ("+" in match[0] and not pluses):
            break
        found.append(suffix)
        end = match.end()
    return end, tuple(found)


def _with_text(symbol: Symbol, text: str, suffixes: tuple[str, ...] | None = None) -> Symbol:
    kept = symbol.suffixes if suffixes is None else suffixes
    return Symbol(text, symbol.series, symbol.base, kept, symbol.reissued, symbol.number, symbol.year)


# --- Reading --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def parse(text: str) -> Symbol:
    """The symbol a text spells, and nothing but the symbol; `parse(text).text == text`.

    'S/PV.3434+Corr.1' is read as the corrigendum S/PV.3434/Corr.1; `find_all` gives the record and the corrigendum.
    '(OR)', the Official Records edition of a meeting record, is the same document and not part of the canonical form.
    Raises SymbolError for anything else, also for a symbol with a remark beside it: see `leading`.
    """
    symbol, rest = leading(text)
    if rest:
        raise SymbolError(text, len(text) - len(rest), f"{rest[:40]!r} is not part of the symbol {symbol.canonical}")
    return _with_text(symbol, text)


def leading(text: str) -> tuple[Symbol, str]:
    """The symbol a text begins with, and the rest as given: 'S/PV.3714(closed)' is S/PV.3714 and '(closed)'.

    White space and stray punctuation right after the symbol count as nothing. Raises SymbolError if the text does not
    begin with a symbol.
    """
    line = _line(text)
    start = 1 if line.plain.startswith(" ") else 0
    if len(line.plain) == start:
        raise SymbolError(text, 0, "there is nothing to read")
    reading = _read(line.plain, start, pluses=True)
    if reading is None:
        raise SymbolError(text, line.places[start], "no symbol begins here")
    junk = _JUNK.fullmatch(line.plain, reading.end)
    if junk:
        return _with_text(reading.symbol, text), ""
    after = reading.end + (line.plain[reading.end] == " ")
    return _with_text(reading.symbol, line.given(start, reading.end, text)), text[line.places[after] :]


def canonical(text: str) -> str:
    """The canonical spelling of a symbol; raises SymbolError as `parse` does."""
    return parse(text).canonical


def is_symbol(text: str) -> bool:
    """Whether `parse` reads the text."""
    try:
        parse(text)
    except SymbolError:
        return False
    return True


def resolution_number(symbol_text: str) -> int | None:
    """The number of the Council resolution a symbol names, with or without its year; None if it names none."""
    try:
        symbol = parse(symbol_text)
    except SymbolError:
        return None
    return symbol.number if symbol.series == "resolution" else None


def find_all(text: str) -> list[Symbol]:
    """Every symbol named in free text, in order, repetitions included; never raises.

    Short references are written out: 'S/552 & Add.1' names S/552 and S/552/Add.1, 'S/9696 and Corr.1 & 2' names three
    documents. The `text` of each is its own stretch of the given text ('Add.1' for the second of 'S/552 & Add.1').
    """
    line = _line(text)
    found: list[Symbol] = []
    place = 0
    while start := _START.search(line.plain, place):
        reading = _read(line.plain, start.start(), pluses=False)
        if reading is None:
            place = start.end()
            continue
        joined, end = _joined(line, reading, text)
        if not (start[0].islower() and reading.symbol.series in _SHORT):
            found += [_with_text(reading.symbol, line.given(start.start(), reading.end, text)), *joined]
        place = end
    return found


def _joined(line: _Line, reading: _Reading, text: str) -> tuple[list[Symbol], int]:
    """The documents a text joins to a symbol by '+', '&', 'and' or a comma, and the plain place after the last."""
    found: list[Symbol] = []
    place, last = reading.end, ""
    while True:
        match = _JOINED.match(line.plain, place)
        if match:
            suffix = _suffix(match)
        else:
            match = _ONE_MORE.match(line.plain, place) if "." in last else None
            suffix = f"{last.partition('.')[0]}.{int(match['n'])}" if match else None
        if match is None or suffix is None:
            return found, place
        stretch = line.given(place + _CONJUNCTION.match(match[0]).end(), match.end(), text)  # type: ignore[union-attr]
        found.append(_with_text(reading.symbol, stretch, (*reading.symbol.suffixes, suffix)))
        place, last = match.end(), suffix


# --- Other names ----------------------------------------------------------------------------------------------------


def ordinal(number: int) -> str:
    """An English ordinal, as meetings are named: 9051st, 9052nd, 9053rd, 9111th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def aliases(symbol: Symbol) -> tuple[str, ...]:
    """The other spellings people type for a symbol, most usual first, the canonical form not among them.

    `interpret` understands each of them; several documents can share an alias ('1325' is a resolution and a record).
    """
    n, year, whole = symbol.number, symbol.year, symbol.canonical
    compact = whole.replace(" ", "")
    tight = [compact] if compact != whole else []
    if symbol.suffixes:
        return tuple(tight)
    match symbol.series:
        case "resolution":
            dated = [f"S/RES/{n}", f"{n} ({year})", f"resolution {n} ({year})"] if year else []
            return *tight, *dated, f"SCR {n}", f"UNSCR {n}", f"resolution {n}"
        case "record":
            return f"{ordinal(n or 0)} meeting", f"meeting {n}", f"S/PV {n}", f"PV.{n}"
        case "statement":
            return f"PRST/{year}/{n}", f"PRST {year}/{n}", f"presidential statement {year}/{n}"
        case "letter" if year:
            return (f"{year}/{n}",)
        case "assembly resolution" if match := re.fullmatch(r"A/RES/([0-9]+/[0-9]+)", symbol.base):
            return match[1], f"resolution {match[1]}", f"GA resolution {match[1]}", f"UNGA resolution {match[1]}"
        case "press" if symbol.base.startswith("SC/"):
            return (f"CS/{n}",)  # the French edition of the same release
        case "press":
            return (f"SC/{n}",)
    return tuple(tight)


_RESOLUTION_WORD: Final = (
    r"res\.?|(?:the )?resolutions?|(?:la )?r[ée]solution|(?:la )?resoluci[óo]n|резолюци(?:я|и|ю|ей)"
    r"|[وبلف]?(?:ال|لل)?قرار|第"
)
_COUNCIL: Final = r"(?:un )?sc|unsc|un|(?:un )?security council"
_OF_THE_COUNCIL: Final = (
    r"of the (?:un |united nations )?security council|du conseil de s[ée]curit[ée]|del consejo de seguridad"
    r"|совета безопасности(?: оон)?|لمجلس ال[أا]من(?: الدولي)?"
)
_IN_ARABIC: Final = r"(?: ?(?:الصادر عن )?مجلس ال[أا]من(?: الدولي)?)?(?: ?رقم)?"
_IN_CHINESE: Final = r"(?:联合国|聯合國)?(?:安理会|安全理事会|安理會|安全理事會)?第?"
_ASSEMBLY: Final = r"(?:un )?ga|unga|(?:un )?general assembly"
_NO: Final = r"(?: ?(?:no\.?|n°|№|#))?"
_TYPED: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), forms)
    for pattern, forms in (
        (
            rf"(?:(?:{_COUNCIL}) ?)?(?:{_RESOLUTION_WORD}|(?:un)?scr|unsc){_IN_ARABIC} ?/?{_NO} ?"
            rf"(?P<n>[0-9]{{1,5}}) ?[(/]? ?(?P<y>(?:19|20)[0-9]{{2}})?\)?(?: (?:{_OF_THE_COUNCIL}))?",
            ("S/RES/{n} ({y})",),
        ),
        (
            rf"{_IN_CHINESE} ?(?P<n>[0-9]{{1,5}}) ?\(? ?(?P<y>(?:19|20)[0-9]{{2}})? ?\)? ?[号號]?[决決][议議]",
            ("S/RES/{n} ({y})",),
        ),
        (
            rf"(?:(?:{_ASSEMBLY}) ?)?(?:{_RESOLUTION_WORD})?{_NO} ?(?P<y>[0-9]{{2}})/(?P<n>[0-9]{{1,4}})",
            ("A/RES/{y}/{n}",),
        ),
        (r"(?P<n>[0-9]{1,5}) ?\( ?(?P<y>(?:19|20)[0-9]{2}) ?\)", ("S/RES/{n} ({y})",)),
        (
            r"(?:presidential statement|statement|s?prst)[ ./]{0,2}(?P<y>(?:19|20)[0-9]{2}) ?/ ?(?P<n>[0-9]{1,4})",
            ("S/PRST/{y}/{n}",),
        ),
        (r"(?P<n>[0-9]{1,6}) ?(?:st|nd|rd|th) (?:meeting|mtg\.?)", ("S/PV.{n}",)),
        (r"(?P<n>[0-9]{1,6}) ?-?(?:e|[èe]me|ª|a\.?|я|е|го|м)? (?:s[ée]ance|sesi[óo]n|заседани[еяи])", ("S/PV.{n}",)),
        (rf"{_IN_CHINESE} ?(?P<n>[0-9]{{1,6}}) ?次[会會][议議]", ("S/PV.{n}",)),
        (
            r"(?:(?:la )?s[ée]ance|(?:la )?sesi[óo]n|заседание|[وبلف]?(?:ال)?جلسة)(?: رقم)? ?(?P<n>[0-9]{1,6})ª?",
            ("S/PV.{n}",),
        ),
        (rf"(?:(?:{_COUNCIL}) )?(?:meeting|mtg\.?|s?p\.?v\.?)[ .]?{_NO} ?(?P<n>[0-9]{{1,6}})", ("S/PV.{n}",)),
        (r"(?P<y>(?:19|20)[0-9]{2}) ?/ ?(?P<n>[0-9]{1,4})", ("S/{y}/{n}", "S/PRST/{y}/{n}")),
        (r"(?P<n>[0-9]{1,4})", ("S/RES/{n}", "S/PV.{n}")),
        (r"(?P<n>1[01][0-9]{3})", ("S/PV.{n}", "S/{n}", "SC/{n}")),  # the meetings of 2025 and after
        (r"(?P<n>1[2-9][0-9]{3}|[2-9][0-9]{4})", ("S/{n}", "SC/{n}")),
    )
)


def interpret(query: str) -> list[str]:
    """Canonical symbols a person may mean by what they typed in a search box, best first; [] if it is no symbol.

    A resolution typed without its year is 'S/RES/1325': compare it by `resolution_number`. An address of the UN's
    document service ('https://undocs.org/en/S/PV.9048') and a file name ('S_RES_1325(2000)') are understood too.
    """
    if not query or len(query) > LONGEST_QUERY:
        return []
    if "://" in query:
        return _distinct([symbol.canonical for symbol in find_all(unquote(query))])
    for spelling in (query, query.replace("_", "/")):
        if is_symbol(spelling):
            return [canonical(spelling)]
    typed = _line(query).plain.strip(" .,;:?!\"'")
    meant: list[str] = []
    for pattern, forms in _TYPED:
        match = pattern.fullmatch(typed)
        if match:
            parts = {"n": int(match["n"]), "y": match.groupdict().get("y")}
            written = [form.format(**parts).replace(" (None)", "") for form in forms]
            meant += [canonical(form) for form in written if is_symbol(form)]
    return _distinct(meant)


def _distinct(symbols: list[str]) -> list[str]:
    return list(dict.fromkeys(symbols))
