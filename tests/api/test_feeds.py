"""Feeds of standing searches, read as readers of feeds read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree
from starlette.testclient import TestClient

from api import feeds
from api.app import create_app
from domain.votes import Vote, proposal_vote_id
from ops.store.searches import open_searches
from search import standing
from search.engine import Change, Hit, Query
from tests import council
from tests.search.conftest import Small, everything, make

ATOM = {"a": feeds.ATOM, "fh": feeds.HISTORY}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Small]:
    """The small archive, its feeds cut so often that they have many documents."""
    monkeypatch.setattr(feeds, "BLOCK", 5)
    monkeypatch.setattr(feeds, "NEWEST", 3)
    made = make(tmp_path)
    made.record(everything())
    made.indexer.catch_up()
    yield made
    made.close()


@pytest.fixture
def client(small: Small, tmp_path: Path) -> Iterator[TestClient]:
    searches = open_searches(None, tmp_path / "searches.db", 100)
    yield TestClient(create_app(small.archive, small.views, small.searcher, searches=searches), follow_redirects=False)
    searches.close()


def saved(client: TestClient, **asked: object) -> str:
    answer = client.post("/searches", json=asked)
    assert answer.status_code in (200, 201), answer.text
    return f"/searches/{answer.json()['id']}"


def walked(client: TestClient, address: str) -> list[tuple[str, bytes]]:
    """All documents of a feed, the current one first: address and content."""
    found: list[tuple[str, bytes]] = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200
        found.append((address, answer.content))
        if address.endswith(".atom"):
            read = etree.fromstring(answer.content)
            links = read.findall("a:link[@rel='prev-archive']", ATOM)
            address = str(links[0].get("href")) if links else ""
        else:
            address = answer.json().get("next_url", "")
    return found


def ids(documents: list[tuple[str, bytes]]) -> list[str]:
    """The ids of all entries, newest first."""
    found: list[str] = []
    for address, content in documents:
        if address.endswith(".atom"):
            found += [entry.id for entry in feedparser.parse(content).entries]
        else:
            found += [item["id"] for item in json.loads(content)["items"]]
    return found


def all_changes(small: Small, query: Query) -> list[Change]:
    return list(standing.changes(small.searcher, query, 0, small.searcher.position()))


ASKED: list[dict[str, Any]] = [{}, {"query": "peace"}, {"members": ["FRA"]}, {"query": "Ukraine", "kinds": ["vote"]}]


@pytest.mark.parametrize("end", ["atom", "json"])
@pytest.mark.parametrize("asked", ASKED)
def test_walking_back_meets_every_change_once(
    client: TestClient, small: Small, asked: dict[str, Any], end: str
) -> None:
    path = saved(client, **asked)
    query = Query(asked.get("query", ""), kinds=tuple(asked.get("kinds", ())), members=tuple(asked.get("members", ())))
    expected = [feeds.entry_id(path.rpartition("/")[2], change) for change in all_changes(small, query)]
    assert expected
    documents = walked(client, f"{path}.{end}")
    assert ids(documents) == expected[::-1]
    assert len(ids(documents[:1])) >= min(feeds.NEWEST, len(expected))
    if not asked:
        assert len(documents) > 4


def happened(small: Small, number: int) -> None:
    """A few more votes, and a correction of an early one."""
    for n in range(3):
        symbol = f"S/2019/{number + n}"
        vote = Vote(label=symbol, draft=symbol, proposal="draft resolution", date="2019-05-01", title="peace")
        small.record([council.fact(proposal_vote_id(symbol), "taken", vote, row=f"{number + n}")])
    authority: Any = {"authority": "S/PV.7354/Corr.1", "reason": "for the test", "by": "test"}
    small.archive.correct("vote:S/2014/916", "title", f"peace {number}", **authority)
    small.models.catch_up()
    small.indexer.catch_up()


@pytest.mark.parametrize("end", ["atom", "json"])
def test_an_archived_document_stays_the_same_to_the_byte(client: TestClient, small: Small, end: str) -> None:
    path = saved(client, query="peace")
    before = walked(client, f"{path}.{end}")
    seen = ids(before)
    for number in (101, 201, 301):
        happened(small, number)
        after = walked(client, f"{path}.{end}")
        assert [one for one in after[1:] if one in before[1:]] == before[1:]
        assert ids(after)[-len(seen) :] == seen
        assert len(ids(after)) == len(set(ids(after))) > len(seen)
        before, seen = after, ids(after)
    small.indexer.rebuild()
    assert walked(client, f"{path}.{end}") == before


def test_an_archived_document_may_be_kept_for_ever_and_says_what_it_is(client: TestClient, small: Small) -> None:
    path = saved(client)
    address, content = walked(client, f"{path}.atom")[1]
    answer = client.get(address)
    assert "immutable" in answer.headers["cache-control"]
    read = etree.fromstring(content)
    assert read.find("fh:archive", ATOM) is not None
    assert read.find("a:link[@rel='current']", ATOM).get("href").endswith(f"{path}.atom")  # type: ignore[union-attr]
    assert client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    current = etree.fromstring(client.get(f"{path}.atom").content)
    assert current.find("fh:archive", ATOM) is None
    assert current.find("a:link[@rel='self']", ATOM).get("href").endswith(f"{path}.atom")  # type: ignore[union-attr]


def test_a_change_at_the_very_end_of_a_block_is_met_too(
    client: TestClient, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "BLOCK", 1)
    path = saved(client, query="peace")
    assert len(ids(walked(client, f"{path}.atom"))) == len(all_changes(small, Query("peace")))


def test_a_block_that_is_not_over_has_no_document(client: TestClient, small: Small) -> None:
    path = saved(client)
    over = small.searcher.position() // feeds.BLOCK
    assert client.get(f"{path}/{over - 1}.atom").status_code == 200
    for block in (over, over + 1, 10**12):
        assert client.get(f"{path}/{block}.atom").status_code == 404
    assert client.get(f"{path}/99999999999999999999999.atom").status_code == 404
    assert client.get(f"{path}/-1.atom").status_code == 404


def test_readers_of_feeds_read_it_without_complaint(client: TestClient) -> None:
    path = saved(client, query="peace", kinds=["vote", "meeting"])
    answer = client.get(f"{path}.atom")
    read = feedparser.parse(answer.content, response_headers=dict(answer.headers))
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.title == "Council Archive: peace; kind meeting or vote"
    assert read.entries
    for entry in read.entries:
        assert entry.id.startswith("urn:uuid:")
        assert entry.link.startswith("http://testserver/")
        assert entry.updated_parsed
        assert entry.title.startswith(("New: ", "Changed: "))
        assert client.get(entry.link.removeprefix("http://testserver")).status_code == 200


def test_a_json_feed_has_what_version_1_1_asks_for_and_says_the_same_as_atom(client: TestClient) -> None:
    path = saved(client, query="peace", kinds=["vote", "meeting"])
    answer = client.get(f"{path}.json")
    assert answer.headers["content-type"].startswith("application/feed+json")
    told, atom = answer.json(), feedparser.parse(client.get(f"{path}.atom").content)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["title"] == atom.feed.title
    assert told["feed_url"] == f"http://testserver{path}.json"
    assert [(one["id"], one["url"], one["title"], one["date_modified"]) for one in told["items"]] == [
        (entry.id, entry.link, entry.title, entry.updated) for entry in atom.entries
    ]
    assert all(one["content_text"] for one in told["items"])


def test_a_feed_changes_when_a_change_comes_to_it_and_not_when_the_log_grows(client: TestClient, small: Small) -> None:
    peace, ukraine = saved(client, query="peace"), saved(client, query="Ukraine")
    before = {path: client.get(f"{path}.atom") for path in (peace, ukraine)}
    happened(small, 101)
    for path, known in before.items():
        for header in (
            {"If-None-Match": known.headers["etag"]},
            {"If-None-Match": f'"other", {known.headers["etag"]}'},
        ):
            again = client.get(f"{path}.atom", headers=header)
            assert again.status_code == (200 if path == peace else 304)
    unchanged = client.get(f"{ukraine}.atom", headers={"If-Modified-Since": before[ukraine].headers["last-modified"]})
    assert unchanged.status_code == 304
    assert client.get(f"{ukraine}.atom", headers={"If-Modified-Since": "yesterday"}).status_code == 200


def test_a_feed_without_changes_is_a_feed(client: TestClient) -> None:
    path = saved(client, query="Zanzibar")
    read = feedparser.parse(client.get(f"{path}.atom").content)
    assert not read.bozo
    assert read.entries == []
    assert read.feed.updated


HOSTILE = 'a\x00b\x0b<script>&"\ufffe\ud800 \U0001f54a'


def test_what_xml_cannot_hold_does_not_break_a_feed() -> None:
    hit = Hit("vote:S/1", "vote", HOSTILE, "S/1", None, "", 0.0, "ar")
    entry = feeds.Entry(Change(1, "changed", hit), "2026-01-01T00:00:00.000000Z", "http://localhost/votes/S/1?as_of=1")
    at = "http://localhost/"
    told = feeds.Feed("x", HOSTILE, "2026-01-01T00:00:00.000000Z", at, at, None, at, True, [entry])
    read = feedparser.parse(feeds.atom(told))
    assert not read.bozo
    root = etree.fromstring(feeds.atom(told))
    assert root.findtext("a:entry/a:title", namespaces=ATOM) == (
        'Changed: S/1 – a\ufffdb\ufffd<script>&"\ufffd\ufffd \U0001f54a'
    )
    assert json.loads(feeds.json_feed(told))["items"][0]["title"].endswith("\U0001f54a")


def test_the_id_of_an_entry_is_its_own_and_stays() -> None:
    hit = Hit("vote:S/RES/1559", "vote", "", None, None, "", 0.0, "en")
    first = feeds.entry_id("jlskz4xyal3pkiip", Change(7, "new", hit))
    assert first == "urn:uuid:9ada48b7-50df-5ce4-9b65-d4c1aa042aa7"
    others = [feeds.entry_id("other", Change(7, "new", hit)), feeds.entry_id("jlskz4xyal3pkiip", Change(8, "new", hit))]
    assert len({first, *others}) == 3
