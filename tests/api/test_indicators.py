"""Indicators over GraphQL: definitions, figures with their records, published ones beside them, states compared."""

from __future__ import annotations

from typing import Any

import pytest

from domain.indicators import Figure, figure_id
from projections.indicators.registry import INDICATORS
from tests import council
from tests.api.conftest import House


@pytest.fixture
def told(house: House) -> House:
    """The real cases, and a published figure that differs."""
    claims = Figure(indicator="veto_casts", period="2022", value=4, publisher="Highlights", reason="a test")
    house.record([council.fact(figure_id("veto_casts", "2022", "highlights"), "published", claims, council.CURATED)])
    return house


def test_definitions_are_given_by_dimension(told: House) -> None:
    everything = told.ask("{ indicators { name version title dimension formula unit measure source coverage groups } }")
    assert [one["name"] for one in everything["indicators"]] == list(INDICATORS)
    some = told.ask("{ indicators(dimension: TRANSPARENCY) { name dimension numerator denominator } }")["indicators"]
    assert {one["dimension"] for one in some} == {"TRANSPARENCY"}
    assert {one["name"]: one["denominator"] for one in some}["open_debates"] is None


def test_missions_of_2023_by_day_with_record_and_event_behind_each(told: House) -> None:
    answer = told.ask(
        """query ($on: String) { indicator(name: "missions") { values(from: "2023", to: "2023", on: $on) {
        period value partial records(first: 5) { totalCount nodes { record counted date
        node { id provenance { events { type } } } } } } } }""",
        on="2023-08-28",
    )
    [value] = answer["indicator"]["values"]
    assert (value["period"], value["value"], value["records"]["totalCount"]) == ("2023", 1, 1)
    [node] = value["records"]["nodes"]
    assert (node["record"], node["date"]) == ("mission:2023/democratic-republic-of-the-congo", "2023-03-09")
    assert [event["type"] for event in node["node"]["provenance"]["events"]] == ["mission.undertaken"]


def test_two_days_compared_name_the_mission_and_the_event_that_make_the_difference(told: House) -> None:
    answer = told.ask(
        """{ indicator(name: "missions") { compare(a: {on: "2023-08-28"}, b: {on: "2023-12-31"}) {
        period changes a { value } b { value } because { change record node { id } events { position type } } } } }"""
    )
    [difference] = answer["indicator"]["compare"]
    assert (difference["a"]["value"], difference["b"]["value"], difference["changes"]) == (1, 2, 1)
    [cause] = difference["because"]
    assert (cause["change"], cause["node"]["id"]) == ("entered", "mission:2023/ethiopia")
    assert [event["type"] for event in cause["events"]] == ["mission.undertaken"]


def test_two_positions_compared_from_a_past_state_cannot_look_into_its_future(told: House) -> None:
    text = """query ($p: Int!, $q: Int!) { asOf(position: $p) { indicator(name: "missions") {
        compare(a: {position: 0}, b: {position: $q}) { period a { value } b { value } } } } }"""
    last = told.archive.position()
    known = told.ask(text, p=last, q=last)["asOf"]["indicator"]["compare"]
    assert known == [{"period": "2023", "a": None, "b": {"value": 2}}]
    assert "no position" in told.refused(text, p=3, q=last)


def test_a_published_figure_stands_beside_ours_with_its_reason(told: House) -> None:
    answer = told.ask(
        """{ indicator(name: "veto_casts") {
        values(from: "2022", to: "2022") { value published { value publisher difference reason figure { id } } }
        published { period ours partial difference } } figures(first: 5) { nodes { id indicator value } } }"""
    )
    [value] = answer["indicator"]["values"]
    assert value["value"] == 1
    assert value["published"] == [
        {
            "value": 4,
            "publisher": "Highlights",
            "difference": -3,
            "reason": "a test",
            "figure": {"id": "figure:veto_casts/2022/highlights"},
        }
    ]
    assert answer["indicator"]["published"] == [{"period": "2022", "ours": 1, "partial": True, "difference": -3}]
    assert [node["id"] for node in answer["figures"]["nodes"]] == ["figure:veto_casts/2022/highlights"]


def test_what_the_archive_does_not_hold_is_null_and_says_why(told: House) -> None:
    [value] = told.ask('{ indicator(name: "public_meetings") { values(from: "2023", to: "2023") { value note } } }')[
        "indicator"
    ]["values"]
    assert value == {"value": None, "note": "no list covers this period: single records only"}


def test_records_are_paged_from_both_ends(told: House) -> None:
    text = """{ indicator(name: "formal_meetings") { records(period: "2022", PAGE) {
        totalCount nodes { record } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } } }"""

    def asked(page: str) -> tuple[list[str], dict[str, Any]]:
        found = told.ask(text.replace("PAGE", page))["indicator"]["records"]
        assert found["totalCount"] == 2
        return [node["record"] for node in found["nodes"]], found["pageInfo"]

    first, info = asked("first: 1")
    assert (first, info["hasNextPage"], info["hasPreviousPage"]) == (["meeting:S/PV.8979"], True, False)
    second, info = asked(f'first: 1, after: "{info["endCursor"]}"')
    assert (second, info["hasNextPage"], info["hasPreviousPage"]) == (["meeting:S/PV.9052"], False, True)
    assert asked("last: 1")[0] == second
    assert asked(f'last: 1, before: "{info["startCursor"]}"')[0] == first
    assert "give one of `first` and `last`" in told.refused(text.replace("PAGE", "on: null"))
    assert "the cursor was not made" in told.refused(text.replace("PAGE", 'first: 1, after: "WzFd"'))


def test_mistakes_are_told_with_what_is_accepted(told: House) -> None:
    assert "resolutions_unanimous" in told.refused('{ indicator(name: "resolution") { title } }')
    assert "it is by: year, month, presidency" in told.refused(
        '{ indicator(name: "missions") { values(by: GENDER) { value } } }'
    )
    assert "a day such as 2023-08-28" in told.refused(
        '{ indicator(name: "missions") { values(on: "2023") { value } } }'
    )
    assert "at most 96" in told.refused(
        '{ indicator(name: "missions") { values(by: MONTH, from: "2000", to: "2023") { value } } }'
    )
    assert "10000" in told.refused("{ indicators { values { records(first: 100) { nodes { record } } } } }")


def test_a_figure_asked_for_under_many_names_is_computed_once(told: House) -> None:
    def statements(document: str) -> int:
        assert told.answer(document).errors == []
        assert told.read is not None
        return told.read.statements

    fields = (
        'records(period: "2022", first: 1) { totalCount }',
        "values { value }",
        "published { ours }",
        'compare(a: {on: "2022-03-01"}, b: {position: 3}) { period }',
    )
    for field in fields:
        once = statements(f'{{ indicator(name: "veto_casts") {{ {field} }} }}')
        named = " ".join(f"n{number}: {field}" for number in range(5))
        assert statements(f'{{ indicator(name: "veto_casts") {{ {named} }} }}') == once, field


def test_indicators_of_one_list_look_up_what_it_covers_once(told: House) -> None:
    def statements(*names: str) -> int:
        parts = " ".join(f'{name}: indicator(name: "{name}") {{ values {{ value }} }}' for name in names)
        assert told.answer(f"{{ {parts} }}").errors == []
        assert told.read is not None
        return told.read.statements

    one = statements("resolutions_unanimous")
    assert statements("resolutions_unanimous", "resolutions_not_unanimous") < 2 * one
