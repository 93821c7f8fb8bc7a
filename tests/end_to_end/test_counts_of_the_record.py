"""Counts and agreement over the bundled record: figures others publish, and the same figures reached another way."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

Ask = Callable[..., Any]


def test_2023_had_50_resolutions_35_of_them_unanimous_and_seven_casts_of_a_veto(ask: Ask) -> None:
    """The Council's Highlights of 2023."""
    told = ask(
        '{ counts { votes(by: UNANIMOUS, from: "2023", to: "2023", filter: {resolution: true}) {'
        "   total cells { key count } }"
        '  vetoes(by: MEMBER, from: "2023", to: "2023", filter: {inVote: true}) { total } } }'
    )["counts"]
    assert told["votes"]["total"] == 50
    assert {cell["key"]: cell["count"] for cell in told["votes"]["cells"]} == {"true": 35, "false": 15}
    assert told["vetoes"]["total"] >= 7


def test_the_official_list_has_265_casts_by_member(ask: Ask) -> None:
    told = ask("{ counts { vetoes(by: MEMBER, filter: {official: true}) { total cells { key count } } } }")["counts"]
    assert told["vetoes"]["total"] == 265
    counted = {cell["key"]: cell["count"] for cell in told["vetoes"]["cells"]}
    assert counted == {"RUS": 120, "USA": 82, "GBR": 29, "FRA": 17, "CHN": 17}


def test_cross_tables_agree_with_lists_and_yearly_totals(ask: Ask) -> None:
    told = ask(
        "{ counts { votes(by: YEAR) { cells { key count } } meetings(by: YEAR, filter: {mode: {eq: MEETING}}) {"
        '   cells { key count } } missions(by: YEAR) { total } ballots(by: MEMBER, from: "2023", to: "2023") {'
        "   cells { key count } } statements(by: DECADE) { total } }"
        "  yearTotals { year votes meetings statements } memberTotals(year: 2023) { code ballots }"
        "  missions(first: 0) { totalCount } }"
    )
    counts = told["counts"]
    by_year = {cell["key"]: cell["count"] for cell in counts["votes"]["cells"]}
    assert by_year == {str(year["year"]): year["votes"] for year in told["yearTotals"] if year["votes"]}
    held = {cell["key"] or "0": cell["count"] for cell in counts["meetings"]["cells"]}
    assert held == {str(year["year"]): year["meetings"] for year in told["yearTotals"] if year["meetings"]}
    cast = {cell["key"]: cell["count"] for cell in counts["ballots"]["cells"]}
    assert cast == {member["code"]: member["ballots"] for member in told["memberTotals"]}
    assert counts["missions"]["total"] == told["missions"]["totalCount"] == 87
    assert counts["statements"]["total"] == sum(year["statements"] for year in told["yearTotals"])


def test_the_matrix_of_the_permanent_five_equals_comparing_them_two_by_two(ask: Ask) -> None:
    five = ["CHN", "FRA", "GBR", "RUS", "USA"]
    asked = " ".join(
        f'{a}{b}: agreement(a: "{a}", b: "{b}", from: 1990, to: 2023) {{ votes same }}'
        for a, b in combinations(five, 2)
    )
    told = ask(
        '{ agreementMatrix(members: ["CHN", "FRA", "GBR", "RUS", "USA"], from: 1990, to: 2023) {'
        "  pairs { a b votes same } } }"
    )
    singly = ask(f"{{ {asked} }}")
    for pair in told["agreementMatrix"]["pairs"]:
        assert singly[pair["a"] + pair["b"]] == {"votes": pair["votes"], "same": pair["same"]}


def test_the_201_votes_in_a_wrong_column_are_left_out_by_name(ask: Ask) -> None:
    """Algeria for Argentina 1966-67, Turkey for Portugal 2011-12, Slovakia for Slovenia 2024."""
    asked = "leftOut { code year ballots }"
    told = ask(
        f"{{ a: agreementMatrix(from: 1966, to: 1967) {{ {asked} }}"
        f" b: agreementMatrix(from: 2011, to: 2012) {{ {asked} }}"
        f" c: agreementMatrix(from: 2024, to: 2024) {{ {asked} }} }}"
    )
    left = [one for matrix in told.values() for one in matrix["leftOut"]]
    assert {(one["code"], one["year"]) for one in left} == {
        ("DZA", 1966),
        ("DZA", 1967),
        ("TUR", 2011),
        ("TUR", 2012),
        ("SVK", 2024),
    }
    assert sum(one["ballots"] for one in left) == 201


def test_in_2023_russia_dissented_most_of_the_permanent_five(ask: Ask) -> None:
    """Dissent by hand: the ballots of 2023 against the majority of those who voted."""
    told = ask(
        '{ rus: trajectory(member: "RUS", from: 2023, to: 2023) { againstMajority no abstain }'
        '  fra: trajectory(member: "FRA", from: 2023, to: 2023) { againstMajority no abstain } }'
    )
    assert told["rus"][0]["againstMajority"] > told["fra"][0]["againstMajority"]
    totals = ask("{ memberTotals(year: 2023) { code no abstain } }")["memberTotals"]
    of = {row["code"]: row for row in totals}
    for code in ("rus", "fra"):
        assert (told[code][0]["no"], told[code][0]["abstain"]) == (of[code.upper()]["no"], of[code.upper()]["abstain"])
