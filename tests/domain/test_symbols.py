"""Symbols as sources and people write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.symbols import (
    SERIES,
    SymbolError,
    aliases,
    canonical,
    find_all,
    interpret,
    is_symbol,
    leading,
    ordinal,
    parse,
    resolution_number,
)

SPELLINGS = [
    ("S/RES/1325 (2000)", "S/RES/1325 (2000)", "resolution", 1325, 2000),
    ("S/RES/1325(2000)", "S/RES/1325 (2000)", "resolution", 1325, 2000),
    ("s/res/1325(2000)", "S/RES/1325 (2000)", "resolution", 1325, 2000),
    ("S/RES/1325\u00a0(2000)", "S/RES/1325 (2000)", "resolution", 1325, 2000),
    (
        "\uff33\uff0f\uff32\uff25\uff33\uff0f\uff11\uff13\uff12\uff15(2000)",
        "S/RES/1325 (2000)",
        "resolution",
        1325,
        2000,
    ),
    ("S/RES/\u0661\u0663\u0662\u0665 (2000)", "S/RES/1325 (2000)", "resolution", 1325, 2000),
    (" S / RES / 1325 ", "S/RES/1325", "resolution", 1325, None),
    ("S/RES/1(1946)", "S/RES/1 (1946)", "resolution", 1, 1946),
    ("S/PRST/2003/1", "S/PRST/2003/1", "statement", 1, 2003),
    ("S/PV.9052", "S/PV.9052", "record", 9052, None),
    ("\n\t\tS/PV.224", "S/PV.224", "record", 224, None),
    ("S/PV.9052 (Resumption 1)", "S/PV.9052 (Resumption 1)", "record", 9052, None),
    ("S/PV.6865 (Resumption1)", "S/PV.6865 (Resumption 1)", "record", 6865, None),
    ("S/PV.8011 \n\t   (Resumption1)", "S/PV.8011 (Resumption 1)", "record", 8011, None),
    ("S/PV.5629(ResumptionI)", "S/PV.5629 (Resumption 1)", "record", 5629, None),
    ("S/PV.9042 Resumption 1)", "S/PV.9042 (Resumption 1)", "record", 9042, None),
    ("S/PV.3842 (Resumption)", "S/PV.3842 (Resumption)", "record", 3842, None),
    ("S/PV.2970 (PartII)", "S/PV.2970 (Part II)", "record", 2970, None),
    ("S/PV.3434+Corr.1", "S/PV.3434/Corr.1", "record", 3434, None),
    ("S/PV.3745 (Resumption 1)+Corr.1", "S/PV.3745 (Resumption 1)/Corr.1", "record", 3745, None),
    ("S/PV.1683(OR)", "S/PV.1683", "record", 1683, None),
    ("S/2014/916", "S/2014/916", "letter", 916, 2014),
    ("S/2023/638 ", "S/2023/638", "letter", 638, 2023),
    ("S/1996/1003/ ", "S/1996/1003", "letter", 1003, 1996),
    ("S/1996/1003\r", "S/1996/1003", "letter", 1003, 1996),
    ("S/25997", "S/25997", "letter", 25997, None),
    ("S/2014", "S/2014", "letter", 2014, None),
    ("S/2022/10/Add.5", "S/2022/10/Add.5", "letter", 10, 2022),
    ("S/4733/Rev. 1", "S/4733/Rev.1", "letter", 4733, None),
    ("S/2674/rev.1/corr.1", "S/2674/Rev.1/Corr.1", "letter", 2674, None),
    ("S/2012/140/Summary", "S/2012/140/Summary", "letter", 140, 2012),
    ("S/Agenda/9052", "S/Agenda/9052", "agenda", 9052, None),
    ("S/INF/77", "S/INF/77", "information", 77, None),
    ("S/AC.29/2010/comm.1", "S/AC.29/2010/COMM.1", "subsidiary", 1, 2010),
    ("S/AC.26/SER.A/1", "S/AC.26/SER.A/1", "subsidiary", 1, None),
    ("S/C.1/1", "S/C.1/1", "subsidiary", 1, None),
    ("A/RES/76/262", "A/RES/76/262", "assembly resolution", 262, None),
    ("A/RES/ES-11/1", "A/RES/ES-11/1", "assembly resolution", 1, None),
    ("A/RES/377(V)", "A/RES/377 (V)", "assembly resolution", 377, None),
    ("A/RES/377 A (V)", "A/RES/377 A (V)", "assembly resolution", 377, None),
    ("A/76/PV.77", "A/76/PV.77", "assembly record", 77, None),
    ("A/78/2", "A/78/2", "assembly document", 2, None),
    ("SC/15401", "SC/15401", "press", 15401, None),
    ("CS/15401", "CS/15401", "press", 15401, None),
    ("PBC/16/OC/2", "PBC/16/OC/2", "other", 2, None),
]


@pytest.mark.parametrize(("text", "expected", "series", "number", "year"), SPELLINGS)
def test_a_symbol_is_read_however_it_is_spelled(
    text: str, expected: str, series: str, number: int, year: int | None
) -> None:
    symbol = parse(text)
    assert (symbol.canonical, symbol.series, symbol.number, symbol.year) == (expected, series, number, year)
    assert symbol.text == text
    assert symbol.series in SERIES


def test_base_and_suffixes_stand_apart() -> None:
    symbol = parse("S/2674/Rev.1/Corr.1")
    assert (symbol.base, symbol.suffixes) == ("S/2674", ("Rev.1", "Corr.1"))
    assert parse("S/PV.3370+Corr.1+Corr.2").base == "S/PV.3370"


def test_asterisks_count_reissues_and_leave_the_symbol_the_same() -> None:
    assert parse("S/2013/568**").reissued == 2
    assert canonical("S/2013/568**") == "S/2013/568"
    assert parse("S/2013/568 *").reissued == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "S/",
        "S",
        "Oral amendment\r",
        "--",
        "1325",
        "RES 1325",
        "Communiqué",
        "S/PV.",
        "S/RES/",
        "S/RES/1325 (1925)",
        "S/RES/0",
        "S/RES/2005/1651",
        "S/1546/1",
        "S/1234567",
        "S/2674/Rev.",
        "A/RES",
        "N/A",
        "S/PV.3714(closed)",
        "S/10805/Rev.1 (as amended)",
        "S/9696 and Corr.1 & 2",
        "S/471 and S/471/Add.1",
        "S/552, S/PV.202",
        "S/RES/" + "9" * 5000,
    ],
)
def test_what_is_not_one_symbol_is_refused(text: str) -> None:
    assert not is_symbol(text)
    with pytest.raises(SymbolError, match=r"accepted is a document symbol such as S/RES/1325"):
        parse(text)


def test_a_refusal_names_the_text_and_the_place() -> None:
    with pytest.raises(SymbolError, match=r"'S/11400 \(as amended\)', at character 9: '\(as amended\)' is not part"):
        parse("S/11400 (as amended)")


def test_a_remark_beside_a_symbol_is_handed_back() -> None:
    symbol, rest = leading("S/PV.5731\n\n      (closed)")
    assert (symbol.canonical, symbol.text, rest) == ("S/PV.5731", "S/PV.5731", "(closed)")
    assert leading("S/15255/Rev.2(as corrected)")[1] == "(as corrected)"
    assert leading("S/25997")[1] == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Draft resolution S/552 &\nAdd.1 vetoed by USSR", ["S/552", "S/552/Add.1"]),
        ("S/1431 (first part)S/1408", ["S/1431", "S/1408"]),
        ("S/3814 and S/3814/Add.1", ["S/3814", "S/3814/Add.1"]),
        ("S/9696 and Corr.1 & 2", ["S/9696", "S/9696/Corr.1", "S/9696/Corr.2"]),
        ("S/3995 (incorporating the amendment)S/3998", ["S/3995", "S/3998"]),
        ("S/552, S/PV.202", ["S/552", "S/PV.202"]),
        ("S/2020/870\n\nS/2020/865", ["S/2020/870", "S/2020/865"]),
        ("S/PV.3370+Corr.1+Corr.2", ["S/PV.3370", "S/PV.3370/Corr.1", "S/PV.3370/Corr.2"]),
        ("S/PV.3745 (Resumption 1)+Corr.1", ["S/PV.3745 (Resumption 1)", "S/PV.3745 (Resumption 1)/Corr.1"]),
        ("S/PRST/2003/1+S/PRST/2003/2", ["S/PRST/2003/1", "S/PRST/2003/2"]),
        ("S/2007/14vetoed by China", ["S/2007/14"]),
        ("A/70/951-S/2016/590", ["A/70/951", "S/2016/590"]),
        ("(S/RES/1325 (2000)), as recalled in S/PRST/2023/5.", ["S/RES/1325 (2000)", "S/PRST/2023/5"]),
        ("https://undocs.org/en/S/PV.9048(OR)", ["S/PV.9048"]),
        ("the vote was 9-0-6, and/or 15 m/s/2", []),
        ("S/1546/1", []),
        ("S/RES/2005/1651", []),
        ("S/2839&Corr.1", ["S/2839", "S/2839/Corr.1"]),
        ("", []),
    ],
)
def test_symbols_are_found_in_free_text(text: str, expected: list[str]) -> None:
    assert [symbol.canonical for symbol in find_all(text)] == expected


def test_what_is_found_keeps_its_own_stretch_of_the_text() -> None:
    found = find_all("Draft resolution S/552 &\nAdd.1, and s/res/1325(2000)")
    assert [symbol.text for symbol in found] == ["S/552", "Add.1", "s/res/1325(2000)"]


def test_order_is_by_number_and_a_base_stands_before_its_suffixes() -> None:
    ordered = [
        "S/RES/9 (1946)",
        "S/RES/10 (1946)",
        "S/RES/1325 (2000)",
        "S/PRST/1999/34",
        "S/PRST/2000/2",
        "S/PV.9",
        "S/PV.10",
        "S/PV.9052",
        "S/PV.9052/Corr.1",
        "S/PV.9052 (Resumption 1)",
        "S/PV.9052 (Resumption 1)/Corr.1",
        "S/PV.9052 (Resumption 2)",
        "S/2674",
        "S/2674/Rev.1",
        "S/2674/Rev.1/Corr.1",
        "S/2674/Rev.2",
        "S/25997",
        "S/1994/2",
        "S/1994/10",
        "A/RES/76/262",
        "A/RES/77/1",
    ]
    shuffled = ordered[::-2] + ordered[-2::-2]
    assert sorted(shuffled, key=lambda text: parse(text).sort_key) == ordered
    assert sorted(shuffled, key=lambda text: parse(text).sort_text) == ordered


def test_symbols_that_differ_in_punctuation_alone_have_a_place_each() -> None:
    one, other = parse("A/C.5/78/L.2"), parse("A/C.5/78/L/2")
    assert one.canonical != other.canonical
    assert one.sort_key != other.sort_key
    assert one.sort_text != other.sort_text


def test_a_resolution_is_known_by_its_number_with_or_without_the_year() -> None:
    assert resolution_number("S/RES/1325") == resolution_number("S/RES/1325 (2000)") == 1325
    assert resolution_number("S/PV.1325") is None
    assert resolution_number("1325") is None
    assert resolution_number("A/RES/76/262") is None


def test_people_call_resolution_1325_by_many_names() -> None:
    named = aliases(parse("S/RES/1325 (2000)"))
    for name in ("S/RES/1325(2000)", "S/RES/1325", "SCR 1325", "UNSCR 1325", "resolution 1325", "1325 (2000)"):
        assert name in named
    assert "9052nd meeting" in aliases(parse("S/PV.9052"))
    assert "S/PV 9052" in aliases(parse("S/PV.9052"))
    assert "S/PV.9052(Resumption1)" in aliases(parse("S/PV.9052 (Resumption 1)"))


@pytest.mark.parametrize(
    "text",
    [
        "S/RES/1325 (2000)",
        "S/RES/1325",
        "S/PV.9052",
        "S/PV.9052 (Resumption 1)",
        "S/PRST/2023/5",
        "S/2014/916",
        "A/RES/76/262",
        "A/RES/377 (V)",
        "S/2674/Rev.1",
        "S/PV.10012",
    ],
)
def test_every_alias_leads_back_to_its_symbol(text: str) -> None:
    symbol = parse(text)
    assert symbol.canonical not in aliases(symbol)
    for alias in aliases(symbol):
        meant = interpret(alias)
        assert text in meant or resolution_number(meant[0]) == symbol.number


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("1325", ["S/RES/1325", "S/PV.1325"]),
        ("UNSCR 1325", ["S/RES/1325"]),
        ("scr1325", ["S/RES/1325"]),
        ("Resolution 1325 (2000)", ["S/RES/1325 (2000)"]),
        ("UN Security Council resolution 1325", ["S/RES/1325"]),
        ("UN resolution 242", ["S/RES/242"]),
        ("résolution 1325", ["S/RES/1325"]),
        ("резолюция 1325 (2000)", ["S/RES/1325 (2000)"]),
        ("第1325(2000)号决议", ["S/RES/1325 (2000)"]),
        ("القرار ١٣٢٥", ["S/RES/1325"]),
        ("القرار رقم ١٣٢٥ (٢٠٠٠)", ["S/RES/1325 (2000)"]),
        ("قرار مجلس الأمن 1325", ["S/RES/1325"]),
        ("قرار مجلس الامن رقم 1325 (2000)", ["S/RES/1325 (2000)"]),
        ("للقرار 1325", ["S/RES/1325"]),
        ("安理会第1325(2000)号决议", ["S/RES/1325 (2000)"]),
        ("聯合國安全理事會第1325號決議", ["S/RES/1325"]),
        ("安全理事會第１３２５號決議", ["S/RES/1325"]),
        ("1325号决议", ["S/RES/1325"]),
        ("la résolution 1325 (2000) du Conseil de sécurité", ["S/RES/1325 (2000)"]),
        ("la resolución 1325 (2000) del Consejo de Seguridad", ["S/RES/1325 (2000)"]),
        ("резолюции 1325 (2000) Совета Безопасности ООН", ["S/RES/1325 (2000)"]),
        ("resolution 1325 of the Security Council", ["S/RES/1325"]),
        ("安理会第9052次会议", ["S/PV.9052"]),
        ("9052e séance", ["S/PV.9052"]),
        ("9052ª sesión", ["S/PV.9052"]),
        ("9052-е заседание", ["S/PV.9052"]),
        ("الجلسة ٩٠٥٢", ["S/PV.9052"]),
        ("1325(2000)", ["S/RES/1325 (2000)"]),
        ("s/res/1325", ["S/RES/1325"]),
        ("9052nd meeting", ["S/PV.9052"]),
        ("S/PV 9052", ["S/PV.9052"]),
        ("pv.9052", ["S/PV.9052"]),
        ("2014/916", ["S/2014/916", "S/PRST/2014/916"]),
        ("76/262", ["A/RES/76/262"]),
        ("resolution 76/262", ["A/RES/76/262"]),
        ("presidential statement 2023/5", ["S/PRST/2023/5"]),
        ("25997", ["S/25997", "SC/25997"]),
        ("10012", ["S/PV.10012", "S/10012", "SC/10012"]),
        ("https://undocs.org/en/S/RES/1325%20(2000)", ["S/RES/1325 (2000)"]),
        ("S_RES_1325(2000)", ["S/RES/1325 (2000)"]),
        ("veto", []),
        ("Haiti 1994", []),
        ("", []),
        ("0", []),
        ("1" * 5000, []),
    ],
)
def test_a_search_box_understands_symbols_and_their_usual_names(query: str, expected: list[str]) -> None:
    assert interpret(query) == expected


def test_ordinals_of_meetings() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 11, 12, 13, 9052, 9111)] == (
        ["1st", "2nd", "3rd", "11th", "12th", "13th", "9052nd", "9111th"]
    )


numbers = st.integers(min_value=1, max_value=99_999)
years = st.integers(min_value=1994, max_value=2099)
suffixes = st.lists(
    st.one_of(
        st.builds("/{}.{}".format, st.sampled_from(["Add", "Corr", "Rev"]), st.integers(0, 200)),
        st.just("/Summary"),
        st.builds(" (Resumption {})".format, st.integers(1, 40)),
        st.sampled_from([" (Part I)", " (Part IV)", " (Resumption)", "*"]),
    ),
    max_size=3,
).map("".join)
bases = st.one_of(
    st.builds("S/RES/{} ({})".format, numbers, years),
    st.builds("S/RES/{}".format, numbers),
    st.builds("S/PRST/{}/{}".format, years, numbers),
    st.builds("S/PV.{}".format, numbers),
    st.builds("S/{}/{}".format, years, numbers),
    st.builds("S/{}".format, numbers),
    st.builds("S/Agenda/{}".format, numbers),
    st.builds("S/INF/{}".format, numbers),
    st.builds("S/AC.{}/{}/{}.{}".format, numbers, years, st.sampled_from(["COMM", "CRP", "L"]), numbers),
    st.builds("A/RES/{}/{}".format, st.integers(31, 99), numbers),
    st.builds("A/RES/{} ({})".format, numbers, st.sampled_from(["I", "V", "XXVI"])),
    st.builds("A/{}/PV.{}".format, st.integers(1, 99), numbers),
    st.builds("A/{}/{}".format, st.integers(1, 99), st.one_of(numbers, st.builds("L.{}".format, numbers))),
    st.builds("SC/{}".format, numbers),
)
written = st.builds("{}{}".format, bases, suffixes).filter(is_symbol)
"""Symbols; an asterisk before another suffix makes none."""


@given(written)
def test_reading_is_lossless_and_canonical_is_stable(text: str) -> None:
    symbol = parse(text)
    assert symbol.text == text
    assert symbol.canonical == text.rstrip("*")
    assert canonical(symbol.canonical) == symbol.canonical
    assert parse(symbol.canonical).sort_key[:3] == symbol.sort_key[:3]


@given(written, st.sampled_from(["{}\u00a0", "\ufeff{}", " {}\r\n", "{}/ "]))
def test_spelling_does_not_change_what_is_named(text: str, dress: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    for spelling in (text.lower(), wide, text.replace(" ", ""), text.replace("/", " / "), dress.format(text)):
        assert canonical(spelling) == canonical(text)
        assert parse(spelling).text == spelling


@given(st.lists(written, max_size=8))
def test_the_order_is_total_and_the_same_as_text(texts: list[str]) -> None:
    symbols = [parse(text) for text in texts]
    by_key = sorted(symbols, key=lambda symbol: symbol.sort_key)
    assert [s.sort_key for s in by_key] == [s.sort_key for s in sorted(symbols, key=lambda s: s.sort_text)]
    for one in symbols:
        for other in symbols:
            same = (one.canonical, one.reissued) == (other.canonical, other.reissued)
            assert (one.sort_key == other.sort_key) is same


@given(numbers, numbers, st.sampled_from(["S/RES/{}", "S/PV.{}", "S/{}", "S/2014/{}", "SC/{}", "S/INF/{}", "A/78/{}"]))
def test_the_order_within_a_series_is_that_of_the_numbers(one: int, other: int, form: str) -> None:
    first, second = parse(form.format(one)), parse(form.format(other))
    assert (first.sort_key < second.sort_key) is (one < other)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("SA/RESPV.0129 ()+&*\n,and"))))
def test_no_text_breaks_the_reader(text: str) -> None:
    for symbol in find_all(text):
        assert symbol.text in text
        assert canonical(symbol.canonical) == symbol.canonical
    for meant in interpret(text):
        assert canonical(meant) == meant
    if is_symbol(text):
        assert parse(text).text == text


@given(st.lists(written.filter(lambda text: "*" not in text), min_size=1, max_size=5))
def test_every_symbol_in_a_sentence_is_found(texts: list[str]) -> None:
    found = find_all("See " + "; ".join(texts) + "; adopted.")
    assert [symbol.canonical for symbol in found] == [canonical(text) for text in texts]


@pytest.mark.parametrize(
    "piece",
    [
        "S/",
        "S/1 ",
        "S/RES/",
        " ",
        "S ",
        "A/A.",
        "A/1",
        "S/1/Add.1",
        "+Corr.1",
        "9",
        "(Resumption ",
        "A/RES/1 (",
        "& 2",
        "*",
        "S/AC.1/AAAAAAAAAAAA",
        "and ",
    ],
)
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    """Forty times the text must not take four hundred times the time: a quadratic reader takes 1,600 times."""

    def seconds(text: str) -> float:
        begun = time.perf_counter()
        find_all(text)
        is_symbol(text)
        interpret(text)
        return time.perf_counter() - begun

    short, long = piece * (5_000 // len(piece)), piece * (200_000 // len(piece))
    assert min(seconds(long) for _ in range(2)) < 400 * max(min(seconds(short) for _ in range(3)), 0.0002)
