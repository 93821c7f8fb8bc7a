"""The portal's pages on working methods and accountability, over real cases, through an HTTP client."""

from __future__ import annotations

import csv
import re
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from api.context import Context
from api.portal import debates, links, meetings, notes, presidencies, routes, sanctions, words
from api.portal.pages import Ask, Page, Show, render
from domain.archive import open_archive
from domain.kinds import KINDS
from ops.store import environment
from projections.conflicts import KINDS_OF_CONFLICT
from projections.place import PostgresPlace, ReadModels, SqlitePlace
from projections.views import Views
from tests import council
from tests.api.portal.conftest import Portal
from tests.api.portal.test_pages import said
from tests.api.portal.test_pages import words as plain

PAGES = (
    "/presidencies",
    "/presidencies/2023-09",
    "/presidencies/2022-05",
    "/presidencies/2024-02",
    "/meetings/S/PV.9410",
    "/meetings/S/PV.8539",
    "/debates",
    "/debates?format=all",
    "/debates/S/PV.9410/summary",
    "/debates/S/PV.8175/summary",
    "/proposals",
    "/notes",
    "/notes/S/2017/507",
    "/notes/S/2017/507/140",
    "/notes/S/2017/507/21",
    "/sanctions",
    "/sanctions/2374",
    "/sanctions/1267",
    "/sanctions/decisions",
    "/sanctions/decisions?unanimous=no",
    "/bodies",
    "/bodies/1267",
    "/vetoes",
    "/votes/S/2022/431",
    "/votes/S/2023/638",
    "/peacebuilding",
    "/advice",
    "/annual-reports",
    "/holidays",
    "/members/SVN",
    "/members/MLT",
    "/members/ALB",
    "/missions/2023/ethiopia",
    "/documents/S/2023/945",
    "/documents/S/2023/945/Corr.1",
    "/records/speech:S/PV.9410%231",
    "/records/briefing:S/PV.8539%231",
    "/coverage",
    "/conflicts",
    "/events",
)


@pytest.fixture
def client(practised: Portal) -> TestClient:
    return TestClient(practised.app, follow_redirects=False)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_formed_and_under_the_strict_policy(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    text = answer.text
    assert len(re.findall(r"<h1[ >]", text)) == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), "an id stands twice"
    for table in re.findall(r"<table.*?</table>", text, re.S):
        assert "<caption" in table
        assert all("scope=" in head for head in re.findall(r"<th[ >][^>]*>?", table))
    for control in re.findall(r'<(?:select|input) id="([^"]+)"', text):
        assert f'for="{control}"' in text
    assert not re.search(r"<script|\son[a-z]+=|<style|\sstyle=|javascript:", text)
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_somewhere(client: TestClient, path: str) -> None:
    hrefs = {unescape(href) for href in re.findall(r'<(?:a|link)[^>]* href="(/[^"#]*)', client.get(path).text)}
    assert not {href for href in hrefs if client.get(href).status_code not in (200, 303)}


def test_every_record_of_every_kind_has_a_page_of_its_own(client: TestClient, practised: Portal) -> None:
    records = {entry.record for entry in practised.context.archive.entries()}
    kinds = {record.partition(":")[0] for record in records}
    assert kinds >= {name for name, kind in KINDS.items() if kind.published} - {"figure"}
    for record in sorted(records):
        href = links.path(record)
        assert not href.startswith("/events")
        answer = client.get(href)
        if answer.status_code == 303:  # a resumption stands on the page of its meeting
            answer = client.get(answer.headers["location"])
        assert answer.status_code == 200, record


def test_every_kind_verb_and_conflict_has_its_word() -> None:
    published = {name: kind for name, kind in KINDS.items() if kind.published}
    assert set(published) <= set(words.KINDS)
    verbs = {verb for kind in published.values() for verb in kind.verbs} | {"attested", "corrected", "redacted"}
    assert verbs <= set(words.VERBS)
    assert set(KINDS_OF_CONFLICT) == set(words.CONFLICTS)
    assert words.verb("membership", "held") == "Seat held"
    assert words.verb("presidency", "held") == "Presidency held"


def test_the_presidency_of_september_2023_has_three_open_debates(client: TestClient) -> None:
    page = said(client, "/presidencies/2023-09")
    assert "Albania presided; President: Ferit Hoxha." in page
    assert "Opening briefing 1 September 2023 press conference" in page
    assert re.search(r"S/PV\.9410 Working methods .* S/PV\.9418 Advancing .* S/PV\.9421 Upholding", page)
    assert "3 meetings in the archive, in order" in page
    assert "Not known: no source in the archive says whether one was submitted" in page


def test_an_assessment_nobody_submitted_is_told_with_the_day_it_was_missed(client: TestClient) -> None:
    assert "Not submitted by 31 December 2022 , as a source says" in said(client, "/presidencies/2022-05")
    rows = said(client, "/presidencies?assessment=missing")
    assert "1 presidency" in rows
    assert "not submitted by 31 December 2022" in rows
    assert "S/2024/999" in said(client, "/presidencies?assessment=submitted")
    assert "Votes of the month" in said(client, "/presidencies/2022-05")
    assert "S/2022/431" in said(client, "/presidencies/2022-05")


def test_a_shared_wrap_up_stands_on_both_months(client: TestClient) -> None:
    assert "Wrap-up session 28 March 2024 Toledo" in said(client, "/presidencies/2024-03")
    assert "It covers February 2024 , March 2024" in said(client, "/presidencies/2024-03")
    assert "That of March 2024 covered this month, too" in said(client, "/presidencies/2024-02")


def test_the_computed_presidency_stands_beside_the_recorded_one(client: TestClient) -> None:
    page = said(client, "/presidencies/2023-09")
    assert re.search(r"Recorded Albania By the rotation (not computed|\w+)", page)


def test_a_debate_shows_speakers_speeches_and_delegations_apart(client: TestClient) -> None:
    page = said(client, "/meetings/S/PV.8539")
    assert "3 speakers, 3 speeches, 12 delegations" in page
    assert "joint statement for 10 delegations" in page
    assert "S/2019/450" in page
    assert "Argentina rule 37 granted" in page
    resumed = said(client, "/meetings/S/PV.9410")
    assert "3 speakers, 4 speeches, 4 delegations" in resumed
    assert "Duration 5 h 50 min in 2 sittings" in resumed


def test_a_name_that_is_withheld_is_nowhere_on_the_pages(client: TestClient) -> None:
    page = said(client, "/meetings/S/PV.8539")
    assert "name withheld Security Council Report civil society gender not stated" in page
    assert "James Cockayne" in page
    for path in ("/records/briefing:S/PV.8539%231", "/events?record=briefing:S/PV.8539%231"):
        text = client.get(path).text
        assert "name withheld" in text, path
        assert "Landgren" not in text
        assert "sealed:" not in text


def test_ian_martin_briefed_at_s_pv_8175(client: TestClient) -> None:
    page = said(client, "/meetings/S/PV.8175")
    assert "Ian Martin Security Council Report civil society" in page
    assert "Concept note S/2018/66" in page
    assert "sealed:" not in client.get("/meetings/S/PV.8175").text


def test_the_analytical_summary_is_a_page_and_a_file(client: TestClient) -> None:
    page = said(client, "/debates/S/PV.9410/summary")
    assert "2 proposals on 2 topics" in page
    assert re.search(r"Observe from 1 September Switzerland .*S/2017/507/140 taken up in S/2024/507/140", page)
    answer = client.get("/debates/S/PV.9410/summary.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="S-PV.9410-summary.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [row["record"] for row in rows] == ["proposal:S/PV.9410#2", "proposal:S/PV.9410#1"]
    assert rows[1]["member_name"] == "Switzerland"
    assert rows[1]["paragraph"] == "S/2017/507/140"
    assert rows[0]["proposal"].startswith("'=HYPERLINK"), "a spreadsheet would run it"
    again = client.get("/debates/S/PV.9410/summary.csv", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_open_debates_are_listed_with_their_length(client: TestClient) -> None:
    page = said(client, "/debates")
    assert "5 meetings in the format “open debate”" in page
    assert re.search(r"S/PV\.9410 .*?3 speakers, 4 speeches, 4 delegations 5 h 50 min 2 proposals", page)
    assert "no list of speakers hours not recorded no proposals" in page
    assert "Not recorded for any meeting on this page" not in page


def test_a_column_nobody_filled_is_one_line_instead(client: TestClient) -> None:
    """S/PV.8539 of 2019 has a list of speakers; no source gives its hours, and no proposal of it is recorded."""
    page = said(client, "/debates?year=2019")
    assert "Not recorded for any meeting on this page: hours, proposals." in page
    assert "3 speakers, 3 speeches, 12 delegations" in page
    assert "Duration" not in page
    assert "no proposals" not in page


def test_records_without_an_id_lead_to_the_kinds_there_are(client: TestClient) -> None:
    for path in ("/records", "/records?as_of=20"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"] == path.replace("/records", "/coverage")
        assert client.get(answer.headers["location"]).status_code == 200


def test_what_is_recorded_of_an_assessment_is_not_called_its_submission() -> None:
    """A source may say that none was submitted by a day: the event tells the state of the assessment, whichever."""
    assert words.verb("presidency", "assessed") == "State of the assessment"


def test_meetings_known_one_by_one_are_no_whole_month(client: TestClient) -> None:
    assert "This list may be incomplete" in said(client, "/presidencies/2023-09")


def test_a_difference_names_records_in_words(client: TestClient, practised: Portal) -> None:
    page = said(client, "/diff?from=0&kind=election")
    assert re.search(r"Election: \w+", page)
    names = words.Names.__new__(words.Names)
    names._by, names.members = {"MLT": [("", "Malta")]}, {}
    assert names.entitled("name:MLT/en/") == "Name: Malta, English"
    assert names.entitled("seat:MLT/1971-10-25") == "Seat: Malta, 25 October 1971"
    assert names.entitled("vote:S/RES/1559") == "Vote: S/RES/1559"


def test_the_notes_507_stand_in_one_line(client: TestClient) -> None:
    page = said(client, "/notes").partition("All notes")[0]
    assert re.search(r"S/2024/507 .* S/2017/507 .* S/2010/507 .* S/2006/507 19 July 2006", page)
    assert re.search(r"S/2017/507 30 August 2017 Amended by S/2019/990 Replaces S/2010/507", page)
    note = said(client, "/notes/S/2017/507")
    assert "Replaces S/2010/507 Replaced by S/2024/507" in note
    assert "Amended by S/2019/990" in note
    assert re.search(r"140 Newly elected members observe from 1 October A delegation: implemented", note)
    assert client.get("/documents/S/2017/507").headers["location"] == "/notes/S/2017/507"
    assert client.get("/search?q=S/2017/507").headers["location"] == "/notes/S/2017/507"


def test_an_assessment_is_attributed_and_its_absence_says_how_to_record_one(client: TestClient) -> None:
    page = said(client, "/notes/S/2017/507/140")
    assert "A delegation: implemented" in page
    assert "Evidence S/PV.9410" in page
    assert "The archive gives no verdict of its own." in page
    assert "Taken up by S/2024/507/140" in page
    assert "Observe from 1 September" in page
    bare = said(client, "/notes/S/2017/507/21")
    assert "Nobody has recorded an assessment of this paragraph yet" in bare
    assert "docs/recording.md" in bare
    assert client.get("/notes/S/2017/507/999").status_code == 200
    assert client.get("/notes/S/1999/1/3").status_code == 404


def test_the_veto_on_the_renewal_for_mali_is_a_decision_that_was_not_unanimous(client: TestClient) -> None:
    page = said(client, "/sanctions/2374")
    assert re.search(r"S/RES/2374 \(2017\) imposed Adopted : the vote on \S+ \(2017\) unanimously 15–0–0", page)
    assert re.search(r"S/2023/638 renewed \(proposed\) Vetoed : the vote on S/2023/638 13–1–1", page)
    assert "Committee Committee established pursuant to resolution 2374 (2017) concerning Mali" in page
    divided = said(client, "/sanctions/decisions?unanimous=no")
    assert "2 decisions " in divided
    assert "S/2023/638" in divided
    assert re.search(r"S/2000/9999 .* modified \(proposed\) not adopted", divided), "no vote on it is held"
    united = said(client, "/sanctions/decisions?unanimous=yes")
    assert "S/2023/638" not in united
    assert "S/RES/2374 (2017)" in united


def test_regimes_have_committee_chairs_reports_and_a_list(client: TestClient) -> None:
    page = said(client, "/sanctions/1267")
    assert "2024 Malta chair S/2024/2" in page
    assert "S/2024/92 monitoring team" in page
    assert "QDe.004 entity Al-Qaida Listed 6 October 2001" in page
    body = said(client, "/bodies/1267")
    assert "Served by Office of the Ombudsperson" in body
    assert "closed" in body
    assert "2024: Committee pursuant to resolutions 1267" in said(client, "/members/MLT")


def test_the_veto_of_26_may_2022_was_debated_on_8_june(client: TestClient) -> None:
    page = said(client, "/votes/S/2022/431")
    assert "Before the General Assembly" in page
    assert "Debated 8 June 2022 , A/76/PV.77 , A/76/PV.78" in page
    assert re.search(r"S/2022/431 .*?debated 8 June 2022 A/76/PV\.77", said(client, "/vetoes"))
    assert "Emergency special session ES-11" in said(client, "/votes/S/2023/638")
    assert "Before the General Assembly" not in said(client, "/votes/S/2022/155"), "cast before A/RES/76/262"


def test_the_language_of_a_text_is_marked_and_a_corrigendum_says_whom_it_concerns(client: TestClient) -> None:
    page = said(client, "/documents/S/2023/945")
    assert "Languages English, French" in page
    assert "Corrigendum S/2023/945/Corr.1 : French" in page
    assert "Corrects S/2023/945 in French only" in said(client, "/documents/S/2023/945/Corr.1")
    assert '<div lang="fr" dir="ltr">' in client.get("/records/speech:S/PV.9410%231").text


def test_members_show_elections_presidencies_and_chairs(client: TestClient) -> None:
    page = said(client, "/members/SVN")
    assert "2024 to 2025 Elected 6 June 2023 , 153 votes" in page
    assert "September 2023" in said(client, "/members/ALB")


def test_empty_states_say_what_is_not_held(client: TestClient) -> None:
    assert "no sanctions regime" in said(client, "/sanctions?as_of=1").lower()
    for path, tells in (
        ("/presidencies", "none is recorded at this position"),
        ("/notes", "No comprehensive note is recorded at this position."),
        ("/debates", "No meeting of this format is recorded"),
        ("/proposals", "No proposal in the archive matches"),
        ("/peacebuilding", "That the archive holds none does not mean that there was none."),
        ("/annual-reports", "No annual report is recorded at this position."),
        ("/holidays", "No holiday in the archive matches"),
        ("/bodies", "No subsidiary body in the archive matches"),
    ):
        assert tells in said(client, f"{path}?as_of=1"), path


def test_pages_answer_as_of_a_past_position_and_keep_it_in_their_links(client: TestClient, practised: Portal) -> None:
    past = practised.before
    text = client.get(f"/meetings/S/PV.8539?as_of={past}").text
    assert f"/records/briefing:S/PV.8539%231?as_of={past}" in text
    assert f"/presidencies?as_of={past}" in text
    first = min(entry.position for entry in practised.context.archive.of("presidency:2023-09"))
    assert client.get(f"/presidencies/2023-09?as_of={first - 1}").status_code == 404
    assert "Ferit Hoxha" not in client.get(f"/presidencies/2023-09?as_of={first}").text


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/presidencies?member=1", "member"),
        ("/presidencies?assessment=late", "assessment"),
        ("/debates?format=gala", "format"),
        ("/proposals?status=lost", "status"),
        ("/sanctions?state=gone", "state"),
        ("/sanctions/decisions?unanimous=maybe", "unanimous"),
        ("/sanctions/decisions?regime=9", "regime"),
        ("/bodies?type=choir", "type"),
        ("/peacebuilding?organ=Choir", "organ"),
        ("/holidays?year=x", "year"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(client: TestClient, path: str, names: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert f"The parameter “{names}” reads" in plain(answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/presidencies/2023-13",
        "/presidencies/x",
        "/debates/nonsense/summary",
        "/debates/S/PV.1/summary",
        "/notes/S/2017/508",
        "/notes/x",
        "/sanctions/9999",
        "/bodies/x",
        "/records/x",
        "/records/speech:S/PV.1%231",
        "/records/submission:x",
        "/records/%3Cscript%3E:1",
    ],
)
def test_what_is_not_held_is_a_404_page(client: TestClient, path: str) -> None:
    answer = client.get(path)
    if answer.status_code == 303:
        answer = client.get(answer.headers["location"])
    assert answer.status_code == 404
    assert 'role="search"' in answer.text
    assert "<script" not in answer.text


def test_hostile_proposals_are_text(client: TestClient) -> None:
    for path in ("/proposals", "/debates/S/PV.9410/summary", "/meetings/S/PV.9410", "/records/proposal:S/PV.9410%232"):
        text = client.get(path).text
        assert "<script" not in text
        assert "&lt;script&gt;" in text, path


def statements(practised: Portal, made: Page, path: str, **params: str) -> int:
    """How many SQL statements a page takes to be rendered."""
    scope = {"type": "http", "path": path, "query_string": b"", "headers": [], "path_params": params}
    request = Request({**scope, "method": "GET", "scheme": "http", "server": ("test", 80)})
    with practised.context.views.reader() as read:
        ask = Ask(request, practised.context, read, None)
        shown = made(ask)
        assert isinstance(shown, Show)
        render(ask, request, shown)
        return read.statements


@pytest.mark.parametrize(
    ("made", "path", "params", "most"),
    [
        (presidencies.all_presidencies, "/presidencies", {}, 16),
        (presidencies.one_presidency, "/presidencies/2023-09", {"month": "2023-09"}, 16),
        (meetings.one_meeting, "/meetings/S/PV.9421", {"symbol": "S/PV.9421"}, 28),
        (debates.all_debates, "/debates", {}, 9),
        (debates.all_proposals, "/proposals", {}, 10),
        (debates.summary, "/debates/S/PV.9410/summary", {"symbol": "S/PV.9410"}, 10),
        (notes.all_notes, "/notes", {}, 10),
        (notes.one_note, "/notes/S/2024/507", {"symbol": "S/2024/507"}, 15),
        (sanctions.one_regime, "/sanctions/1267", {"key": "1267"}, 24),
        (sanctions.decisions, "/sanctions/decisions", {}, 8),
    ],
)
def test_a_page_asks_a_bounded_number_of_times(
    practised: Portal, made: Page, path: str, params: dict[str, str], most: int
) -> None:
    assert statements(practised, made, path, **params) <= most


@pytest.mark.parametrize("several", [True, False])
def test_s_res_2664_stands_on_the_page_of_each_regime_and_among_the_decisions(tmp_path: Path, several: bool) -> None:
    archive = open_archive(environment(None, tmp_path / "log.db"), council.Keys())
    list(archive.record([*council.al_qaida(), *council.mali(), *council.s_res_2664(several)], by="tester"))
    place = SqlitePlace(tmp_path / "views")
    ReadModels(archive, place).catch_up()
    context = Context(archive, Views(place))
    try:
        client = TestClient(Starlette(routes=routes(context)), follow_redirects=False)
        for path in ("/sanctions/1267", "/sanctions/2374", "/sanctions/decisions"):
            assert "S/RES/2664 (2022)" in said(client, path), path
        listed = said(client, "/sanctions/decisions?year=2022")
        assert ("all regimes" in listed) is not several
        assert bool(re.search("Al-Qaida ?, Mali", listed)) is several
        narrowed = said(client, "/sanctions/decisions?regime=1267")
        assert ("S/RES/2664 (2022)" in narrowed) is several
    finally:
        context.views.close()
        archive.close()


def test_pages_are_the_same_over_postgresql(practised: Portal, client: TestClient, database_url: str) -> None:
    place = PostgresPlace(database_url)
    ReadModels(practised.context.archive, place).catch_up()
    context = Context(practised.context.archive, Views(place))
    other = TestClient(Starlette(routes=routes(context)), follow_redirects=False)
    try:
        for path in (*PAGES, "/presidencies?assessment=missing", "/sanctions?state=active", "/debates?as_of=90"):
            assert other.get(path).text == client.get(path).text, unquote(path)
    finally:
        context.views.close()
