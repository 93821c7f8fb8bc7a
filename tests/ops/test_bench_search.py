"""What `make bench-search` measures: documents made from a seed, right answers, and a peer that is asked the same."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.symbols import is_symbol
from ops.bench.search import fuzzing, questions, speed
from ops.bench.search.corpus import Corpus, symbol_of
from ops.bench.search.fts5 import Fts5
from ops.bench.search.lexicon import SIZE
from ops.bench.search.measures import interval
from ops.bench.search.ours import EMBEDDED, FTS5, open_rival
from ops.bench.search.precedents import Precedents
from ops.bench.search.quality import Score
from ops.bench.search.questions import Asked
from ops.bench.search.report import Figures, Fresh, markdown
from ops.bench.search.rivals import Rival
from projections.members import LANGUAGES
from search.engine import Query
from search.kinds import SearchDocument


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(1325)


@pytest.fixture(scope="module")
def some(corpus: Corpus) -> list[SearchDocument]:
    return list(corpus.documents(240))


@pytest.fixture(scope="module")
def rivals(some: list[SearchDocument], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Rival]]:
    folder = tmp_path_factory.mktemp("rivals")
    made = [open_rival(name, folder) for name in (EMBEDDED, FTS5)]
    for rival in made:
        rival.build(iter(some), lambda _: None)
    yield made
    for rival in made:
        rival.close()


# --- Documents ------------------------------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_documents_and_another_makes_others(corpus: Corpus) -> None:
    again, other = Corpus(1325), Corpus(2231)
    assert again.document(41) == corpus.document(41) == list(corpus.documents(2, first=40))[1]
    assert other.document(41).title != corpus.document(41).title
    assert [made.date for made in other.documents(9)] != [made.date for made in corpus.documents(9)]


def test_every_language_has_a_large_vocabulary_of_different_words(corpus: Corpus) -> None:
    for language in LANGUAGES:
        words = corpus.lexicons[language].words
        assert len(words) == len(set(words)) == SIZE, language


def test_documents_run_to_about_531_words_some_much_longer(some: list[SearchDocument]) -> None:
    spaced = [document for document in some if all(of != "zh" for _, of in document.body)]
    lengths = [sum(len(re.findall(r"\w+", text)) for text, _ in document.body) for document in spaced]
    assert 430 < sum(lengths) / len(lengths) < 640
    assert max(lengths) > 4 * min(lengths)


def test_every_document_bears_a_symbol_of_its_own_and_cites_earlier_ones(some: list[SearchDocument]) -> None:
    symbols = [document.symbol for document in some]
    assert len(set(symbols)) == len(symbols)
    assert all(symbol is not None and is_symbol(symbol) for symbol in symbols)
    for number, document in enumerate(some[1:], 1):
        assert set(document.mentions) <= {symbol_of(earlier).casefold() for earlier in range(number)}


def test_languages_take_turns_and_every_fifth_document_has_its_title_in_all_six(some: list[SearchDocument]) -> None:
    assert {document.language for document in some[:6]} == set(LANGUAGES)
    assert all(len(document.names) == (5 if number % 5 == 0 else 0) for number, document in enumerate(some))


# --- Right answers --------------------------------------------------------------------------------------------------


def test_a_known_item_is_asked_by_words_that_no_other_title_has_together() -> None:
    every = [
        ("vote:S/RES/1325", "en", "Women and peace and security"),
        ("document:S/RES/1325 (2000)", "en", "Women and peace and security"),
        ("meeting:S/PV.4220", "en", "Responsibility of the Security Council in the maintenance of peace"),
        ("meeting:S/PV.1325", "en", "The Palestine question"),
        ("vote:S/RES/242", "en", "The Palestine question in the Middle East"),
    ]
    for seed in range(30):
        for asked in questions.known_items(every, "en", 9, seed):
            words = set(asked.text.lower().split())
            bearing = {record for record, _, title in every if words <= set(title.lower().split())}
            assert asked.wanted == bearing
            assert 3 <= len(asked.text.split()) <= 6
            assert "meeting:S/PV.1325" not in asked.wanted, "the longer title has all of its words"


def test_half_of_the_questions_are_typed_in_a_hurry() -> None:
    every = [(f"document:S/2020/{n}", "fr", f"Séance numéro {name} tenue à Genève") for n, name in enumerate("ABCDEF")]
    every = [(record, of, title.replace("numéro", f"numéro{n}")) for n, (record, of, title) in enumerate(every)]
    texts = [asked.text for asked in questions.known_items(every, "fr", 6, 7)]
    assert all(text == text.lower() and text.isascii() for text in texts[1::2])
    assert any(not text.isascii() for text in texts[::2])


def test_a_chinese_word_is_wanted_wherever_its_two_characters_stand_side_by_side() -> None:
    council = SearchDocument("document:S/1", "document", "安理会会议", "zh")
    apart = SearchDocument("document:S/2", "document", "安、理", "zh", body=(("常任理事国", "zh"),))
    found = questions.chinese([council, apart], ["安理", "理会", "理事", "国安"])
    assert found == [
        Asked("安理", frozenset({"document:S/1"})),
        Asked("理会", frozenset({"document:S/1"})),
        Asked("理事", frozenset({"document:S/2"})),
    ]


def test_all_forms_of_an_arabic_noun_are_wanted_with_or_without_vowel_marks() -> None:
    documents = [
        SearchDocument("document:S/1", "document", "القَرَار ١٣٢٥", "ar"),
        SearchDocument("document:S/2", "document", "قرارات المجلس", "ar"),
        SearchDocument("document:S/3", "document", "بيان رئاسي", "ar"),
    ]
    forms, wanted = questions.arabic(documents)[0]
    assert forms == ("قرار", "القرار", "قَرَار", "قرارات")
    assert wanted == {"document:S/1", "document:S/2"}


def test_the_draft_on_syria_of_2011_is_cited_by_its_vote_and_both_vetoes() -> None:
    cited = {asked.text: asked.wanted for asked in Precedents().citations(100_000, 1)}
    assert cited["S/2011/612"] >= {"vote:S/2011/612", "veto:S/2011/612/CHN", "veto:S/2011/612/RUS"}
    counts = {len(records) for records in cited.values()}
    assert (min(counts), max(counts)) == (2, 10)


def test_a_state_is_wanted_by_its_name_in_any_language() -> None:
    titles = [
        ("vote:S/RES/1580", "en", "The situation in Guinea-Bissau"),
        ("meeting:S/PV.6", "en", "Letter from Guinea"),
        ("meeting:S/PV.7", "fr", "Lettre de la France, Guinea"),
    ]
    chinese = {asked.text: asked.wanted for asked in Precedents().states(titles, "zh")}
    assert {"member:CHN", "veto:S/2011/612/CHN"} <= chinese["中国"]
    assert "meeting:S/PV.6" in chinese["几内亚"]
    assert "vote:S/RES/1580" not in chinese["几内亚"], "Guinea-Bissau is not Guinea"
    assert "vote:S/RES/1580" in chinese["几内亚比绍"]
    assert "meeting:S/PV.7" not in chinese["几内亚"], "only English titles are read"


def test_an_item_of_the_agenda_is_wanted_by_its_name_in_any_language() -> None:
    arabic = {asked.text: asked.wanted for asked in Precedents().themes("ar")}
    english = {asked.text: asked.wanted for asked in Precedents().themes("en")}
    assert arabic["المرأة والسلام والأمن"] == english["Women and peace and security"]
    assert "meeting:S/PV.4213" in english["Women and peace and security"]


# --- The peer -------------------------------------------------------------------------------------------------------


def test_the_peer_counts_what_we_count_where_filters_alone_are_asked(rivals: list[Rival]) -> None:
    for query in (
        Query(),
        Query(kinds=("vote", "veto")),
        Query(years=(2000, 2005)),
        Query(outcomes=("adopted",)),
        Query(formats=("open debate",), kinds=("meeting",)),
        Query(members=("FRA",)),
        Query(members=("FRA", "GBR")),
    ):
        ours, peer = (rival.ask(query) for rival in rivals)
        assert rivals[0].every(query) == rivals[1].every(query), query
        assert ours.total == peer.total == len(rivals[1].every(query)), query
        assert len(ours.records) == len(peer.records)


def test_both_find_every_chinese_word_that_a_plain_scan_finds(
    rivals: list[Rival], corpus: Corpus, some: list[SearchDocument]
) -> None:
    words = [word for word in corpus.lexicons["zh"].words[:400] if len(word) == 2]
    for asked in questions.chinese(some, words[::10]):
        for rival in rivals:
            assert rival.every(Query(text=asked.text)) >= asked.wanted, (rival.name, asked.text)


def test_the_peer_reads_phrases_alternatives_and_exclusions(tmp_path: Path) -> None:
    peer = Fts5(tmp_path / "peer.db")
    documents = [
        SearchDocument("vote:S/RES/1325", "vote", "Women and peace and security"),
        SearchDocument("vote:S/RES/1308", "vote", "Maintenance of security and peace"),
        SearchDocument("vote:S/RES/1", "vote", "Côte d'Ivoire", names=(("zh", "科特迪瓦局势"),)),
        SearchDocument("vote:S/RES/2", "vote", "gone", until=7),
    ]
    peer.build(iter(documents), lambda _: None)
    assert peer.every(Query(text='"peace and security"')) == {"vote:S/RES/1325"}
    assert peer.every(Query(text="security -women")) == {"vote:S/RES/1308"}
    assert peer.every(Query(text="women OR cote")) == {"vote:S/RES/1325", "vote:S/RES/1"}
    assert peer.every(Query(text="科特迪瓦")) == peer.every(Query(text="局势")) == {"vote:S/RES/1"}
    assert peer.every(Query(text="gone")) == set(), "the peer holds what now is"
    peer.put(SearchDocument("vote:S/RES/1", "vote", "Lettre"))
    assert peer.every(Query(text="科特迪瓦")) == peer.every(Query(text="cote")) == set()
    assert peer.ask(Query(text="lettre")).records == ["vote:S/RES/1"]
    peer.close()


@given(
    st.text(max_size=60) | st.lists(st.sampled_from(['"', "OR", "NOT", "-", "安理", "安", "*", "peace"])).map(" ".join)
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_nothing_typed_is_syntax_to_the_peer(rivals: list[Rival], text: str) -> None:
    assert rivals[1].ask(Query(text=text)).total >= 0


# --- Figures --------------------------------------------------------------------------------------------------------


def test_a_percentile_is_the_value_that_so_many_do_not_exceed() -> None:
    values = [float(value) for value in range(1, 21)]
    assert (speed.percentile(values, 50), speed.percentile(values, 95), speed.percentile([7.0], 95)) == (10, 19, 7)
    with pytest.raises(ValueError, match="at least one"):
        speed.percentile([], 50)


def test_an_interval_holds_the_mean_and_follows_from_the_seed() -> None:
    values = [1.0] * 90 + [0.0] * 10
    made = interval(values, 5)
    assert made == interval(values, 5)
    assert made.low < made.mean == 0.9 < made.high < 1.0
    assert interval([1.0] * 9, 5).low == 1.0
    uneven = [number**0.5 for number in range(97)]
    assert interval(uneven, 5) == interval(uneven, 5) != interval(uneven, 6)


def test_no_query_is_timed_twice(corpus: Corpus) -> None:
    asked = speed.classes(corpus, 240, 30)
    assert asked == speed.classes(corpus, 240, 30)
    assert all(len(set(queries)) == 30 for queries in asked.values())


def test_a_query_that_fails_is_counted_and_named(tmp_path: Path) -> None:
    peer = Fts5(tmp_path / "closed.db")
    peer.close()
    told = fuzzing.slowest(peer, ["peace", "安理会"], lambda: None)
    assert (told.queries, told.failed, told.refused) == (2, 2, 0)
    assert told.failure.startswith(sqlite3.ProgrammingError.__name__)


def test_fuzzed_texts_follow_from_the_seed_and_reach_100_000_characters(corpus: Corpus) -> None:
    texts = list(fuzzing.texts(corpus, 300, 1))
    assert texts == list(fuzzing.texts(corpus, 300, 1)) != list(fuzzing.texts(corpus, 300, 2))
    assert max(map(len, texts)) == 100_000
    assert any("\u202e" in text for text in texts)
    assert any("((((" in text for text in texts)


def test_an_aim_that_is_missed_is_said_so() -> None:
    figures = Figures(machine="a machine")
    figures.scores.append(Score("known item", "ar", "embedded", "RR@10", interval([1.0, 0.0], 1), 0.95))
    figures.fresh.append(Fresh("embedded", "a fact", 0.1, 0.2))
    written = markdown(figures)
    assert "| ≥ 0.95: NOT MET |" in written
    assert "| < 1: met |" in written
    assert figures.as_json()["scores"][0]["value"]["questions"] == 2
