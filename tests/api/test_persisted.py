"""Persisted documents: by id, automatic, registered, and an archive that answers these alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.access import PERSIST, RECORD, Access
from api.app import create_app
from api.graphql.persisted import FullError, Persisted, PersistedError, UnreachableError, id_of, named
from ops.cli import app as command
from ops.store.persisted import PersistedStore, open_persisted
from ops.store.tokens import TokenStore, open_tokens
from tests.api.conftest import House
from tests.conftest import StoreUrl

TEXT = "{ archive { position } }"
ID = id_of(TEXT)
UNKNOWN = id_of("{ archive { newest } }")
GRAPHQL = "application/graphql-response+json"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PersistedStore]:
    made = open_persisted(None, tmp_path / "persisted.db", 2)
    yield made
    made.close()


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[TokenStore]:
    made = open_tokens(None, tmp_path / "access.db")
    yield made
    made.close()


def served(small: House, store: PersistedStore, tokens: TokenStore, **more: Any) -> TestClient:
    persisted = Persisted(store, **more)
    return TestClient(create_app(small.archive, small.views, access=Access(tokens), persisted=persisted))


@pytest.fixture
def client(small: House, store: PersistedStore, tokens: TokenStore) -> TestClient:
    return served(small, store, tokens)


def automatic(text: str | None, hashed: str) -> dict[str, Any]:
    told = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hashed.removeprefix("sha256:")}}}
    return told if text is None else {"query": text, **told}


def code(answer: Any) -> str:
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


def test_the_id_is_that_of_the_specification() -> None:
    """The two examples of its appendix: one document in two layouts."""
    spread = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"
    assert id_of(spread) == "sha256:7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"
    tight = "query($id:ID!){user(id:$id){name}}"
    assert id_of(tight) == "sha256:71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b"


def test_a_registered_document_is_asked_by_its_id_and_may_be_kept_like_any_other(
    client: TestClient, store: PersistedStore
) -> None:
    assert store.keep(TEXT, "tests")
    answer = client.get("/graphql", params={"documentId": ID})
    assert answer.json()["data"]["archive"]["position"]
    plain = client.get("/graphql", params={"query": TEXT})
    assert (answer.headers["etag"], answer.content) == (plain.headers["etag"], plain.content)
    again = client.get("/graphql", params={"documentId": ID}, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert client.post("/graphql", json={"documentId": ID}).content == answer.content
    assert client.post("/graphql", json=automatic(None, ID)).content == answer.content


@pytest.mark.parametrize("accept", ["application/json", GRAPHQL])
def test_an_unknown_id_is_one_error_as_clients_expect_it(client: TestClient, accept: str) -> None:
    for asked in ({"documentId": UNKNOWN}, {"documentId": "x"}, automatic(None, UNKNOWN)):
        answer = client.post("/graphql", json=asked, headers={"Accept": accept})
        assert answer.status_code == (400 if accept == GRAPHQL else 200)
        assert [error["message"] for error in answer.json()["errors"]] == ["PersistedQueryNotFound"]
        assert code(answer) == "PERSISTED_QUERY_NOT_FOUND"
        assert answer.headers["cache-control"] == "no-store"


def test_text_and_hash_together_once_and_the_hash_alone_from_then_on(client: TestClient, store: PersistedStore) -> None:
    assert code(client.post("/graphql", json=automatic(None, ID))) == "PERSISTED_QUERY_NOT_FOUND"
    told = client.post("/graphql", json=automatic(TEXT, ID)).json()
    asked = {"extensions": json.dumps(automatic(None, ID)["extensions"])}
    assert client.get("/graphql", params=asked).json() == told
    assert store.find(ID) is None, "what anybody sends is kept for good"


def test_another_text_than_the_hash_says_is_refused(client: TestClient) -> None:
    answer = client.post("/graphql", json=automatic(TEXT, UNKNOWN))
    assert (answer.status_code, code(answer)) == (400, "PERSISTED_QUERY_HASH_MISMATCH")
    assert code(client.post("/graphql", json=automatic(None, UNKNOWN))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "asked",
    [
        {"documentId": 7},
        {"extensions": {"persistedQuery": 1}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "0" * 64}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 63}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "A" * 64}}},
    ],
)
def test_what_names_no_document_is_malformed(client: TestClient, asked: dict[str, Any]) -> None:
    assert client.post("/graphql", json={"query": TEXT, **asked}).status_code == 400


def test_a_mutation_is_not_asked_by_get_by_its_id_either(client: TestClient, store: PersistedStore) -> None:
    text = 'mutation { saveSearch(query: "x") { fresh } }'
    store.keep(text, "tests")
    assert client.get("/graphql", params={"documentId": id_of(text)}).status_code == 405


def test_who_registers_bears_a_token_that_may(client: TestClient, tokens: TokenStore, store: PersistedStore) -> None:
    def register(text: str, scope: str | None) -> Any:
        headers = {"Authorization": f"Bearer {tokens.create('A portal', [scope])[0]}"} if scope else {}
        return client.post("/graphql/documents", json={"query": text}, headers=headers)

    assert register(TEXT, None).status_code == 401
    assert register(TEXT, RECORD).status_code == 403
    made = register(TEXT, PERSIST)
    assert (made.status_code, made.json()) == (201, {"documentId": ID, "new": True})
    assert register(TEXT, PERSIST).status_code == 200
    shown = client.get(made.headers["location"])
    assert (shown.text, shown.headers["etag"]) == (TEXT, f'"{ID}"')
    assert "immutable" in shown.headers["cache-control"]
    assert client.get(f"/graphql/documents/{UNKNOWN}").status_code == 404
    assert register("{ nothing }", PERSIST).status_code == 400
    assert register("{ archive { newest } }", PERSIST).status_code == 201
    full = register("{ archive { recorded } }", PERSIST)
    assert full.status_code == 507
    assert "COUNCIL_PERSISTED" in full.json()["errors"][0]["message"]


def test_an_archive_that_answers_registered_documents_only(
    small: House, store: PersistedStore, tokens: TokenStore
) -> None:
    client = served(small, store, tokens, only=True)
    store.keep(TEXT, "tests")
    for asked in ({"query": TEXT}, {"documentId": ID}, automatic(None, ID)):
        assert client.post("/graphql", json=asked).json()["data"]
    for asked in ({"query": TEXT + " "}, automatic("{ archive { newest } }", UNKNOWN)):
        for accept in ("application/json", "text/event-stream"):
            answer = client.post("/graphql", json=asked, headers={"Accept": accept})
            assert (answer.status_code, code(answer)) == (403, "PERSISTED_DOCUMENTS_ONLY")
    assert code(client.post("/graphql", json=automatic(None, UNKNOWN))) == "PERSISTED_QUERY_NOT_FOUND"
    headers = {"Authorization": f"Bearer {tokens.create('Whoever runs it', [RECORD])[0]}"}
    assert client.post("/graphql", json={"query": TEXT + " "}, headers=headers).json()["data"]
    with client.websocket_connect("/graphql", ["graphql-transport-ws"]) as session:
        session.send_json({"type": "connection_init"})
        session.receive_json()
        session.send_json({"type": "subscribe", "id": "1", "payload": {"query": TEXT + " "}})
        assert session.receive_json()["payload"][0]["extensions"]["code"] == "PERSISTED_DOCUMENTS_ONLY"
        session.send_json({"type": "subscribe", "id": "2", "payload": {"documentId": ID}})
        assert session.receive_json()["type"] == "next"


class _Sent:
    def __init__(self, text: str, document: str | None) -> None:
        self.text, self.document = text, document


@given(st.lists(st.text(min_size=1, max_size=30), max_size=30))
def test_an_id_never_gives_another_text_and_memory_is_bounded(texts: list[str]) -> None:
    kept = Persisted(automatic=300)
    for text in texts:
        kept.resolve(_Sent(text, id_of(text)))
    assert sum(len(id) + len(text) for id, text in kept._automatic._texts.items()) <= 300
    for text in texts:
        asked = _Sent("", id_of(text))
        try:
            kept.resolve(asked)
        except PersistedError:
            continue
        assert asked.text == text


@given(
    st.dictionaries(
        st.sampled_from(["documentId", "extensions", "query"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: st.dictionaries(st.sampled_from(["persistedQuery", "version", "sha256Hash"]), inner),
            max_leaves=5,
        ),
    )
)
def test_parameters_name_a_document_or_are_refused(parameters: dict[str, Any]) -> None:
    said = ""
    try:
        found = named(parameters)
    except ValueError as refused:
        found, said = None, str(refused)
    assert said.startswith("`") if said else found is None or isinstance(found, str)


def test_both_databases_keep_documents_for_good(store_url: StoreUrl) -> None:
    url, path = store_url
    store = open_persisted(url, path.parent / "persisted.db", 2)
    assert (store.keep("{a}", "x"), store.keep("{a}", "y"), store.keep("{b}", "x")) == (True, False, True)
    with pytest.raises(FullError, match="2 documents are registered here"):
        store.keep("{c}", "x")
    store.close()
    again = open_persisted(url, path.parent / "persisted.db", 2)
    assert (again.find(id_of("{a}")), again.find(id_of("{c}")), again.find("\x00")) == ("{a}", None, None)
    again.close()


def test_a_store_that_does_not_answer_says_so(small: House, tmp_path: Path, tokens: TokenStore) -> None:
    store = open_persisted(None, tmp_path / "gone.db", 2)
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE persisted_documents")
    with pytest.raises(UnreachableError):
        store.find(ID)
    answer = served(small, store, tokens).post("/graphql", json={"documentId": ID})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    store.close()


def test_documents_are_registered_from_files_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNCIL_HOME", str(tmp_path / "home"))
    files = {
        "a.graphql": TEXT,
        "codegen.json": json.dumps({"f00": "{ archive { newest } }"}),
        "apollo.json": json.dumps({"operations": [{"name": "A", "body": "query A { archive { recorded } }"}]}),
        "bad.graphql": "{ nothing }",
        "bad.json": "[1]",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    run = CliRunner()
    for bad, said in (("bad.graphql", "Cannot query field 'nothing'"), ("bad.json", "is no manifest")):
        done = run.invoke(command, ["persist", str(tmp_path / "a.graphql"), str(tmp_path / bad)])
        assert said in str(done.exception)
    store = open_persisted(None, tmp_path / "home" / "persisted.db", 9)
    assert store.find(ID) is None
    good = [str(tmp_path / name) for name in ("a.graphql", "codegen.json", "apollo.json")]
    done = run.invoke(command, ["persist", *good])
    ids = [line.partition(" ")[0] for line in done.output.splitlines()]
    assert ids[0] == "sha256:" + sha256(TEXT.encode()).hexdigest()
    assert [store.find(id) for id in ids] == [TEXT, "{ archive { newest } }", "query A { archive { recorded } }"]
    store.close()
