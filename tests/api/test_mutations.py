"""Mutations over HTTP: who is let in, what is written, what is refused, and that writers read what they wrote."""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import OperationType
from starlette.testclient import TestClient

from api.access import FAILURES, Access, Principal
from api.app import create_app
from api.graphql.http import WRITTEN
from api.graphql.limits import LIMITS
from api.graphql.mutations import OPEN, SCOPE, Writing
from api.graphql.schema import SCHEMA
from api.oidc import Oidc
from domain.archive import Archive, ConflictError
from domain.debates import Briefing
from domain.facts import Pending, Source
from domain.recording import Recorded
from domain.sealing import WITHHELD
from ops.store.tokens import TokenStore, open_tokens
from tests.api.conftest import House
from tests.api.issuer import AUDIENCE, issuing
from tests.serving import serving

RECORD = """
mutation ($facts: [FactInput!]!, $key: String) {
  record(facts: $facts, key: $key) {
    first last repeated records outcomes { record became corrected node { id ... on Meeting { topics } } }
    faults { index record field path rule }
  }
}
"""
CORRECT = """
mutation ($now: JSON, $version: Int) {
  correct(record: "meeting:S/PV.7354", field: "topics", now: $now, expectedVersion: $version,
          authority: "S/PV.7354/Corr.1", reason: "corrigendum") {
    first last outcomes { became corrected node { ... on Meeting { topics } } } faults { path rule }
  }
}
"""
REDACT = 'mutation { redact(record: "meeting:S/PV.7354", authority: "S/2014/1", reason: "x") { last faults { rule } } }'


def meeting(number: int = 7355, **fields: Any) -> dict[str, Any]:
    """S/PV.7355, the Council's next meeting after S/PV.7354, as its record states it."""
    symbol = f"S/PV.{number}"
    said = {"symbol": symbol, "number": number, "date": "2015-01-06", "topics": ["Adoption of the agenda"], **fields}
    return {"kind": "meeting", "fields": said, "source": {"name": "document", "document": symbol}}


@dataclass
class Desk:
    """A clerk's way to the archive over HTTP."""

    client: TestClient | httpx.Client
    tokens: TokenStore
    archive: Archive

    def token(self, *scopes: str, name: str = "Verbatim Reporting") -> str:
        return self.tokens.create(name, scopes or ["record", "correct"])[0]

    def send(self, query: str, token: str | None = None, **variables: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token is not None else {}
        return self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    def told(self, query: str, token: str, **variables: Any) -> Any:
        """The payload of a mutation that must not be an error."""
        answer = self.send(query, token, **variables)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert "errors" not in body, body
        (payload,) = body["data"].values()
        return {**payload, "position": body["extensions"]["archive"]["position"]}


@pytest.fixture
def desk(house: House, tmp_path: Path) -> Iterator[Desk]:
    with closing(open_tokens(None, tmp_path / "access.db")) as tokens:
        app = create_app(house.archive, house.views, None, Access(tokens), house.models.catch_up)
        yield Desk(TestClient(app), tokens, house.archive)


# -- who is let in -----------------------------------------------------------------------------------------------------


def test_every_mutation_has_a_scope_or_is_open_to_everybody() -> None:
    root = SCHEMA.get_root_type(OperationType.MUTATION)
    assert root is not None
    assert set(root.fields) - OPEN == set(SCOPE)
    assert {"saveSearch", "cite"} == OPEN  # they record nothing


def test_all_refusals_are_one_answer_and_leave_the_log_as_it_was(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    before = desk.archive.position()
    good = desk.token()
    revoked, number = desk.tokens.create("Verbatim Reporting", ["record"])
    desk.tokens.revoke(number.id)
    expired, _ = desk.tokens.create("Verbatim Reporting", ["record"], "2026-01-01T00:00:00Z")
    flipped = good[:20] + ("a" if good[20] != "a" else "b") + good[21:]
    answers = [
        desk.send(RECORD, token, facts=[meeting()])
        for token in (None, "", "x", "a.b.c", "council_", flipped, revoked, expired, good.upper(), f"{good} {good}")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {'Bearer realm="council"'}
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert desk.archive.position() == before
    assert "no token" in caplog.text
    assert "'Verbatim Reporting' from testclient: revoked" in caplog.text
    for secret in (good, flipped, revoked, expired):
        assert secret[8:] not in caplog.text


def test_a_bad_token_is_refused_on_a_query_too_and_none_is_needed(desk: Desk) -> None:
    query = "{archive{position}}"
    assert desk.send(query, "council_x").status_code == 401
    assert (
        desk.client.get("/graphql", params={"query": query}, headers={"authorization": "Bearer x"}).status_code == 401
    )
    assert desk.send(query).status_code == desk.send(query, desk.token()).status_code == 200
    basic = {"authorization": "Basic YTpi"}
    assert desk.client.get("/graphql", params={"query": query}, headers=basic).status_code == 200
    twice = [("authorization", f"Bearer {desk.token()}"), ("authorization", f"Bearer {desk.token()}")]
    assert desk.client.get("/graphql", params={"query": query}, headers=twice).status_code == 401


@pytest.mark.parametrize(
    ("query", "scope"),
    [(RECORD, "record"), (CORRECT, "correct"), (REDACT, "administer")],
    ids=["record", "correct", "redact"],
)
def test_each_mutation_needs_its_scope_and_says_which(
    desk: Desk, query: str, scope: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = desk.archive.position()
    for held in {"record", "correct"} - {scope}:
        answer = desk.send(query, desk.token(held), facts=[meeting()], now=["x"])
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
        assert f"`{scope}`" in answer.json()["errors"][0]["message"]
        assert f'scope="{scope}"' in answer.headers["www-authenticate"]
    assert f"lacks the scope {scope}" in caplog.text
    assert desk.archive.position() == before
    for held in {scope, "administer"}:
        assert desk.send(query, desk.token(held), facts=[meeting()], now=["x"]).status_code == 200


def test_nothing_is_written_if_one_of_several_mutations_lacks_its_scope(desk: Desk) -> None:
    before = desk.archive.position()
    query = """
    mutation ($facts: [FactInput!]!) { record(facts: $facts) { last } ...more }
    fragment more on Mutation { ... { redact(record: "vote:S/RES/1559", authority: "a", reason: "b") { last } } }
    """
    assert desk.send(query, desk.token(), facts=[meeting()]).status_code == 403
    assert desk.archive.position() == before


def test_get_never_mutates_whatever_the_token(desk: Desk) -> None:
    params = {"query": RECORD, "variables": json.dumps({"facts": [meeting()]})}
    before = desk.archive.position()
    answer = desk.client.get("/graphql", params=params, headers={"authorization": f"Bearer {desk.token()}"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert desk.archive.position() == before


def test_only_json_carries_a_mutation(desk: Desk) -> None:
    headers = {"authorization": f"Bearer {desk.token()}", "content-type": "text/plain"}
    body = json.dumps({"query": RECORD, "variables": {"facts": [meeting()]}})
    assert desk.client.post("/graphql", content=body, headers=headers).status_code == 415


def test_without_a_gate_nobody_writes(small: House) -> None:
    client = TestClient(create_app(small.archive, small.views))
    headers = {"authorization": "Bearer council_" + "a" * 43}
    assert client.post("/graphql", json={"query": REDACT}, headers=headers).status_code == 401
    assert client.post("/graphql", json={"query": REDACT}).status_code == 401


def test_past_the_endpoint_the_second_lock_holds(small: House) -> None:
    answer = small.answer(REDACT)
    assert answer.data is None
    assert answer.errors[0].extensions == {"code": "UNAUTHENTICATED"}
    assert not answer.compiled


def test_the_second_lock_asks_for_the_scope_too(small: House) -> None:
    clerk = Principal("clerk", frozenset({"record", "correct"}))
    with Writing(small.context, clerk, "testclient") as writing:
        answer = small.reference.execute(REDACT, {}, None, writing)
    assert answer.errors[0].extensions == {"code": "FORBIDDEN"}


def test_an_address_that_keeps_failing_is_told_to_wait_and_a_good_token_is_not(desk: Desk) -> None:
    statuses = [desk.send(REDACT, "council_x").status_code for _ in range(FAILURES + 3)]
    assert statuses == [401] * FAILURES + [429] * 3
    last = desk.send(REDACT, "council_x")
    assert last.json()["errors"][0]["extensions"] == {"code": "THROTTLED"}
    assert 1 <= int(last.headers["retry-after"]) <= 60
    assert desk.send(REDACT, desk.token("administer")).status_code == 200
    assert desk.send("{archive{position}}").status_code == 200


def test_a_token_of_an_issuer_writes_under_its_subject_and_a_forged_one_does_not(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with issuing() as issuer:
        access = Access(issuer=Oidc(issuer.address, AUDIENCE))
        client = TestClient(create_app(house.archive, house.views, None, access, house.models.catch_up))
        body = {"query": RECORD, "variables": {"facts": [meeting()]}}

        def send(token: str) -> httpx.Response:
            return client.post("/graphql", json=body, headers={"authorization": f"Bearer {token}"})

        token = issuer.token()
        assert send(token).json()["data"]["record"]["faults"] == []
        assert house.archive.of("meeting:S/PV.7355")[0].recorded_by == f"{issuer.address}#amina"
        assert send(issuer.token(scope="openid")).status_code == 403
        header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"first"}').rstrip(b"=").decode()
        assert send(f"{header}.{token.split('.')[1]}.").status_code == 401
        issuer.down = True
        down = TestClient(create_app(house.archive, house.views, None, Access(issuer=Oidc(issuer.address, AUDIENCE))))
        answer = down.post("/graphql", json=body, headers={"authorization": f"Bearer {issuer.token()}"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
        assert "keys cannot be had" in caplog.text


# -- recording ---------------------------------------------------------------------------------------------------------


def test_writers_read_what_they_wrote(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    before = desk.archive.position()
    with caplog.at_level(logging.INFO, "council.access"):
        told = desk.told(RECORD, desk.token(), facts=[meeting()])
    assert (told["first"], told["last"], told["position"]) == (before + 1, before + 1, before + 1)
    assert told["records"] == ["meeting:S/PV.7355"]
    (outcome,) = told["outcomes"]
    assert (outcome["became"], outcome["node"]["topics"]) == ("OPENED", ["Adoption of the agenda"])
    entry = desk.archive.of("meeting:S/PV.7355")[0]
    assert (entry.recorded_by, entry.source.document) == ("Verbatim Reporting", "S/PV.7355")
    assert f"'Verbatim Reporting' wrote positions {before + 1} to {before + 1} from testclient" in caplog.text


def test_two_mutations_of_one_operation_run_in_their_order(desk: Desk) -> None:
    query = """
    mutation ($facts: [FactInput!]!) {
      a: record(facts: $facts) { last outcomes { node { ... on Meeting { topics } } } }
      b: correct(record: "meeting:S/PV.7355", field: "topics", now: ["Mali"], authority: "S/PV.7355/Corr.1",
                 reason: "c", expectedVersion: 1) { last outcomes { became node { ... on Meeting { topics } } } }
    }
    """
    told = desk.send(query, desk.token(), facts=[meeting()]).json()
    assert told["data"]["a"]["outcomes"][0]["node"] == {"topics": ["Adoption of the agenda"]}
    assert told["data"]["b"]["outcomes"][0] == {"became": "CORRECTED", "node": {"topics": ["Mali"]}}
    assert told["extensions"]["archive"]["position"] == told["data"]["b"]["last"] == told["data"]["a"]["last"] + 1


def test_an_answer_to_a_mutation_is_never_kept(desk: Desk) -> None:
    token = desk.token()
    first = desk.send(RECORD, token, facts=[meeting()])
    assert "etag" not in first.headers
    assert first.json()["data"]["record"]["first"] is not None
    second = desk.send(RECORD, token, facts=[meeting()]).json()["data"]["record"]
    assert (second["first"], second["outcomes"][0]["became"]) == (None, "KNOWN")


def test_the_same_key_is_recorded_once_by_ten_writers_at_once(house: House, tmp_path: Path) -> None:
    with closing(open_tokens(None, tmp_path / "access.db")) as tokens:
        token, _ = tokens.create("Verbatim Reporting", ["record"])
        app = create_app(house.archive, house.views, None, Access(tokens), house.models.catch_up)
        body = {"query": RECORD, "variables": {"facts": [meeting()], "key": "journal 2015/4"}}
        with serving(app) as address, ThreadPoolExecutor(10) as pool:

            def send(_: int) -> Any:
                headers = {"authorization": f"Bearer {token}"}
                return httpx.post(f"{address}/graphql", json=body, headers=headers, timeout=60).json()["data"]["record"]

            told = list(pool.map(send, range(10)))
    assert len(house.archive.of("meeting:S/PV.7355")) == 1
    assert sorted(one["repeated"] for one in told) == [False] + [True] * 9
    assert len({(one["first"], one["last"]) for one in told}) == 1


def test_mutations_run_one_after_another(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[int] = []
    most: list[int] = []

    def slow(*_: object, **__: object) -> Recorded:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.05)  # long enough for a second one to come in, were it let in
        inside.pop()
        return Recorded(0, 1, (), ())

    monkeypatch.setattr("api.graphql.mutations.record_live", slow)
    with closing(open_tokens(None, tmp_path / "access.db")) as tokens:
        headers = {"authorization": f"Bearer {tokens.create('Verbatim Reporting', ['record'])[0]}"}
        app = create_app(house.archive, house.views, None, Access(tokens))
        body = {"query": RECORD, "variables": {"facts": [meeting()]}}
        with serving(app) as address, ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: httpx.post(f"{address}/graphql", json=body, headers=headers, timeout=60), range(4)))
    assert most == [1, 1, 1, 1]


def test_another_request_under_the_same_key_is_a_fault(desk: Desk) -> None:
    token = desk.token()
    desk.told(RECORD, token, facts=[meeting()], key="k")
    told = desk.told(RECORD, token, facts=[meeting(7356, date="2015-01-12")], key="k")
    assert [(fault["index"], fault["path"]) for fault in told["faults"]] == [(None, ["key"])]


def test_faults_come_as_data_with_their_place_and_nothing_is_written(desk: Desk) -> None:
    before = desk.archive.position()
    wrong = meeting(7356, date="the sixth", nothing=1)
    told = desk.told(RECORD, desk.token(), facts=[meeting(), wrong, {"kind": "press release", "fields": {}}])
    paths = [fault["path"] for fault in told["faults"]]
    assert ["facts", "1", "fields", "date"] in paths
    assert ["facts", "1", "fields", "nothing"] in paths
    assert ["facts", "2", "kind"] in paths
    assert all(fault["rule"] for fault in told["faults"])
    assert (told["first"], told["last"], told["outcomes"]) == (None, None, [])
    assert desk.archive.position() == before


@pytest.mark.parametrize("fields", ["text", 7, ["a"], True])
def test_fields_are_a_json_object(desk: Desk, fields: Any) -> None:
    told = desk.told(RECORD, desk.token(), facts=[{"kind": "meeting", "fields": fields}])
    assert [(fault["index"], fault["path"]) for fault in told["faults"]] == [(0, ["facts", "0", "fields"])]


@pytest.mark.parametrize(
    ("literal", "says"),
    [
        ("{number: 99999999999999999999}", "63 bits"),
        ("{number: 1e999}", "too large"),
        ("{date: TODAY}", "in quotes"),
        ('{date: "2015", date: "2016"}', "given twice"),
    ],
)
def test_what_is_no_json_in_the_document_is_refused_before_anything_runs(desk: Desk, literal: str, says: str) -> None:
    answer = desk.send(f'mutation{{record(facts:[{{kind:"meeting",fields:{literal}}}]){{last}}}}', desk.token())
    assert "data" not in answer.json()
    assert says in answer.json()["errors"][0]["message"]


def nested(levels: int) -> Any:
    value: Any = 1
    for nth in range(levels):
        value = {"a": value} if nth % 2 else [value]
    return value


@pytest.mark.parametrize("levels", [21, 50, 800])
def test_a_value_nested_too_deep_is_an_error_that_says_so(
    desk: Desk, levels: int, caplog: pytest.LogCaptureFixture
) -> None:
    before = desk.archive.position()
    facts = [{"kind": "meeting", "fields": {"topics": nested(levels - 1)}}]
    answers = [desk.send(RECORD, desk.token(), facts=facts), desk.send(CORRECT, desk.token(), now=nested(levels))]
    if levels <= 50:
        literal = "[" * levels + "]" * levels
        query = f'mutation{{correct(record:"a",field:"b",authority:"a",reason:"b",now:{literal}){{last}}}}'
        answers.append(desk.send(query, desk.token()))
    for answer in answers:
        assert "more than 20 deep" in answer.json()["errors"][0]["message"]
        assert len(answer.text) < 2_000
    assert "Traceback" not in caplog.text
    assert desk.archive.position() == before


def test_a_value_of_twenty_levels_is_judged_by_the_rules(desk: Desk) -> None:
    assert desk.told(CORRECT, desk.token(), now=nested(20))["faults"][0]["path"] == ["now"]


def test_a_number_of_forty_digits_is_a_fault_that_says_so(desk: Desk) -> None:
    body = json.dumps({"query": RECORD, "variables": {"facts": [meeting(number=7355)]}})
    body = body.replace('"number": 7355', f'"number": {"7" * 40}')
    headers = {"authorization": f"Bearer {desk.token()}", "content-type": "application/json"}
    answer = desk.client.post("/graphql", content=body, headers=headers).json()
    assert "the number is too large" in answer["data"]["record"]["faults"][0]["rule"]


def test_fields_may_be_written_into_the_document_with_variables_inside(desk: Desk) -> None:
    query = """
    mutation ($day: String!) {
      record(facts: [{kind: "meeting", source: {name: "document", document: "S/PV.7355"},
                      fields: {symbol: "S/PV.7355", number: 7355, date: $day, topics: ["Mali"], private: false}}]) {
        outcomes { became } faults { rule }
      }
    }
    """
    assert desk.told(query, desk.token(), day="2015-01-06")["outcomes"] == [{"became": "OPENED"}]
    assert desk.archive.of("meeting:S/PV.7355")[0].claims["date"] == "2015-01-06"


@pytest.mark.parametrize("place", ["kind", "topics", "key", "source"])
def test_null_characters_are_refused_everywhere(desk: Desk, place: str) -> None:
    before = desk.archive.position()
    fact = meeting()
    key = "k"
    if place == "kind":
        fact["kind"] = "meet\x00ing"
    elif place == "topics":
        fact["fields"]["topics"] = ["a\x00b"]
    elif place == "source":
        fact["source"]["row"] = "\x00"
    else:
        key = "\x00"
    body = desk.send(RECORD, desk.token(), facts=[fact], key=key).json()
    assert "null character" in body["errors"][0]["message"]
    assert desk.archive.position() == before


def test_a_long_speech_fits_with_a_token_and_only_then(desk: Desk) -> None:
    said = "议" * 50_000
    facts = [meeting(topics=[said])]
    assert len(said.encode()) > LIMITS.body
    assert desk.send(RECORD, None, facts=facts).status_code == 413
    assert desk.send(RECORD, desk.token(), facts=facts).status_code == 200
    assert desk.send(RECORD, desk.token(), facts=[meeting(topics=["a" * WRITTEN])]).status_code == 413
    assert desk.send("#" + "x" * LIMITS.body, desk.token()).json()["errors"]


# -- correcting and redacting ------------------------------------------------------------------------------------------


def test_a_correction_reads_at_once_and_a_stale_version_is_a_conflict(desk: Desk) -> None:
    token = desk.token("correct")
    told = desk.told(CORRECT, token, now=["Palestine"], version=1)
    assert told["outcomes"] == [{"became": "CORRECTED", "corrected": ["topics"], "node": {"topics": ["Palestine"]}}]
    answer = desk.send(CORRECT, token, now=["Mali"], version=1)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]) == (200, {"code": "CONFLICT"})
    assert "read it again" in error["message"]
    assert error["path"] == ["correct"]


def test_a_correction_that_breaks_a_rule_is_a_fault_at_now(desk: Desk) -> None:
    told = desk.told(CORRECT, desk.token("correct"), now="not a list")
    assert told["faults"][0]["path"] == ["now"]
    assert told["last"] is None


def test_leaving_now_out_takes_nothing_away(desk: Desk) -> None:
    query = 'mutation{correct(record:"meeting:S/PV.7354",field:"topics",authority:"a",reason:"b"){last}}'
    before = desk.archive.position()
    assert "give `now`" in desk.send(query, desk.token()).json()["errors"][0]["message"]
    assert desk.archive.position() == before


def test_redacting_what_names_nobody_is_a_fault(desk: Desk) -> None:
    told = desk.told(REDACT, desk.token("administer"))
    assert len(told["faults"]) == 1
    assert told["last"] is None


BRIEFING, PERSON = "briefing:S/PV.7354#1", "Quillonde Vashtimoor"
PROVENANCE = """
{ node(id: "briefing:S/PV.7354#1") { provenance {
  events { claims } statements { fields } corrections { was now } } } }
"""


def brief(archive: Archive, **more: Any) -> None:
    """A briefing whose name was put right, and stands in its source's row."""
    told = Briefing(meeting="S/PV.7354", number=1, category="civil society", person=PERSON, **more)
    list(archive.record([Pending(BRIEFING, "given", Source(name="press", row=f"{PERSON}.csv:1"), told)], by="a clerk"))
    archive.correct(BRIEFING, "person", "Q. Vashtimoor", authority="S/PV.7354", reason="as printed", by="a clerk")


def test_a_redaction_tells_where_else_the_name_stands(desk: Desk) -> None:
    brief(desk.archive, remark=f"{PERSON} spoke by video")
    query = f'mutation{{redact(record:"{BRIEFING}",authority:"%s",reason:"fear"){{last alsoIn faults{{rule}}}}}}'
    told = desk.told(query % "Mrs Vashtimoor", desk.token("administer"))
    assert (told["last"], told["alsoIn"], len(told["faults"])) == (None, [], 1)
    told = desk.told(query % "the briefer", desk.token("administer"))
    assert (told["alsoIn"], told["faults"]) == (["remark", "source.row"], [])


def test_provenance_tells_names_as_readers_may_see_them(desk: Desk, house: House) -> None:
    def told() -> Any:
        (found,) = desk.send(PROVENANCE).json()["data"].values()
        found = found["provenance"]
        names = [each["claims"].get("person") for each in found["events"]]
        return names, found["statements"][0]["fields"]["person"], found["corrections"], json.dumps(found)

    brief(desk.archive)
    house.models.catch_up()
    names, stated, corrections, whole = told()
    assert (names, stated) == ([PERSON, None], PERSON)
    assert corrections == [{"was": PERSON, "now": "Q. Vashtimoor"}]
    assert "sealed:" not in whole
    desk.archive.redact(BRIEFING, authority="the briefer", reason="fear", by="a clerk")
    names, stated, corrections, whole = told()
    assert (names[0], stated) == (WITHHELD, WITHHELD)
    assert corrections == [{"was": WITHHELD, "now": WITHHELD}]
    assert "Vashtimoor" not in whole


# -- when something fails ----------------------------------------------------------------------------------------------


def test_another_writer_is_a_conflict_with_advice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise ConflictError("another writer recorded meanwhile: do it again")

    monkeypatch.setattr("api.graphql.mutations.record_live", busy)
    (error,) = desk.send(RECORD, desk.token(), facts=[meeting()]).json()["errors"]
    assert error["extensions"] == {"code": "CONFLICT"}
    assert "do it again" in error["message"]


def test_what_is_written_stays_written_when_the_read_models_cannot_follow(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def stuck() -> int:
        raise OSError("no space left on device")

    with closing(open_tokens(None, tmp_path / "access.db")) as tokens:
        client = TestClient(create_app(house.archive, house.views, None, Access(tokens), stuck))
        desk = Desk(client, tokens, house.archive)
        before = house.archive.position()
        told = desk.told(RECORD, desk.token(), facts=[meeting()])
    assert (told["last"], told["position"]) == (before + 1, before)
    assert told["outcomes"][0] == {"record": "meeting:S/PV.7355", "became": "OPENED", "corrected": [], "node": None}
    assert "no space left" in caplog.text


def test_an_archive_without_read_models_takes_nothing_in(empty: House, tmp_path: Path) -> None:
    with closing(open_tokens(None, tmp_path / "access.db")) as tokens:
        client = TestClient(create_app(empty.archive, empty.views, None, Access(tokens)))
        desk = Desk(client, tokens, empty.archive)
        assert desk.send(RECORD, desk.token(), facts=[meeting()]).status_code == 503
    assert empty.archive.position() == 0
