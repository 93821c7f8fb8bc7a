"""GraphQL over HTTP: every status, both media types, and nothing a client sends ends in a 500."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from starlette.testclient import TestClient

from api.app import create_app
from api.graphql import graphiql
from projections.ledger import entry, leaf, root
from tests.api.conftest import House
from tests.serving import serving

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
QUERY = {"query": "{archive{position}}"}


def post(client: TestClient, body: object, accept: str = JSON, kind: str = JSON) -> tuple[int, dict[str, object]]:
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    answer = client.post("/graphql", content=content, headers={"accept": accept, "content-type": kind})
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("body", "as_json", "as_graphql"),
    [
        (QUERY, 200, 200),
        ({"query": "{votes{nodes{id}}}"}, 200, 200),
        ({"query": "{"}, 200, 400),
        ({"query": "{nothing}"}, 200, 400),
        ({"query": "query($n:Int!){votes(first:$n){totalCount}}", "variables": {"n": "x"}}, 200, 400),
        ({"query": "{archive{position}}", "operationName": "other"}, 200, 400),
        ({"query": "{a:archive{position}} fragment F on Query{...F}"}, 200, 400),
        ({}, 400, 400),
        ({"query": 7}, 400, 400),
        ({**QUERY, "variables": [1]}, 400, 400),
        ({**QUERY, "operationName": 1}, 400, 400),
        ({**QUERY, "extensions": "x"}, 400, 400),
        ([QUERY], 400, 400),
        ("{", 400, 400),
        ("", 400, 400),
        (b"\xff\xfe", 400, 400),
        (b'{"query":"{archive{position}}","variables":{"a":"\\ud800"}}', 400, 400),
        ("[" * 5000, 400, 400),
        ({"query": "#" + "x" * 100_000}, 413, 413),
        ({"query": "{archive{position\x00}}"}, 200, 400),
        ({"query": "{" * 400 + "}" * 400}, 200, 400),
        ({"query": "{vote(symbol:" + "[" * 300 + "]" * 300 + "){id}}"}, 200, 400),
    ],
)
def test_each_body_has_its_status(client: TestClient, body: object, as_json: int, as_graphql: int) -> None:
    for accept, expected in ((JSON, as_json), (GRAPHQL, as_graphql)):
        status, told = post(client, body, accept)
        assert status == expected
        assert ("errors" in told) == (body is not QUERY)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_only_json_is_read(client: TestClient, kind: str, expected: int) -> None:
    assert post(client, QUERY, kind=kind)[0] == expected


@pytest.mark.parametrize(
    ("accept", "expected", "media"),
    [
        ("*/*", 200, JSON),
        ("", 200, JSON),
        (JSON, 200, JSON),
        (GRAPHQL, 200, GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON}", 200, JSON),
        (f"{GRAPHQL}, {JSON};q=0.9", 200, GRAPHQL),
        ("application/*", 200, JSON),
        (f"{JSON};q=0", 406, JSON),
        ("image/png", 406, JSON),
        (f"{JSON};q=nonsense", 406, JSON),
    ],
)
def test_the_client_chooses_the_media_type(client: TestClient, accept: str, expected: int, media: str) -> None:
    answer = client.get("/graphql", params=QUERY, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (expected, media)


def test_get_asks_and_never_mutates(client: TestClient) -> None:
    variables = {"query": "query($s:String!){vote(symbol:$s){symbol}}", "variables": '{"s":"1559"}'}
    assert client.get("/graphql", params=variables).json()["data"]["vote"]["symbol"] == "S/RES/1559 (2004)"
    assert client.get("/graphql", params={"query": "mutation{x}"}).status_code == 405
    assert client.get("/graphql", params={**QUERY, "variables": "{"}).status_code == 400
    assert client.get("/graphql", params={**QUERY, "variables": "[1]"}).status_code == 400
    assert client.get("/graphql").status_code == 400
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"):
        answer = client.request(method, "/graphql")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_an_unchanged_answer_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/graphql", params=QUERY)
    tag = first.headers["etag"]
    assert str(first.json()["extensions"]["archive"]["position"]) in tag
    again = client.get("/graphql", params=QUERY, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/graphql", params={"query": "{archive{newest}}"}).headers["etag"] != tag
    assert client.get("/graphql", params=QUERY, headers={"accept": GRAPHQL, "if-none-match": tag}).status_code == 200


def test_every_answer_tells_the_state_it_is_given_from(client: TestClient, small: House) -> None:
    told: Any = post(client, {"query": "{ archive { position recorded checkpoint events newest } }"})[1]
    state = told["extensions"]["archive"]
    assert {**told["data"]["archive"], **state} == told["data"]["archive"]
    assert sorted(state) == ["checkpoint", "position", "recorded"]
    leaves = [leaf(entry(*stored)) for stored in small.archive.raw(0, 1_000)]
    assert b64decode(state["checkpoint"]) == root(leaves)
    past: Any = post(client, {"query": "{ asOf(position: 7) { archive { position events checkpoint } } }"})[1]
    checkpoint = b64encode(root(leaves[:7])).decode()
    assert past["data"]["asOf"]["archive"] == {"position": 7, "events": 7, "checkpoint": checkpoint}
    assert past["extensions"]["archive"] == state


def test_another_release_gives_another_tag(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = client.get("/graphql", params=QUERY).headers["etag"]
    monkeypatch.setattr("api.graphql.http.MADE_BY", "another schema, other read models")
    assert client.get("/graphql", params=QUERY, headers={"if-none-match": tag}).status_code == 200


def test_every_answer_tells_its_position(client: TestClient) -> None:
    for query in ("{archive{position}}", "{votes{nodes{id}}}", "{nothing}"):
        assert isinstance(post(client, {"query": query})[1]["extensions"]["archive"]["position"], int)  # type: ignore[index]


def test_an_internal_error_is_not_told(client: TestClient, small: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret path")

    monkeypatch.setattr(small.archive.__class__, "of", broken)
    status, told = post(client, {"query": '{vote(symbol:"1559"){provenance{statements{source}}}}'})
    assert status == 200
    assert "secret" not in json.dumps(told)
    assert told["errors"][0]["path"] == ["vote", "provenance", "statements"]  # type: ignore[index]


def test_schema_and_health(client: TestClient) -> None:
    committed = (Path(__file__).parents[2] / "api/graphql/schema.graphql").read_text()
    assert client.get("/schema.graphql").text == committed
    told = client.get("/healthz").json()
    assert told["status"] == "ok"
    assert told["position"] == told["log"] > 0


def test_without_read_models_it_is_not_ready(empty: House) -> None:
    told = TestClient(create_app(empty.archive, empty.views)).post("/graphql", json=QUERY)
    assert told.status_code == 503
    assert "council rebuild" in told.json()["errors"][0]["message"]


@pytest.fixture
def server(small: House) -> Iterator[str]:
    """The application on a real port."""
    with serving(create_app(small.archive, small.views)) as address:
        yield address


def test_a_browser_gets_graphiql_and_a_program_an_answer(client: TestClient) -> None:
    page = client.get("/graphql", headers={"accept": BROWSER})
    assert page.headers["content-type"].startswith("text/html")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert client.get("/graphql", params=QUERY, headers={"accept": "*/*"}).json()["data"]
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []


@pytest.mark.browser
@pytest.mark.slow
def test_graphiql_works_offline_under_its_policy(server: str, chromium_path: str) -> None:
    assert graphiql.files(), "GraphiQL is not installed; `make setup` installs it"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        page = browser.new_page()
        said: list[str] = []
        asked: set[str] = set()
        page.on("console", lambda message: said.append(message.text) if "favicon" not in message.text else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.add(request.url.split("/graphql")[0].removesuffix("/favicon.ico")))
        page.goto(f"{server}/graphql")
        page.click("#examples button:nth-of-type(2)")
        page.click(".execute-button")
        page.locator(".result-window", has_text="vetoedProposals").wait_for()  # a script that waits would need eval
        browser.close()
    assert [text for text in said if "Content Security" in text or "Error" in text] == []
    assert asked == {server}


AUDITS = Path(__file__).parent / "audits"


def test_the_audits_of_graphql_http(server: str) -> None:
    """The 61 audits of the npm package graphql-http, which `make setup-dev` installs."""
    assert (AUDITS / "node_modules").exists(), "the audits are not installed: run `make setup-dev`"
    run = ["node", "run.js", f"{server}/graphql"]
    done = subprocess.run(run, cwd=AUDITS, capture_output=True, text=True, timeout=100, check=True)
    told = json.loads(done.stdout)
    assert told["bad"] == []
    assert told["ok"] >= 61
