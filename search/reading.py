"""Reading what a person types: from a text to the tree that every engine answers, and to its normal form.

    query     = either { either }                      what stands side by side must all hold
    either    = both { OR both }                       OR or |
    both      = single { AND single }                  AND or &
    single    = { NOT } part                           NOT or a dash right before it
    part      = word | word* | "phrase" | symbol | symbol with * | field:value,value | ( query )

Reading never raises and takes time proportional to the part of the text that is read. What cannot be read as written
is read in the nearest way that makes sense, with a :class:`Problem` at its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from domain.symbols import interpret
from search import filters, synonyms
from search.joining import conjunction, disjunction, joined
from search.languages import Word, analyse, exact, words
from search.lexing import Kind, Token, Typed, Value, begins_symbol, lex, typed
from search.normal import deepest, small, written
from search.query import (
    LONGEST,
    MOST,
    All,
    Named,
    Node,
    Not,
    Parsed,
    Pattern,
    Phrase,
    Prefix,
    Problem,
    Words,
    key_of,
)

DEEPEST: Final = 20
"""Parentheses within parentheses that are read."""

PARTS: Final = 40
"""Words of one piece typed without blanks, or characters of one run of Chinese, that are read."""

VALUES: Final = 60
"""Values of one field that are read."""

PROBLEMS: Final = 12
"""Problems that are told; more help nobody."""


def parse(text: str) -> Parsed:
    """Read a query. Never raises."""
    read = typed(text[:LONGEST])
    parser = _Parser(read, DEEPEST)
    tree = parser.whole()
    normal = written(tree)
    if deepest(normal) > DEEPEST:  # the normal form writes parentheses that were left out
        parser = _Parser(read, DEEPEST // 2 - 1)
        tree = parser.whole()
        normal = written(tree)
    longest = LONGEST
    while len(normal) > LONGEST:  # the normal form spells out what was short
        longest = longest * 3 // 4
        parser = _Parser(typed(text[:longest]), DEEPEST // 2 - 1)
        tree = parser.whole()
        normal = written(tree)
    if text[longest:].strip():
        cut = Problem(f"only the first {longest:,} characters are read", longest, len(text))
        parser.problems = [*parser.problems[: PROBLEMS - 1], cut]
    problems = sorted(parser.problems, key=lambda problem: (problem.start, problem.end))
    if not tree.parts:
        return Parsed(problems=tuple(problems))
    return Parsed(synonyms.expanded(joined(tree)), _symbols(read, tree), tuple(problems), normal)


def _symbols(read: Typed, tree: All) -> tuple[str, ...]:
    """The documents a whole text may name; none where it is a pattern of many."""
    if any(isinstance(part, Pattern) for part in tree.parts):
        return ()
    return tuple(key_of(symbol) for symbol in interpret(read.text.replace('"', " ").strip()))


@dataclass(slots=True)
class _Parser:
    """One reading of a text. Every method that reads moves `at` on, so that reading ends."""

    read: Typed
    depth: int
    problems: list[Problem] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    at: int = 0
    left: int = MOST

    def whole(self) -> All:
        """The tree of the whole text, its parts in normal order; fields not yet joined, no synonyms."""
        self.tokens = self._paired(lex(self.read.text, filters.field_of))
        node = self._query()
        return node if isinstance(node, All) else All((node,))

    def problem(self, message: str, start: int, end: int) -> None:
        """Tell a problem at a place in the text as typed."""
        if len(self.problems) < PROBLEMS:
            self.problems.append(Problem(message, start, end))

    def _at(self, message: str, token: Token | Value) -> None:
        self.problem(message, *self.read.place(token.start, token.end))

    def _paired(self, tokens: list[Token]) -> list[Token]:
        """Every parenthesis with its other half; those without, or too deep, left out or closed at the end."""
        kept: list[Token] = []
        opened: list[tuple[Token, bool]] = []
        depth = 0
        for token in tokens:
            if token.kind is Kind.OPEN:
                used = depth < self.depth
                if not used:
                    self._at(f"parentheses are read {self.depth} deep: this one is left out", token)
                opened.append((token, used))
                depth += used
            elif token.kind is Kind.CLOSE:
                if not opened:
                    self._at("this parenthesis closes nothing: it is left out", token)
                    continue
                used = opened.pop()[1]
                depth -= used
            else:
                used = True
            if used:
                kept.append(token)
        for token, used in reversed(opened):
            self._at("this parenthesis is not closed: it was read up to the end", token)
            if used:
                end = len(self.read.text)
                kept.append(Token(Kind.CLOSE, ")", end, end))
        return kept

    # -- the grammar ---------------------------------------------------------------------------------------------

    def _kind(self) -> Kind | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    def _take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def _query(self) -> Node:
        parts: list[Node] = []
        while (kind := self._kind()) not in (None, Kind.CLOSE):
            if kind in (Kind.AND, Kind.OR):
                token = self._take()
                self._at(f"{token.text} stands before nothing or after nothing: it is left out", token)
                continue
            part = self._either()
            if part is not None:
                parts.append(part)
        return conjunction(parts)

    def _either(self) -> Node | None:
        return self._row(Kind.OR, self._both, disjunction)

    def _both(self) -> Node | None:
        return self._row(Kind.AND, self._single, conjunction)

    def _row(self, operator: Kind, part: Callable[[], Node | None], join: Callable[[list[Node]], Node]) -> Node | None:
        """Parts with an operator between them."""
        found = [part()]
        while self._kind() is operator:
            token = self._take()
            if self._kind() in (None, Kind.CLOSE, Kind.AND, Kind.OR):
                self._at(f"{token.text} stands before nothing or after nothing: it is left out", token)
                continue
            found.append(part())
        parts = [node for node in found if node is not None]
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else join(parts)

    def _single(self) -> Node | None:
        negated = False
        while self._kind() is Kind.NOT:
            token = self._take()
            negated = not negated
            if self._kind() in (None, Kind.CLOSE, Kind.AND, Kind.OR):
                self._at(f"{token.text} stands before nothing: it is left out", token)
                return None
        node = self._part()
        if node is None or not negated:
            return node
        return node.part if isinstance(node, Not) else Not(node)

    def _part(self) -> Node | None:
        token = self._take()
        if token.kind is Kind.OPEN:
            node = self._query()
            closing = self._take()
            if isinstance(node, All) and not node.parts:
                return None
            return node if closing.kind is Kind.CLOSE else None
        if self.left == 0:
            start, _ = self.read.place(token.start, token.end)
            message = f"only the first {MOST} words, phrases and fields are read"
            if all(problem.message != message for problem in self.problems):
                self.problem(message, start, self.read.place(0, len(self.read.text))[1])
            return None
        leaf = self._leaf(token)
        self.left -= len(leaf.parts) if isinstance(leaf, All) else leaf is not None
        return leaf

    # -- leaves --------------------------------------------------------------------------------------------------

    def _leaf(self, token: Token) -> Node | None:
        match token.kind:
            case Kind.SYMBOL:
                return named(token.text)
            case Kind.PATTERN:
                return Pattern(token.text, key_of(token.text))
            case Kind.PHRASE:
                return self._phrase(token)
            case Kind.FIELD:
                return self._field(token)
            case Kind.UNKNOWN:
                near = filters.nearest_field(token.text)
                hint = f"; did you mean {near}:?" if near else ""
                fields = ", ".join(filters.FIELDS)
                self._at(f"there is no field {token.text!r}, it was read as a word: fields are {fields}{hint}", token)
                return _words(token.text)
            case _:
                return self._word(token)

    def _phrase(self, token: Token) -> Node | None:
        if not token.closed:
            self._at("this quotation mark is not closed: the phrase was read up to the end", token)
        node = phrase(token.text)
        if node is None:
            self._at("there is no word between these quotation marks", token)
        return node

    def _word(self, token: Token) -> Node | None:
        if "*" in token.text and not _addressed(token.text):
            return self._prefix(token)
        text = token.text
        if len(words(text)) > PARTS and not _addressed(text):
            self._at(f"of one word typed without blanks, {PARTS} parts are read", token)
            text = text[: analyse(text, "en")[PARTS - 1].end]
        return _words(text)

    def _prefix(self, token: Token) -> Node | None:
        before, _, after = token.text.partition("*")
        if not exact(before):
            if token.text.strip("*") == "":
                self._at("a * ends a word: standing alone it is left out", token)
                return None
            self._at("a * stands at the end of a word, not before it: it is left out", token)
            return self._word(replace(token, text=token.text.strip("*").replace("*", "-")))
        if exact(after):
            self._at(f"a * ends a word: this was read as {before}*", token)
        tokens = analyse(before, "en")
        last = tokens[-1]
        if last.chinese:  # a word of Chinese is found wherever it stands: every one is a beginning
            return self._word(replace(token, text=before))
        if last.end != len(before) or len(last.exact) < 2:
            self._at("a * stands right after at least two letters: it is left out", token)
            return self._word(replace(token, text=before))
        start = before[: last.start]
        beginning = Prefix(before[last.start :], last.exact)
        first = self._word(replace(token, text=start)) if exact(start) and self.left > 1 else None
        return beginning if first is None else conjunction([first, beginning])

    # -- fields --------------------------------------------------------------------------------------------------

    def _field(self, token: Token) -> Node | None:
        if not token.values:
            self._at(f"{token.text}: has no value: it is left out. Write for example {_EXAMPLES[token.text]}", token)
            return None
        if len(token.values) > VALUES:
            self._at(f"of one field {VALUES} values are read", token)
        nodes: list[Node] = []
        refused: list[Value] = []
        for value in token.values[:VALUES]:
            node = self._value(token.text, value)
            if node is None:
                refused.append(value)
            else:
                nodes.append(node)
        if nodes:
            return disjunction(nodes)
        found = [phrase(value.text) if value.quoted else _words(value.text) for value in refused[:1]]
        return found[0] if found else None

    def _value(self, name: str, value: Value) -> Node | None:
        try:
            read = filters.read(name, value.text)
        except filters.UnreadableValueError as error:
            longer = self._longer(name, value)
            if longer is not None:
                return longer
            if len(self.problems) < PROBLEMS:
                self._at(str(error), value)
            return None
        if read.remark:
            self._at(read.remark, value)
        return read.node

    def _longer(self, name: str, value: Value) -> Node | None:
        """The value that this and the words after it make together: ``country:South Africa``, without its quotes."""
        if value.quoted or not filters.listed(name):
            return None
        parts = [value.text]
        for number, token in enumerate(self.tokens[self.at : self.at + 5], 1):
            gap = self.read.text[value.end if number == 1 else self.tokens[self.at + number - 2].end : token.start]
            if token.kind is not Kind.WORD or not gap.isspace():
                return None
            parts.append(token.text)
            try:
                node = filters.read(name, " ".join(parts)).node
            except filters.UnreadableValueError:
                continue
            self.at += number
            whole = " ".join(parts)
            start, end = self.read.place(value.start, token.end)
            self.problem(f'a value of several words stands in quotation marks: {name}:"{whole}" was read', start, end)
            return node
        return None


_EXAMPLES: Final = {
    **{"kind": "kind:vote", "year": "year:1990..1999", "date": "date:2014-03", "country": "country:FRA"},
    **{"vote": "vote:no", "outcome": "outcome:vetoed", "format": 'format:"open debate"', "language": "language:fr"},
    **{"agenda": 'agenda:"The situation in Mali"', "symbol": "symbol:S/PV.9052", "cites": "cites:S/RES/1325"},
}


# --- Leaves ---------------------------------------------------------------------------------------------------------


def named(symbol: str) -> Named:
    """A document by its symbol, in canonical spelling."""
    return Named(symbol, (key_of(symbol),), tuple(exact(symbol)))


def phrase(text: str) -> Node | None:
    """What stands between quotation marks: a symbol, or words one after the other; None where there is no word."""
    text = " ".join(text.split())
    tokens = lex(text, lambda _: None)
    if len(tokens) == 1 and tokens[0].kind is Kind.SYMBOL:
        return named(tokens[0].text)
    forms = tuple(exact(text))
    return Phrase(text, forms) if forms else None


def _words(text: str) -> Node | None:
    """One thing typed without blanks, without the signs around it; the document where it is the address of one."""
    if symbols := _addressed(text):
        return named(symbols[0])
    text = "-".join(text.split())
    found = tuple(words(text))
    if not found:
        return None
    tokens = analyse(text, "en")
    bare = text[tokens[0].start : tokens[-1].end]
    for shorter in (bare, text, *(re.sub("[:/*]", "-", way).strip("-") for way in (bare, text))):
        same = tuple(words(shorter))
        if _alike(found, same) and _one_word(shorter):
            return Words(shorter, same)
    return Words(text, found)


def _addressed(text: str) -> list[str]:
    """The documents at an address."""
    return interpret(text) if text.lower().startswith("http") and "://" in text else []


def _alike(one: tuple[Word, ...], other: tuple[Word, ...]) -> bool:
    return [(word.exact, word.stems) for word in one] == [(word.exact, word.stems) for word in other]


def _one_word(text: str) -> bool:
    """Whether a text is read as one word wherever the normal form has it: not as part of a symbol, nor as a field."""
    normal = small(text)
    tokens = [] if begins_symbol(normal) or "*" in normal else lex(normal, filters.field_of)
    return len(tokens) == 1 and tokens[0].kind is Kind.WORD and tokens[0].text == normal
