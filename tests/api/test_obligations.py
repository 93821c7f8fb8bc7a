"""Obligations and the rotation over GraphQL: states of a given day, proofs as records, answers from past states."""

from __future__ import annotations

import pytest

from domain.presidencies import Presidency, presidency_id
from domain.vetoes import Followup
from tests import council
from tests.api.conftest import House

FACTS = [
    *council.s_2022_431(),
    *council.holidays("2022-05-30", "2024-01-01", "2024-04-10"),
    council.vetoed("S/2024/312", "2024-04-18"),
    *council.missions(),
]
HELD = council.followed(Followup(vote="vote:S/2024/312", date="2024-04-18", debated_on="2024-05-01"))

DEBATES = """
query ($on: String, $state: ObligationState) {
  obligations(on: $on, kind: VETO_DEBATE, state: $state, orderBy: BEGAN_ASC, first: 10) {
    totalCount
    nodes {
      id kind on state rule paragraph began due metOn daysLeft daysLate daysTaken symbols
      node { id } proof { id kind } events { type record }
    }
  }
}
"""


@pytest.fixture
def held(empty: House) -> House:
    empty.record(FACTS)
    return empty


def test_the_debates_of_two_vetoes_on_a_day_between_them(held: House) -> None:
    answer = held.ask(DEBATES, on="2024-04-29")["obligations"]
    first, second = answer["nodes"]
    assert answer["totalCount"] == 2
    assert first == {
        "id": "obligation:veto_debate/vote:S/2022/431",
        "kind": "VETO_DEBATE",
        "on": "2024-04-29",
        "state": "MET",
        "rule": "A/RES/76/262",
        "paragraph": "1",
        "began": "2022-05-26",
        "due": "2022-06-10",
        "metOn": "2022-06-08",
        "daysLeft": None,
        "daysLate": None,
        "daysTaken": 13,
        "symbols": ["A/76/PV.77", "A/76/PV.78"],
        "node": {"id": "vote:S/2022/431"},
        "proof": [{"id": "followup:S/2022/431", "kind": "followup"}],
        "events": [
            {"type": "vote.taken", "record": "vote:S/2022/431"},
            {"type": "followup.debated", "record": "followup:S/2022/431"},
        ],
    }
    assert (second["state"], second["daysLeft"], second["proof"]) == ("DUE", 3, [])
    late = held.ask(DEBATES, on="2024-05-06")["obligations"]["nodes"][1]
    assert (late["state"], late["daysLeft"], late["daysLate"]) == ("NOTHING_RECORDED", None, None)


def test_a_debate_recorded_after_its_last_day_was_overdue_until_it_was_held(held: House) -> None:
    """As if the debate on S/2024/312, held on 1 May 2024, had been held on 8 May."""
    held.record([council.followed(Followup(vote="vote:S/2024/312", date="2024-04-18", debated_on="2024-05-08"))])
    late = held.ask(DEBATES, on="2024-05-06", state="OVERDUE")["obligations"]["nodes"]
    assert [(one["due"], one["daysLate"]) for one in late] == [("2024-05-02", 4)]
    assert held.ask(DEBATES, on="2024-05-08", state="MET_LATE")["obligations"]["totalCount"] == 1


def test_a_state_filters_on_the_day_asked_for(held: House) -> None:
    for on, state, ids in (
        ("2024-05-02", "DUE", ["obligation:veto_debate/vote:S/2024/312"]),
        ("2024-05-03", "DUE", []),
        ("2024-05-03", "OVERDUE", []),
        ("2024-05-03", "NOTHING_RECORDED", ["obligation:veto_debate/vote:S/2024/312"]),
        ("2022-06-08", "NOT_BEGUN", ["obligation:veto_debate/vote:S/2024/312"]),
    ):
        found = held.ask(DEBATES, on=on, state=state)["obligations"]
        assert [node["id"] for node in found["nodes"]] == ids
        assert found["totalCount"] == len(ids)


def test_without_a_day_the_state_is_that_of_the_day_of_the_newest_event(held: House) -> None:
    newest = max(entry.recorded for entry in held.archive.page(0, 100))
    nodes = held.ask(DEBATES)["obligations"]["nodes"]
    assert {node["on"] for node in nodes} == {newest[:10]}


def test_a_past_state_of_the_archive_does_not_know_what_was_recorded_later(held: House) -> None:
    before = held.archive.position()
    held.record([HELD])
    text = """query ($position: Int!) {
      obligations(on: "2024-06-01", record: "vote:S/2024/312", kind: VETO_DEBATE, first: 1) { nodes { state } }
      asOf(position: $position) {
        obligations(on: "2024-06-01", record: "vote:S/2024/312", kind: VETO_DEBATE, first: 1) { nodes { state } }
      }
    }"""
    answer = held.ask(text, position=before)
    assert answer["obligations"]["nodes"] == [{"state": "MET"}]
    assert answer["asOf"]["obligations"]["nodes"] == [{"state": "NOTHING_RECORDED"}]


def test_an_assessment_submitted_by_a_day_is_assessed(empty: House) -> None:
    told = (
        Presidency(month="2023-01", member="JPN", assessed_by="2024-02-03"),
        Presidency(month="2023-04", member="RUS", unassessed_by="2024-02-03"),
        Presidency(month="2024-01", member="FRA"),
    )
    empty.record([council.fact(presidency_id(one.month or ""), "held", one, council.CURATED) for one in told])
    nodes = empty.ask("{ presidencies(first: 5, orderBy: DATE_ASC) { nodes { month assessed assessedBy } } }")
    assert [tuple(node.values()) for node in nodes["presidencies"]["nodes"]] == [
        ("2023-01", True, "2024-02-03"),
        ("2023-04", False, None),
        ("2024-01", None, None),
    ]
    listed = "query ($is: Boolean) { presidencies(first: 5, filter: {assessed: $is}) { nodes { month } } }"
    for value, month in ((True, "2023-01"), (False, "2023-04")):
        assert empty.ask(listed, **{"is": value})["presidencies"]["nodes"] == [{"month": month}]
    text = """{ obligations(on: "2024-02-03", kind: ASSESSMENT, first: 5, orderBy: BEGAN_ASC) {
      nodes { began state metBy lackingOn remark } } }"""
    assert [tuple(node.values()) for node in empty.ask(text)["obligations"]["nodes"]] == [
        ("2023-02-01", "MET", "2024-02-03", None, None),
        ("2023-05-01", "OPEN", None, "2024-02-03", "none submitted by 2024-02-03, as the source says"),
        ("2024-02-01", "OPEN", None, None, None),
    ]


def test_pages_follow_each_other(held: House) -> None:
    text = "query ($after: String) { obligations(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } }"
    seen: list[str] = []
    after = None
    while nodes := (page := held.ask(text, after=after)["obligations"])["nodes"]:
        seen += [node["id"] for node in nodes]
        after = page["pageInfo"]["endCursor"]
    assert len(seen) == len(set(seen)) == 6


@pytest.mark.parametrize(("on", "message"), [("2024-05", "more than a day"), ("soon", "is not a day")])
def test_what_is_no_day_is_refused(held: House, on: str, message: str) -> None:
    assert message in held.refused(DEBATES, on=on)


def test_the_rotation_of_some_months(empty: House) -> None:
    empty.record(
        [*council.council_of(2021, 2022), council.presided("2021-12", "NER"), council.presided("2022-02", "USA")]
    )
    text = """query ($from: String, $to: String) {
      rotation(from: $from, to: $to) { month computed recorded after differs country { code } presidency { id } }
    }"""
    niger, norway, wrong = empty.ask(text, **{"from": "2021-12", "to": "2022-02"})["rotation"]
    assert (niger["computed"], niger["recorded"], niger["after"]) == (None, "NER", None)
    assert (norway["computed"], norway["country"], norway["presidency"]) == ("NOR", {"code": "NOR"}, None)
    assert wrong == {
        "month": "2022-02",
        "computed": "RUS",
        "recorded": "USA",
        "after": "NOR",
        "differs": True,
        "country": {"code": "RUS"},
        "presidency": {"id": "presidency:2022-02"},
    }
    assert len(empty.ask(text)["rotation"]) == 13
    assert len(empty.ask("{ rotation(year: 2022) { month } }")["rotation"]) == 12
    conflicts = "{ conflicts(first: 5, filter: {kind: {eq: ROTATION}}) { nodes { record kind } } }"
    assert empty.ask(conflicts)["conflicts"]["nodes"] == [{"record": "presidency:2022-02", "kind": "rotation"}]
    assert "is no month" in empty.refused(text, **{"from": "2022"})
    assert "not both" in empty.refused('{ rotation(year: 2022, from: "2022-01") { month } }')


def test_more_months_than_fit_in_an_answer_are_refused(empty: House) -> None:
    facts = [council.presided(f"{year}-{month:02d}", "FRA") for year in range(2010, 2021) for month in range(1, 13)]
    empty.record(facts)
    assert "no more than ten years" in empty.refused("{ rotation { month } }")
    assert len(empty.ask('{ rotation(from: "2011-01") { month } }')["rotation"]) == 120
