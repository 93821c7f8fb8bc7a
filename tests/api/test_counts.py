"""Counts by dimension over GraphQL: real cases, as of any position, on both executors."""

from __future__ import annotations

import pytest

from tests.api.conftest import House


def test_s_2014_916_counts_under_its_outcome_and_its_members_choices(house: House) -> None:
    told = house.ask(
        '{ counts { votes(by: OUTCOME, from: "2014", to: "2014") { unit total cells { key label count share } }'
        '  ballots(by: MEMBER, across: CHOICE, from: "2014-12", to: "2014-12", filter: {choice: {in: [NO, ABSTAIN]}}) {'
        "   total cells { key label across acrossLabel count shareOfKey } acrosses { key count share } } } }"
    )["counts"]
    assert told["votes"] == {
        "unit": "votes",
        "total": 1,
        "cells": [{"key": "NOT_ADOPTED", "label": "not adopted", "count": 1, "share": 1.0}],
    }
    assert told["ballots"]["total"] == 7
    assert told["ballots"]["acrosses"] == [
        {"key": "ABSTAIN", "count": 5, "share": 5 / 7},
        {"key": "NO", "count": 2, "share": 2 / 7},
    ]
    assert told["ballots"]["cells"][0] == {
        "key": "AUS",
        "label": "Australia",
        "across": "NO",
        "acrossLabel": "no",
        "count": 1,
        "shareOfKey": 1.0,
    }


def test_the_veto_of_s_2022_155_is_counted_by_member_and_seat(house: House) -> None:
    told = house.ask(
        "{ counts { vetoes(by: MEMBER, across: YEAR, filter: {inVote: true}) { cells { key across count } }"
        '  ballots(by: SEAT, across: CHOICE, filter: {outcome: {eq: VETOED}, member: {in: ["rus", "FRA"]}}) {'
        "   cells { key across count } } } }"
    )["counts"]
    assert {"key": "RUS", "across": "2022", "count": 1} in told["vetoes"]["cells"]
    assert told["ballots"]["cells"] == [
        {"key": "PERMANENT", "across": "NO", "count": 1},
        {"key": "PERMANENT", "across": "YES", "count": 1},
    ]


def test_a_count_stays_as_it_was_before_a_correction(empty: House) -> None:
    from tests import council

    before = empty.record(council.everything())
    empty.archive.correct(
        "vote:S/2022/155", "agenda", "Ukraine", authority="S/PV.8979", reason="as adopted", by="a clerk"
    )
    empty.models.catch_up()
    asked = 'counts { ballots(by: CHOICE, filter: {agenda: {contains: "ukraine"}}) { total } }'
    told = empty.ask(f"{{ {asked} asOf(position: {before}) {{ {asked} }} }}")
    assert told["counts"]["ballots"]["total"] - told["asOf"]["counts"]["ballots"]["total"] == 15


def test_the_largest_cells_come_first_and_a_count_without_rows_is_zero(small: House) -> None:
    told = small.ask(
        "{ counts { ballots(by: CHOICE) { cells(orderBy: COUNT_DESC, first: 2) { key count } }"
        '  missions(by: REGION, from: "1950", to: "1960") { total cells { key } keys { key } } } }'
    )["counts"]
    assert told["ballots"]["cells"][0]["key"] == "YES"
    assert len(told["ballots"]["cells"]) == 2
    assert told["missions"] == {"total": 0, "cells": [], "keys": []}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("votes(by: YEAR, across: YEAR) { total }", "`across` must be another dimension than `by`"),
        (
            'votes(by: YEAR, from: "2014-13") { total }',
            "'2014-13' is neither a year nor a month: write YYYY or YYYY-MM",
        ),
        ('votes(by: YEAR, from: "2014", to: "2013-05") { total }', "ends (2013-05) before it begins (2014)"),
        ("votes(by: YEAR) { cells(first: 2001) { key } }", "`first` takes 0 to 2000 cells, not 2001"),
        ('vetoes(by: YEAR, filter: {member: {eq: "Russia"}}) { total }', "'Russia' is not a member's code"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_reason(small: House, asked: str, said: str) -> None:
    assert said in small.refused(f"{{ counts {{ {asked} }} }}")


def test_a_cross_table_costs_two_statements_at_most_and_the_names(small: House) -> None:
    small.ask("{ counts { ballots(by: GROUP, across: CHOICE) { total cells { count } } } }")
    assert small.read is not None
    assert small.read.statements == 2
