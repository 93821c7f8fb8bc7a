"""Citations: what is cited stays what it was, whatever comes after, and says so to people and to programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import bibtexparser
import orjson
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from api.citing import title_of
from api.portal import GROUPS
from api.references import FORMATS
from api.since import ABSENT, differences
from api.terms import Terms
from domain.documents import Document
from ops.store.citations import open_citations
from tests import council
from tests.api.conftest import House
from tests.conftest import StoreUrl

BALLOTS = """
query CastOn($draft: String!) {
  # who voted how
  vote(symbol: $draft) {
    symbol, outcome, title, tally { yes no abstain } ballots { member { code name } choice } ...where
  }
  vetoes(first: 5) { totalCount nodes { draft member { code } } }
  archive { position events checkpoint recorded newest }
  asOf(time: "2099-01-01") { archive { position } }
}
query Other { vote(symbol: "1559") { ...never } }
fragment where on Vote { meeting { symbol date } }
fragment never on Vote { id }
"""
ASKED: dict[str, Any] = {"query": BALLOTS, "operationName": "CastOn", "variables": {"draft": "S/2014/916", "unused": 1}}


@dataclass
class Cited:
    """An archive that keeps citations, and a client of it."""

    house: House
    client: TestClient

    def cite(self, **told: Any) -> dict[str, Any]:
        answer = self.client.post("/citations", json=told)
        assert answer.status_code in (200, 201), answer.text
        made: dict[str, Any] = answer.json()
        return made

    def answer(self, id: str) -> bytes:
        answer = self.client.get(f"/citations/{id}/answer")
        assert answer.status_code == 200, answer.text
        return answer.content

    def page(self, id: str) -> str:
        answer = self.client.get(f"/citations/{id}", headers={"accept": "text/html"})
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def archive(house: House, store_url: StoreUrl) -> Iterator[Cited]:
    url, path = store_url
    store = open_citations(url, path.parent / "citations.db", 1_000)
    app = create_app(house.archive, house.views, citations=store)
    with TestClient(app, follow_redirects=False) as client:
        yield Cited(house, client)
    store.close()


def letters(many: int) -> list[Any]:
    """Letters of 2023 to the Council, each an event."""
    return [
        council.fact(f"document:S/2023/{n}", "issued", Document(symbol=f"S/2023/{n}", date="2023-09-05"))
        for n in range(1, many + 1)
    ]


def correct(house: House) -> None:
    """Australia is said to have abstained on S/2014/916, and the title is put right."""
    authority: dict[str, Any] = {"authority": "S/PV.7354", "reason": "a test", "by": "tests"}
    ballots = dict(house.archive.record_of("vote:S/2014/916").reading()["ballots"])  # type: ignore[union-attr]
    house.archive.correct("vote:S/2014/916", "ballots", {**ballots, "AUS": "abstain"}, **authority)
    house.archive.correct("vote:S/2014/916", "title", "Put right", **authority)
    house.models.catch_up()


# --- The cited answer stays what it was ----------------------------------------------------------------------------


def thousand_events(house: House) -> None:
    before = house.archive.position()
    assert house.record(letters(1_000)) == before + 1_000


def rebuilt(house: House) -> None:
    house.record(letters(3))
    house.models.rebuild(batch=17)


@pytest.mark.parametrize("happens", [thousand_events, correct, rebuilt])
def test_the_ballots_on_s_2014_916_are_cited_for_good(archive: Cited, happens: Callable[[House], None]) -> None:
    made = archive.cite(**ASKED)
    bytes_then = archive.answer(made["id"])
    assert sha256(bytes_then).hexdigest() == made["answer"]["sha256"]
    assert orjson.loads(bytes_then)["data"]["vote"]["tally"] == {"yes": 8, "no": 2, "abstain": 5}
    happens(archive.house)
    assert archive.answer(made["id"]) == bytes_then
    assert "It stands." in archive.page(made["id"])
    now = archive.client.get(f"/citations/{made['id']}/now").json()
    assert now["data"]["archive"]["position"] == archive.house.archive.position() > made["archive"]["position"]


def test_the_page_says_what_a_correction_has_changed_since(archive: Cited) -> None:
    made = archive.cite(**ASKED)
    assert "Nothing: the answer at position" in archive.page(made["id"])
    correct(archive.house)
    page = archive.page(made["id"])
    for where, was, now in (
        ("vote.title", "The situation in the Middle East", "Put right"),
        ("vote.ballots[AUS].choice", "NO", "ABSTAIN"),
    ):
        line = next(part for part in page.split("<tr>") if f"<code>{where}" in part)
        assert was in line
        assert now in line


def pages() -> list[str]:
    """Every address of the portal that names no record, and some that do."""
    plain = [path for group in GROUPS for path, _ in group.PAGES if "{" not in path]
    named = (
        "/votes/S/2014/916",
        "/resolutions/1559",
        "/members/FRA",
        "/meetings/S/PV.7354",
        "/records/vote:S/RES/1559",
    )
    return [path for path in (*plain, *named) if not path.startswith(("/search", "/citations"))]


def test_every_page_can_be_cited_and_shows_the_same_for_good(archive: Cited) -> None:
    made, answered = {}, {}
    for path in pages():
        answer = archive.client.post("/citations", json={"page": path})
        if answer.status_code == 422:  # it leads to another page, or is a file
            assert "is not a page that shows something" in answer.json()["detail"], path
            continue
        assert answer.status_code == 201, (path, answer.text)
        made[path] = answer.json()["id"]
        answered[path] = archive.answer(made[path])
    assert len(made) >= 28
    assert b"S/2014/916" in answered["/votes/S/2014/916"]
    correct(archive.house)
    thousand_events(archive.house)
    archive.house.models.rebuild()
    for path, id in made.items():
        assert archive.answer(id) == answered[path], path
    assert "Put right" in archive.page(made["/votes/S/2014/916"])


def test_the_address_of_a_page_has_one_form(archive: Cited) -> None:
    first = archive.cite(page="/votes?outcome=vetoed&member=FRA")
    assert first["page"] == "/votes?member=FRA&outcome=vetoed"
    assert archive.cite(page="/votes?member=FRA&outcome=vetoed&as_of=3")["id"] == first["id"]
    assert archive.cite(page="/votes")["id"] != first["id"]


# --- One id for one question and one answer -------------------------------------------------------------------------


def test_the_same_question_with_the_same_answer_is_cited_once(archive: Cited) -> None:
    text = "query Q($d: String!) { vote(symbol: $d) { symbol outcome } }"
    first = archive.client.post("/citations", json={"query": text, "variables": {"d": "S/2014/916"}})
    assert first.status_code == 201
    assert first.headers["location"] == f"/citations/{first.json()['id']}"
    archive.house.record(letters(5))
    worded = "query Q($d:String!){vote(symbol:$d){symbol,outcome}} # the same"
    again = archive.client.post("/citations", json={"query": worded, "variables": {"d": "S/2014/916", "other": 1}})
    assert again.status_code == 200
    assert again.json() == first.json()  # the earlier one: position and time are those of the first
    other = archive.cite(query=text, variables={"d": "S/RES/1559"})
    assert other["id"] != first.json()["id"]
    assert other["querySha256"] != first.json()["querySha256"]


def test_a_question_whose_answer_has_changed_is_cited_anew(archive: Cited) -> None:
    text = '{ vote(symbol: "S/2014/916") { title } }'
    first = archive.cite(query=text)
    correct(archive.house)
    second = archive.cite(query=text)
    assert second["id"] != first["id"]
    assert second["querySha256"] == first["querySha256"]
    assert archive.cite(query=text, position=first["archive"]["position"])["id"] == first["id"]


def test_only_what_is_used_is_kept(archive: Cited) -> None:
    made = archive.cite(**ASKED)
    assert made["variables"] == {"draft": "S/2014/916"}
    for gone in ("never", "Other", "#"):
        assert gone not in made["query"]
    assert "fragment where on Vote" in made["query"]
    assert made["title"] == "Cast On"


# --- What cannot be cited -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "status", "said"),
    [
        ({"query": "{"}, 422, "Syntax Error"),
        ({"query": "{ nothing }"}, 422, "Cannot query field 'nothing'"),
        ({"query": "{ votes { totalCount } }"}, 422, "only an answer without errors can be cited: give one of"),
        ({"query": "mutation { saveSearch { fresh } }"}, 422, "only a query can be cited"),
        ({"query": '{ search(query: "Mali") { total } }'}, 422, "cite the records it found"),
        ({"query": "query A { archive { position } } query B { archive { position } }"}, 422, "name the one to cite"),
        ({"query": "{ archive { position } }", "operationName": "C"}, 422, "has no operation 'C'"),
        ({"query": "{ archive { position } }", "position": 10_000_000}, 404, "there is no position 10000000"),
        ({"query": "{ archive { position } }", "position": True}, 400, "`position` is not of the right type: int"),
        ({"query": "x" * 250_000}, 413, "at most 250000 bytes"),
        ({"query": "x" * 200_000}, 422, "more than 100000 characters"),
        ({"page": "/search?q=Mali"}, 422, "/search cannot be cited"),
        ({"page": "https://example.org/votes"}, 422, "not an address within the archive"),
        ({"page": "/nowhere"}, 422, "there is no page /nowhere"),
        ({"page": "/votes/S/1900/1"}, 422, "cannot be cited"),
        ({"page": "/votes?year=x"}, 422, "a year from 1946 on"),
        ({"page": "/votes", "query": "{ archive { position } }"}, 400, "give one of `query`"),
        ({}, 400, "give one of `query`"),
        ({"text": "x"}, 400, "there is no 'text'; there are: query, page"),
        ([], 400, "not a JSON object"),
    ],
)
def test_what_cannot_be_cited_is_refused_with_what_to_do(archive: Cited, told: Any, status: int, said: str) -> None:
    answer = archive.client.post("/citations", json=told)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]
    assert archive.client.get("/citations/aaaaaaaaaaaaaaaa").status_code == 404


def test_an_archive_that_is_full_keeps_what_it_has(house: House, store_url: StoreUrl) -> None:
    store = open_citations(store_url[0], store_url[1].parent / "citations.db", 1)
    with TestClient(create_app(house.archive, house.views, citations=store)) as client:
        made = client.post("/citations", json={"query": "{ archive { position } }"}).json()
        answer = client.post("/citations", json={"query": "{ archive { events } }"})
        assert (answer.status_code, answer.json()["type"]) == (507, "/problems/full")
        assert client.post("/citations", json={"query": "{archive{position}}"}).json() == made
        told = client.post("/graphql", json={"query": 'mutation { cite(query: "{archive{events}}") { fresh } }'}).json()
        assert told["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    store.close()


def test_without_a_store_nothing_is_cited_and_no_page_offers_it(client: TestClient) -> None:
    assert client.post("/citations", json={"query": "{ archive { position } }"}).status_code == 503
    assert "/citations" not in client.get("/votes").text


def test_an_answer_that_a_redaction_withholds_is_a_problem_and_not_another_answer(
    house: House, store_url: StoreUrl
) -> None:
    """A name told in the cited answer is withheld from then on: the archive says so and gives no other bytes."""
    house.record(council.practice())
    store = open_citations(store_url[0], store_url[1].parent / "citations.db", 10)
    with TestClient(create_app(house.archive, house.views, citations=store)) as client:
        named = "{ briefings(first: 100) { nodes { id person } } }"
        made = client.post("/citations", json={"query": named}).json()
        kept = client.get(f"/citations/{made['id']}/answer")
        assert "immutable" not in kept.headers["cache-control"]
        told = [each for each in kept.json()["data"]["briefings"]["nodes"] if each["person"]]
        record = told[0]["id"]
        house.archive.redact(record, authority="Letter", reason="reprisals", by="tests")
        house.models.catch_up()
        gone = client.get(f"/citations/{made['id']}/answer")
        assert (gone.status_code, gone.json()["type"]) == (409, "/problems/other-answer")
        assert gone.json()["cited"] == made["answer"]["sha256"] != gone.json()["made"]
        assert told[0]["person"] not in gone.text
        page = client.get(f"/citations/{made['id']}").text
        assert "it did not give the cited bytes" in page
        assert told[0]["person"] not in page
    store.close()


def test_citing_costs_the_points_that_the_query_costs(house: House, store_url: StoreUrl) -> None:
    store = open_citations(store_url[0], store_url[1].parent / "citations.db", 10)
    app = create_app(house.archive, house.views, citations=store, terms=Terms(points=3))
    with TestClient(app) as client:
        dear = "{ votes(first: 100) { nodes { ballots { choice } } } }"
        refused = client.post("/citations", json={"query": dear})
        assert (refused.status_code, refused.json()["type"]) == (429, "/problems/throttled")
        assert int(refused.headers["retry-after"]) > 0
        id = client.post("/citations", json={"query": "{ archive { position } }"}).json()["id"]
        mutation = f'mutation {{ cite(query: "{dear}") {{ fresh }} }}'
        told = client.post("/graphql", json={"query": mutation}).json()
        assert told["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert client.get(f"/citations/{id}/answer").status_code == 200
        assert client.get(f"/citations/{id}/answer").status_code == 429
        assert client.get(f"/citations/{id}.bib").status_code == 200  # asks nothing again
    store.close()


# --- Its forms ------------------------------------------------------------------------------------------------------


def test_reference_managers_read_a_citation(archive: Cited) -> None:
    made = archive.cite(query="query Vetoes_in_50%_of_cases_ { archive { position } }".replace("50%_", "half_"))
    path = f"/citations/{made['id']}"
    csl = archive.client.get(f"{path}.csl.json").json()
    assert [(one["type"], one["title"], one["author"]) for one in csl] == [
        ("dataset", "Vetoes in half of cases", [{"literal": "Council Archive"}])
    ]
    assert csl[0]["URL"] == made["links"]["page"]
    [entry] = bibtexparser.loads(archive.client.get(f"{path}.bib").text).entries
    assert (entry["ENTRYTYPE"], entry["ID"], entry["url"]) == ("misc", f"councilarchive-{made['id']}", csl[0]["URL"])
    assert entry["title"] == "{Vetoes in half of cases}"
    [ris] = rispy.loads(archive.client.get(f"{path}.ris").content.decode())
    assert (ris["type_of_reference"], ris["title"], ris["urls"]) == ("DATA", "Vetoes in half of cases", [csl[0]["URL"]])
    line = archive.client.get(f"{path}.txt").text
    assert line.strip() == made["text"]
    for part in ("Council Archive", "Vetoes in half of cases", f"position {made['archive']['position']}", made["id"]):
        assert part in line
    assert archive.client.get(f"{path}.jsonld").json()["distribution"]["sha256"] == made["answer"]["sha256"]


@pytest.mark.parametrize(("end", "media"), FORMATS.items())
def test_a_client_gets_the_form_it_accepts_at_the_one_address(archive: Cited, end: str, media: str) -> None:
    made = archive.cite(**ASKED)
    path = f"/citations/{made['id']}"
    negotiated = archive.client.get(path, headers={"accept": f"{media}, text/html;q=0.5"})
    assert negotiated.headers["content-type"].startswith(media)
    assert negotiated.content == archive.client.get(f"{path}.{end}").content
    assert "Accept" in negotiated.headers["vary"]
    page = archive.client.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert f'<{path}.{end}>; rel="describedby"; type="{media}"' in page.headers["link"]
    assert archive.client.get(path, headers={"accept": "application/json"}).json() == made


def test_a_form_in_a_browser_leads_to_the_page(archive: Cited) -> None:
    listed = archive.client.get("/votes?outcome=vetoed").text
    assert 'name="page" value="/votes?outcome=vetoed"' in listed
    sent = archive.client.post("/citations", data={"page": "/votes?outcome=vetoed", "position": "5"})
    assert sent.status_code == 303
    page = archive.client.get(sent.headers["location"]).text
    assert "It stands." in page
    wrong = archive.client.post("/citations", data={"query": "{ <b> }", "variables": '{"a": 1}'})
    assert wrong.status_code == 422
    assert "{ &lt;b&gt; }" in wrong.text
    assert "cannot be cited" in wrong.text


def test_graphql_cites_and_finds(archive: Cited) -> None:
    text = 'mutation($q: String!, $v: JSON) { cite(query: $q, variables: $v, operation: "CastOn") { fresh fault '
    text += "citation { id kind title variables querySha256 position checkpoint sha256 size cited recorded } } }"
    variables = {"q": BALLOTS, "v": {"draft": "S/2014/916"}}
    first, second = (
        archive.client.post("/graphql", json={"query": text, "variables": variables}).json()["data"]["cite"]
        for _ in range(2)
    )
    assert (first["fresh"], second["fresh"], first["fault"]) == (True, False, None)
    assert first["citation"] == second["citation"]
    assert archive.cite(**ASKED)["id"] == first["citation"]["id"]
    find = {
        "query": "query($id: ID!) { citation(id: $id) { id sha256 } }",
        "variables": {"id": first["citation"]["id"]},
    }
    assert (
        archive.client.post("/graphql", json=find).json()["data"]["citation"]["sha256"] == first["citation"]["sha256"]
    )
    asked = 'mutation { cite(query: "{ savedSearch(id: 1) { id } }") { fault citation { id } } }'
    refused = {"query": asked}
    told = archive.client.post("/graphql", json=refused).json()["data"]["cite"]
    assert told["citation"] is None
    assert "`savedSearch` cannot be cited" in told["fault"]


# --- Parts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "title"),
    [
        ("query P5AgreementSince1990 { a }", "P5 Agreement Since1990"),
        ("query who_vetoed { a }", "Who vetoed"),
        ("{\n  vote(symbol: 1) {\n    id\n  }\n  archive {\n    position\n  }\n}", "Query on vote, archive"),
        ("{\n  x: yearTotals {\n    year\n  }\n}", "Query on year totals"),
        ("query ($a: Int) {\n  a\n  b\n  c\n  d\n}", "Query on a, b, c and more"),
    ],
)
def test_a_citation_is_called_after_its_operation_or_what_it_asks(document: str, title: str) -> None:
    assert title_of(document) == title


LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3)
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "a", "node"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(ANSWERS, ANSWERS)
def test_two_answers_differ_exactly_where_their_json_does(was: Any, now: Any) -> None:
    found = list(differences(was, now))
    equal = json.dumps(was, sort_keys=True) == json.dumps(now, sort_keys=True)
    assert not list(differences(was, was))
    if equal:
        assert found == []
    assert all(each.was is not each.now for each in found if each.was is ABSENT or each.now is ABSENT)


def test_members_of_a_list_are_matched_by_what_they_are() -> None:
    was = {"edges": [{"node": {"id": "a", "n": 1}}, {"node": {"id": "b", "n": 2}}]}
    now = {"edges": [{"node": {"id": "c", "n": 1}}, {"node": {"id": "b", "n": 3}}, {"node": {"id": "a", "n": 1}}]}
    assert [(each.path, each.was if each.was is not ABSENT else None) for each in differences(was, now)] == [
        ("edges[b].node.n", 2),
        ("edges[c]", None),
    ]
