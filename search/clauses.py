"""A question in the embedded engine's form: built as objects, never parsed from text by the engine."""

from __future__ import annotations

import re
from typing import Any, Final

import tantivy
from tantivy import FieldType, Occur

from search import documents, fields, languages, query
from search.engine import Begun, Ended, Pinned, Question
from search.query import Node, in_words
from search.weights import IN_TITLE, TITLE, WEIGHTS, Weights

Q: Final = tantivy.Query

_LONGEST: Final = 16_000
"""Characters of a value that is looked up: the engine holds none as long."""

_MOST: Final = 99_999_999
"""More than any number in a field: 99991231 is the last day."""

_MARKS: Final = frozenset(r"\.+*?()|[]{}^$")


class Clauses:
    """Makes the engine's queries over the fields of the index. Nothing in a node makes it raise."""

    def __init__(self, weights: Weights = WEIGHTS) -> None:
        self._schema = fields.schema()
        self._weights = weights

    def whole(self, question: Question, *more: Any) -> Any:
        """Words and filters together; filters add nothing to the score."""
        unscored = [*self.held(question.held), *(self.node(node) for node in question.filters), *more]
        parts = [(Occur.Must, Q.const_score_query(part, 0.0)) for part in unscored]
        wanted = self._wanted(question)
        if wanted is not None:
            parts.append((Occur.Must, wanted))
        return Q.boolean_query(parts)

    def held(self, held: Pinned | Begun | Ended) -> list[Any]:
        """Which versions of records are asked for."""
        match held:
            case Pinned(at):
                return [self.range("since", None, at), self.range("until", at + 1, None)]
            case Begun(after, upto):
                return [self.range("since", after + 1, upto)]
            case Ended(after, upto):
                return [self.range("until", after + 1, upto)]

    def range(self, field: str, lower: int | None, upper: int | None) -> Any:
        """Records whose number in a field lies between two, both included."""
        return Q.range_query(self._schema, field, FieldType.Unsigned, lower_bound=lower, upper_bound=upper)

    def near(self, field: str, form: str, edits: int) -> Any:
        """Records that have a word so many edits away from another."""
        return Q.fuzzy_term_query(self._schema, field, _clean(form), edits)

    def _wanted(self, question: Question) -> Any | None:
        worded = [] if question.tree is None else [self._worded(question.tree)]
        if not question.symbols:
            return worded[0] if worded else None
        return Q.boolean_query([(Occur.Should, part) for part in (*self._symbols(question.symbols), *worded)])

    def _worded(self, tree: Node) -> Any:
        """A whole query; a title that says all of it counts more."""
        said = in_words(tree)
        if said is None:
            return self.node(tree)
        titled = Q.const_score_query(Clauses(TITLE).node(said), IN_TITLE)
        return Q.boolean_query([(Occur.Must, self.node(tree)), (Occur.Should, titled)])

    def node(self, node: Node) -> Any:
        """A node of a query, with all that is below it."""
        match node:
            case query.Words(_, words):
                return self._all_of([self._word(word) for word in words])
            case query.Phrase(_, forms):
                return self._phrase(forms)
            case query.Prefix(_, form):
                parts = [self._pattern(name, _literal(form) + ".*") for name in self._weights]
                return Q.const_score_query(Q.disjunction_max_query(parts), 1.0)
            case query.Named(_, keys, forms):
                return Q.disjunction_max_query([*self._symbols(keys), self._phrase(forms)], 0.1)
            case query.Pattern(_, key):
                return self._pattern("own", ".*".join(map(_literal, re.split(r"\*+", key))))
            case query.Filter(name, values):
                known = Q.term_set_query(self._schema, name, [_clean(value) for value in values])
                return Q.const_score_query(known, 0.0)
            case query.Span(name, low, high):
                return self._span(name, low, high)
            case query.All(parts):
                return self._all(parts)
            case query.Any(parts):
                return Q.disjunction_max_query([self.node(part) for part in parts], 0.1)
            case query.Either(typed, others):
                ways = [self.node(typed), *(Q.boost_query(self.node(other), 0.5) for other in others)]
                return Q.disjunction_max_query(ways, 0.1)
            case query.Not():
                return self._all((node,))

    def _term(self, field: str, value: str) -> Any:
        return Q.term_query(self._schema, field, _clean(value))

    def _pattern(self, field: str, pattern: str) -> Any:
        """Values that a pattern matches from end to end. One too long for the engine is longer than any value."""
        try:
            return Q.regex_query(self._schema, field, _clean(pattern))
        except ValueError:
            return Q.empty_query()

    def _span(self, name: str, low: int | None, high: int | None) -> Any:
        """Records without a number in the field lie in no span, be it open at both ends."""
        least, most = max(1, low or 0), _MOST if high is None else min(high, _MOST)
        return Q.empty_query() if least > most else Q.const_score_query(self.range(name, least, most), 0.0)

    def _all(self, parts: tuple[Node, ...]) -> Any:
        made = [
            (Occur.MustNot, self.node(part.part)) if isinstance(part, query.Not) else (Occur.Must, self.node(part))
            for part in parts
        ]
        if all(occur == Occur.MustNot for occur, _ in made):  # the engine finds nothing where nothing is wanted
            made.append((Occur.Must, Q.const_score_query(Q.all_query(), 0.0)))
        return Q.boolean_query(made)

    def _all_of(self, made: list[Any]) -> Any:
        return made[0] if len(made) == 1 else Q.boolean_query([(Occur.Must, part) for part in made])

    def _phrase(self, forms: tuple[str, ...]) -> Any:
        ways = [self._phrase_in(name, forms, exact) for name, (exact, _) in self._weights.items()]
        return Q.disjunction_max_query(ways, 0.2)

    def _phrase_in(self, field: str, forms: tuple[str, ...], weight: float) -> Any:
        if len(forms) == 1:  # the engine gives up on a phrase of one word
            return Q.boost_query(self._term(field, forms[0]), weight)
        if not forms:
            return Q.empty_query()
        return Q.boost_query(Q.phrase_query(self._schema, field, list(map(_clean, forms))), weight)

    def _word(self, word: languages.Word) -> Any:
        parts = []
        for name, (exact, stem) in self._weights.items():
            if word.exact is not None:
                parts.append(Q.boost_query(self._term(name, word.exact), exact))
            parts += [Q.boost_query(self._term(f"{name}_stems", form), stem) for form in word.stems]
        return Q.disjunction_max_query(parts, 0.2)

    def _symbols(self, symbols: tuple[str, ...]) -> list[Any]:
        """Records that bear a symbol far above those that mention it, better readings above worse ones."""
        made = []
        for rank, symbol in enumerate(symbols):
            own = self._term("own", symbol)
            made.append(Q.const_score_query(own, 1000.0 / (rank + 1)))
            for place, kind in enumerate(documents.KINDS[:2]):
                both = Q.boolean_query([(Occur.Must, own), (Occur.Must, self._term("kind", kind))])
                made.append(Q.const_score_query(both, 1050.0 / (rank + 1) - 20 * place))
            made.append(Q.const_score_query(self._term("mentions", symbol), 20.0 / (rank + 1)))
        return made


def _literal(text: str) -> str:
    """Characters that stand for themselves in a pattern."""
    return "".join(f"\\{sign}" if sign in _MARKS else sign for sign in text)


def _clean(value: str) -> str:
    """A value without halves of characters, which the engine cannot take, and not longer than it can hold."""
    return value[:_LONGEST].encode("utf-8", "replace").decode()
