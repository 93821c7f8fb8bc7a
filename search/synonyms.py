"""Other ways to say what was typed, in the six languages: added to a tree after reading, never part of its normal form.

The ways stand in `search/synonyms.yaml`; the names of each State are a group of their own. A run of words side by side,
or a whole phrase, that is a way of saying something becomes :class:`search.query.Either` of itself and the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Final

from search import states
from search.languages import Word, exact, stems, words
from search.query import All, Any, Either, Node, Not, Phrase, Words, leaves
from search.terms import LONGEST, Forms, Terms, Ways, forms_of, terms

OTHERS: Final = 12
"""Other ways added to one way typed; of each language the first before any second."""

LEAVES: Final = 60
"""Leaves of a tree after which nothing more is added."""

_INFLECTED: Final = ("ru", "ar")
"""Languages whose words change with the sentence: their ways are looked for by stem."""

_VARIED: Final = 4
"""Words of a way that are looked for in each of their stems, should they have two."""

_PARTICLES: Final = ("و", "ل", "ب", "ف", "ك", "ول", "وب", "فل")
"""What Arabic writes together with the next word, and light stemming leaves: `لمجلس الأمن`, to the Security Council."""

_LINKS: Final = frozenset("的和与及之在对")
"""Characters that join two ways of Chinese without saying anything themselves."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say something."""

    text: str
    language: str
    forms: Forms
    name: bool = False
    """Whether it is the name of a State, found as it stands."""


@dataclass(slots=True)
class Thesaurus:
    """Every way to say something, with the others: by exact forms, and in some languages by stems."""

    others: dict[Forms, tuple[Way, ...]] = field(default_factory=dict)
    stems: dict[Forms, Forms] = field(default_factory=dict)

    def find(self, forms: Forms, typed: Sequence[Word]) -> tuple[Way, ...]:
        """The other ways to say what has these exact forms; `typed` are its words, for the stems of those that change
        with the sentence."""
        found = self.others.get(forms)
        if found is None and len(forms) == 1:
            form = forms[0]
            for ending in ("s", "es") if form.isascii() and len(form) > 4 else ():
                if found is None and form.endswith(ending):
                    found = self.others.get((form.removesuffix(ending),))
        if found is None:
            known = (self.stems.get(key) for key in _keys(typed))
            found = next((self.others[way] for way in known if way is not None), None)
        return tuple(way for way in found or () if way.forms != forms)


def _keys(typed: Sequence[Word]) -> Iterator[Forms]:
    """The stems of words of Russian or Arabic, a number as it is: as they stand, then without Arabic particles before
    the first. None where a word is of another language."""
    key = tuple(_key(word.exact or "", word.stems) for word in typed)
    if not all(key):
        return
    yield key
    first = typed[0].exact or ""
    for particle in _PARTICLES:
        if first.startswith(particle) and len(first) >= len(particle) + 3:
            yield (_key("", stems(first.removeprefix(particle), ("en",))), *key[1:])


def _key(form: str, of: Sequence[str]) -> str:
    return next((stem for stem in of if stem[:2] in _INFLECTED), form if form.isdigit() else "")


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The ways of the file and the names of States. Made once; raises :class:`search.terms.SynonymsError`."""
    return made(terms())


def made(read: Terms) -> Thesaurus:
    """A thesaurus of a file. A name that two States bear, or that says something else in the file, is none."""
    result = Thesaurus()
    for group in read.groups:
        _add(result, _listed(group), _listed(group))
    for typed, finds in read.one_way:
        _add(result, _listed(typed), [*_listed(finds), *_listed(typed)])
    named = {code: list(_listed(states.names(code), name=True)) for code in sorted(states.codes())}
    borne: dict[Forms, set[str]] = {}
    for code, ways in named.items():
        for way in ways:
            borne.setdefault(way.forms, set()).add(code)
    within = _within(borne)
    for ways in named.values():
        alone = [way for way in ways if len(borne[way.forms]) == 1 and way.forms not in result.others]
        _add(result, alone, [way for way in alone if way.language != "zh" or way.forms not in within])
    result.stems = _by_stem(result.others)
    return result


def _listed(ways: Ways, *, name: bool = False) -> list[Way]:
    """The ways of a group, the first of each language before the second of any."""
    ranked = [
        (rank, Way(text, language, forms, name))
        for language, texts in ways.items()
        for rank, text in enumerate(texts)
        if 0 < len(forms := forms_of(text)) <= LONGEST
    ]
    ranked.sort(key=lambda pair: pair[0])
    return [way for _, way in ranked]


def _add(to: Thesaurus, typed: Iterable[Way], finds: Sequence[Way]) -> None:
    once = tuple({way.forms: way for way in reversed(finds)}.values())[::-1]
    for way in typed:
        to.others[way.forms] = once


def _within(names: Iterable[Forms]) -> set[Forms]:
    """Parts of longer names. In Chinese, which has no blanks, Mali (马里) would also find Somalia (索马里)."""
    return {
        name[start:stop]
        for name in names
        for start in range(len(name))
        for stop in range(start + 1, len(name) + 1)
        if stop - start < len(name)
    }


def _by_stem(others: dict[Forms, tuple[Way, ...]]) -> dict[Forms, Forms]:
    """Stems → a way they are the stems of. None where they are those of ways that say different things."""
    found: dict[Forms, list[Forms]] = {}
    for forms in others:
        if len(forms) == 1 and len(forms[0]) < 4:
            continue
        each = [{_key(way, stems(way, ("en",))): None for way in (form, *_cases(form))} for form in forms[:_VARIED]]
        each += [{_key(form, stems(form, ("en",))): None} for form in forms[_VARIED:]]
        for key in product(*each):
            if all(key) and (len(key) > 1 or len(key[0]) >= 6):
                found.setdefault(key, []).append(forms)
    return {key: ways[0] for key, ways in found.items() if len({others[way] for way in ways}) == 1}


def _cases(form: str) -> Iterator[str]:
    """A Russian name as it stands in a sentence, where its stem is another: Судан, в Судане; Корея, Кореи."""
    if form.endswith("ан"):
        yield f"{form}е"
    elif form.endswith("ея"):
        yield f"{form[:-1]}и"


# --- Expansion ------------------------------------------------------------------------------------------------------


def expanded(tree: Node) -> Node:
    """A tree with the other ways to say its words and phrases. Fields, symbols and beginnings stay.

    What is excluded is excluded in every way: so a word and its exclusion divide any result between them.
    """
    return _Expander(LEAVES - sum(1 for _ in leaves(tree))).node(tree)


@dataclass(slots=True)
class _Expander:
    left: int

    def node(self, node: Node) -> Node:
        match node:
            case All(parts):
                return All(tuple(self._row(parts)))
            case Any(parts):
                return Any(tuple(self.node(part) for part in parts))
            case Words() | Phrase():
                return next(iter(self._row((node,))))
            case _:
                return node

    def _row(self, parts: Sequence[Node]) -> Iterator[Node]:
        """Parts side by side, each longest run of words that is a way of saying something joined with the others."""
        at = 0
        while at < len(parts):
            part = parts[at]
            if isinstance(part, Phrase):
                yield self._either(part, thesaurus().find(part.forms, words(part.text)))
                at += 1
            elif isinstance(part, Words):
                size, ways = _longest(parts[at:])
                run = parts[at : at + size]
                typed = run[0] if size == 1 else All(tuple(run))
                yield self._either(typed, ways) if ways or size > 1 else self._chinese(part)
                at += size
            else:
                yield Not(self.node(part.part)) if isinstance(part, Not) else self.node(part)
                at += 1

    def _either(self, typed: Node, ways: Sequence[Way]) -> Node:
        others = []
        for way in ways[:OTHERS]:
            if self.left <= 0:
                break
            others.append(_said(way))
            self.left -= 1
        return Either(typed, tuple(others)) if others else typed

    def _chinese(self, typed: Words) -> Node:
        """A run of Chinese made of several ways (安理会决议): each of them with its others, all together."""
        forms = tuple(exact(typed.text))
        if any(len(form) != 1 or not "\u3400" <= form <= "\u9fff" for form in forms):
            return typed
        found: list[Node] = []
        at = 0
        while at < len(forms):
            if forms[at] in _LINKS:
                at += 1
                continue
            size = next((n for n in range(min(LONGEST, len(forms) - at), 1, -1) if _is_way(forms[at : at + n])), 0)
            if size == 0:
                return typed
            run = forms[at : at + size]
            found.append(self._either(Phrase("".join(run), run), thesaurus().find(run, ())))
            at += size
        return Either(typed, (All(tuple(found)),)) if len(found) > 1 else typed


def _is_way(forms: Forms) -> bool:
    return forms in thesaurus().others


def _longest(parts: Sequence[Node]) -> tuple[int, tuple[Way, ...]]:
    """How many of the parts, from the first on, are together a way of saying something, and the others; 1 and none
    where they are none."""
    known = thesaurus()
    forms: Forms = ()
    typed: list[Word] = []
    best: tuple[int, tuple[Way, ...]] = (1, ())
    for size, part in enumerate(parts, 1):
        if not isinstance(part, Words):
            break
        forms += tuple(exact(part.text))
        if len(forms) > LONGEST:
            break
        typed += part.words
        ways = known.find(forms, typed)
        if ways:
            best = size, ways
    return best


def _said(way: Way) -> Node:
    """A way as it is looked for: names and most phrases as they stand, other words in any form of their language."""
    single = len(way.forms) == 1
    if way.language == "zh" or (way.language in _INFLECTED and single and way.name and len(way.text) < 5):
        return Phrase(way.text, way.forms)
    if way.language in _INFLECTED:
        return Words(way.text, tuple(words(way.text)))
    if single and not way.name and not way.text.isupper():
        form = way.forms[0]
        return Words(way.text, (Word(form, stems(form, (way.language,)), way.text),))
    return Phrase(way.text, way.forms)
