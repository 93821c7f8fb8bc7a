"""The page of obligations: what is due, met, late or not known, on the day asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.context import Context
from api.portal import error_pages, routes
from domain.archive import open_archive
from domain.documents import AnnualReport, annual_report_id
from domain.facts import Pending
from domain.presidencies import Presidency, presidency_id
from domain.vetoes import Followup
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.views import Views
from tests import council

FACTS = [
    *council.s_2022_431(),
    *council.holidays("2022-05-30", "2024-01-01", "2024-04-10"),
    council.vetoed("S/2023/638", "2023-08-30"),
    council.vetoed("S/2024/312", "2024-04-18"),
    council.followed(Followup(vote="vote:S/2024/312", date="2024-04-18", debated_on="2024-05-01", press=["GA/12595"])),
    council.vetoed("S/2022/720", "2022-09-30"),
    council.followed(
        Followup(vote="vote:S/2022/720", date="2022-09-30", session="ES-11", linked_on="2022-10-10", press=["GA/12456"])
    ),
    council.fact(
        annual_report_id("2021"), "adopted", AnnualReport(covers="2021", adopted_on="2022-05-20"), council.CURATED
    ),
    council.presided("2023-09", "ALB"),
    *(
        council.fact(presidency_id(one.month or ""), "assessed", one, council.CURATED)
        for one in (
            Presidency(month="2023-01", member="JPN", assessed_by="2024-02-03"),
            Presidency(month="2023-04", member="RUS", unassessed_by="2024-02-03"),
        )
    ),
]


@dataclass
class Page:
    """A page as a reader sees it."""

    status: int
    html: str

    @property
    def text(self) -> str:
        """Without markup and line breaks."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    def row(self, title: str) -> str:
        """The text of the first row of a list whose heading holds a title."""
        rows = re.findall(r"<tr>.*?</tr>", self.html, re.DOTALL)
        found = next(row for row in rows if title in row and '<td class="date">' in row)
        return Page(200, found).text


@dataclass
class Pages:
    """The portal over an archive recorded on 23 November 2026."""

    client: TestClient
    reached: int

    def get(self, address: str) -> Page:
        answer = self.client.get(address)
        return Page(answer.status_code, answer.text)


def opened(folder: Path, facts: list[Pending]) -> Iterator[Pages]:
    archive = open_archive(environment(None, folder / "log.db"))
    archive._clock = lambda: datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    list(archive.record(facts, by="tester"))
    place = SqlitePlace(folder / "views")
    ReadModels(archive, place).catch_up()
    context = Context(archive, Views(place))
    app = Starlette(routes=routes(context), exception_handlers=error_pages(context))
    yield Pages(TestClient(app, follow_redirects=False), archive.position())
    context.views.close()
    archive.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    yield from opened(tmp_path_factory.mktemp("obligations"), FACTS)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Pages]:
    yield from opened(tmp_path, council.s_2014_916())


def test_the_page_tells_the_day_its_states_are_of(pages: Pages) -> None:
    assert "how it stands on 23 November 2026, the day of the newest event" in pages.get("/obligations").text
    assert "how it stands on 1 May 2024." in pages.get("/obligations?on=2024-05-01").text


def test_the_debate_of_s_2022_431_was_held_in_time_and_its_records_are_the_proof(pages: Pages) -> None:
    row = pages.get("/obligations").row("S/2022/431")
    assert "10 June 2022" in row
    assert "Met after 13 days" in row
    assert "8 June 2022" in row
    assert "A/76/PV.77" in row


def test_what_the_archive_lacks_is_said_and_no_judgement_of_the_assembly(pages: Pages) -> None:
    row = pages.get("/obligations").row("S/2023/638")
    assert "Nothing recorded its last day has passed" in row
    assert "Overdue" not in row
    assert "past its last day" not in row
    assert "none recorded" in row
    assert "provisional: no holidays of 2023 are recorded" in row


def test_the_day_asked_for_decides(pages: Pages) -> None:
    debates = "/obligations?kind=veto+debate"
    assert "Due 2 days left" in pages.get(f"{debates}&on=2024-04-30").row("S/2024/312")
    assert "Met after 13 days" in pages.get(f"{debates}&on=2024-05-01").row("S/2024/312")
    assert "Not begun" in pages.get(f"{debates}&on=2024-04-17").row("S/2024/312")
    assert "Nothing recorded" in pages.get("/obligations?kind=special+report&on=2024-05-01").row("S/2024/312")


def test_a_debate_held_late_was_overdue_before_as_its_own_day_says(tmp_path: Path) -> None:
    """As if the debate on S/2024/302, held on 6 May 2024, had been held on 10 May."""
    late = council.followed(Followup(vote="vote:S/2024/302", date="2024-04-24", debated_on="2024-05-10"))
    facts = [council.vetoed("S/2024/302", "2024-04-24"), *council.holidays("2024-01-01"), late]
    for pages in opened(tmp_path, facts):
        row = pages.get("/obligations?kind=veto+debate&on=2024-05-09").row("S/2024/302")
        assert "Overdue 1 day past its last day; met later" in row


def test_an_assessment_is_open_though_a_source_says_there_was_none_by_a_day(pages: Pages) -> None:
    row = pages.get("/obligations?kind=monthly+assessment").row("presidency of 2023-04")
    assert "none submitted by 2024-02-03, as the source says" in row
    assert "Open Met –" in row


def test_an_assessment_submitted_by_a_day_is_met(pages: Pages) -> None:
    row = pages.get("/obligations?kind=monthly+assessment").row("presidency of 2023-01")
    assert "Met by 3 February 2024 at the latest" in row
    assert "Met, time not known" in pages.get("/obligations?kind=monthly+assessment&on=2023-09-05").row("of 2023-01")


def test_an_emergency_special_session_stands_for_a_debate(pages: Pages) -> None:
    row = pages.get("/obligations?state=not+required").row("S/2022/720")
    assert "Not required emergency special session ES-11 on the same situation" in row
    assert "followup" not in row
    assert "as recorded" in row


def test_an_introduction_whose_day_is_not_recorded_is_not_called_late(pages: Pages) -> None:
    page = pages.get("/obligations?kind=annual+report+introduction")
    assert "Met, time not known by 20 May 2022 at the latest" in page.row("Annual report on 2021")
    assert "Met after 139 days" in pages.get("/obligations?kind=annual+report+adoption").row("Annual report on 2021")


def test_a_presidency_tells_by_when_its_assessment_had_been_submitted(pages: Pages) -> None:
    assert "submitted by 3 February 2024 , no symbol recorded" in pages.get("/presidencies/2023-01").text
    submitted = pages.get("/presidencies?assessment=submitted")
    assert "submitted by 3 February 2024" in submitted.text
    assert "1 presidency" in submitted.text
    assert "2023-01" not in pages.get("/presidencies?assessment=unknown").html.partition("<main")[2]


def test_the_sums_count_every_kind_by_state_and_lead_to_the_lists(pages: Pages) -> None:
    html = pages.get("/obligations?on=2024-05-01").html
    assert 'aria-label="Debates on vetoes, met: 2">2</a>' in html
    assert 'aria-label="Debates on vetoes, nothing recorded: 1">1</a>' in html
    assert "/obligations?kind=veto+debate&amp;state=met&amp;on=2024-05-01" in html
    assert "No mission whose days of travel are known is recorded" in pages.get("/obligations").text


def test_states_and_years_narrow_the_lists(pages: Pages) -> None:
    page = pages.get("/obligations?kind=veto+debate&year=2022")
    assert "S/2022/431" in page.text
    assert "S/2024/312" not in page.text
    assert "None matches." in pages.get("/obligations?kind=veto+debate&state=met+late").text


def test_an_archive_that_holds_none_says_what_cannot_be_said(bare: Pages) -> None:
    text = bare.get("/obligations").text
    assert text.count("No veto since 26 April 2022") == 2
    assert "nothing can be said of its assessment" in text
    assert "In all" not in text


def test_a_past_state_of_the_archive_has_fewer(pages: Pages) -> None:
    past = pages.get("/obligations?as_of=3&on=2024-05-01").text
    assert "S/2022/431" in past
    assert "S/2024/312" not in past
    assert "A past state of the archive." in past


@pytest.mark.parametrize("query", ["on=soon", "on=2024-05", "kind=veto", "state=late", "year=22"])
def test_what_cannot_be_read_is_refused_with_what_is_accepted(pages: Pages, query: str) -> None:
    page = pages.get(f"/obligations?{query}")
    assert page.status == 400
    assert "Accepted:" in page.text


def test_the_navigation_leads_to_it(pages: Pages) -> None:
    assert '<a href="/obligations">Obligations</a>' in pages.get("/votes").html
