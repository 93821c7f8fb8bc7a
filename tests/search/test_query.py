"""What people type, read as a tree; what cannot be read as written, and where; the normal form."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any as Anything

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search import filters, query
from search.normal import deepest
from search.query import LONGEST, MOST, Filter, Node, Not, Parsed, Span, leaves
from search.reading import DEEPEST, PARTS, PROBLEMS, parse
from search.synonyms import LEAVES
from tests.search.conftest import Small


def shape(node: Node | None) -> str:
    """A tree in short: what was typed, without its synonyms."""
    match node:
        case query.All(parts):
            return f"({' & '.join(map(shape, parts))})"
        case query.Any(parts):
            return f"({' | '.join(map(shape, parts))})"
        case query.Either(typed, _):
            return shape(typed)
        case query.Not(part):
            return f"!{shape(part)}"
        case query.Phrase(text):
            return f'"{text}"'
        case query.Prefix(_, form):
            return f"{form}*"
        case query.Filter(name, values):
            return f"{name}={','.join(values)}"
        case query.Span(name, low, high):
            return f"{name}={low}..{high}"
        case query.Words(text) | query.Named(text) | query.Pattern(text):
            return text
    return ""


def meant(node: Anything) -> Anything:
    """A tree without how its words were typed."""
    if isinstance(node, tuple):
        return tuple(map(meant, node))
    if is_dataclass(node):
        told = [meant(getattr(node, part.name)) for part in fields(node) if part.name != "text"]
        return (type(node).__name__, *told)
    return node


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("women peace", "(women & peace)"),
        ('"women and peace" security', '("women and peace" & security)'),
        ("“women and peace”", '("women and peace")'),
        ("«femmes et paix»", '("femmes et paix")'),
        ("「安全理事会」", '("安全理事会")'),
        ("Palestine -Israel", "(Palestine & !Israel)"),
        ('Palestine NOT "Middle East"', '(Palestine & !"Middle East")'),
        ("Palestine NOT -Israel", "(Palestine & Israel)"),
        ('-"Middle East"', '(!"Middle East")'),
        ("-(Iran OR Iraq) sanctions", "(sanctions & !(Iran | Iraq))"),
        ("Haiti OR Mali mission", "((Haiti | Mali) & mission)"),
        ("Haiti | Mali & mission", "((Haiti | (Mali & mission)))"),
        ("Haiti AND Mali OR Chad", "(((Haiti & Mali) | Chad))"),
        ("Haiti OR -Mali", "((Haiti | (!Mali)))"),
        ("Haiti and Mali or Chad not", "(Haiti & and & Mali & or & Chad & not)"),
        ("(Haiti (Mali))", "(Haiti & Mali)"),
        ("（海地 OR 马里）", "((海地 | 马里))"),
        ("Israeli-Palestinian", "(Israeli-Palestinian)"),
        ("Iraq - Kuwait", "(Iraq & Kuwait)"),
        ("peace\x00war\u2028law", "(peace & war & law)"),
        ("peace\u200b, \u202ewar.", "(peace & war)"),
        ("sanction*", "(sanction*)"),
        ("Санкц*", "(санкц*)"),
        ("non-prolif*", "(non & prolif*)"),
        ("安理*", "(安理)"),
        ("veto S/2022/155", "(veto & S/2022/155)"),
        ("s/pv 9052 (resumption 1) Libya", "(Libya & S/PV.9052 (Resumption 1))"),
        ("Ｓ／ＲＥＳ／１３２５（２０００）", "(S/RES/1325 (2000))"),
        ('"S/RES/1325(2000)"', "(S/RES/1325 (2000))"),
        ("https://undocs.org/en/S/RES/1325(2000)", "(S/RES/1325 (2000))"),
        ("S/PRST/2023/* s/pv.90*", "(S/PRST/2023/* & S/PV.90*)"),
        ("12:30", "(12:30)"),
        ("The Greek question: Corfu", "(The & Greek & question & Corfu)"),
        ("country:FRA", "(member=fra)"),
        ("country:FRA vote:no", "(ballots=fra:no)"),
        ("vote:no", "(ballots=*:no)"),
        ("country:USA,GBR vote:veto,no", "(ballots=gbr:no,gbr:veto,usa:no,usa:veto)"),
        ("country:FRA country:GBR vote:veto", "(ballots=fra:veto & ballots=gbr:veto)"),
        ("country:FRA OR country:GBR vote:veto", "(ballots=fra:veto,gbr:veto)"),
        ("country:FRA -vote:yes", "(member=fra & !ballots=fra:yes)"),
        ("(country:FRA vote:no) OR (country:GBR vote:yes)", "(((ballots=fra:no) | (ballots=gbr:yes)))"),
        ("(country:FRA vote:no) country:GBR", "((ballots=fra:no) & member=gbr)"),
        ('kind:VOTES outcome:vetoed,"Not Adopted"', "(kind=vote & outcome=not adopted,vetoed)"),
        ('format:"open debates" language:French', "(format=open debate & language=fr)"),
        ("year:1990..1999", "(year=1990..1999)"),
        ("year:1990.. year:<2000", "(year=None..1999 & year=1990..None)"),
        ("year:>=١٩٩٠", "(year=1990..None)"),
        ("year:1990,1995..1999,1997..2001", "((year=1990..1990 | year=1995..2001))"),
        ("date:2014-03", "(day=20140301..20140331)"),
        ("date:2014-03..2014-05-15", "(day=20140301..20140515)"),
        ("date:>2014-02-28", "(day=20140301..None)"),
        ("date:..1999", "(day=1..19991231)"),
        ('agenda:"The situation in Mali"', "(agenda=the situation in mali)"),
        ("symbol:1325", "(own=s/pv.1325,s/res/1325)"),
        ("symbol:S/PRST/2014/*", "(S/PRST/2014/*)"),
        ("cites:S/RES/1325 (2000) women", "(women & mentions=s/res/1325 (2000))"),
        ("", ""),
        ("… — ?", ""),
    ],
)
def test_what_is_typed_is_read_without_a_problem(typed: str, expected: str) -> None:
    parsed = parse(typed)
    assert (shape(parsed.tree), parsed.problems) == (expected, ())


@pytest.mark.parametrize(
    "typed",
    [
        "country:FRA vote:no year:1990",
        "vote : against year:1990 country : France",
        "دولة:فرنسا تصويت:لا سنة:١٩٩٠",
        "国家：法国 投票：反对 年：１９９０",
        "pays:France voix:contre année:1990..1990",
        "страна:Франция голос:против год:1990",
        "país:Francia voto:contra año:1990",
        "стр:fra vote:NO year:1990",
    ],
)
def test_fields_and_values_in_six_languages_have_one_normal_form(typed: str) -> None:
    parsed = parse(typed)
    assert (parsed.understood, parsed.problems) == ("country:FRA vote:no year:1990", ())
    assert parsed.tree is not None
    assert list(leaves(parsed.tree)) == [Filter("ballots", ("fra:no",)), Span("year", 1990, 1990)]


@pytest.mark.parametrize("field", sorted(filters.FIELDS))
def test_every_name_of_a_field_leads_to_it_and_to_no_other(field: str) -> None:
    for name in (field, *filters.FIELDS[field]):
        assert filters.field_of(name) == field
        assert filters.field_of(name.upper()) == field
        assert sum(name in (other, *names) for other, names in filters.FIELDS.items()) == 1, name


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Haiti|Mali", "haiti OR  mali"),
        ("NOT Haiti Mali", "MALI -haiti"),
        ("kind:vote Mali year:1990", "mali year:1990 kind:vote"),
        ("kind:vote,meeting,vote", "kind:meeting OR kind:vote"),
        ("s/res/1325(2000)", "Ｓ／ＲＥＳ／1325 [2000]"),
        ("“Middle  East”", '"middle east"'),
        ("date:2014-03", "date:2014-03-01..2014-03-31"),
        ("((Haiti))", "haiti"),
        ("Côte d’Ivoire", "côte d’ivoire"),
    ],
)
def test_texts_that_mean_the_same_have_one_normal_form(typed: str, same: str) -> None:
    assert parse(typed).understood == parse(same).understood != ""


@pytest.mark.parametrize(
    ("typed", "read", "words", "place"),
    [
        ("foo:bar", "foo bar", "no field 'foo'", "foo"),
        ("Mali counrty:FRA", "mali counrty fra", "did you mean country:?", "counrty"),
        ("kind:resolution", "resolution", "votes and as documents", "resolution"),
        ("outcome:vetod Mali", "vetod mali", "did you mean vetoed?", "vetod"),
        ("country:Grance", "grance", "did you mean France?", "Grance"),
        ("country:FRA,XXX vote:no", "country:FRA vote:no", "'XXX' is no country", "XXX"),
        ("country:South Africa vote:no", "country:ZAF vote:no", "quotation marks", "South Africa"),
        ("outcome:not adopted", 'outcome:"not adopted"', "quotation marks", "not adopted"),
        ("year:", "", "has no value", "year:"),
        ("year:1999..1990", "year:1990..1999", "upside down", "1999..1990"),
        ("date:2014-03-05..2014-02", "date:2014-02-01..2014-03-05", "upside down", "2014-03-05..2014-02"),
        ("year:MCMXC", "mcmxc", "is no year", "MCMXC"),
        ("date:2014-02-30", "2014-02-30", "is no date", "2014-02-30"),
        ("symbol:peace", "peace", "is no symbol", "peace"),
        ('Mali "never closed', 'mali "never closed"', "not closed", '"never closed'),
        ("Mali «»", "mali", "no word between", "«»"),
        ("Mali (Haiti OR Chad", "mali (haiti OR chad)", "not closed", "("),
        ("Mali) Haiti", "mali haiti", "closes nothing", ")"),
        ("Mali OR", "mali", "OR stands", "OR"),
        ("AND Mali", "mali", "AND stands", "AND"),
        ("Mali AND OR Haiti", "mali OR haiti", "AND stands", "AND"),
        ("Mali NOT", "mali", "NOT stands", "NOT"),
        ("NOT", "", "NOT stands", "NOT"),
        ("s* Mali", "s mali", "two letters", "s*"),
        ("*ism", "ism", "end of a word", "*ism"),
        ("sec*ty", "sec*", "ends a word", "sec*ty"),
        ("Mali *", "mali", "standing alone", "*"),
        ("e\u0301te\u0301 foo:x", "été foo x", "no field", "foo"),
        ("ＡＢ\u200b\ufeff ｆｏｏ：x", "ab foo x", "no field", "ｆｏｏ"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place_and_read_in_the_nearest_way(
    typed: str, read: str, words: str, place: str
) -> None:
    parsed = parse(typed)
    assert parsed.understood == read
    (problem,) = parsed.problems
    assert words in problem.message
    assert typed[problem.start : problem.end] == place


@pytest.mark.parametrize(
    ("typed", "symbols"),
    [
        ("1325", ("s/res/1325", "s/pv.1325")),
        ("S/RES/1325(2000)", ("s/res/1325 (2000)",)),
        ('"s/pv.9052"', ("s/pv.9052",)),
        ("القرار ١٣٢٥", ("s/res/1325",)),
        ("women 1325", ()),
        ("S/PV.90*", ()),
    ],
)
def test_a_whole_query_may_be_a_symbol(typed: str, symbols: tuple[str, ...]) -> None:
    assert parse(typed).symbols == symbols


def test_a_very_long_query_is_cut_and_says_so() -> None:
    parsed = parse("word " * 10_000)
    assert parsed.understood == " ".join(["word"] * MOST)
    assert [problem.message for problem in parsed.problems] == [
        f"only the first {MOST} words, phrases and fields are read",
        f"only the first {LONGEST:,} characters are read",
    ]
    assert [problem.start for problem in parsed.problems] == [5 * MOST, LONGEST]
    assert shape(parse("x" * 10_000).tree) == f"({'x' * LONGEST})"
    assert parse(" " * LONGEST + "beyond").tree is None
    assert parse("x" + " " * LONGEST * 2).problems == ()


def test_a_long_run_of_chinese_and_a_chain_of_hyphens_are_cut() -> None:
    for typed in ("和平" * 200, "a-" * 200):
        parsed = parse(typed)
        assert parsed.tree is not None
        (leaf,) = leaves(parsed.tree)
        assert isinstance(leaf, query.Words)
        assert PARTS - 1 <= len(leaf.words) <= PARTS
        assert f"{PARTS} parts" in parsed.problems[0].message


def test_parentheses_ten_thousand_deep_and_operators_without_end_are_read() -> None:
    parsed = parse("(" * 10_000 + "Mali" + ")" * 10_000)
    assert parsed.tree is None
    assert len(parsed.problems) == PROBLEMS
    deep = parse("(" * 300 + "Mali" + ")" * 300)
    assert (deep.understood, len(deep.problems)) == ("mali", PROBLEMS)
    assert "this one is left out" in deep.problems[0].message
    assert 5 < deepest(parse("a OR (b " * 100).understood) <= DEEPEST
    assert parse("NOT " * 249 + "Mali").understood == "-mali"


CAREFUL = "'\"()-*:,.&|<>= \t\x00\u200b\u202e\ud800«»“：（）؟،ANDORTaebcsS/2014PV. é\u0301國安理会ياةжñİ١٣²①½ﬁ"
PIECES = [
    *("AND", "OR", "NOT", "(", ")", "-", '"', "&", "|", "*", ",", "..", ">=", " ", "country:", "year:", "vote:no"),
    *("kind:vote", "agenda:", "symbol:", "foo:", "date:2014-03", "1990", "FRA", '"not adopted"', "S/RES/1325 (2000)"),
    *("S/PV.90*", "S/552", "Add.1", "part 1", "(resumption 1)", "Security", "Council", "安理会", "مجلس", "sanc*"),
    *("*x", "l'foo:bar", "c'd'x", "№", "https://a.b/c"),
]
TYPED = st.one_of(
    st.text(max_size=120),
    st.text(CAREFUL, max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
)


@settings(max_examples=5_000, deadline=None)
@example("SYMBOL:A/*¹")
@given(TYPED)
@example("country:HTTP://S/RES/1")
def test_the_normal_form_reads_as_the_text_did_and_nothing_typed_is_an_error(typed: str) -> None:
    parsed = parse(typed)
    for problem in parsed.problems:
        assert 0 <= problem.start <= problem.end <= len(typed)
    again = parse(parsed.understood)
    assert (again.understood, again.problems) == (parsed.understood, ())
    assert meant(again.tree) == meant(parsed.tree)
    assert parsed.tree is not None or parsed.understood == ""


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=150, max_size=400).map(" ".join))
def test_a_tree_is_bounded_and_excludes_only_beside_what_it_asks_for(typed: str) -> None:
    parsed = parse(typed)
    assert len(parsed.understood) <= LONGEST
    if parsed.tree is not None:
        assert sum(1 for _ in leaves(parsed.tree)) <= LEAVES
        assert_excluded_only_in_conjunctions(parsed.tree)


def assert_excluded_only_in_conjunctions(node: Node) -> None:
    parts: tuple[Node, ...] = ()
    match node:
        case query.All(parts):
            pass
        case query.Any(parts):
            assert not any(isinstance(part, Not) for part in parts)
        case query.Not(part):
            assert not isinstance(part, Not)
            parts = (part,)
        case query.Either(typed, others):
            parts = (typed, *others)
    for part in parts:
        assert_excluded_only_in_conjunctions(part)


def test_nothing_typed_asks_for_nothing() -> None:
    assert parse("") == parse(" \x00\u200b") == Parsed()


# --- Against the archive --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "record"),
    [
        ("country:RUS vote:veto kind:vote", "vote:S/2022/155"),
        ("страна:РФ,Россия vote:veto", "vote:S/2022/155"),
        ("country:AUS vote:no", "vote:S/2014/916"),
        ("S/2014/*", "vote:S/2014/916"),
        ("S/PRST/2000/*", "document:S/PRST/2000/32"),
        ("date:2000-10-31 kind:vote", "vote:S/RES/1325"),
        ('outcome:"not adopted" year:2014', "vote:S/2014/916"),
        ('agenda:"women and peace and security" kind:meeting', "meeting:S/PV.4213"),
    ],
)
def test_real_cases_are_found(small: Small, typed: str, record: str) -> None:
    assert record in small.found(typed)


def test_who_voted_how_is_one_condition(small: Small) -> None:
    """On S/2014/916 the United States and Australia voted against, France in favour."""
    assert "vote:S/2014/916" in small.found("country:USA vote:no")
    assert "vote:S/2014/916" in small.found("country:FRA") & small.found("vote:no")
    assert "vote:S/2014/916" not in small.found("country:FRA vote:no")
    assert small.found("country:USA,AUS vote:no") == small.found("country:USA vote:no") | small.found(
        "country:AUS vote:no"
    )
    assert "vote:S/2014/916" in small.found("country:FRA -vote:no")
    assert "vote:S/2014/916" not in small.found("country:USA -vote:no")
