"""Other ways to say what was typed, in the six languages."""

from __future__ import annotations

import pytest

from domain.documents import Document, document_id
from projections.members import LANGUAGES
from search import query, states
from search.languages import words
from search.query import Either, Node, leaves
from search.reading import parse
from search.synonyms import LEAVES, OTHERS, made
from search.terms import SynonymsError, Ways, checked, forms_of, terms
from tests import council
from tests.search.conftest import Small


def eithers(node: Node | None) -> list[Either]:
    match node:
        case query.All(parts) | query.Any(parts):
            return [found for part in parts for found in eithers(part)]
        case query.Not(part):
            return eithers(part)
        case query.Either(_, others):
            return [node, *(found for other in others for found in eithers(other))]
    return []


def others(typed: str) -> set[str]:
    """The texts of the other ways added to a query."""
    return {str(getattr(other, "text", "")) for either in eithers(parse(typed).tree) for other in either.others}


# --- The file -------------------------------------------------------------------------------------------------------


def test_the_file_holds_at_least_150_groups_and_each_speaks_several_languages() -> None:
    assert len(terms().groups) >= 150
    for group in (*terms().groups, *(finds for _, finds in terms().one_way)):
        assert sum(map(len, group.values())) >= 1
    assert sum(set(group) == set(LANGUAGES) for group in terms().groups) >= 150


def every_entry() -> list[Ways]:
    file = terms()
    return [*file.groups, *(ways for pair in file.one_way for ways in pair), *file.states.values()]


def test_each_way_has_an_exact_form_and_a_language_that_is_one_of_the_six() -> None:
    for entry in every_entry():
        assert set(entry) <= set(LANGUAGES)
        assert all(forms_of(way) for ways in entry.values() for way in ways)


def test_no_way_stands_in_two_groups() -> None:
    file = terms()
    seen: dict[tuple[str, ...], int] = {}
    for number, group in enumerate([*file.groups, *(typed for typed, _ in file.one_way)]):
        for forms in {forms_of(way) for ways in group.values() for way in ways}:
            assert seen.setdefault(forms, number) == number, forms


def test_ways_are_written_in_the_script_of_their_language() -> None:
    scripts = {"ar": ("\u0600", "\u06ff"), "ru": ("\u0400", "\u04ff"), "zh": ("\u4e00", "\u9fff")}
    for entry in every_entry():
        for language, (first, last) in scripts.items():
            for way in entry.get(language, ()):
                assert any(first <= letter <= last for letter in way), (language, way)


def test_states_of_the_file_are_states() -> None:
    assert set(terms().states) <= states.codes()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("groups: [", "not YAML"),
        ("ways: []", "nothing else"),
        ("groups: {en: [veto]}", "groups is a list"),
        ("groups: [[veto]]", "groups, entry 1: write languages"),
        ("groups: [{de: [Veto]}]", "groups, entry 1: 'de' is none of"),
        ("groups: [{en: veto}]", "groups, entry 1, en: a list of texts"),
        ("groups: [{en: [veto, '…']}]", "'…' is not 1 to"),
        ("groups: [{en: [veto], fr: [Veto]}]", "one way alone is no group"),
        ("groups: [{en: [veto], ar: [نقض]}, {en: [Vetó, nay]}]", "'veto' stands in two entries"),
        ("groups: [{en: [a, b]}]\none_way: [{typed: {en: [a]}, finds: {en: [c]}}]", "'a' stands in two entries"),
        ("one_way: [{en: [P5]}]", "one_way, entry 1: an entry has `typed` and `finds`"),
        ("states: {COD: [Zaire]}", "states, COD: write languages"),
    ],
)
def test_a_wrong_file_is_refused_with_the_entry_that_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(SynonymsError, match=r"^synonyms: ") as refused:
        checked(text)
    assert wrong in str(refused.value)


# --- The tree -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("安理会", "Security Council"),
        ("Security Council", "安全理事会"),
        ('"security council"', "مجلس الأمن"),
        ("CONSEJO DE SEGURIDAD", "Совет Безопасности"),
        ("UNSC", "Conseil de sécurité"),
        ("P5", "permanent members"),
        ("vetoes", "вето"),
        ("санкциями", "sanctions"),
        ("والجزاءات", "sanctions"),
        ("sanction", "制裁"),
        ("DPRK", "Democratic People's Republic of Korea"),
        ("مالي", "Mali"),
        ("Мали", "Mali"),
        ("马里", "Mali"),
        ("Côte d'Ivoire", "科特迪瓦"),
        ("Кот-д’Ивуар", "Ivory Coast"),
        ("Украины", "Ukraine"),
        ("Совета Безопасности", "Security Council"),
        ("Генеральной Ассамблеи", "General Assembly"),
        ("на Ближнем Востоке", "Middle East"),
        ("Южном Судане", "South Sudan"),
        ("Северной Кореи", "North Korea"),
        ("Соединенного Королевства", "United Kingdom"),
        ("постоянных членов", "permanent members"),
        ("لمجلس الأمن", "Security Council"),
        ("وللأمم المتحدة", "United Nations"),
        ("بالشرق الأوسط", "Middle East"),
        ("سورية", "Syrian Arab Republic"),
        ("كوت ديفوار", "Ivory Coast"),
        ("الشرق الأوسط", "Middle East"),
        ("the Middle East -Iraq", "中东"),
        ("安理会决议", "Security Council"),
        ("安理会的决议", "resolution"),
        ("Haiti OR Mali", "海地"),
    ],
)
def test_what_says_the_same_is_looked_for_too(typed: str, other: str) -> None:
    assert other in others(typed)


@pytest.mark.parametrize(
    "typed",
    ["Mali*", "country:MLI", "agenda:Mali", "S/RES/1325", "S/PRST/2014/*", '"the Security Council"', "1325"],
)
def test_fields_beginnings_and_symbols_stay_as_typed(typed: str) -> None:
    assert eithers(parse(typed).tree) == []


def test_the_longest_run_of_words_is_taken() -> None:
    whole, middle_east = "protection of civilians in armed conflict", "Middle East"
    (found,) = eithers(parse(whole).tree)
    assert "武装冲突中保护平民" in {getattr(other, "text", "") for other in found.others}
    assert len(eithers(parse(f"{whole} {middle_east}").tree)) == 2
    assert "Security Council" not in others("council security")


def test_the_normal_form_says_nothing_of_synonyms() -> None:
    assert parse("UNSC Mali").understood == "unsc mali"


def test_one_way_leads_one_way_and_a_short_form_of_many_meanings_to_none() -> None:
    assert "permanent members" in others("P5")
    assert "P5" not in others("permanent members")
    assert "Central African Republic" in others("CAR")
    assert "CAR" not in others("Central African Republic")


def test_stems_that_ways_of_different_meaning_share_lead_to_none() -> None:
    same = made(checked("groups: [{ru: [новый член], en: [a]}, {ru: [новые члены], en: [b]}]"))
    assert same.find(("нового", "члена"), words("нового члена")) == ()
    apart = made(checked("groups: [{ru: [новый член, новые члены], en: [a]}]"))
    assert "a" in {way.text for way in apart.find(("нового", "члена"), words("нового члена"))}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("GBR", "UK, U.K., GB, Great Britain, Соединенное Королевство, بريطانيا"),
        ("USA", "US, USA, США, EE.UU."),
        ("RUS", "USSR, СССР, URSS, Soviet Union, RU"),
        ("PRK", "DPRK, RPDC, КНДР, Северная Корея"),
        ("SYR", "سورية, سوريا, الجمهورية العربية السورية, 叙利亚, 敘利亞"),
        ("TUR", "Turkey, Türkiye, turkiye, 土耳其, تركيا, Турция, TR"),
        ("ARE", "UAE, ОАЭ, Объединенные Арабские Эмираты, 阿联酋"),
        ("COD", "DRC, RDC, ДРК, Zaire"),
    ],
)
def test_a_state_is_filtered_by_every_name_and_short_form_that_is_used_of_it(code: str, names: str) -> None:
    for name in names.split(", "):
        assert parse(f'country:"{name}"').understood == f"country:{code}", name


def test_a_name_that_two_states_bear_leads_to_neither() -> None:
    """CLDR calls both Congos 刚果 with a remark in parentheses."""
    assert states.code_in_any_language("刚果（布）") == "COG"
    assert states.code_in_any_language("刚果（金）") == "COD"
    assert states.code_in_any_language("刚果") is None
    assert others("刚果") == set()
    assert "Democratic Republic of the Congo" in others("刚果民主共和国")


def test_a_chinese_name_within_a_longer_one_is_not_added() -> None:
    """马里, Mali, stands within 索马里, Somalia."""
    assert "马里" not in others("Mali")
    assert "法国" in others("France")


def test_what_is_added_is_bounded() -> None:
    way = " ".join(f"{name}" for name in ("France", "Mali", "Chad", "Haiti", "Iraq", "Libya", "Cyprus", "Angola"))
    parsed = parse(f"{way} veto sanctions women children terrorism climate genocide")
    assert parsed.tree is not None
    assert len(list(leaves(parsed.tree))) <= LEAVES
    assert len(eithers(parsed.tree)) >= 5
    many = made(checked("groups: [{en: [" + ", ".join(f"w{n}" for n in range(40)) + "]}]"))
    assert len(many.find(("w1",), ())) == 39
    assert all(len(either.others) <= OTHERS for either in eithers(parsed.tree))


# --- Against the archive --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "record"),
    [
        ("妇女与和平与安全", "vote:S/RES/1325"),
        ("les femmes et la paix et la sécurité", "vote:S/RES/1325"),
        ("المرأة والسلام والأمن", "vote:S/RES/1325"),
        ("женщины и мир и безопасность", "vote:S/RES/1325"),
        ("la mujer y la paz y la seguridad", "vote:S/RES/1325"),
        ("WPS", "vote:S/RES/1325"),
        ("الشرق الأوسط", "vote:S/2014/916"),
        ("中东", "vote:S/2014/916"),
        ("Moyen-Orient", "vote:S/2014/916"),
        ("Ближний Восток", "vote:S/2014/916"),
        ("Oriente Medio", "vote:S/2014/916"),
        ("palestinian question year:1966", "meeting:S/PV.1325"),
    ],
)
def test_records_titled_in_english_are_found_in_every_language(small: Small, typed: str, record: str) -> None:
    assert record in small.found(typed)


def test_the_match_is_marked_in_the_language_of_the_hit(small: Small) -> None:
    (hit,) = [hit for hit in small.ask("中东").hits if hit.record == "vote:S/2014/916"]
    assert "<mark>Middle East</mark>" in hit.highlight or "<mark>Middle</mark>" in hit.highlight


def test_a_french_and_an_english_title_are_found_by_either(empty: Small) -> None:
    for symbol, title, language in (
        ("S/2023/1", "Le Conseil de sécurité et la protection des civils", "fr"),
        ("S/2023/2", "The Security Council and the protection of civilians", "en"),
        ("S/2023/3", "Совет Безопасности и защита гражданских лиц", "ru"),
    ):
        claims = Document(symbol=symbol, type="letter", date="2023-01-03", title=title, language=language)
        empty.record([council.fact(document_id(symbol), "issued", claims)])
    empty.indexer.catch_up()
    found = {f"document:S/2023/{number}" for number in (1, 2, 3)}
    for typed in (
        "UNSC",
        "安理会",
        '"Conseil de sécurité"',
        "защита гражданских лиц",
        "protección de los civiles",
        "PoC",
    ):
        assert empty.found(typed) == found, typed
    assert empty.found("-(Security Council)") == set()


@pytest.mark.parametrize("word", ["Middle East", "中东", "Ближний Восток", "veto", "sanctions", "مالي", "women*"])
def test_a_word_and_its_exclusion_divide_the_result(small: Small, word: str) -> None:
    with_it, without = small.found(f"kind:vote ({word})"), small.found(f"kind:vote -({word})")
    assert with_it & without == set()
    assert with_it | without == small.found("kind:vote")
