"""The page of the concept note of 28 August 2023: its questions, with the figures there are and those there are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Match
from starlette.testclient import TestClient

from api.context import Context
from api.portal import concept_note, routes
from api.portal.pages import Ask, Show, render
from domain.archive import open_archive
from domain.debates import Briefing
from domain.facts import Pending
from domain.indicators import Figure, figure_id
from domain.missions import Mission, mission_id
from ops.store import environment
from projections.indicators.registry import INDICATORS
from projections.place import PostgresPlace, ReadModels, SqlitePlace
from projections.versioned import VIEWS
from projections.views import Views
from tests import council
from tests.api.portal.conftest import Portal
from tests.council import CURATED, fact

GUIDE = Path(__file__).parents[3] / "docs" / "concept-note.md"


def asked_for() -> list[Pending]:
    """Both missions of 2023, what Albania's note says of them, and a briefer of 2022."""
    missions = (("Ethiopia", "2023-10-05"), ("Democratic Republic of the Congo", "2023-03-09"))
    until = "2023-01-01/2023-08-28"
    return [
        *(
            fact(
                mission_id(2023, country),
                "undertaken",
                Mission(year=2023, title=f"Security Council mission to {country}", first=day, last=day),
                "missions",
            )
            for country, day in missions
        ),
        fact(
            figure_id("missions", until, "albania"),
            "published",
            Figure(indicator="missions", period=until, value=1, publisher="Albania", published_on="2023-08-28"),
            CURATED,
        ),
        fact(
            Briefing.nth("S/PV.9100", 1),
            "given",
            Briefing(meeting="S/PV.9100", number=1, date="2022-09-01", category="civil society", gender="woman"),
            CURATED,
        ),
    ]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """An archive of working methods with the missions of 2023."""
    folder = tmp_path_factory.mktemp("concept-note")
    archive = open_archive(environment(None, folder / "log.db"), council.Keys())
    list(archive.record([*council.everything(), *council.practice(), *asked_for()], by="tester"))
    place = SqlitePlace(folder / "views")
    ReadModels(archive, place).catch_up()
    context = Context(archive, Views(place))
    yield Portal(context, Starlette(routes=routes(context)), archive.position())
    context.views.close()
    archive.close()


@pytest.fixture
def client(held: Portal) -> TestClient:
    return TestClient(held.app, follow_redirects=False)


def told(text: str) -> str:
    """A part of a page as a reader sees it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def question(page: str, anchor: str) -> str:
    """The section of one question."""
    found = re.search(rf'<section aria-labelledby="{anchor}">(.*?)</section>', page, re.DOTALL)
    assert found, anchor
    return found[1]


def figures(page: str, name: str) -> list[str]:
    """The three figures of an indicator: to the day a year before, to the day, the whole year."""
    found = re.search(rf'<tr><th scope="row"><a href="/indicators/{name}[?"].*?</tr>', page, re.DOTALL)
    assert found, name
    cells = re.findall(r'<td class="num"><span class="cell">.*?</span>(.*?)</td>', found[0], re.DOTALL)
    return [told(cell) for cell in cells]


def test_the_eight_questions_stand_in_order_and_what_is_named_besides_follows(client: TestClient) -> None:
    page = client.get("/concept-note").text
    assert re.findall(r"<h2 id=\"(\w+)\">(\d?)", page)[:9] == [
        ("notes", "1"),
        ("briefers", "2"),
        ("organs", "3"),
        ("accountability", "4"),
        ("debates", "5"),
        ("missions", "6"),
        ("sanctions", "7"),
        ("proposals", "8"),
        ("besides", ""),
    ]


def test_one_mission_by_the_day_of_the_debate_and_two_in_the_year_because_of_ethiopia(client: TestClient) -> None:
    page = client.get("/concept-note").text
    assert [one.rstrip(" *") for one in figures(page, "missions")] == ["–", "1", "2"]
    missions = question(page, "missions")
    assert "From 1 on 5 September 2023 to 2 at the end of 2023, because of" in told(missions)
    assert 'href="/missions/2023/ethiopia"' in missions
    assert "democratic-republic" not in missions
    assert "Published: 1 for 1 January 2023 to 28 August 2023 (Albania); ours 1" in told(missions)


def test_the_day_asked_for_moves_every_figure(client: TestClient) -> None:
    page = client.get("/concept-note?on=2023-10-05").text
    assert [one.rstrip(" *") for one in figures(page, "missions")] == ["–", "2", "2"]
    assert "because of" not in told(question(page, "missions"))
    assert "up to 5 October 2023" in told(page)


def test_the_same_time_of_the_year_before_is_counted_to_the_same_day(client: TestClient) -> None:
    of = "women_civil_society_briefers"
    assert figures(client.get("/concept-note").text, of) == ["1 *", "–", "–"]
    assert figures(client.get("/concept-note?on=2023-08-31").text, of) == ["–", "–", "–"]


def test_a_figure_leads_to_its_records_up_to_the_same_day(client: TestClient) -> None:
    page = client.get("/concept-note").text
    assert "/indicators/missions?period=2023&on=2023-09-05#records" in unescape(page)
    records = client.get("/indicators/missions?period=2023&on=2023-09-05").text
    assert "/missions/2023/democratic-republic-of-the-congo" in records


def test_what_is_recorded_and_what_is_not_are_told_apart(client: TestClient) -> None:
    page = client.get("/concept-note").text
    assert "Covers notes by the President (" in told(question(page, "notes"))
    assert "briefings with the gender stated (1)" in told(question(page, "briefers"))
    assert re.search(r"Lacks .*reprisals", told(question(page, "briefers")))
    assert re.search(r"Lacks .*requests to the Ombudsperson", told(question(page, "sanctions")))


def test_the_clocks_are_told_as_of_the_day_and_lead_to_their_list(client: TestClient) -> None:
    section = question(client.get("/concept-note?on=2022-05-30").text, "accountability")
    assert "On 30 May 2022: veto debate : 1 due" in told(section)
    assert "/obligations?kind=veto+debate&on=2022-05-30" in unescape(section)
    later = question(client.get("/concept-note?on=2022-06-09").text, "accountability")
    assert "veto debate : 1 met" in told(later)


@pytest.mark.parametrize("on", ["", "2024-02-29", "9999-12-31", "1946-01-01"])
def test_an_archive_that_holds_nothing_says_so_and_shows_no_zero(client: TestClient, on: str) -> None:
    answer = client.get(f"/concept-note?as_of=0&on={on}")
    assert answer.status_code == 200
    for asked in concept_note.QUESTIONS:
        section = question(answer.text, asked.anchor)
        assert "Covers nothing at this position." in told(section)
        for name in asked.figures:
            assert figures(answer.text, name) == ["–", "–", "–"]
    assert "S/PV.9410</a>" not in answer.text


@pytest.mark.parametrize("on", ["2023", "2023-09", "2023-02-30", "1945-12-31", "yesterday", "2023-09-05/2023-09-06"])
def test_a_day_that_is_none_is_refused_with_what_is_accepted(client: TestClient, on: str) -> None:
    answer = client.get("/concept-note", params={"on": on})
    assert answer.status_code == 400
    assert "a day such as 2023-09-05" in told(answer.text)


@pytest.mark.parametrize("address", ["/concept-note", "/concept-note?on=2023-08-28", "/concept-note?as_of=0"])
def test_every_link_of_the_page_leads_somewhere_at_the_same_position(client: TestClient, address: str) -> None:
    main = client.get(address).text.partition("<main")[2].partition("</main>")[0]
    hrefs = {unescape(href) for href in re.findall(r'href="(/[^"#]*)', main)}
    assert hrefs
    assert not {href for href in hrefs if client.get(href).status_code != 200}
    if "as_of" in address:
        assert all("as_of=0" in href for href in hrefs)


def test_the_page_is_found_from_the_navigation(client: TestClient) -> None:
    assert 'href="/concept-note"' in client.get("/").text


def test_what_the_page_counts_exists() -> None:
    for asked in concept_note.QUESTIONS:
        assert set(asked.figures) <= INDICATORS.keys(), asked.anchor
        assert {one.view for one in asked.held} <= VIEWS.keys(), asked.anchor


def test_the_page_asks_a_bounded_number_of_times(held: Portal) -> None:
    scope = {"type": "http", "path": "/concept-note", "query_string": b"", "headers": [], "path_params": {}}
    request = Request({**scope, "method": "GET", "scheme": "http", "server": ("test", 80)})
    with held.context.views.reader() as read:
        ask = Ask(request, held.context, read, None)
        shown = concept_note.concept_note(ask)
        assert isinstance(shown, Show)
        render(ask, request, shown)
        assert read.statements <= 240


def test_the_page_is_the_same_over_postgresql(held: Portal, client: TestClient, database_url: str) -> None:
    place = PostgresPlace(database_url)
    ReadModels(held.context.archive, place).catch_up()
    context = Context(held.context.archive, Views(place))
    other = TestClient(Starlette(routes=routes(context)), follow_redirects=False)
    try:
        for address in ("/concept-note", "/concept-note?on=2022-05-30", "/concept-note?as_of=0"):
            assert other.get(address).text == client.get(address).text, address
    finally:
        context.views.close()


def test_every_address_the_guide_names_is_one_of_the_portal(held: Portal) -> None:
    addresses = re.findall(r"`(/[^`]+)`", GUIDE.read_text())
    assert "/concept-note" in addresses
    for address in addresses:
        scope = {"type": "http", "method": "GET", "path": address.partition("?")[0], "root_path": ""}
        assert any(route.matches(scope)[0] is Match.FULL for route in held.app.routes), address
