"""Quality: how well each engine finds what is known to be right, by language, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ops.bench.search import questions
from ops.bench.search.corpus import SEED, Corpus
from ops.bench.search.measures import Measured, interval, measured
from ops.bench.search.precedents import Precedents
from ops.bench.search.questions import Asked
from ops.bench.search.rivals import Rival
from projections.members import LANGUAGES
from search.engine import Query
from search.kinds import SearchDocument

AIM: Final = 0.95
"""Known-item MRR@10, in each language."""

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Score:
    """How one engine did in one task in one language; `aim` is the least it should reach, if one is set."""

    task: str
    language: str
    engine: str
    measure: str
    value: Measured
    aim: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached; None where there is none."""
        return None if self.aim is None else self.value.mean >= self.aim


@dataclass(frozen=True, slots=True)
class Task:
    """Questions of one kind in one language, by what they are measured."""

    name: str
    language: str
    asked: Sequence[Asked]
    measures: tuple[str, ...]
    aim: float | None = None


def made_tasks(documents: Sequence[SearchDocument], count: int) -> Iterator[Task]:
    """Tasks over made documents: known items by their own titles, and by a parallel title in another language."""
    every = questions.titles(documents)
    for language in LANGUAGES:
        asked = questions.known_items(every, language, count, SEED)
        yield Task("known item, made documents", language, asked, ("RR@10",), AIM)
    for language in LANGUAGES:
        asked = questions.parallel_items(documents, language, count // 2, SEED)
        yield Task("known item by a title in another language", language, asked, ("RR@10",), AIM)


def record_tasks(documents: Sequence[SearchDocument], count: int) -> Iterator[Task]:
    """Tasks over the bundled record."""
    every = questions.titles(documents)
    tables = Precedents()
    yield Task("known item, bundled record", "en", questions.known_items(every, "en", count, SEED), ("RR@10",), AIM)
    yield Task("citation: symbol to records that cite it", "", tables.citations(count, SEED), ("R@10", "nDCG@10"))
    yield Task("agenda item to records under it", "en", tables.headings(count, SEED), ("nDCG@10",))
    for language in LANGUAGES:
        yield Task("name of a State to its records", language, tables.states(every, language), ("nDCG@10", "R@100"))
    for language in LANGUAGES:
        yield Task("agenda item's official name to its records", language, tables.themes(language), ("nDCG@10",))


def score(rival: Rival, tasks: Sequence[Task], step: Step) -> Iterator[Score]:
    """Ask a rival all questions."""
    for task in tasks:
        depth = 100 if "R@100" in task.measures else 10
        wanted = {str(number): tuple(asked.wanted) for number, asked in enumerate(task.asked)}
        found = {}
        for number, asked in enumerate(task.asked):
            found[str(number)] = rival.ask(Query(text=asked.text, first=depth)).records
            step()
        for measure in task.measures:
            yield Score(
                *(task.name, task.language, rival.name, measure),
                measured(wanted, found, measure, SEED),
                task.aim,
            )


def chinese_words(corpus: Corpus, documents: Sequence[SearchDocument], count: int) -> list[Asked]:
    """Words of two characters: the most frequent, and others from all over the vocabulary."""
    words = [word for word in corpus.lexicons["zh"].words if len(word) == 2]
    every = max(1, len(words) // count)
    return questions.chinese(documents, dict.fromkeys((*words[: count // 4], *words[::every])))[:count]


def score_chinese(rival: Rival, asked: Sequence[Asked], step: Step) -> Iterator[Score]:
    """Recall and precision of all that is found against a plain scan of the texts.

    Precision is below one where our engines also find another way to say the word (search/synonyms).
    """
    recall, precision = [], []
    for question in asked:
        found = rival.every(Query(text=question.text))
        right = len(found & question.wanted)
        recall.append(right / len(question.wanted))
        precision.append(right / len(found) if found else 0.0)
        step()
    name = "Chinese word of two characters, all records"
    yield Score(name, "zh", rival.name, "recall", interval(recall, SEED), 1.0)
    yield Score(name, "zh", rival.name, "precision", interval(precision, SEED))


def score_arabic(rival: Rival, documents: Sequence[SearchDocument], step: Step) -> Iterator[Score]:
    """Whether all forms of a noun find the same records, and how many of those that have any form."""
    alike: list[float] = []
    recall: list[float] = []
    for forms, wanted in questions.arabic(documents):
        sets = [rival.every(Query(text=form)) for form in forms]
        alike.append(float(all(found == sets[0] for found in sets)))
        recall += [len(found & wanted) / len(wanted) for found in sets]
        step()
    yield Score(
        "قرار، القرار، قَرَار، قرارات find the same", "ar", rival.name, "same set", interval(alike[:1], SEED), 1.0
    )
    yield Score("forms of four more nouns find the same", "ar", rival.name, "same set", interval(alike[1:], SEED))
    yield Score("forms of five nouns", "ar", rival.name, "recall", interval(recall, SEED))
