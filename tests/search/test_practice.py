"""Records of the Council's practice are found by their words, symbols and States; protected names never are."""

from __future__ import annotations

from domain.debates import Speech
from domain.documents import DocumentText
from domain.kinds import KINDS
from domain.notes import Note, Paragraph
from domain.presidencies import Presidency
from domain.subsidiaries import Measure, Regime
from projections.versioned import VIEWS
from search.practice import PRACTICE
from tests import council
from tests.search.conftest import Small


def practice(empty: Small) -> Small:
    empty.record(
        [
            council.fact(
                "note:S/2017/507",
                "issued",
                Note(symbol="S/2017/507", date="2017-08-30", subject="working methods, third compendium", chair="JPN"),
            ),
            council.fact(
                "paragraph:S/2017/507/43",
                "agreed",
                Paragraph(note="S/2017/507", number=43, topic="focus and interactivity of open debates"),
            ),
            council.fact("presidency:2023-09", "held", Presidency(month="2023-09", member="ALB")),
            council.fact("regime:2374", "imposed", Regime(name="Mali", imposed_by="S/RES/2374 (2017)")),
            council.fact(
                "measure:2374/S/2023/638",
                "decided",
                Measure(regime="regime:2374", action="renewed", draft="S/2023/638", content="one more year"),
            ),
            council.fact(
                "text:document:S/2023/945/fr/1",
                "published",
                DocumentText(about="document:S/2023/945", language="fr", text="La visite sera préparée ensemble."),
            ),
        ]
    )
    empty.indexer.catch_up()
    return empty


def test_note_507_is_found_by_its_subject_and_by_its_symbol(empty: Small) -> None:
    small = practice(empty)
    assert "note:S/2017/507" in small.found("compendium")
    assert small.ask("S/2017/507").straight_to == "note:S/2017/507"
    assert {hit.symbol for hit in small.ask("compendium").hits} == {"S/2017/507"}
    assert small.found("interactivity") == {"paragraph:S/2017/507/43"}
    assert "paragraph:S/2017/507/43" in small.found("S/2017/507")


def test_the_presidency_of_albania_is_found_by_the_name_of_the_state_in_any_language(empty: Small) -> None:
    small = practice(empty)
    for name in ("Albania", "Albanie", "阿尔巴尼亚", "Албания"):
        assert "presidency:2023-09" in small.found(name), name


def test_decisions_on_sanctions_are_found_by_their_draft_and_text_in_its_language(empty: Small) -> None:
    small = practice(empty)
    assert "measure:2374/S/2023/638" in small.found("S/2023/638")
    assert small.found("préparer") == {"text:document:S/2023/945/fr/1"}
    assert small.found("", kinds=("measure",)) == {"measure:2374/S/2023/638"}


def test_the_symbol_in_a_title_keeps_its_capitals(empty: Small) -> None:
    empty.record(
        [council.fact("speech:S/PV.9410#12", "inscribed", Speech(meeting="S/PV.9410", number=12, member="CHE"))]
    )
    empty.indexer.catch_up()
    [hit] = empty.ask("Switzerland", kinds=("speech",)).hits
    assert hit.title == "Speech S/PV.9410#12"


def test_what_is_searched_of_a_kind_are_columns_it_has_and_no_names_of_persons_to_protect() -> None:
    for kind, words in PRACTICE.items():
        named = {*words.title, *words.says, *words.members, *filter(None, (words.symbol, words.language))}
        assert named <= set(VIEWS[words.table].columns), kind
        assert not named & set(KINDS[kind].personal), kind
