"""Working methods, sanctions and accountability as GraphQL answers them, on both databases and from both executors."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type
from hypothesis import given
from hypothesis import strategies as st

from api.graphql.execution import Compiler
from api.graphql.nodes import TYPES
from api.graphql.plain import shapes
from api.graphql.schema import SCHEMA
from api.graphql.words import CLOSED
from domain.documents import AnnualReport, annual_report_id
from domain.kinds import KINDS
from domain.meetings import Meeting
from domain.members import Membership, membership_id
from domain.votes import Vote
from projections.debates import spoken
from projections.engine import PROJECTIONS
from tests import council
from tests.api.conftest import House

PUBLISHED = {name: kind for name, kind in KINDS.items() if getattr(kind, "published", True)}
"""The kinds a reader meets; the others serve the archive itself."""
BY_HAND = {
    "vote",
    "veto",
    "meeting",
    "sitting",
    "document",
    "mission",
    "advice",
    "membership",
    "name",
    "seat",
    "figure",
}
"""Kinds whose types are written out, since their rows do not read just as they are stated."""


@pytest.fixture
def practice(empty: House) -> House:
    empty.record([*council.practice(), *council.supposed()])
    return empty


def connections() -> dict[str, str]:
    """Node type → the root field that lists it."""
    assert SCHEMA.query_type is not None
    found: dict[str, str] = {}
    for name, field in SCHEMA.query_type.fields.items():
        kind = get_named_type(field.type)
        if isinstance(kind, GraphQLObjectType) and kind.name.endswith("Connection"):
            found.setdefault(kind.name.removesuffix("Connection"), name)
    return found


@pytest.mark.parametrize("kind", PUBLISHED)
def test_every_kind_is_projected_typed_and_listed(kind: str) -> None:
    assert kind in PROJECTIONS
    name, view = TYPES[kind]
    node = SCHEMA.get_type(name)
    assert isinstance(node, GraphQLObjectType)
    assert "Node" in [one.name for one in node.interfaces]
    assert {"record", "date"} <= set(view.columns) or kind in ("membership", "name", "seat")
    assert name in connections() or kind in ("sitting", "membership", "name", "seat"), "no list at the root"


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


@pytest.mark.parametrize("kind", sorted(PUBLISHED.keys() - BY_HAND))
def test_every_field_of_the_claims_is_shown_and_narrows(kind: str) -> None:
    """Nothing a source states is hidden; of names that may be withheld nothing can be found out by a filter."""
    claims, (name, _) = PUBLISHED[kind], TYPES[kind]
    node, conditions = SCHEMA.get_type(name), SCHEMA.get_type(f"{name}Filter")
    assert isinstance(node, GraphQLObjectType)
    assert isinstance(conditions, GraphQLInputObjectType)
    shown = {getattr(field.resolve, "plan", None) for field in node.fields.values()}
    read = {getattr(plan, "name", "") for plan in shown}
    stated = set(shapes(claims))
    assert stated - read == set(claims.personal)
    assert ("withheld" in node.fields) == bool(claims.personal)
    narrowing = {camel(field) for field in stated - set(claims.personal)}
    assert narrowing <= set(conditions.fields)
    assert not {camel(field) for field in claims.personal} & set(conditions.fields)


def test_every_word_of_a_closed_list_has_its_meaning() -> None:
    for words, enum in CLOSED.items():
        assert [member.value for member in enum._meta.enum] == list(words)
    unknown = [
        f"{kind}.{field}"
        for kind, claims in PUBLISHED.items()
        for field, words in claims.words.items()
        if kind not in BY_HAND and tuple(words) not in CLOSED
    ]
    assert unknown == []


CASES = [*council.everything(), *council.practice(), *council.supposed()]


def test_there_is_a_case_of_every_kind() -> None:
    assert PUBLISHED.keys() - {fact.claims.kind for fact in CASES} <= {"figure"}


@pytest.mark.parametrize("kind", sorted({fact.claims.kind for fact in CASES}))
def test_every_kind_answers_under_node_and_as_of(wide: House, kind: str) -> None:
    query = (
        "query($id: ID!, $p: Int!){node(id: $id){id kind __typename provenance{events{type} statements{source}}"
        " conflicts{kind}} then: asOf(position: $p){node(id: $id){id}} before: asOf(position: 0){node(id: $id){id}}}"
    )
    position = wide.ask("{archive{position}}")["archive"]["position"]
    for record in [fact.record for fact in CASES if fact.claims.kind == kind][:3]:
        told = wide.ask(query, id=record, p=position)
        assert (told["node"]["kind"], told["node"]["__typename"]) == (kind, TYPES[kind][0])
        assert told["node"]["provenance"]["events"]
        assert told["then"] == {"node": {"id": record}}
        assert told["before"] == {"node": None}


def test_decisions_on_sanctions_not_adopted_unanimously_are_one_query(practice: House) -> None:
    told = practice.ask(
        "{split: measures(first:9, filter:{unanimous:false}){totalCount nodes{action draft date regime{name}"
        " vote{symbol outcome tally{yes no abstain} vetoes{id}}}}"
        " all: measures(first:9, filter:{unanimous:true, adopted:true}){nodes{resolution vote{symbol}}}"
        ' lost: regime(id:"2374"){measures(first:5, filter:{adopted:false, action:{eq:RENEWED}}){nodes{draft}}}'
        ' vote(symbol:"S/2023/638"){measures{action regimeId}}}'
    )
    assert told["split"]["nodes"] == [
        {
            "action": "RENEWED",
            "draft": "S/2023/638",
            "date": "2023-08-30",
            "regime": {"name": "Mali"},
            "vote": {
                "symbol": "S/2023/638",
                "outcome": "VETOED",
                "tally": {"yes": 13, "no": 1, "abstain": 1},
                "vetoes": [],
            },
        }
    ]
    assert told["split"]["totalCount"] == 1
    assert told["all"]["nodes"] == [{"resolution": "S/RES/2374 (2017)", "vote": {"symbol": "S/RES/2374 (2017)"}}]
    assert told["lost"]["measures"]["nodes"] == [{"draft": "S/2023/638"}]
    assert told["vote"]["measures"] == [{"action": "RENEWED", "regimeId": "regime:2374"}]


def test_s_res_2664_is_listed_under_each_regime_it_names(practice: House) -> None:
    practice.record(council.s_res_2664(several=True))
    told = practice.ask(
        '{measures(first:9, filter:{resolution:{eq:"S/RES/2664 (2022)"}}){totalCount nodes{id general regimeId'
        " regimes{id} vote{symbol}}} regimes(first:9){nodes{id measures(first:9){totalCount nodes{resolution}}}}"
        ' one: regime(id:"1267"){measures(first:9, filter:{unanimous:false}){nodes{resolution}}}'
        ' named: measures(first:9, filter:{regimes:"regime:1267"}){totalCount}}'
    )
    decision = {"id": "measure:S/RES/2664", "general": None, "regimeId": None}
    named = {"regimes": [{"id": "regime:1267"}, {"id": "regime:2374"}], "vote": {"symbol": "S/RES/2664 (2022)"}}
    assert told["measures"] == {"totalCount": 1, "nodes": [{**decision, **named}]}
    under = {one["id"]: [each["resolution"] for each in one["measures"]["nodes"]] for one in told["regimes"]["nodes"]}
    assert (
        under["regime:1267"]
        == ["S/RES/2664 (2022)"]
        == [each["resolution"] for each in told["one"]["measures"]["nodes"]]
    )
    assert under["regime:2374"] == [None, "S/RES/2664 (2022)", "S/RES/2374 (2017)"]
    assert told["named"]["totalCount"] == 1


def test_a_decision_on_all_regimes_is_found_as_general(practice: House) -> None:
    practice.record(council.s_res_2664(several=False))
    told = practice.ask(
        "{measures(first:9, filter:{general:true}){nodes{resolution regimes{id}}}"
        ' vote(symbol:"S/RES/2664"){measures{general}} regime(id:"1267"){measures(first:9){totalCount}}}'
    )
    assert told["measures"]["nodes"] == [{"resolution": "S/RES/2664 (2022)", "regimes": []}]
    assert told["vote"]["measures"] == [{"general": True}]
    assert told["regime"]["measures"]["totalCount"] == 0


def test_a_preliminary_vote_and_the_vote_it_is_on_know_each_other(practice: House) -> None:
    """26 June 1946, S/PV.49: whether the draft on Spain is procedural, then the draft; both were vetoed."""
    taken: dict[str, Any] = {"date": "1946-06-26", "meeting": "S/PV.49", "outcome": "vetoed", "modality": "vote"}
    question = Vote(**taken, tally="8-2-1", nature="substantive", preliminary_to="vote:S/PV.49#3")
    draft = Vote(**taken, tally="9-2-0")
    practice.record([council.fact("vote:S/PV.49#2", "taken", question), council.fact("vote:S/PV.49#3", "taken", draft)])
    told = practice.ask(
        "query($one: ID!, $two: ID!){one: node(id: $one){... on Vote{nature basis preliminaryTo{id} preliminaries{id}}}"
        " two: node(id: $two){... on Vote{nature basis preliminaryTo{id} preliminaries{id}}}}",
        one="vote:S/PV.49#2",
        two="vote:S/PV.49#3",
    )
    announced = {"nature": "SUBSTANTIVE", "basis": "ANNOUNCED", "preliminaries": []}
    assert told["one"] == {**announced, "preliminaryTo": {"id": "vote:S/PV.49#3"}}
    assert (told["two"]["basis"], told["two"]["preliminaryTo"]) == ("NONE", None)
    assert told["two"]["preliminaries"] == [{"id": "vote:S/PV.49#2"}]


def test_the_veto_of_s_2022_431_was_debated_at_a_76_pv_77(practice: House) -> None:
    told = practice.ask(
        '{veto(draft:"S/2022/431", member:"CHN"){followup{debatedOn debatedAt casts{member{code}} vote{symbol}}}'
        ' vote(symbol:"S/2022/431"){followup{id}}'
        ' followups(first:2, filter:{debatedAt:"A/76/PV.78", debatedOn:{eq:"2022-06"}}){nodes{draft meetingSymbol}}'
        ' none: followups(first:2, filter:{debatedAt:"A/76/PV.7"}){totalCount}}'
    )
    followup = told["veto"]["followup"]
    assert (followup["debatedOn"], followup["debatedAt"]) == ("2022-06-08", ["A/76/PV.77", "A/76/PV.78"])
    assert [cast["member"]["code"] for cast in followup["casts"]] == ["CHN", "RUS"]
    assert told["vote"]["followup"] == {"id": "followup:S/2022/431"}
    assert told["followups"]["nodes"] == [{"draft": "S/2022/431", "meetingSymbol": "S/PV.9048"}]
    assert told["none"] == {"totalCount": 0}, "a whole symbol is looked for, not its beginning"


@pytest.mark.parametrize("spelling", ["2023-09", "September 2023", "presidency:2023-09", "2023-09-05"])
def test_albania_presided_in_september_2023(practice: House, spelling: str) -> None:
    query = "query($m: String!){presidency(month: $m){member assessed meetings{symbol format presidency{month}}}}"
    assert practice.ask(query, m=spelling)["presidency"] == {
        "member": "ALB",
        "assessed": None,
        "meetings": [{"symbol": "S/PV.9410", "format": "OPEN_DEBATE", "presidency": {"month": "2023-09"}}],
    }


def test_an_assessment_is_missing_only_where_a_source_says_so(practice: House) -> None:
    told = practice.ask(
        "{no: presidencies(first:5, filter:{assessed:false}){nodes{month assessed unassessedBy wrapUpFormat"
        " cessions{takenBy}}}"
        " yes: presidencies(first:5, filter:{assessed:true}){totalCount}"
        ' wrong: presidency(month:"2022-05"){wrapUpMeeting{id} country{code}}}'
    )
    assert told["no"]["nodes"] == [
        {
            "month": "2022-05",
            "assessed": False,
            "unassessedBy": "2022-12-31",
            "wrapUpFormat": "TOLEDO",
            "cessions": [{"takenBy": "ALB"}],
        }
    ]
    assert told["yes"] == {"totalCount": 0}
    assert told["wrong"] == {"wrapUpMeeting": None, "country": None}


@pytest.mark.parametrize(
    ("month", "said"), [("never", "is no month"), ("2023", "more than a month"), ("2023-13", "is no month")]
)
def test_what_is_no_month_is_refused(wide: House, month: str, said: str) -> None:
    assert said in wide.refused("query($m: String!){presidency(month: $m){member}}", m=month)


def test_without_a_list_of_speakers_nobody_is_counted(house: House) -> None:
    told = house.ask('{meeting(symbol:"S/PV.9052"){speeches{number} counts{speakers}}}')
    assert told["meeting"] == {"speeches": [], "counts": None}


def test_paragraphs_are_listed_by_their_numbers(practice: House) -> None:
    told = practice.ask("{paragraphs(first:50, orderBy:NUMBER){nodes{note{symbol} noteSymbol number}}}")
    listed = [(node["noteSymbol"], node["number"]) for node in told["paragraphs"]["nodes"]]
    assert len(listed) > 2
    assert listed == sorted(listed)


def test_the_archive_counts_every_published_kind(practice: House) -> None:
    kinds = practice.ask("{archive{kinds{kind records}}}")["archive"]["kinds"]
    assert [one["kind"] for one in kinds] == [name for name, kind in KINDS.items() if kind.published]
    held = Counter(record.partition(":")[0] for record in {one.record for one in practice.archive.entries()})
    assert {one["kind"]: one["records"] for one in kinds if one["records"]} == {
        kind: many for kind, many in held.items() if kind in KINDS and KINDS[kind].published
    }


def test_a_joint_statement_is_one_speech_for_three_delegations(practice: House) -> None:
    """S/PV.9410, supposed: Switzerland for three, France twice, the European Union; the resumption belongs to it."""
    told = practice.ask(
        '{meeting(symbol:"S/PV.9410 (Resumption 1)"){counts{speakers speeches delegations}'
        " speeches{number member organisation delegations meeting{symbol} texts{language text node{id}}}"
        " minutes totalMinutes hours sittings{minutes hours}"
        " proposals{text speech{number} paragraph{number note{symbol}} takenUpInParagraph{reference}}"
        " participations{organ} invitations{party rule decision}}"
        " joint: speeches(first:3, filter:{joint:true}){nodes{language member}}"
        " alone: speeches(first:3, filter:{joint:false}){totalCount}"
        ' malta: speeches(first:3, filter:{behalf:"MLT"}){totalCount}}'
    )
    meeting = told["meeting"]
    assert meeting["counts"] == {"speakers": 3, "speeches": 4, "delegations": 4}
    assert [speech["number"] for speech in meeting["speeches"]] == [1, 2, 10, 11]
    assert [speech["delegations"] for speech in meeting["speeches"]] == [3, 1, 1, 0]
    assert {speech["meeting"]["symbol"] for speech in meeting["speeches"]} == {"S/PV.9410"}
    assert meeting["speeches"][0]["texts"] == [
        {"language": "fr", "text": "Bonjour", "node": {"id": "speech:S/PV.9410#1"}}
    ]
    assert (meeting["minutes"], meeting["sittings"][0]["minutes"], meeting["totalMinutes"]) == (185, 165, 350)
    assert meeting["proposals"][0]["takenUpInParagraph"] == {"reference": "S/2024/507/140"}
    assert meeting["proposals"][0]["paragraph"] == {"number": 140, "note": {"symbol": "S/2017/507"}}
    assert meeting["participations"] == [{"organ": "GENERAL_ASSEMBLY"}]
    assert meeting["invitations"] == [{"party": "Council report", "rule": "RULE_39", "decision": "GRANTED"}]
    assert told["joint"]["nodes"] == [{"language": "fr", "member": "CHE"}]
    assert (told["alone"]["totalCount"], told["malta"]["totalCount"]) == (3, 1)


def test_hours_told_with_the_meeting_and_its_resumption_count_once(practice: House) -> None:
    told = ["2023-09-05T10:05/2023-09-05T13:10", "2023-09-05T15:00/2023-09-05T17:45"]
    practice.archive.correct("meeting:S/PV.9410", "hours", told, authority="A clerk", reason="a test", by="tests")
    practice.models.catch_up()
    query = '{meeting(symbol:"9410"){minutes totalMinutes} none: meeting(symbol:"8175"){minutes totalMinutes}}'
    assert practice.ask(query) == {
        "meeting": {"minutes": 350, "totalMinutes": 350},
        "none": {"minutes": None, "totalMinutes": None},
    }


CODES = st.sampled_from(["FRA", "CHE", "ECU", "MLT", "JPN"])


@given(st.lists(st.tuples(st.none() | CODES, st.lists(CODES, unique=True), st.sampled_from([None, "European Union"]))))
def test_speakers_are_no_more_than_speeches_and_delegations_as_many_as_are_named(
    drawn: list[tuple[str | None, list[str], str | None]],
) -> None:
    speeches = [
        {
            "record": f"speech:S/PV.1#{n}",
            "member": member,
            "behalf": json.dumps(behalf),
            "organisation": of,
            "speaker": None,
        }
        for n, (member, behalf, of) in enumerate(drawn)
    ]
    counts = spoken(speeches)
    assert counts.speakers <= counts.speeches == len(drawn)
    assert counts.delegations == len({code for member, behalf, _ in drawn for code in (member, *behalf)} - {None})
    assert spoken([*speeches, *speeches[:1]]).speakers == counts.speakers


def test_genealogy_goes_both_ways_from_s_2006_507_to_s_2024_507(practice: House) -> None:
    told = practice.ask(
        '{first: note(symbol:"s/2006/507"){supersedes{symbol} supersededBy{symbol supersededBy{symbol'
        " supersededBy{symbol supersededBy{symbol}}}}}"
        ' note(symbol:"note:S/2017/507"){compendium supersedesReferences'
        " amendedBy{symbol amendsReferences amends{symbol}} paragraphs{number topic amendedByNotes{symbol}"
        " derivedBy{reference} supersededBy{reference supersedes{reference}}"
        " assessments{rating assessor evidence} proposals{status}}}}"
    )
    assert told["first"] == {
        "supersedes": [],
        "supersededBy": [
            {
                "symbol": "S/2010/507",
                "supersededBy": [
                    {"symbol": "S/2017/507", "supersededBy": [{"symbol": "S/2024/507", "supersededBy": []}]}
                ],
            }
        ],
    }
    note = told["note"]
    assert note["supersedesReferences"] == ["S/2010/507"]
    assert note["amendedBy"] == [
        {"symbol": "S/2019/990", "amendsReferences": ["S/2017/507/140"], "amends": [{"symbol": "S/2017/507"}]}
    ]
    assert [paragraph["number"] for paragraph in note["paragraphs"]] == [21, 140]
    assert note["paragraphs"][0]["derivedBy"] == note["paragraphs"][0]["amendedByNotes"] == []
    assert note["paragraphs"][1] == {
        "number": 140,
        "topic": "Newly elected members observe from 1 October",
        "amendedByNotes": [{"symbol": "S/2019/990"}],
        "derivedBy": [{"reference": "S/2024/507/140"}],
        "supersededBy": [{"reference": "S/2024/507/140", "supersedes": [{"reference": "S/2017/507/140"}]}],
        "assessments": [{"rating": "IMPLEMENTED", "assessor": "A delegation", "evidence": ["S/PV.9410"]}],
        "proposals": [{"status": "TAKEN_UP"}],
    }


@pytest.mark.parametrize(
    "spelling",
    [
        "S/2017/507/140",
        "s/2017/507, paragraph 140",
        "S/2017/507 para. 140",
        "paragraph 140 of S/2017/507",
        "paragraph:S/2017/507/140",
    ],
)
def test_a_paragraph_is_found_in_any_spelling(wide: House, spelling: str) -> None:
    assert wide.ask("query($r: String!){paragraph(reference: $r){number}}", r=spelling)["paragraph"] == {"number": 140}


def test_what_is_no_paragraph_is_none(wide: House) -> None:
    for spelling in ("S/2017/507", "S/2017/507/999", " / " * 20_000):
        assert wide.ask("query($r: String!){paragraph(reference: $r){number}}", r=spelling)["paragraph"] is None


def test_the_1267_committee_and_its_regime(practice: House) -> None:
    told = practice.ask(
        '{body(id:"S/RES/1267 (1999)"){id type servedBy{name type parent{id}}'
        " regimes{name successor{id predecessors{id}}} chairs{year member role}"
        " reports(first:3){nodes{symbol type}} meetings(first:3){nodes{number open informal}}}"
        ' regime(id:"regime:1267"){listings(first:3, filter:{listedOn:{lte:"2001"}}){nodes{reference name withheld'
        " type}}}"
        ' none: body(id:"1268"){id}'
        ' regimes(first:3, filter:{territories:"MLI"}){nodes{name committee{name} measureKinds}}}'
    )
    body = told["body"]
    assert (body["id"], body["type"]) == ("body:1267", "SANCTIONS_COMMITTEE")
    assert body["servedBy"] == [
        {"name": "Office of the Ombudsperson", "type": "DUE_PROCESS", "parent": {"id": "body:1267"}}
    ]
    assert body["regimes"][0]["successor"] == {"id": "regime:2374", "predecessors": [{"id": "regime:1267"}]}
    assert body["chairs"] == [{"year": 2024, "member": "MLT", "role": "CHAIR"}]
    assert body["reports"]["nodes"] == [{"symbol": "S/2024/92", "type": "MONITORING_TEAM"}]
    assert body["meetings"]["nodes"] == [{"number": 1, "open": False, "informal": True}]
    assert told["regime"]["listings"]["nodes"] == [
        {"reference": "QDe.004", "name": "Al-Qaida", "withheld": False, "type": "ENTITY"}
    ]
    assert told["none"] is None
    assert [one["name"] for one in told["regimes"]["nodes"]] == ["Mali"]


def test_the_briefer_of_s_pv_8175_is_named_until_withheld(practice: House) -> None:
    query = (
        '{meeting(symbol:"8175"){briefings{person withheld organisation category remote}}'
        " briefings(first:3, filter:{category:{eq:CIVIL_SOCIETY}}){nodes{meetingSymbol meeting{date}}}}"
    )
    told = practice.ask(query)
    assert told["meeting"]["briefings"] == [
        {
            "person": "Ian Martin",
            "withheld": False,
            "organisation": "Security Council Report",
            "category": "CIVIL_SOCIETY",
            "remote": None,
        }
    ]
    assert told["briefings"]["nodes"] == [{"meetingSymbol": "S/PV.8175", "meeting": {"date": "2018-02-06"}}]
    practice.archive.redact("briefing:S/PV.8175#1", authority="A clerk", reason="a test", by="tests")
    practice.models.catch_up()
    briefing = practice.ask(query)["meeting"]["briefings"][0]
    assert (briefing["person"], briefing["withheld"]) == ("withheld", True)
    nobody = practice.ask('{briefings(first:3, filter:{meeting:{eq:"S/PV.1"}}){totalCount}}')
    assert nobody["briefings"] == {"totalCount": 0}


def test_a_country_tells_its_elections_presidencies_and_offices(practice: House) -> None:
    seats = [
        council.fact(membership_id(code, year), "held", Membership(member=code, year=year), council.CURATED)
        for code, year in (("SVN", 2024), ("ALB", 2023), ("MLT", 2024))
    ]
    practice.record(seats)
    told = practice.ask(
        '{slovenia: country(code:"SVN"){elections{date votes termFirst termLast country{code}}}'
        ' albania: country(code:"ALB"){presidencies{month country{code}}}'
        ' malta: country(code:"MLT"){chairs{year body{name} country{code}}}'
        " elections(first:3, filter:{votes:{gte:150}, termFirst:{eq:2024}}){nodes{member}}}"
    )
    slovenia = {"date": "2023-06-06", "votes": 153, "termFirst": 2024, "termLast": 2025, "country": {"code": "SVN"}}
    assert told["slovenia"]["elections"] == [slovenia]
    assert told["albania"]["presidencies"] == [{"month": "2023-09", "country": {"code": "ALB"}}]
    assert [chair["year"] for chair in told["malta"]["chairs"]] == [2024]
    assert told["elections"]["nodes"] == [{"member": "SVN"}]


def test_a_corrigendum_and_what_it_corrects_know_each_other(practice: House) -> None:
    told = practice.ask(
        '{document(symbol:"S/2023/945"){languages corrigenda{symbol concerns correctsDocument{symbol}}}'
        ' documents(first:3, filter:{corrects:{eq:"S/2023/945"}}){totalCount}}'
    )
    assert told["document"] == {
        "languages": ["en", "fr"],
        "corrigenda": [
            {
                "symbol": "S/2023/945/Corr.1",
                "concerns": ["fr"],
                "correctsDocument": {"symbol": "S/2023/945"},
            }
        ],
    }
    assert told["documents"]["totalCount"] == 1


def test_the_annual_report_on_a_year_is_found_by_it(practice: House) -> None:
    covers = ("2015-08-01/2016-07-31", "2016-08-01/2017-12-31", "2018 or so")
    practice.record(
        [council.fact(annual_report_id(one), "adopted", AnnualReport(covers=one), council.CURATED) for one in covers]
    )
    query = "query($y: Int!){annualReport(year: $y){covers symbol date}}"
    assert practice.ask(query, y=2023)["annualReport"] == {"covers": "2023", "symbol": "A/78/2", "date": ""}
    found = {year: practice.ask(query, y=year)["annualReport"] for year in (2014, 2015, 2016, 2017, 2018)}
    assert found[2014] is found[2018] is None
    assert [found[year]["covers"][:7] for year in (2015, 2016, 2017)] == ["2015-08", "2015-08", "2016-08"]
    assert "outside the Council's existence" in practice.refused("{annualReport(year:1){covers}}")


NESTED = (
    "{meetings(first:%(n)d){nodes{counts{speakers} totalMinutes invitations{party} briefings{person withheld}"
    " speeches{behalfCountries{code} proposals{paragraph{note{supersededBy{symbol}} amendedByNotes{symbol}}}}"
    " presidency{meetings{symbol} rotation{differs}}}}"
    " regimes(first:%(n)d){nodes{committee{chairs{country{code}}} measures(first:3){totalCount"
    " nodes{vote{followup{id}}}}}}"
    " notes(first:%(n)d){nodes{amendedBy{symbol} derivesFrom{symbol}}}}"
)


def test_more_rows_cost_no_more_statements(practice: House) -> None:
    counts = []
    for size in (1, 9):
        told = practice.ask(NESTED % {"n": size})
        assert len(told["notes"]["nodes"]) == min(size, 5)
        practice.answer(NESTED % {"n": size})
        assert practice.read is not None
        counts.append(practice.read.statements)
    assert counts[0] <= counts[1] <= 32


def test_interfaces_below_interfaces_compile_what_they_meet(wide: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conflict's record has conflicts, and so on: each level compiled for every type would multiply."""
    compiled: list[str] = []
    level = Compiler._level

    def counting(self: Compiler, kind: Any, fields: Any) -> Any:
        compiled.append(kind.name)
        return level(self, kind, fields)

    monkeypatch.setattr(Compiler, "_level", counting)
    inner = "conflicts{node{" * 2 + "id" + "}}" * 2
    told: dict[str, Any] = wide.ask("query($id: ID!){node(id: $id){" + inner + "}}", id="vote:S/RES/1559")
    assert told["node"]["conflicts"]
    assert compiled == ["Query", "Vote", "Conflict", "Vote", "Conflict", "Vote"]


def test_a_meeting_without_topics_is_named_by_its_agenda_item(empty: House) -> None:
    agenda = "Implementation of the note by the President of the Security Council (S/2017/507)"
    claims = Meeting(symbol="S/PV.9410", number=9410, date="2023-09-05", agenda=agenda)
    empty.record([council.fact("meeting:S/PV.9410", "convened", claims, "journal")])
    assert empty.ask('{meeting(symbol:"S/PV.9410"){topic topics}}')["meeting"] == {"topic": agenda, "topics": []}
