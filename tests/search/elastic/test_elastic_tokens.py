"""Both engines take a text apart in the same way: the server's analysers against those of search/languages.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from elasticsearch import Elasticsearch

from search import elastic_analysis, languages
from search.elastic_client import Cluster
from tests.search.six import LETTERS

AGREEMENT = 0.99
"""The share of tokens that are the same, at least, in each language."""

SENTENCES = {
    "ar": "أعرب المجلس عن قلقه إزاء الأوضاع في الجمهوريّة، وقراراته ١٣٢٥ (٢٠٠٠) و٢٤٧٥؛ والقرارات اللاحقة لها.",
    "zh": "安全理事會第２７２０(２０２３)號決議，關於加沙地帶。中东局势，包括巴勒斯坦问题",
    "en": "The Council's resolutions 1,325 and S/RES/2720 (2023); the UN's peacekeepers' mandates—naïve, U.S.A.",
    "fr": "Qu’il s'agisse de l'Œuvre, de Côte d’Ivoire ou d'aujourd'hui : jusqu'à l’entrée, L'ÉTAT n'a pu agir.",
    "ru": "Её посол ещё выразил озабоченность в связи с положением; Организация Объединённых Наций — миротворцы.",
    "es": "La niña pidió que el Consejo actuara; las acciones de España y Perú, según el párrafo 3.º, continúan.",
}
"""Hard cases beside the letters: elision, possessive, width, digits, traditional Chinese, ligatures, abbreviations."""

EXCEPTIONS = {
    "ru": ["Cреду", "15летнюю"],
    "zh": ["한국어", "カタカナ語"],
}
"""Where the two differ, and it does not matter: words of two alphabets or with a number in front (ours takes the stem
of the first sign's alphabet, the server that of each), and scripts of no official language."""


@pytest.fixture
def index(cluster: Cluster, client: Elasticsearch) -> str:
    """An empty index with the analysers."""
    made = f"{cluster.index}-tokens"
    client.indices.create(index=made, settings=elastic_analysis.index_settings(), mappings=elastic_analysis.mappings())
    return made


def ours(text: str, language: str) -> tuple[list[str], list[str]]:
    """Exact forms and stems, without the language that stems carry here: there it is the field's."""
    exact, stems = languages.streams(text, language)
    marks = {f"{name}_" for name in (*languages.LATIN, "ar", "ru")}
    return exact.split(), [stem[3:] if stem[:3] in marks else stem for stem in stems.split()]


def theirs(client: Elasticsearch, index: str, text: str, language: str) -> tuple[list[str], list[str]]:
    """What the server makes of a text."""
    exact, stems = (
        [token["token"] for token in client.indices.analyze(index=index, field=field, text=sent)["tokens"]]
        for sent in (elastic_analysis.composed(text),)
        for field in ("title", elastic_analysis.stem_field("title", language))
    )
    return exact, stems


def agreement(one: list[str], other: list[str]) -> tuple[int, int]:
    """Tokens that are the same, and tokens in all."""
    left, right = Counter(one), Counter(other)
    return (left & right).total(), max(left.total(), right.total())


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_tokens_agree_on_real_shaped_sentences(
    client: Elasticsearch, index: str, language: str, tell: Callable[[str], None]
) -> None:
    texts = [SENTENCES[language]]
    for letter in LETTERS:
        texts += [told[language] for told in (letter.titles, letter.texts) if language in told]
    same = total = 0
    for text in texts:
        for one, other in zip(ours(text, language), theirs(client, index, text, language), strict=True):
            agreed, there = agreement(one, other)
            same, total = same + agreed, total + there
    tell(f"tokens of both engines in {language}: {same} of {total} agree, {same / total:.2%}, in {len(texts)} texts")
    assert total > 300
    assert same / total >= AGREEMENT


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_exact_forms_and_stems_of_hard_cases_are_the_same_in_order(
    client: Elasticsearch, index: str, language: str
) -> None:
    mine, served = ours(SENTENCES[language], language), theirs(client, index, SENTENCES[language], language)
    assert served[0] == mine[0]
    assert Counter(served[1]) == Counter(mine[1])


@pytest.mark.parametrize(("language", "text"), [(name, text) for name, told in EXCEPTIONS.items() for text in told])
def test_the_exceptions_are_exceptions(client: Elasticsearch, index: str, language: str, text: str) -> None:
    assert ours(text, language) != theirs(client, index, text, language)


@pytest.mark.parametrize("text", ["قرار", "القرار", "قَرَار", "قرارات", "والقرار"])
def test_all_forms_of_a_resolution_in_arabic_have_one_stem_here_and_there(
    client: Elasticsearch, index: str, text: str
) -> None:
    assert theirs(client, index, text, "ar")[1] == ours(text, "ar")[1] == ["قرار"]
