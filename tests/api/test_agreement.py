"""The matrix of agreement, blocs and trajectories over GraphQL, on both executors."""

from __future__ import annotations

import pytest

from tests import council
from tests.api.conftest import House

PAIR = "a b votes same opposed share lijphart s kappa"


def test_the_united_states_and_australia_agree_on_s_2014_916_against_the_rest(house: House) -> None:
    told = house.ask(
        '{ agreementMatrix(from: 2014, to: 2014, members: ["usa", "AUS", "FRA", "GBR"]) {'
        f" firstYear lastYear votes members {{ code name ballots }} pairs {{ {PAIR} }}"
        "  blocs(threshold: 0.5) { members size least mean } leftOut { code } } }"
    )["agreementMatrix"]
    assert (told["firstYear"], told["lastYear"], told["votes"], told["leftOut"]) == (2014, 2014, 1, [])
    pairs = {(pair["a"], pair["b"]): pair for pair in told["pairs"]}
    assert list(pairs) == [
        ("AUS", "FRA"),
        ("AUS", "GBR"),
        ("AUS", "USA"),
        ("FRA", "GBR"),
        ("FRA", "USA"),
        ("GBR", "USA"),
    ]
    assert (pairs["AUS", "USA"]["share"], pairs["AUS", "USA"]["kappa"]) == (1.0, None)
    assert (pairs["AUS", "FRA"]["opposed"], pairs["AUS", "FRA"]["s"]) == (1, -1.0)
    assert (pairs["AUS", "GBR"]["share"], pairs["AUS", "GBR"]["lijphart"]) == (0.0, 0.5)
    assert told["blocs"] == [
        {"members": ["AUS", "USA"], "size": 2, "least": 1.0, "mean": 1.0},
        {"members": ["FRA"], "size": 1, "least": None, "mean": None},
        {"members": ["GBR"], "size": 1, "least": None, "mean": None},
    ]


def test_a_members_course_tells_its_dissent_and_whom_it_voted_with(house: House) -> None:
    told = house.ask(
        '{ trajectory(member: "RUS", with: ["CHN", "USA"]) { year ballots no noShare aloneNo againstMajority'
        "  dissentShare agreement { a b votes share } } }"
    )["trajectory"]
    of_2022 = next(year for year in told if year["year"] == 2022)
    assert of_2022 == {
        "year": 2022,
        "ballots": 2,
        "no": 2,
        "noShare": 1.0,
        "aloneNo": 2,
        "againstMajority": 2,
        "dissentShare": 1.0,
        "agreement": [
            {"a": "RUS", "b": "CHN", "votes": 2, "share": 0.0},
            {"a": "RUS", "b": "USA", "votes": 2, "share": 0.0},
        ],
    }


def test_unanimous_votes_can_be_left_out_and_those_that_failed(house: House) -> None:
    asked = 'agreementMatrix(members: ["FRA", "USA"]{}) {{ votes pairs {{ votes }} }}'
    told = house.ask(
        f"{{ all: {asked.format('')} divided: {asked.format(', divided: true')}"
        f" failed: {asked.format(', divided: true, adopted: false')} }}"
    )
    assert told["all"]["votes"] > told["divided"]["votes"] > told["failed"]["votes"] == 2


def test_ballots_in_a_wrong_column_are_left_out_and_told(empty: House) -> None:
    """S/RES/2728 (2024), where a source gives Slovenia's ballot to Slovakia."""
    fifteen = [code for code in council.COUNCILS[2024].split() if code != "SVN"] + ["SVK"]
    vote = council.Vote(
        resolution=2728, date="2024-03-25", outcome="adopted", ballots=council.ballots(fifteen, abstain="USA")
    )
    empty.record([*council.council_of(2024), council.fact("vote:S/RES/2728", "taken", vote)])
    told = empty.ask(
        "{ agreementMatrix { members { code } leftOut { code year ballots } }"
        '  trajectory(member: "SVK") { year }'
        '  fr: trajectory(member: "FRA", with: ["SVK"]) { agreement { votes share } } }'
    )
    assert len(told["agreementMatrix"]["members"]) == 14
    assert told["agreementMatrix"]["leftOut"] == [{"code": "SVK", "year": 2024, "ballots": 1}]
    assert told["trajectory"] == []
    assert told["fr"] == [{"agreement": [{"votes": 0, "share": None}]}]


def test_agreement_stays_as_it_was_before_a_correction(empty: House) -> None:
    before = empty.record(council.everything())
    cast = council.ballots(council.FIFTEEN_2014, no="AUS", abstain="GBR KOR LTU NGA RWA USA")
    empty.archive.correct("vote:S/2014/916", "ballots", cast, authority="S/PV.7354", reason="supposed", by="a clerk")
    empty.models.catch_up()
    asked = 'agreementMatrix(from: 2014, to: 2014, members: ["AUS", "USA"]) { pairs { share lijphart } }'
    told = empty.ask(f"{{ {asked} asOf(position: {before}) {{ {asked} }} }}")
    assert told["agreementMatrix"]["pairs"] == [{"share": 0.0, "lijphart": 0.5}]
    assert told["asOf"]["agreementMatrix"]["pairs"] == [{"share": 1.0, "lijphart": 1.0}]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("agreementMatrix(from: 2015, to: 2014) { votes }", "the period ends (2014) before it begins (2015)"),
        ('agreementMatrix(members: ["France"]) { votes }', "'France' is not a member's code"),
        ("agreementMatrix { blocs(threshold: 1.5) { size } }", "`threshold` is a share of votes above 0, at most 1"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_reason(small: House, asked: str, said: str) -> None:
    assert said in small.refused(f"{{ {asked} }}")


def test_a_matrix_costs_three_statements_whatever_its_size(small: House) -> None:
    for members in ("", '(members: ["FRA", "USA"])'):
        small.ask(f"{{ agreementMatrix{members} {{ votes pairs {{ share }} blocs {{ size }} }} }}")
        assert small.read is not None
        assert small.read.statements == 3
