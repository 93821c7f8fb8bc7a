"""The portal's pages over real cases, through an HTTP client."""

from __future__ import annotations

import re
from html import unescape
from typing import Any, cast

import psycopg
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.context import Context
from api.portal import routes
from projections.place import PostgresPlace, ReadModels, SqlitePlace
from projections.views import Views
from tests.api.portal.conftest import Portal
from tests.api.portal.searching import words

PAGES = (
    "/",
    "/search",
    "/votes",
    "/votes/S/2014/916",
    "/votes/S/RES/1559",
    "/votes/S/RES/2034",
    "/votes/S/3502%232",
    "/meetings",
    "/meetings/S/PV.9052",
    "/meetings/S/2020/249",
    "/members",
    "/members/RUS",
    "/members/KEN",
    "/vetoes",
    "/missions",
    "/missions/2023/ethiopia",
    "/advice",
    "/advice/S/PV.9086",
    "/documents",
    "/documents/S/PRST/2014/28",
    "/conflicts",
    "/coverage",
    "/events",
    "/events?record=vote:S/2014/916",
)


def said(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return words(answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_heading_landmarks_a_language_and_strict_headers(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    text = answer.text
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert text.count('<main id="main"') == 1
    assert '<html lang="en">' in text
    assert 'href="#main"' in text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), "an id stands twice"
    for table in re.findall(r"<table.*?</table>", text, re.S):
        assert "<caption" in table
        assert all("scope=" in head for head in re.findall(r"<th[ >][^>]*>?", table))
    assert not re.search(r"<script|\son[a-z]+=|<style|\sstyle=|javascript:", text)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(client: TestClient, path: str) -> None:
    links = {unescape(href) for href in re.findall(r'<(?:a|link)[^>]* href="(/[^"#]*)', client.get(path).text)}
    assert links
    missing = {
        href for href in links if client.get(href).status_code not in (200, 303) and not href.startswith("/meetings/")
    }
    assert not missing


def test_eight_votes_in_favour_of_s_2014_916_are_no_veto_and_the_page_says_why(client: TestClient) -> None:
    page = said(client, "/votes/S/2014/916")
    assert "Not adopted" in page
    assert "needed 9 votes in favour. It received 8: the required majority was not reached." in page
    assert "United States of America, a permanent member, voted against." in page
    assert "a permanent member's negative vote is not a veto" in page
    assert "Australia" in page or "AUS Against" in page


def test_ballots_are_told_by_letter_shape_and_table_not_by_colour_alone(client: TestClient) -> None:
    text = client.get("/votes/S/2014/916").text
    assert len(re.findall(r'<g class="seat is-yes', text)) == 8
    assert len(re.findall(r'<g class="seat is-abstain', text)) == 5
    assert len(re.findall(r'<g class="seat is-no ', text)) + len(re.findall(r'<g class="seat is-no"', text)) == 2
    assert len(re.findall(r'<text class="code', text)) == 15
    assert text.count('<span class="ballot') == 15


def test_both_tallies_of_resolution_1559_stand_on_its_page_with_their_sources(client: TestClient) -> None:
    text = client.get("/votes/S/RES/1559").text
    block = words(text[text.index('class="differs"') : text.index('id="ballots-heading"')])
    assert re.search(r"15-0-0 UNSC votes since 1946 database .*9-0-6 Meetings and outcomes tables", block)


def test_resolution_2623_is_procedural_by_inference(client: TestClient) -> None:
    page = said(client, "/votes/S/RES/2623")
    assert "Nature procedural (inferred)" in page
    assert "Russian Federation, a permanent member, voted against." in page
    assert "The matter was procedural" in page
    assert "inferred: the result as announced is possible only so" in page


def test_resolution_2034_without_ballots_shows_none(client: TestClient) -> None:
    answer = client.get("/votes/S/RES/2034")
    assert "No source in the archive states how each member voted" in answer.text
    assert 'class="horseshoe"' not in answer.text


def test_a_vote_by_letter_has_no_meeting_and_leads_to_its_letters(client: TestClient) -> None:
    text = client.get("/votes/S/RES/2518").text
    assert 'None: members voted <a href="/meetings/S/2020/249">by letter</a>' in text
    letters = said(client, "/meetings/S/2020/249")
    assert "No meeting was held: members voted by letter" in letters
    assert "S/2020/268" in letters


def test_a_chart_draws_what_its_table_says(client: TestClient) -> None:
    text = client.get("/members/RUS").text
    drawn = dict(re.findall(r'<g class="bars fill-([a-z-]+)"><path d="([^"]*)"', text))
    heights = {name: [float(height) for height in re.findall(r"v([\d.]+)h", path)] for name, path in drawn.items()}
    assert len(heights["yes"]) == 3, "2004, 2014 and 2020"
    assert heights["no"] == pytest.approx([2 * heights["yes"][0]], abs=0.2), "S/RES/2623 and S/2022/431"
    assert "2022 0 0 2 0 0" in words(text)


def test_names_are_those_of_the_day(client: TestClient) -> None:
    assert "Union of Soviet Socialist Republics" in said(client, "/vetoes")
    assert "Russian Federation" in said(client, "/votes/S/RES/2623")


def test_the_official_count_stands_beside_the_archives_own_with_definitions(client: TestClient) -> None:
    page = said(client, "/vetoes")
    assert re.search(r"Official list Casts the UN .*? 1 0 2 0 0 3 ", page)
    assert re.search(r"Votes in the archive One veto by one permanent member .*? 1 0 1 0 0 2 ", page)


def test_agreement_with_the_permanent_members_over_a_period(client: TestClient) -> None:
    page = said(client, "/members/RUS?from=2014&to=2014")
    assert re.search(r"China 1 100\.0 % 1 100\.0 %", page)
    assert re.search(r"United States of America 1 0\.0 % 1 0\.0 %", page)
    assert client.get("/members/RUS?from=2020&to=2014").status_code == 400


def test_filters_by_member_and_choice(client: TestClient) -> None:
    page = said(client, "/votes?member=RUS&choice=no")
    assert "2 votes" in page
    assert "S/RES/2623 (2022)" in page
    assert "S/2014/916" not in page


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/search?q=S/RES/2623", "/votes/S/RES/2623"),
        ("/search?q=resolution+2623+(2022)", "/votes/S/RES/2623"),
        ("/search?q=S/PV.9048", "/meetings/S/PV.9048"),
        ("/search?q=S/PV.7354", "/meetings/S/PV.7354"),
        ("/resolutions/1559", "/votes/S/RES/1559"),
        ("/votes/s/res/2623(2022)", "/votes/S/RES/2623"),
        ("/meetings/S/PV.9052%20(Resumption%201)", "/meetings/S/PV.9052#sittings"),
        ("/documents/S/2014/916", "/votes/S/2014/916"),
        ("/members/fra", "/members/FRA"),
        ("/search?q=S/RES/2623&as_of=25", "/votes/S/RES/2623?as_of=25"),
    ],
)
def test_a_symbol_leads_straight_to_its_record(client: TestClient, asked: str, leads_to: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers.get("location")) == (303, leads_to)


def test_a_past_state_is_answered_marked_and_kept_in_links(client: TestClient, portal: Portal) -> None:
    now = client.get("/votes/S/2014/916").text
    assert "Middle East, put right" in now
    assert "A past state of the archive" not in now
    past = client.get(f"/votes/S/2014/916?as_of={portal.before}")
    assert "A past state of the archive" in past.text
    assert "put right" not in past.text
    assert f'href="/meetings?as_of={portal.before}"' in past.text
    assert '<a class="button" href="/votes/S/2014/916">' in past.text
    assert past.headers["x-archive-position"] == str(portal.before)
    by_time = client.get("/votes/S/2014/916?at=2026-11-23T10:30")
    assert by_time.headers["x-archive-position"] == str(portal.before)
    early = client.get("/votes/S/2014/916?as_of=3")
    assert early.status_code == 404
    assert client.get("/?as_of=0").status_code == 200


def test_a_correction_shows_what_was_and_what_is(client: TestClient) -> None:
    page = said(client, "/events?record=vote:S/2014/916")
    assert (
        "title : was The situation in the Middle East, including the Palestinian question → now Middle East, put right"
        in page
    )
    assert "Authority: S/PV.7354." in page


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/votes?as_of=x", "as_of"),
        ("/votes?as_of=-1", "as_of"),
        ("/votes?as_of=999999", "as_of"),
        ("/votes?as_of=²", "as_of"),
        ("/?at=yesterday", "at"),
        ("/?at=2026-11-23&as_of=2", "at"),
        ("/votes?year=abc", "year"),
        ("/votes?outcome=maybe", "outcome"),
        ("/votes?member=ZZZ", "member"),
        ("/votes?choice=no", "choice"),
        ("/votes?after=nonsense", "after"),
        ("/conflicts?kind=war", "kind"),
        ("/search?q=a&sort=best", "sort"),
        ("/resolutions/abc", "resolution"),
        ("/vetoes?member=DEU", "member"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(client: TestClient, path: str, names: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert f"The parameter “{names}” reads" in words(answer.text)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/votes/S/2099/1",
        "/meetings/S/PV.99",
        "/members/XYZ",
        "/missions/1900/x",
        "/documents/S/1",
        "/nowhere",
        "/events?record=x",
    ],
)
def test_what_is_not_held_is_a_404_page_with_a_search(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'role="search"' in answer.text
    assert "content-security-policy" in answer.headers
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/votes/%00",
        "/meetings/S/PV.%00",
        "/members/%00",
        "/missions/%00",
        "/advice/%00",
        "/documents/%00",
        "/search?q=%00",
        "/search?q=a&after=%00",
        "/votes?after=2014-01-01|%00",
        "/meetings?topic=%00",
        "/events?record=%00",
        "/votes?%00=1",
        "/%00",
    ],
)
def test_a_null_character_is_refused_before_a_database_sees_it(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert 'role="search"' in answer.text


def test_an_address_with_a_slash_too_many_leads_to_the_list(client: TestClient) -> None:
    for path in ("/votes", "/meetings", "/missions", "/advice", "/documents"):
        answer = client.get(f"{path}/")
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert client.get("/votes/?as_of=3").headers["location"] == "/votes?as_of=3"


def test_a_resumption_no_source_lists_leads_to_its_meeting(client: TestClient) -> None:
    for path in ("/search?q=S/PV.9050 (Resumption 1)", "/meetings/S/PV.9050 (Resumption 1)"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/meetings/S/PV.9050")
    assert client.get("/meetings/S/PV.9050/Corr.1").status_code == 404


def test_a_meeting_the_archive_does_not_hold_is_looked_up_at_the_united_nations(client: TestClient) -> None:
    text = client.get("/advice/S/PV.9086").text
    assert 'href="https://docs.un.org/en/S/PV.9086"' in text
    assert 'href="/meetings/S/PV.9086"' not in text


def test_the_log_names_records_and_sources_in_words(client: TestClient) -> None:
    text = said(client, "/events")
    assert "Document issued S/PRST/2014/28" in text
    assert "Meetings and outcomes tables of the UN Dag Hammarskjöld Library" in text
    assert "Events of the veto S/2022/431/RUS" in said(client, "/events?record=veto:S/2022/431/RUS")


def test_a_title_its_source_cuts_off_ends_in_three_dots(client: TestClient) -> None:
    assert "session of the General Assembly …" in said(client, "/votes")
    assert "session of the General Assembly …" in said(client, "/members/KEN")


def test_hostile_titles_and_queries_are_text(client: TestClient) -> None:
    for path in (
        "/",
        "/votes",
        "/votes/S/2022/431",
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/votes?year=%3Cscript%3E",
        "/meetings?topic=%22%3E%3Cimg src=x onerror=1%3E",
        "/votes/%3Cscript%3Ealert(1)%3C/script%3E",
        "/events?record=%3Cscript%3E",
        "/members/%3Cscript%3E",
        "/votes?x=%22%3E%3Cscript%3E",
    ):
        text = client.get(path).text
        assert "<script" not in text
        assert "<img" not in text
    assert "&lt;script&gt;" in client.get("/votes/S/2022/431").text


def test_an_unchanged_page_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/votes")
    again = client.get("/votes", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/votes?year=2022", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert client.head("/votes").status_code == 200
    assert client.post("/votes").status_code == 405
    style = client.get(re.findall(r'href="(/static/portal.css[^"]*)"', first.text)[0])
    assert "immutable" in style.headers["cache-control"]


def test_without_read_models_the_page_says_what_to_do(portal: Portal, tmp_path: Any) -> None:
    context = Context(portal.context.archive, Views(SqlitePlace(tmp_path)))
    answer = TestClient(Starlette(routes=routes(context))).get("/")
    assert answer.status_code == 503
    assert "council rebuild" in answer.text
    assert cast(str, answer.headers["retry-after"])


def test_the_same_position_asked_twice_is_the_same_page(client: TestClient, portal: Portal) -> None:
    for path in PAGES:
        joined = f"{path}{'&' if '?' in path else '?'}as_of={portal.before + 1}"
        assert client.get(joined).text == client.get(joined).text


def test_postgresql_knows_the_sizes_of_its_tables_before_the_first_question(portal: Portal, database_url: str) -> None:
    ReadModels(portal.context.archive, PostgresPlace(database_url)).catch_up()
    sizes = "select reltuples from pg_class where relname = 'ballots' and relkind = 'r'"
    with psycopg.connect(database_url) as connection:
        assert [size for (size,) in connection.execute(sizes).fetchall()] == [pytest.approx(91, abs=60)]


def test_pages_are_the_same_over_postgresql(portal: Portal, client: TestClient, database_url: str) -> None:
    place = PostgresPlace(database_url)
    ReadModels(portal.context.archive, place).catch_up()
    context = Context(portal.context.archive, Views(place))
    other = TestClient(Starlette(routes=routes(context)), follow_redirects=False)
    try:
        for path in (
            *PAGES,
            "/members/RUS?from=2014",
            "/votes?member=RUS&choice=no",
            "/votes?outcome=divided&as_of=30",
            "/votes/%00",
            "/events?record=%00",
        ):
            assert other.get(path).text == client.get(path).text, path
    finally:
        context.views.close()
