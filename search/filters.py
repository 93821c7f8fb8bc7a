"""The fields a query can name, in six languages, and what may stand after the colon of each.

A field name or a value is read in any language and letter case. What a field takes is a closed list where the domain
has one; a value that is not in it is refused with the nearest that is.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import Final

from babel import Locale

from domain.charter import Choice, Outcome
from domain.meetings import FORMATS
from domain.symbols import interpret
from projections.members import LANGUAGES
from search import countries, documents, states
from search.languages import fold
from search.lexing import starred_at
from search.query import Filter, Node, Pattern, Span, key_of

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("type", "نوع", "النوع", "类型", "类别", "genre", "тип", "вид", "tipo", "clase"),
    "year": ("years", "سنة", "عام", "السنة", "年", "年份", "année", "an", "год", "годы", "año"),
    "date": ("day", "تاريخ", "التاريخ", "日期", "jour", "дата", "fecha"),
    "country": (
        *("member", "state", "دولة", "بلد", "عضو", "国家", "国", "成员", "成员国"),
        *("pays", "membre", "état", "страна", "стр", "государство", "член", "país", "miembro", "estado"),
    ),
    "vote": ("ballot", "تصويت", "صوت", "投票", "表决", "voix", "suffrage", "голос", "голосование", "voto"),
    "outcome": ("result", "نتيجة", "النتيجة", "结果", "résultat", "результат", "итог", "resultado"),
    "format": ("شكل", "形式", "формат", "formato"),
    "agenda": ("item", "بند", "جدول", "议程", "议题", "ordre", "повестка", "пункт", "orden", "tema"),
    "language": ("lang", "لغة", "اللغة", "语言", "语文", "langue", "язык", "idioma", "lengua"),
    "symbol": ("document", "رمز", "الرمز", "文号", "编号", "cote", "символ", "обозначение", "signatura"),
    "cites": (
        "mentions",
        "يذكر",
        "يشير",
        "引用",
        "提及",
        "cite",
        "mentionne",
        "ссылается",
        "упоминает",
        "cita",
        "menciona",
    ),
}
"""Field → its other names: English, Arabic, Chinese, French, Russian, Spanish."""

INDEXED: Final = {
    **{"kind": "kind", "country": "member", "outcome": "outcome", "format": "format", "agenda": "agenda"},
    **{"language": "language", "symbol": "own", "cites": "mentions", "vote": "vote"},
}
"""Field → the field of the index. `vote` is made into `ballots` when the countries beside it are known."""

SPANNED: Final = {"year": "year", "date": "day"}

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "yes": ("for", "favour", "in favour", "y", "نعم", "مؤيد", "赞成", "pour", "oui", "за", "да", "sí", "a favor"),
    "no": ("against", "n", "لا", "معارض", "反对", "contre", "non", "против", "нет", "en contra", "contra"),
    "abstain": (
        *("abstained", "abstention", "abstentions", "abstains", "امتناع", "ممتنع", "弃权"),
        *("воздержался", "воздержалась", "abstención", "abstuvo"),
    ),
    "not voting": ("non-voting", "did not vote", "لم يصوت", "未投票"),
    "not participating": ("did not participate", "لم يشارك", "未参加投票", "не участвовал", "no participó"),
    "absent": ("غائب", "缺席", "отсутствовал", "ausente"),
    "veto": ("vetoed", "vetoes", "نقض", "حق النقض", "否决", "вето"),
    "unknown": (),
}
_OUTCOMES: Final[dict[str, tuple[str, ...]]] = {
    "adopted": ("adoption", "passed", "اعتمد", "معتمد", "通过", "adopté", "adoptée", "принят", "принята", "aprobado"),
    "vetoed": ("veto", "نقض", "否决", "вето", "vetado", "vetada"),
    "not adopted": ("failed", "rejected", "لم يعتمد", "未通过", "rejeté", "non adopté", "не принят", "no aprobado"),
    "undetermined": (),
}
_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "vote": ("تصويت", "表决", "голосование", "votación", "voto"),
    "meeting": ("جلسة", "اجتماع", "会议", "séance", "réunion", "заседание", "sesión", "reunión"),
    "document": ("وثيقة", "文件", "документ", "documento"),
    "mission": ("بعثة", "访问团", "миссия", "misión"),
    "veto": ("نقض", "否决", "вето"),
    "member": ("عضو", "成员", "membre", "член", "miembro"),
    "presidency": ("presidencies", "رئاسة", "主席", "présidence", "председательство", "presidencia"),
    "election": ("انتخاب", "选举", "élection", "выборы", "elección"),
    "note": ("مذكرة", "说明", "записка", "nota"),
}
_FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "open debate": ("مناقشة مفتوحة", "公开辩论", "débat public", "открытые прения", "debate abierto"),
    "consultations of the whole": ("consultations", "مشاورات", "磋商", "консультации", "consultas"),
    "Arria-formula meeting": ("arria", "arria-formula", "arria formula", "阿里亚办法", "формула аррии", "صيغة آريا"),
    "troop- and police-contributing countries": ("tcc", "tccs", "troop-contributing countries"),
    "informal interactive dialogue": ("iid",),
    "wrap-up": ("wrap-up session", "wrap up"),
}

_DAY: Final = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?")
_RANGE: Final = re.compile(r"(?P<low>[^\s.…]*(?:\.[^\s.…]+){0,2})\s?(?:\.\.|…)\s?(?P<high>\S*)")
_BOUND: Final = re.compile(r"(?P<sign>[<>]=?)\s?(?P<day>\S+)")
_YEARS: Final = re.compile(r"([0-9]{4})[-–]([0-9]{4})")
FIRST_DAY: Final = 1
"""A bound below every dated record and above the undated, which stand at day 0."""


class UnreadableValueError(ValueError):
    """What stands after the colon is no value of the field; the message says what is. It is made when it is read:
    looking for the nearest value takes longer than all the rest."""

    def __str__(self) -> str:
        told = self.args[0]
        return str(told() if callable(told) else told)


@dataclass(frozen=True, slots=True)
class Read:
    """A value as read: a filter with one value, a pattern or a span; `remark` says what was read instead."""

    node: Node
    remark: str | None = None


def field_of(name: str) -> str | None:
    """The field a name stands for, in any of the six languages and any letter case; None for what names none."""
    return _names().get(fold(name.lower()))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {fold(name): field for field, others in FIELDS.items() for name in (field, *others)}


def nearest_field(name: str) -> str | None:
    """The field whose name is most like a word."""
    near = get_close_matches(fold(name.lower()), _names(), 1, 0.6)
    return _names()[near[0]] if near else None


def read(field: str, text: str) -> Read:
    """What a field says with one value. Raises :class:`UnreadableValueError`."""
    text = " ".join(text.split())
    if field in SPANNED:
        return _span(field, text)
    if field in ("symbol", "cites"):
        return _symbols(field, text)
    if field == "agenda":
        if not text:
            raise UnreadableValueError("agenda: needs an agenda item, as the list of agenda items has it")
        return Read(Filter("agenda", (key_of(text),)))
    value = _listed(field).get(_plain(text)) if field != "country" else _country(text)
    if value is None:
        raise UnreadableValueError(partial(_refusal, field, text))
    return Read(Filter(INDEXED[field], (key_of(value),)))


def listed(field: str) -> bool:
    """Whether a field takes values of a closed list, which may be names of several words."""
    return field in ("kind", "country", "vote", "outcome", "format", "language")


def _refusal(field: str, text: str) -> str:
    if field == "country":
        near = get_close_matches(text.title()[:60], states.english(), 1, 0.7)
        known = "a name of a State in one of the six languages or its code, such as FRA"
        also = "; quote names of several words"
    else:
        near = [_listed(field)[key] for key in get_close_matches(_plain(text)[:60], _listed(field), 1, 0.7)]
        known = ", ".join(dict.fromkeys(_listed(field).values()))
        also = ""
        if field == "kind" and _plain(text).startswith("resolution"):
            also = "; resolutions are found as votes and as documents"
    nearest = f"; did you mean {near[0]}?" if near else ""
    return f"{text!r} is no {field} known here: {field}: takes {known}{also}{nearest}"


def _plain(text: str) -> str:
    return fold(text.lower().replace("_", " ").strip(" .;:!?"))


@lru_cache(maxsize=16)
def _listed(field: str) -> dict[str, str]:
    """The values of a closed list by every way to write them."""
    match field:
        case "kind":
            known, others = documents.KINDS, _KINDS
        case "vote":
            known, others = (*(choice.value for choice in Choice), "veto"), _CHOICES
        case "outcome":
            known, others = tuple(outcome.value for outcome in Outcome), _OUTCOMES
        case "format":
            known, others = FORMATS, _FORMATS
        case _:
            known, others = LANGUAGES, {language: _language_names(language) for language in LANGUAGES}
    found: dict[str, str] = {}
    for value in known:
        for written in (value, *others.get(value, ())):
            found.setdefault(_plain(written), value)
            found.setdefault(_plain(written) + "s", value)
            found.setdefault(_plain(written).replace("-", " "), value)
    return found


def _language_names(language: str) -> tuple[str, ...]:
    return tuple(str(Locale.parse(in_language).languages[language]) for in_language in LANGUAGES)


def _country(text: str) -> str | None:
    code = text.strip(" .;:!?")
    if len(code) == 3 and code.isascii() and code.upper() in states.codes():
        return code.upper()
    if len(code) == 2 and (longer := states.by_two_letters().get(code.upper())):
        return longer
    return states.code_in_any_language(code) or countries.code_of(code)


def _symbols(field: str, text: str) -> Read:
    if "*" in text:
        token = starred_at(text, 0) if field == "symbol" else None
        if token is not None and token.end == len(text):  # read as it is where it stands by itself
            return Read(Pattern(token.text, key_of(token.text)))
        raise UnreadableValueError(f"{field}: takes whole symbols; a pattern such as S/PRST/2023/* stands by itself")
    keys = tuple(sorted(map(key_of, interpret(text))))
    if not keys:
        wanted = "write one such as S/RES/1325 (2000), S/PV.9052 or S/2014/916"
        raise UnreadableValueError(f"{text!r} is no symbol: {wanted}")
    return Read(Filter(INDEXED[field], keys))


# --- Years and days -------------------------------------------------------------------------------------------------


def _span(field: str, text: str) -> Read:
    text = text.rstrip(";:!?,")
    bound, years, ranged = _BOUND.fullmatch(text), _YEARS.fullmatch(text), _RANGE.fullmatch(text)
    low: int | None
    high: int | None
    if bound:
        first, last = _days(field, bound["day"])
        step = _after if field == "date" else _year_after
        low = {">": step(last, 1), ">=": first}.get(bound["sign"])
        high = {"<": step(first, -1), "<=": last}.get(bound["sign"])
    elif field == "year" and years:
        low, high = int(years[1]), int(years[2])
    elif ranged and (ranged["low"] or ranged["high"]):
        low = _days(field, ranged["low"])[0] if ranged["low"] else None
        high = _days(field, ranged["high"])[1] if ranged["high"] else None
    else:
        low, high = _days(field, text.rstrip("."))
    remark = None
    if low is not None and high is not None and low > high:
        remark = f"the range {text} is upside down: it was read the other way round"
        if ranged:
            low, high = _days(field, ranged["high"])[0], _days(field, ranged["low"])[1]
        else:
            low, high = high, low
    return Read(Span(SPANNED[field], FIRST_DAY if low is None and field == "date" else low, high), remark)


def _days(field: str, text: str) -> tuple[int, int]:
    """The first and the last year or day a text can mean, as the index numbers them."""
    match = _DAY.fullmatch(text)
    year, month, day = (int(part) if part else 0 for part in match.groups()) if match else (0, 0, 0)
    if field == "year":
        if not year >= 1000 or month:
            wanted = "write year:1990, year:1990..1999, year:1990.. or year:>=1990"
            raise UnreadableValueError(f"{text!r} is no year: {wanted}")
        return year, year
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except ValueError:
        wanted = "write date:2014-03-15, date:2014-03, date:2014-03..2014-05-15 or date:>=2014-03"
        raise UnreadableValueError(f"{text!r} is no date: {wanted}") from None
    return _number(first), _number(last)


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _after(day: int, by: int) -> int:
    """The day after or before a day; the calendar's ends stay."""
    known = date(day // 10_000, day // 100 % 100, day % 100).toordinal() + by
    return _number(date.fromordinal(min(max(known, 1), date.max.toordinal())))


def _year_after(year: int, by: int) -> int:
    """The year after or before a year, of four digits."""
    return min(max(year + by, 1000), 9999)


def written_number(name: str, number: int | None) -> str:
    """A bound of a span as it is typed; nothing for an open one."""
    if number is None or (name == "day" and number == FIRST_DAY):
        return ""
    return f"{number:04d}" if name == "year" else f"{number // 10_000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"
