"""What GraphQL answers, on both databases and from both executors (``ask`` compares them)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, is_input_object_type, is_interface_type, is_object_type, print_schema
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Context
from api.graphql.fields import Asking
from api.graphql.schema import SCHEMA
from domain.facts import Pending
from domain.meetings import FORMAL, Meeting, meeting_id
from search.engine import FACETS
from tests import council
from tests.api.conftest import House
from tests.api.portal.searching import indexed, unreachable

EXAMPLES = sorted((Path(__file__).parents[2] / "api/graphql/static/examples").glob("*.graphql"))


def test_eight_yes_and_a_permanent_no_is_not_a_veto(house: House) -> None:
    told = house.ask(
        '{vote(symbol: "s/2014/916"){outcome computed nature tally{yes no abstain required members permanentNo}'
        " vetoes{id} ballots(choice:[NO]){member{code nameThen country{code}} permanent}}}"
    )["vote"]
    assert told["outcome"] == told["computed"] == "NOT_ADOPTED"
    assert told["tally"] == {"yes": 8, "no": 2, "abstain": 5, "required": 9, "members": 15, "permanentNo": 1}
    assert told["vetoes"] == []
    assert [(b["member"]["code"], b["permanent"]) for b in told["ballots"]] == [("AUS", False), ("USA", True)]


def test_a_permanent_no_beside_an_adoption_is_procedural_by_inference(house: House) -> None:
    told = house.ask('{resolution(symbol: "2623"){symbol outcome nature basis unanimous}}')["resolution"]
    assert told == {
        "symbol": "S/RES/2623 (2022)",
        "outcome": "ADOPTED",
        "nature": "PROCEDURAL",
        "basis": "INFERRED",
        "unanimous": False,
    }


def test_an_adoption_without_a_vote_has_no_ballots(house: House) -> None:
    told = house.ask('{resolution(symbol:"S/RES/2034(2012)"){modality ballots{choice} tally{yes} unanimous}}')
    assert told["resolution"] == {"modality": "WITHOUT_VOTE", "ballots": [], "tally": {"yes": None}, "unanimous": None}


def test_two_tallies_of_s_res_1559_are_both_told(house: House) -> None:
    told = house.ask(
        '{node(id:"vote:S/RES/1559"){id kind __typename ... on Vote{document{title}} conflicts{kind field'
        " readings{value sources}} provenance{statements{source fields} events{type version claims}}}}"
    )["node"]
    assert (told["__typename"], told["kind"], told["document"]["title"]) == ("Vote", "vote", "On Lebanon")
    clash = next(c for c in told["conflicts"] if c["kind"] == "sources" and c["field"] == "tally")
    assert [(r["value"], r["sources"]) for r in clash["readings"]] == [
        ("15-0-0", ["sciencespo-votes"]),
        ("9-0-6", ["library-meetings"]),
    ]
    assert [s["fields"]["tally"] for s in told["provenance"]["statements"]] == ["15-0-0", "9-0-6"]
    assert [e["type"] for e in told["provenance"]["events"]] == ["vote.taken", "vote.attested"]


def test_a_veto_names_its_vote_and_both_counts_are_given(house: House) -> None:
    told = house.ask(
        '{veto(draft:"S/2022/155", member:"rus"){id official inVote sources member{nameThen} vote{symbol outcome}}'
        " vetoCount{official own vetoedProposals byMember{code official own} definitions{term}}}"
    )
    assert told["veto"]["official"] is told["veto"]["inVote"] is True
    assert told["veto"]["member"]["nameThen"] == "Russian Federation"
    assert told["veto"]["vote"] == {"symbol": "S/2022/155", "outcome": "VETOED"}
    assert told["vetoCount"]["byMember"] == [{"code": "RUS", "official": 1, "own": 1}]
    assert {one["term"] for one in told["vetoCount"]["definitions"]} >= {"veto cast", "vetoed proposal"}


@pytest.mark.parametrize("spelling", ["S/PV.9052", "s/pv.9052", "9052", "9052nd meeting", "S/PV.9052 (Resumption 1)"])
def test_a_meeting_is_found_in_any_spelling(house: House, spelling: str) -> None:
    told = house.ask(
        "query($s: String!){meeting(symbol: $s){symbol sittings{symbol part meeting{number}}}}", s=spelling
    )
    assert told["meeting"]["symbol"] == "S/PV.9052"
    assert told["meeting"]["sittings"] == [
        {"symbol": "S/PV.9052 (Resumption 1)", "part": 1, "meeting": {"number": 9052}}
    ]


def test_a_member_bears_the_name_of_the_day(house: House) -> None:
    told = house.ask(
        '{country(code:"rus"){name then: nameOn(date:"1980-01-01") presentNames{language name} terms{firstYear lastYear'
        ' permanent} names{name first last} totals{year ballots no vetoes}} china: country(code:"CHN"){seats{holder}}}'
    )
    assert told["country"]["name"] == "Russian Federation"
    assert told["country"]["then"] == "Union of Soviet Socialist Republics"
    assert len(told["country"]["presentNames"]) == 6
    assert told["country"]["terms"] == [{"firstYear": 2012, "lastYear": 2015, "permanent": True}]
    assert {(t["year"], t["no"], t["vetoes"]) for t in told["country"]["totals"]} >= {(2022, 2, 1)}
    assert told["china"] is None, "there is a seat, but no membership, of China in this archive"


def test_filters_join_and_ballots_can_be_asked_for(house: House) -> None:
    told = house.ask(
        '{votes(first:9, filter:{ballots:[{member:"RUS",choice:{eq:NO}},{member:"CHN",choice:{in:[ABSTAIN]}}],'
        ' year:{eq:2022}, date:{gte:"2022-02",lte:"2022-02"}}){totalCount nodes{symbol meetingSymbol}}'
        ' adopted: votes(first:9,orderBy:DATE_ASC,filter:{adopted:true,title:{contains:"LEBANON"}}){nodes{symbol}}'
        ' vetoed: votes(first:9,filter:{vetoedBy:"RUS"}){nodes{symbol}}'
        " none: votes(first:9,filter:{outcome:{in:[]}}){totalCount}}"
    )
    assert [one["symbol"] for one in told["votes"]["nodes"]] == ["S/RES/2623 (2022)", "S/2022/155"]
    assert [one["symbol"] for one in told["adopted"]["nodes"]] == ["S/RES/1559 (2004)"]
    assert [one["symbol"] for one in told["vetoed"]["nodes"]] == ["S/2022/155"]
    assert told["none"] == {"totalCount": 0}


def test_other_lists_answer(house: House) -> None:
    told = house.ask(
        '{missions(first:5,filter:{country:"ethiopia"}){nodes{id title countries termsOfReference documents{symbol}}}'
        " advice(first:5){nodes{topic form meeting{symbol}}}"
        ' documents(first:5,filter:{type:{eq:"resolution"}}){nodes{symbol votes{symbol}}}'
        " conflicts(first:5,filter:{kind:{in:[SOURCES,TALLY]}}){totalCount nodes{id node{id}}}"
        ' events(first:2,orderBy:POSITION_ASC,filter:{kind:{eq:"vote"},source:{contains:"SCIENCES"}}){totalCount'
        " nodes{position type row recordedBy node{kind}} pageInfo{hasNextPage}}"
        " meetings(first:5,filter:{resumed:true,voted:false}){nodes{symbol topics}}"
        " yearTotals(from:2014,to:2022){year votes vetoCasts} memberTotals(year:2022){code name ballots}"
        ' agreement(a:"USA",b:"RUS"){votes same share pairs{a b votes}}'
        ' archive{position newest recorded counts{kind records} coverage(kind:"vote"){source statements firstYear}}}'
    )
    assert [m["termsOfReference"] for m in told["missions"]["nodes"]] == ["S/2023/710"]
    assert told["documents"]["nodes"] == [{"symbol": "S/RES/1559 (2004)", "votes": [{"symbol": "S/RES/1559 (2004)"}]}]
    assert told["conflicts"]["totalCount"] >= 1
    assert told["events"]["pageInfo"]["hasNextPage"] is True
    assert [m["symbol"] for m in told["meetings"]["nodes"]] == ["S/PV.9052"]
    assert told["agreement"]["votes"] == 4
    assert told["agreement"]["share"] == told["agreement"]["same"] / 4
    assert told["archive"]["position"] == told["archive"]["newest"]


def _meetings(numbers: range, year: int) -> list[Pending]:
    return [
        council.fact(
            meeting_id(f"S/PV.{n}"),
            "convened",
            Meeting(number=n, symbol=f"S/PV.{n}", date=f"{year}-01-{n % 28 + 1:02d}", mode=FORMAL, topics=["x"]),
            council.TABLES,
        )
        for n in numbers
    ]


@pytest.mark.parametrize("order", ["DATE_ASC", "DATE_DESC"])
@pytest.mark.parametrize("way", ["first", "last"])
def test_pages_join_without_gap_while_the_log_grows(empty: House, order: str, way: str) -> None:
    empty.record(_meetings(range(100, 125), 2001))
    onward, end = ("after", "endCursor") if way == "first" else ("before", "startCursor")
    query = (
        f"query($c: String){{meetings({way}: 7, {onward}: $c, orderBy: {order}, filter:{{number:{{lte:124}}}})"
        "{totalCount nodes{number} edges{cursor node{number}}"
        " pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}"
    )
    seen: list[int] = []
    cursor: str | None = None
    for turn in range(9):
        told = empty.ask(query, c=cursor)["meetings"]
        numbers = [node["number"] for node in told["nodes"]]
        assert [edge["node"]["number"] for edge in told["edges"]] == numbers
        seen = [*seen, *numbers] if way == "first" else [*numbers, *seen]
        cursor = told["pageInfo"][end]
        assert told["totalCount"] == 25
        empty.record(_meetings(range(200 + turn, 201 + turn), 2001))
        if not told["pageInfo"]["hasNextPage" if way == "first" else "hasPreviousPage"]:
            break
    whole = empty.ask(f"{{meetings(first:100,orderBy:{order},filter:{{number:{{lte:124}}}}){{nodes{{number}}}}}}")
    assert seen == [node["number"] for node in whole["meetings"]["nodes"]]
    assert len(seen) == 25


def test_a_past_state_answers_as_it_did_then(empty: House) -> None:
    empty.record([*council.s_2014_916()[:1], *council.s_res_1559()[:1]])
    query = (
        "{archive{position} votes(first:9){totalCount nodes{symbol tally{yes} conflicts{kind}"
        " provenance{events{position} statements{source}}}}}"
    )
    before = empty.ask(query)
    position = before["archive"]["position"]
    empty.record(council.everything())
    empty.archive.correct("vote:S/2014/916", "title", "Put right", authority="S/PV.7354", reason="a test", by="tests")
    empty.models.catch_up()
    then = empty.ask(f"{{asOf(position:{position}){query} now: votes(first:9){{totalCount}}}}")
    assert then["asOf"] == before
    assert then["now"]["totalCount"] > before["votes"]["totalCount"]
    moment = empty.ask("{events(first:1){nodes{recorded}}}")["events"]["nodes"][0]["recorded"]
    assert (
        empty.ask(f'{{asOf(time:"{moment}"){{archive{{position newest}}}}}}')["asOf"]["archive"]["position"] > position
    )
    assert empty.ask('{asOf(time:"2000-01-01"){votes(first:1){totalCount}}}')["asOf"]["votes"]["totalCount"] == 0


def test_a_correction_stands_in_the_provenance(house: House) -> None:
    house.archive.correct("vote:S/2014/916", "title", "Put right", authority="S/PV.7354", reason="a test", by="tests")
    house.models.catch_up()
    told = house.ask(
        '{vote(symbol:"S/2014/916"){title provenance{corrections{field was now authority reason of recordedBy}}}}'
    )["vote"]
    assert told["title"] == "Put right"
    assert told["provenance"]["corrections"][0]["now"] == "Put right"
    assert told["provenance"]["corrections"][0]["of"] == ""


NESTED = (
    "{meetings(first:%d){nodes{symbol sittings{symbol} votes{symbol ballots{member{code nameThen country{name}} choice}"
    " vetoes{member{code}} document{title} conflicts{kind} provenance{events{type}}} documents{symbol}}}"
    " countries(first:%d){nodes{ballots(first:2){totalCount nodes{vote{symbol}}} terms{firstYear} totals{yes}}}}"
)


def test_more_rows_cost_no_more_statements(house: House) -> None:
    house.ask(NESTED % (1, 1))
    counts = []
    for size in (5, 50):
        house.answer(NESTED % (size, size))
        assert house.read is not None
        counts.append(house.read.statements)
    assert counts[0] == counts[1] <= 20


def test_totals_are_counted_only_when_asked_for(house: House) -> None:
    house.answer("{votes(first:2){nodes{symbol}}}")
    assert house.read is not None
    assert house.read.statements == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("{votes{nodes{id}}}", "give one of `first` and `last`"),
        ("{votes(first:1,last:1){nodes{id}}}", "give one of `first` and `last`"),
        ("{votes(first:101){nodes{id}}}", "0 to 100 rows"),
        ("{votes(first:-1){nodes{id}}}", "0 to 100 rows"),
        ('{votes(first:1,after:"nonsense"){nodes{id}}}', "cursor"),
        ('{votes(first:1,after:"WyItZGF0ZSIsMSwyXQ"){nodes{id}}}', "cursor"),
        ('{events(first:1,after:"WyItcG9zaXRpb24iLCJ4Il0"){nodes{position}}}', "cursor"),
        ('{votes(first:1,filter:{date:{eq:"May 2022"}}){nodes{id}}}', "is not a date"),
        ('{country(code:"France"){name}}', "three letters"),
        ("{asOf{archive{position}}}", "give one of `position` and `time`"),
        ("{asOf(position:-1){archive{position}}}", "there is no position -1"),
        ('{asOf(time:"yesterday"){archive{position}}}', "ISO 8601"),
        ("{memberTotals{code}}", "give `year`"),
        ('{search(query:"x"){total}}', "no search index"),
        ('{vote(symbol:"a\\u0000b"){id}}', "null character"),
        ('{votes(first:1,filter:{title:{contains:"\\u0000"}}){nodes{id}}}', "null character"),
    ],
)
def test_what_cannot_be_answered_says_why(house: House, query: str, said: str) -> None:
    assert said in house.refused(query)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_answer(small: House, path: Path) -> None:
    query = path.read_text().replace("position: 1000", "position: 10")
    assert small.ask(query)


def test_every_type_field_and_argument_is_documented() -> None:
    bare = []
    for name, kind in SCHEMA.type_map.items():
        if name.startswith("__"):
            continue
        if not kind.description:
            bare.append(name)
        if is_object_type(kind) or is_interface_type(kind) or is_input_object_type(kind):
            for field_name, field in kind.fields.items():  # type: ignore[attr-defined]
                bare += [] if field.description else [f"{name}.{field_name}"]
                for argument_name, argument in getattr(field, "args", {}).items():
                    bare += [] if argument.description else [f"{name}.{field_name}({argument_name})"]
    assert bare == []


def test_every_field_has_a_plan() -> None:
    kinds = [k for n, k in SCHEMA.type_map.items() if isinstance(k, GraphQLObjectType) and not n.startswith("__")]
    kinds = [k for k in kinds if k is not SCHEMA.mutation_type]  # never compiled: one after another, by the book
    assert [f"{k.name}.{n}" for k in kinds for n, f in k.fields.items() if not hasattr(f.resolve, "plan")] == []


def test_the_committed_schema_is_the_schema() -> None:
    committed = Path(__file__).parents[2] / "api/graphql/schema.graphql"
    assert committed.read_text() == print_schema(SCHEMA) + "\n", (
        "the schema changed: python -m api.graphql.schema > api/graphql/schema.graphql"
    )


@pytest.fixture(scope="module")
def found(wide: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """All cases with a real index."""
    made = indexed(wide.context, tmp_path_factory.mktemp("index"))
    yield made
    assert made.searcher is not None
    made.searcher.close()


def searched(wide: House, context: Context, text: str, **variables: Any) -> Any:
    """The data of an answer over the index, which must be without errors and the same from both executors."""
    with wide.views.reader() as reader:
        fast = wide.compiled.execute(text, variables, None, Asking(context, reader))
        slow = wide.reference.execute(text, variables, None, Asking(context, reader))
    assert (fast.errors, slow.errors) == ([], [])
    assert fast.compiled
    assert fast.data == slow.data
    return fast.data


def test_a_search_leads_to_records(wide: House, found: Context) -> None:
    told = searched(
        wide,
        found,
        '{search(query:"Middle East",kinds:["vote"],from:2000,outcomes:[NOT_ADOPTED],sort:DATE_DESC,first:2){total next'
        " hits{record highlight score language snippet snippetLanguage node{id ... on Vote{outcome}} country{code}}"
        ' facets{name counts{value count}} node{id}} straight:search(query:"resolution 1559"){node{id} straightTo}}',
    )
    (hit,) = told["search"]["hits"]
    assert hit["node"] == {"id": "vote:S/2014/916", "outcome": "NOT_ADOPTED"}
    assert "<mark>Middle</mark> <mark>East</mark>" in hit["highlight"]
    assert (hit["language"], hit["country"], hit["snippet"]) == ("en", None, None)
    assert isinstance(hit["score"], float)
    facets = {facet["name"]: facet["counts"] for facet in told["search"]["facets"]}
    assert list(facets) == list(FACETS)
    assert facets["year"] == [{"value": "2014", "count": 1}]
    assert told["straight"] == {"node": {"id": "vote:S/RES/1559"}, "straightTo": "vote:S/RES/1559"}


@pytest.mark.parametrize(("language", "name"), [("RU", "Швейцария"), ("FR", "Suisse")])
def test_a_state_is_found_by_its_name_and_shown_in_the_readers_language(
    wide: House, found: Context, language: str, name: str
) -> None:
    asked = 'query($l:Language){search(query:"Швейцария",kinds:["speech"],language:$l){hits{record snippet'
    hits = searched(wide, found, asked + " snippetLanguage}}}", l=language)["search"]["hits"]
    speech = next(hit for hit in hits if hit["record"] == "speech:S/PV.9410#1")
    assert (speech["snippet"], speech["snippetLanguage"]) == (f"<mark>{name}</mark>", language.lower())


def test_a_member_found_is_a_country(wide: House, found: Context) -> None:
    told = searched(wide, found, '{search(query:"Australia",kinds:["member"]){hits{record country{code} node{id}}}}')
    assert told["search"]["hits"] == [{"record": "member:AUS", "country": {"code": "AUS"}, "node": None}]


def test_a_search_by_format_and_by_symbol(wide: House, found: Context) -> None:
    told = searched(
        wide,
        found,
        '{search(kinds:["meeting"],formats:["open debate"],sort:SYMBOL_ASC){total hits{symbol}'
        " facets{name counts{value count}}}}",
    )["search"]
    assert [hit["symbol"] for hit in told["hits"]] == ["S/PV.8175", "S/PV.9410"]
    facets = {facet["name"]: facet["counts"] for facet in told["facets"]}
    assert facets["format"] == [{"value": "open debate", "count": 2}]


def test_a_query_says_what_could_not_be_read_and_where(wide: House, found: Context) -> None:
    query = "Mali year:soon"
    asked = "query($q:String){search(query:$q){total understood problems{message start end}}}"
    told = searched(wide, found, asked, q=query)["search"]
    (problem,) = told["problems"]
    assert "soon" in query[problem["start"] : problem["end"]]
    assert problem["message"]
    again = searched(wide, found, asked, q=told["understood"])["search"]
    assert (again["problems"], again["total"]) == ([], told["total"])
    plain = searched(wide, found, asked, q="Mali")["search"]
    assert (plain["problems"], plain["understood"].casefold()) == ([], "mali")


def test_a_past_state_is_searched_as_it_was(wide: House, found: Context) -> None:
    told = searched(wide, found, "{asOf(position:9){search{total}} search{total}}")
    assert told["asOf"]["search"]["total"] < told["search"]["total"]


def test_null_is_as_good_as_no_argument_in_a_search(wide: House, found: Context) -> None:
    """GraphQL lets a client send null for any argument that may be left out."""
    asked = "{a:search{total hits{record}} b:search(query:null,first:null,sort:null,kinds:null,formats:null){"
    told = searched(wide, found, asked + "total hits{record}}}")
    assert told["a"] == told["b"]
    assert len(told["a"]["hits"]) == 20


@pytest.mark.parametrize("compiled", [True, False])
def test_while_the_engine_cannot_be_reached_the_rest_is_answered(wide: House, compiled: bool) -> None:
    searcher = unreachable()
    context = replace(wide.context, searcher=searcher)
    executor = wide.compiled if compiled else wide.reference
    with wide.views.reader() as reader:
        told = executor.execute(
            '{vote(symbol:"S/2014/916"){outcome} one:search(query:"Mali"){total} two:search(query:"Haiti"){total}}',
            {},
            None,
            Asking(context, reader),
        )
    assert told.data == {"vote": {"outcome": "NOT_ADOPTED"}, "one": None, "two": None}
    assert [error.path for error in told.errors] == [["one"], ["two"]]
    for error in told.errors:
        assert error.extensions is not None
        assert error.extensions["code"] == "SEARCH_UNAVAILABLE"
        assert error.extensions["retryAfter"] >= 1
    searcher.close()


def test_an_answer_that_lacks_its_search_is_not_kept_by_anybody(wide: House, found: Context) -> None:
    asked = {"query": '{archive{position} search(query:"Mali"){total}}'}
    whole = TestClient(create_app(found.archive, found.views, found.searcher)).get("/graphql", params=asked)
    assert "etag" in whole.headers
    searcher = unreachable()
    lacking = TestClient(create_app(wide.archive, wide.views, searcher)).get("/graphql", params=asked)
    assert lacking.status_code == 200
    assert "etag" not in lacking.headers
    assert lacking.headers["cache-control"] == "no-store"
    assert int(lacking.headers["retry-after"]) == lacking.json()["errors"][0]["extensions"]["retryAfter"]
    assert lacking.json()["data"]["archive"] == whole.json()["data"]["archive"]
    searcher.close()
