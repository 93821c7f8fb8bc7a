"""Standing searches over HTTP: saving, tables, pages, GraphQL, and the stream of a real server that is killed."""

from __future__ import annotations

import csv
import io
import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api import streams
from api.app import create_app
from api.streams import Place
from domain.members import Name, name_id
from domain.votes import Vote, proposal_vote_id
from ops.house import House
from ops.settings import Settings
from ops.store.searches import open_searches
from search import standing
from search.engine import Query, SearchError, UnavailableError
from tests import council
from tests.search.conftest import Small, everything, make
from tests.serving import Served, serving, until


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    made = make(tmp_path_factory.mktemp("standing"))
    made.record(everything())
    made.indexer.catch_up()
    yield made
    made.close()


@pytest.fixture
def client(small: Small, tmp_path: Path) -> Iterator[TestClient]:
    searches = open_searches(None, tmp_path / "searches.db", 5)
    yield TestClient(create_app(small.archive, small.views, small.searcher, searches=searches), follow_redirects=False)
    searches.close()


def saved(client: TestClient | httpx.Client, **asked: object) -> str:
    answer = client.post("/searches", json=asked)
    assert answer.status_code in (200, 201), answer.text
    return f"/searches/{answer.json()['id']}"


# --- Saving ---------------------------------------------------------------------------------------------------------


def test_a_saved_search_has_one_address_however_it_is_sent(client: TestClient) -> None:
    asked = {"query": "peace", "kinds": ["vote"], "members": ["FRA"], "from": 1990, "to": 2020}
    answer = client.post("/searches", json=asked)
    assert answer.status_code == 201
    told = answer.json()
    assert answer.headers["location"] == told["links"]["page"] == f"/searches/{told['id']}"
    assert (told["query"], told["filters"]) == (
        "peace",
        {"kinds": ["vote"], "members": ["fra"], "from": 1990, "to": 2020},
    )
    assert client.post("/searches", json=asked).status_code == 200
    for form in (
        {"q": "peace", "kind": "vote", "member": "FRA", "from": "1990", "to": "2020", "agenda": ""},
        {"q": "peace", "kind": "vote", "member": "FRA", "year": ["2020", "1990"]},
    ):
        sent = client.post("/searches", data=form)
        assert (sent.status_code, sent.headers["location"]) == (303, told["links"]["page"])


@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        (b"{", "application/json", 400, "not JSON"),
        (b"[]", "application/json", 400, "not a JSON object"),
        (b'{"q": "x"}', "application/json", 400, "there is no 'q'; there are: query, kinds"),
        (b'{"query": 3}', "application/json", 400, "`query` is not of the right type"),
        (b'{"kinds": "vote"}', "application/json", 400, "`kinds` is not a list of texts"),
        (b'{"kinds": ["votes"]}', "application/json", 400, "no kind of record 'votes'"),
        (b'{"from": true}', "application/json", 400, "`from` is not of the right type"),
        (b'{"query": "' + b"x" * 2000 + b'"}', "application/json", 400, "2000 characters"),
        (b"x" * 100_001, "application/json", 413, "at most 100000 bytes"),
        (b"year=a", "application/x-www-form-urlencoded", 400, "a year is not 'a'"),
        (b"a", "text/plain", 415, "send a search as application/json"),
        (b"&".join([b"kind=a"] * 2000), "application/x-www-form-urlencoded", 400, "fields"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_what_to_do(
    client: TestClient, body: bytes, kind: str, status: int, said: str
) -> None:
    answer = client.post("/searches", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]


def test_a_form_that_is_refused_comes_back_with_what_was_typed(client: TestClient) -> None:
    answer = client.post("/searches", data={"q": "<b>" + "x" * 1_000})
    assert answer.status_code == 400
    assert "cannot be saved: the query has 1003 characters" in answer.text
    assert "&lt;b&gt;xxx" in answer.text


def test_a_full_archive_says_so_and_keeps_serving(client: TestClient) -> None:
    paths = [saved(client, query=str(number)) for number in range(5)]
    refused = client.post("/searches", json={"query": "one more"})
    assert refused.status_code == 507
    assert "no more are taken" in refused.json()["error"]["message"]
    assert client.post("/searches", json={"query": "3"}).json()["id"] == paths[3].rpartition("/")[2]
    assert client.get(f"{paths[0]}.csv").status_code == 200


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_asked_and_leads_to_every_form(client: TestClient) -> None:
    path = saved(client, query="Ukraine", kinds=["vote"], members=["RUS:veto"])
    answer = client.get(path)
    assert answer.status_code == 200
    assert "ukraine; kind vote; member RUS:veto" in answer.text
    assert "S/2022/155" in answer.text
    for end, kind in (("atom", "application/atom+xml"), ("json", "application/feed+json"), ("csv", "text/csv")):
        assert f'href="{path}.{end}"' in answer.text
        assert f'<{path}.{end}>; rel="alternate"; type="{kind}"' in answer.headers["link"]
        assert client.get(f"{path}.{end}").headers["content-type"].startswith(kind)
    assert client.get("/searches").status_code == 200


def test_the_page_of_a_past_position_shows_what_there_was_then(client: TestClient) -> None:
    path = saved(client, query="Ukraine", kinds=["vote"])
    past = client.get(f"{path}?as_of=1")
    assert past.status_code == 200
    assert "Nothing has come to match it yet." in past.text
    assert client.get(f"{path}?as_of=99999").status_code == 400


@pytest.mark.parametrize("end", ["", ".csv", ".jsonl", ".json", ".atom", "/stream", "/0.atom", ".exe", "/x"])
def test_what_was_never_saved_is_not_found_in_the_form_asked_for(client: TestClient, end: str) -> None:
    answer = client.get(f"/searches/aaaaaaaaaaaaaaaa{end}")
    assert answer.status_code == 404
    kinds = {".csv": "text/plain", ".atom": "text/plain", "/0.atom": "text/plain"}
    known = kinds.get(end, "application/json" if end in (".jsonl", ".json", "/stream") else "text/html")
    assert answer.headers["content-type"].startswith(known)


@pytest.mark.parametrize("end", ["", ".csv", ".jsonl", ".json", ".atom", "/stream"])
def test_head_has_the_headers_of_get_and_no_body(client: TestClient, end: str) -> None:
    path = saved(client, query="peace")
    head = client.head(path + end)
    assert (head.status_code, head.content) == (200, b"")
    if end != "/stream":
        assert head.headers["etag"] == client.get(path + end).headers["etag"]


# --- Tables ---------------------------------------------------------------------------------------------------------


SEARCHED = """query($id: ID!, $after: String) { savedSearch(id: $id) { id query filters position
  results(first: 7, after: $after, sort: DATE_DESC) { total next hits { record title } }
  changes(first: 100, after: 0) { change position record title recordedAt } } }"""


@pytest.mark.parametrize("asked", [{}, {"query": "peace"}, {"members": ["FRA"]}, {"query": "nothing at all"}])
def test_tables_and_graphql_and_search_find_the_same(client: TestClient, small: Small, asked: dict[str, Any]) -> None:
    path = saved(client, **asked)
    query = Query(asked.get("query", ""), members=tuple(asked.get("members", ())), sort="-date", first=100)
    hits = small.searcher.search(query).hits
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv").text)))
    assert [(row["record"], row["title"], row["date"]) for row in rows] == [
        (hit.record, hit.title, hit.date or "") for hit in hits
    ]
    lines = [json.loads(line) for line in client.get(f"{path}.jsonl").text.splitlines()]
    assert [{name: "" if told is None else str(told) for name, told in line.items()} for line in lines] == rows
    found: list[str] = []
    after = None
    while True:
        variables = {"id": path.rpartition("/")[2], "after": after}
        answer = client.post("/graphql", json={"query": SEARCHED, "variables": variables}).json()
        assert "errors" not in answer, answer
        page = answer["data"]["savedSearch"]["results"]
        found += [hit["record"] for hit in page["hits"]]
        after = page["next"]
        if after is None:
            break
    assert found == [hit.record for hit in hits]
    assert page["total"] == len(hits)
    changes = [(one["position"], one["change"], one["record"]) for one in answer["data"]["savedSearch"]["changes"]]
    assert changes == [
        (one.position, one.change.upper(), one.hit.record)
        for one in standing.changes(small.searcher, query, 0, small.searcher.position())
    ]


def test_a_table_of_a_past_position_is_what_was_found_then(client: TestClient, small: Small) -> None:
    path = saved(client, query="Ukraine")
    for position in range(0, small.searcher.position() + 1, 7):
        lines = client.get(f"{path}.jsonl?as_of={position}").text.splitlines()
        told = {json.loads(line)["record"] for line in lines}
        assert told == small.found("Ukraine", as_of=position)
        assert all(json.loads(line)["since"] <= position for line in lines)
        assert all(line["url"].endswith(f"?as_of={position}") for line in map(json.loads, lines))
    for wrong in ("-1", "x", "99999", "٣", "1" * 30):
        assert client.get(f"{path}.csv?as_of={wrong}").status_code == 400


def test_a_table_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    path = saved(client, query="peace")
    for end in ("csv", "jsonl"):
        answer = client.get(f"{path}.{end}")
        assert answer.headers["etag"] != client.get(f"{path}.{end}?as_of=3").headers["etag"]
        for header in (
            {"If-None-Match": answer.headers["etag"]},
            {"If-Modified-Since": answer.headers["last-modified"]},
        ):
            assert client.get(f"{path}.{end}", headers=header).status_code == 304


class Away:
    """The small archive's search when its engine cannot be reached: what every search and question raises."""

    def __init__(self, small: Small, error: SearchError) -> None:
        self._small, self._error = small, error

    def position(self) -> int:
        return self._small.searcher.position()

    def search(self, query: Query) -> Any:
        raise self._error

    def changes(self, *_: object, **__: object) -> Any:
        raise self._error

    latest = changes


@pytest.mark.parametrize("error", [UnavailableError("the cluster is down", 7), SearchError("there is no index yet")])
def test_without_the_engine_everything_says_when_to_ask_again(small: Small, tmp_path: Path, error: SearchError) -> None:
    searches = open_searches(None, tmp_path / "searches.db", 5)
    away: Any = Away(small, error)
    client = TestClient(create_app(small.archive, small.views, away, searches=searches))
    path = saved(client, query="peace")
    for end in (".csv", ".jsonl", ".json", ".atom"):
        answer = client.get(path + end)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == ("7" if isinstance(error, UnavailableError) else "30")
        assert str(error) in answer.text
    page = client.get(path)
    assert page.status_code == 200
    assert str(error) in page.text
    assert client.get("/votes").status_code == 200
    searches.close()


# --- GraphQL --------------------------------------------------------------------------------------------------------

SAVE = """mutation($query: String, $kinds: [String!]) { saveSearch(query: $query, kinds: $kinds) {
  fresh fault search { id query } } }"""


def test_anybody_saves_over_graphql_and_gets_the_same_id(client: TestClient) -> None:
    def sent(**variables: object) -> Any:
        answer = client.post("/graphql", json={"query": SAVE, "variables": variables})
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["saveSearch"]

    path = saved(client, query="peace", kinds=["vote"])
    told = sent(query="peace ", kinds=["vote"])
    assert (told["fresh"], f"/searches/{told['search']['id']}") == (False, path)
    assert sent(query="Mali")["fresh"]
    assert "no kind of record" in sent(kinds=["votes"])["fault"]


def test_saving_opens_no_door_to_writing(client: TestClient) -> None:
    both = """mutation { saveSearch(query: "x") { fresh }
      redact(record: "vote:S/RES/1559", authority: "x", reason: "x") { last } }"""
    answer = client.post("/graphql", json={"query": both})
    assert answer.status_code == 401
    assert client.get("/graphql", params={"query": 'mutation { saveSearch(query: "x") { fresh } }'}).status_code == 405
    id = saved(client, query="x").rpartition("/")[2]
    asked = {"query": f'{{ savedSearch(id: "{id}") {{ id }} }}'}
    assert client.post("/graphql", json=asked).json()["data"]["savedSearch"]


def test_what_is_saved_after_it_was_asked_for_is_found_then(client: TestClient) -> None:
    id = standing.id_of(standing.normal(Query("Mali")))
    asked = {"query": f'{{ savedSearch(id: "{id}") {{ query }} }}'}
    before = client.get("/graphql", params=asked)
    assert before.json()["data"] == {"savedSearch": None}
    saved(client, query="Mali")
    known = {"If-None-Match": before.headers.get("etag", "")}
    after = client.get("/graphql", params=asked, headers=known)
    assert after.json()["data"] == {"savedSearch": {"query": "mali"}}


# --- The stream -----------------------------------------------------------------------------------------------------

Told = tuple[str, str, str]
"""Id, change, record."""


def listened(
    base: str, path: str, enough: Callable[[list[Told]], bool], headers: dict[str, str] | None = None
) -> tuple[list[Told], str]:
    """What a stream tells until it is enough, or until it breaks off; and the last id it gave."""
    heard: list[Told] = []
    last, change, data = "", "", ""
    broken = suppress(httpx.TransportError)  # a stream that breaks off is what these tests are about
    with broken, httpx.stream("GET", base + path, headers=headers, timeout=60) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        if enough(heard):
            return heard, last
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                last = value
            elif name == "event":
                change = value
            elif name == "data":
                data = value
            elif not line and data:
                told = json.loads(data)
                assert told["change"] == change
                assert last.partition("-")[0] == str(told["position"])
                heard.append((last, change, told["record"]))
                data = ""
            if enough(heard):
                break
    return heard, last


def the_log_tells(small: Small | House, query: Query) -> list[Told]:
    """What a stream has to tell from the beginning on."""
    made: list[Told] = []
    counts: dict[int, int] = {}
    for change in standing.changes(small.searcher, query, 0, small.searcher.position()):
        counts[change.position] = counts.get(change.position, 0) + 1
        made.append((f"{change.position}-{counts[change.position]}", change.change, change.hit.record))
    return made


@pytest.fixture
def base(small: Small, tmp_path: Path) -> Iterator[str]:
    """A server on a real port."""
    searches = open_searches(None, tmp_path / "searches.db", 5)
    with serving(create_app(small.archive, small.views, small.searcher, searches=searches)) as address:
        yield address
    searches.close()


def test_a_stream_goes_on_wherever_it_broke_off_even_within_a_position(
    base: str, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = Name(member="FRA", name="République française", language="fr", first="1958-10-05")
    small.record([council.fact(name_id("FRA", "fr", "1958-10-05"), "borne", name, "curated")])
    small.indexer.catch_up()
    path = saved(httpx.Client(base_url=base))
    expected = the_log_tells(small, Query())
    assert any(id.endswith("-2") for id, *_ in expected), "no event with two changes: the test would prove nothing"
    whole, _ = listened(base, f"{path}/stream?after=0", lambda heard: len(heard) == len(expected))
    assert whole == expected
    for number, (id, *_) in enumerate(expected[:-1], 1):
        heard, _ = listened(base, f"{path}/stream", lambda heard: bool(heard), {"Last-Event-ID": id})
        assert heard[0] == expected[number]


def test_a_place_at_the_end_of_a_long_position_leads_to_the_next(small: Small) -> None:
    """A page of changes may hold nothing but what a reader has heard already."""

    class Few:
        def changes(self, query: Query, after: int) -> Any:
            return small.searcher.changes(query, after, None, 1)

    expected = the_log_tells(small, Query())
    place, heard = Place(0), []
    few: Any = Few()
    while found := place.following(few, Query()):
        place, change = found[0]
        heard.append((str(place), change.change, change.hit.record))
    assert heard == expected


def test_a_stream_begins_now_and_says_where_now_is(base: str, small: Small) -> None:
    path = saved(httpx.Client(base_url=base), query="peace")
    with httpx.stream("GET", f"{base}{path}/stream", timeout=60) as answer:
        lines = answer.iter_lines()
        assert [next(lines) for _ in range(3)] == [
            f"retry: {streams.RETRY}",
            f"id: {small.searcher.position()}",
            "",
        ]


@pytest.mark.parametrize("place", ["x", "-1", "1-", "1-2-3", "1" * 20, "٣"])
def test_a_place_that_is_none_is_refused(client: TestClient, place: str) -> None:
    path = saved(client)
    answer = client.get(f"{path}/stream", params={"after": place})
    assert answer.status_code == 400
    assert (
        "the id of an event of this stream, such as 1200-3, or a position of the log"
        in answer.json()["error"]["message"]
    )


def test_more_streams_than_can_be_held_are_sent_away_and_let_in_when_one_ends(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST", 2)
    path = saved(httpx.Client(base_url=base))
    kept: list[Iterator[str]] = []
    with ExitStack() as stack:
        for _ in range(2):
            answer = stack.enter_context(httpx.stream("GET", f"{base}{path}/stream", timeout=60))
            kept.append(answer.iter_lines())  # httpx ends a stream whose lines nobody keeps
            next(kept[-1])
        refused = httpx.get(f"{base}{path}/stream", timeout=60)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "30"
        assert httpx.get(f"{base}{path}.atom").status_code == 200
    until(lambda: httpx.head(f"{base}{path}/stream").status_code == 200, "nobody is let in after others have left")


def test_a_reader_that_does_not_read_holds_up_nobody(base: str, small: Small) -> None:
    path = saved(httpx.Client(base_url=base))
    expected = the_log_tells(small, Query())
    host, _, port = base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
        idle.sendall(f"GET {path}/stream?after=0 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        heard, _ = listened(base, f"{path}/stream?after=0", lambda heard: len(heard) == len(expected))
    assert heard == expected


def test_a_stream_shows_that_it_is_alive(base: str, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.05)
    path = saved(httpx.Client(base_url=base), query="Zanzibar")
    with httpx.stream("GET", f"{base}{path}/stream", timeout=60) as answer:
        signs = [line for line, _ in zip(answer.iter_lines(), range(12), strict=False) if line.startswith(":")]
    assert f": nothing new up to position {small.searcher.position()}" in signs


# --- A real server, killed ------------------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path)
    yield made
    if made.process is not None:
        made.end(signal.SIGKILL)


def on_peace(number: int) -> list[Any]:
    symbol = f"S/2019/{number}"
    vote = Vote(label=symbol, draft=symbol, proposal="draft resolution", date="2019-05-01", title=f"peace {number}")
    return [council.fact(proposal_vote_id(symbol), "taken", vote, row=str(number))]


@pytest.mark.slow
def test_kill_9_of_the_server_loses_nothing_and_repeats_nothing(served: Served, tmp_path: Path) -> None:
    query = Query("peace")
    house = House(Settings(home=tmp_path))
    list(house.archive.record(everything(), by="test"))
    served.start()
    path = saved(httpx.Client(base_url=served.base), query="peace")
    house.searches.close()
    heard: list[Told] = []
    last = "0"
    for round in range(3):
        more: list[Told] = []
        counted = threading.Event()

        def enough(so_far: list[Told], more: list[Told] = more, counted: threading.Event = counted) -> bool:
            more[:] = so_far
            if len(so_far) >= 2:
                counted.set()
            return False

        asked = (served.base, f"{path}/stream", enough, {"Last-Event-ID": last})
        reader = threading.Thread(target=listened, args=asked, daemon=True)
        reader.start()
        for number in range(5):  # while the server follows, and is killed in the midst of it
            list(house.archive.record(on_peace(100 + round * 20 + number), by="test"))
        authority: Any = {"authority": "S/PV.7354/Corr.1", "reason": "for the test", "by": "test"}
        house.archive.correct("vote:S/2019/100", "title", f"peace, put right {round}", **authority)
        assert counted.wait(60), "the stream told nothing"
        served.end(signal.SIGKILL)
        reader.join(30)
        heard += more
        last = heard[-1][0]
        for number in range(5, 8):  # while it is dead
            list(house.archive.record(on_peace(100 + round * 20 + number), by="test"))
        served.start()
    house.catch_up()
    expected = the_log_tells(house, query)
    rest, _ = listened(
        served.base,
        f"{path}/stream",
        lambda so_far: len(heard) + len(so_far) >= len(expected),
        {"Last-Event-ID": last},
    )
    assert heard + rest == expected
    assert [one[1] for one in expected if one[2] == "vote:S/2019/100"] == ["new", "changed", "changed", "changed"]
    house.close()


@pytest.mark.slow
def test_a_server_that_is_told_to_stop_ends_its_streams(served: Served, tmp_path: Path) -> None:
    house = House(Settings(home=tmp_path))
    list(house.archive.record(everything(), by="test"))
    house.close()
    served.start()
    path = saved(httpx.Client(base_url=served.base))
    with httpx.stream("GET", f"{served.base}{path}/stream", timeout=60) as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("retry")
        assert served.end(signal.SIGTERM) in (0, -signal.SIGTERM)
        assert list(lines)[-1] == "", "the stream was cut off within an event"
