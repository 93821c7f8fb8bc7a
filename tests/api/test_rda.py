"""Citing evolving data as the Research Data Alliance recommends it: one test for each of R1 to R14.

The recommendations: Rauber, Asmi, van Uytvanck, Pröll, Data Citation of Evolving Data (RDA Working Group, 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from ops import migrating
from ops.house import House
from ops.settings import Settings
from ops.store.citations import open_citations
from tests import council
from tests.api.test_citations import ASKED, Cited, archive, correct, letters
from tests.conftest import StoreUrl

__all__ = ["archive"]  # the fixture

TITLE = '{ vote(symbol: "S/2014/916") { title } }'


@pytest.fixture
def asked(archive: Cited) -> Callable[[str], Any]:
    def ask(text: str) -> Any:
        told = archive.client.post("/graphql", json={"query": text}).json()
        assert "errors" not in told, told
        return told["data"]

    return ask


def test_r1_data_are_versioned_so_that_earlier_states_can_be_retrieved(archive: Cited, asked: Any) -> None:
    before, position = asked(TITLE), archive.house.archive.position()
    correct(archive.house)
    assert asked(TITLE) != before
    assert asked(f"{{ asOf(position: {position}) {TITLE} }}")["asOf"] == before


def test_r2_operations_on_data_are_timestamped(archive: Cited, asked: Any) -> None:
    before = asked(TITLE)
    moment = datetime.now(UTC).isoformat()
    correct(archive.house)
    assert asked(f'{{ asOf(time: "{moment}") {TITLE} }}')["asOf"] == before
    text = '{ vote(symbol: "S/2014/916") { provenance { events { verb recorded } } } }'
    events = asked(text)["vote"]["provenance"]["events"]
    assert [event["recorded"] > moment[:19] for event in events if event["verb"] == "corrected"] == [True, True]


def test_r3_queries_and_their_metadata_are_kept_in_a_store(archive: Cited, store_url: StoreUrl) -> None:
    made = archive.cite(**ASKED)
    store = open_citations(store_url[0], store_url[1].parent / "citations.db", 10)  # as another process sees it
    [kept] = store.all()
    assert (kept.id, kept.document, kept.position) == (made["id"], made["query"], made["archive"]["position"])
    store.close()


def test_r4_queries_that_ask_the_same_are_known_by_one_checksum(archive: Cited) -> None:
    worded = TITLE.replace(" ", "").replace("{title}", "{,title,}")
    assert archive.cite(query=worded)["querySha256"] == archive.cite(query=TITLE)["querySha256"]
    other = archive.cite(query=TITLE.replace("916", "348"))
    assert other["querySha256"] != archive.cite(query=TITLE)["querySha256"]


def test_r5_the_sorting_of_records_is_unambiguous_and_reproducible(archive: Cited) -> None:
    """Fifty letters of one day have an order of their own, whatever is recorded before and after."""
    archive.house.record(letters(50))
    listed = "{ documents(first: 50, orderBy: DATE_DESC) { nodes { id date } } }"
    made = archive.cite(query=listed)
    first = archive.answer(made["id"])
    archive.house.record([council.fact(f"document:S/2023/{n}", "issued", letter) for n, letter in _more()])
    archive.house.models.rebuild(batch=11)
    assert archive.answer(made["id"]) == first


def _more() -> Any:
    from domain.documents import Document

    return [(n, Document(symbol=f"S/2023/{n}", date="2023-09-05")) for n in range(100, 130)]


def test_r6_a_checksum_tells_whether_the_result_is_the_cited_one(archive: Cited) -> None:
    made = archive.cite(**ASKED)
    answer = archive.client.get(f"/citations/{made['id']}/answer")
    assert sha256(answer.content).hexdigest() == made["answer"]["sha256"] == answer.headers["etag"].strip('"')
    assert made["answer"]["bytes"] == len(answer.content)


def test_r7_a_citation_tells_when_it_was_made_and_of_which_state(archive: Cited) -> None:
    before = datetime.now(UTC).isoformat()
    made = archive.cite(**ASKED)
    assert before[:19] <= made["cited"] <= datetime.now(UTC).isoformat()
    newest = next(iter(archive.house.archive.entries(archive.house.archive.position() - 1)))
    assert (made["archive"]["position"], made["archive"]["recorded"]) == (newest.position, newest.recorded)


def test_r8_a_query_has_an_identifier_of_its_own_and_a_new_one_only_when_question_or_result_is_new(
    archive: Cited,
) -> None:
    first = archive.cite(query=TITLE)
    archive.house.record(letters(3))
    assert archive.cite(query=TITLE)["id"] == first["id"]
    correct(archive.house)
    assert archive.cite(query=TITLE)["id"] != first["id"]


def test_r9_with_the_query_stand_identifier_checksums_time_position_and_text(archive: Cited) -> None:
    made = archive.cite(**ASKED)
    told = archive.client.get(f"/citations/{made['id']}.json").json()
    for name in ("id", "title", "query", "variables", "querySha256", "archive", "answer", "cited", "text"):
        assert told[name] == made[name]
    assert sorted(told["archive"]) == ["checkpoint", "position", "recorded"]


def test_r10_a_citation_text_is_made_by_itself(archive: Cited) -> None:
    made = archive.cite(**ASKED)
    text = archive.client.get(f"/citations/{made['id']}.txt").text
    day = datetime.fromisoformat(made["archive"]["recorded"])
    for part in (
        "Council Archive",
        "“Cast On”",
        f"{day.day} {day:%B %Y}",
        made["links"]["page"],
        made["answer"]["sha256"],
    ):
        assert part in text


def test_r11_the_identifier_leads_to_a_landing_page(archive: Cited) -> None:
    made = archive.cite(**ASKED)
    page = archive.page(made["id"])
    for part in (made["text"].partition("”")[2], made["querySha256"], made["archive"]["checkpoint"], "It stands."):
        assert part in page
    for end in ("csl.json", "bib", "ris", "txt", "jsonld", "json"):
        assert f'href="/citations/{made["id"]}.{end}"' in page


def test_r12_the_landing_page_can_be_acted_upon_by_machines(archive: Cited) -> None:
    made = archive.cite(**ASKED)
    path = f"/citations/{made['id']}"
    page = archive.client.get(path, headers={"accept": "text/html"})
    assert f'<{path}/answer>; rel="item"' in page.headers["link"]
    found = archive.client.get(path, headers={"accept": "application/ld+json"}).json()
    answer = archive.client.get(found["distribution"]["contentUrl"])
    assert sha256(answer.content).hexdigest() == found["distribution"]["sha256"]
    again = archive.client.post("/graphql", json={"query": made["query"], "variables": made["variables"]}).json()
    assert again["data"] == answer.json()["data"]


@pytest.fixture
def two(tmp_path: Any, database_url: str) -> Iterator[tuple[House, House]]:
    settings = Settings(home=tmp_path / "here"), Settings(home=tmp_path / "there", database_url=database_url)
    houses = House(settings[0]), House(settings[1])
    yield houses
    for house in houses:
        house.close()


def _moved(two: tuple[House, House]) -> dict[str, Any]:
    from starlette.testclient import TestClient

    from ops.serving import application

    source, target = two
    list(source.archive.record(council.everything(), by="a clerk"))
    source.catch_up()
    with TestClient(application(source)) as client:
        made: dict[str, Any] = client.post("/citations", json=ASKED).json()
        made["bytes"] = client.get(f"/citations/{made['id']}/answer").content
    migrating.copy_kept(source, target)
    migrating.copy_log(source.settings, target.settings, lambda _: None)
    target.catch_up()
    return made


def test_r13_queries_survive_a_move_to_another_technology(two: tuple[House, House]) -> None:
    from starlette.testclient import TestClient

    from ops.serving import application

    made = _moved(two)
    with TestClient(application(two[1])) as client:
        assert client.get(f"/citations/{made['id']}/answer").content == made["bytes"]
        assert "It stands." in client.get(f"/citations/{made['id']}").text


def test_r14_a_move_is_verified_by_asking_every_query_again(two: tuple[House, House]) -> None:
    _moved(two)
    told = migrating.compare(*two, lambda _: None)
    assert (told.citations, told.broken) == (1, [])
    cited = next(two[1].citations.all())
    with two[1].citations._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE citations SET sha256 = 'x'")
    assert migrating.compare(*two, lambda _: None).broken == [f"{cited.id}: SHA-256 {cited.sha256} instead of x"]
