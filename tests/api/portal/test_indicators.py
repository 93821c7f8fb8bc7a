"""The pages of indicators: figures with their records, published ones beside them, two days compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.context import Context
from api.portal import error_pages, routes
from domain.archive import open_archive
from domain.indicators import Figure, figure_id
from ops.store import environment
from projections.indicators.registry import INDICATORS
from projections.place import ReadModels, SqlitePlace
from projections.views import Views
from tests import council

HOSTILE = "<script>alert('reason')</script>"

FACTS = [
    *council.everything(),
    *council.s_2022_431(),
    *council.council_of(2023),
    council.presided("2023-10", "BRA"),
    council.fact(
        figure_id("veto_casts", "2022", "highlights"),
        "published",
        Figure(indicator="veto_casts", period="2022", value=5, publisher="Highlights", reason=HOSTILE),
        council.CURATED,
    ),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A portal over the real cases."""
    folder = tmp_path_factory.mktemp("indicators")
    archive = open_archive(environment(None, folder / "log.db"), council.Keys())
    list(archive.record(FACTS, by="tester"))
    place = SqlitePlace(folder / "views")
    ReadModels(archive, place).catch_up()
    context = Context(archive, Views(place))
    app = Starlette(routes=routes(context), exception_handlers=error_pages(context))
    yield TestClient(app, follow_redirects=False)
    context.views.close()
    archive.close()


def said(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[-500:])
    assert "<script" not in answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_all_indicators_stand_in_three_groups_with_a_dash_for_what_is_not_recorded(client: TestClient) -> None:
    text = said(client, "/indicators")
    for one in INDICATORS.values():
        assert one.title in text
    assert "Effectiveness, 2018 to 2023" in text
    assert re.search(r"Vetoes cast casts – – – – 3 \* –", text)
    assert re.search(r"Missions of the Council missions – – – – – 2 \*", text)


@pytest.mark.parametrize("name", INDICATORS)
def test_every_indicator_has_a_page_with_its_definition_by_every_grouping(client: TestClient, name: str) -> None:
    one = INDICATORS[name]
    for by in ("", "year", "month", "presidency", *one.groups):
        text = said(client, f"/indicators/{name}?by={by}&from=2022&to=2023")
        assert f"{name}, version {one.version}" in text
        assert one.formula in text


def test_missions_of_2023_up_to_two_days_with_the_record_that_makes_the_difference(client: TestClient) -> None:
    august = said(client, "/indicators/missions?from=2023&to=2023&on=2023-08-28&period=2023")
    assert "Records behind 2023 1 record 9 March 2023 : 2023/democratic-republic-of-the-congo" in august
    compared = said(client, "/indicators/missions?a_on=2023-08-28&b_on=2023-12-31")
    assert re.search(r"2023 1 2 2023/ethiopia \(entered, 5 October 2023 ?; event \d+\)", compared)
    assert "No figure differs." in said(client, "/indicators/missions?a_on=2023-08-28&b_on=2023-08-29")


def test_by_presidency_the_member_presiding_stands_with_the_month(client: TestClient) -> None:
    assert "October 2023 Brazil 1" in said(client, "/indicators/missions?by=presidency&from=2023-10&to=2023-10")


def test_a_published_figure_stands_beside_ours_and_its_words_stay_words(client: TestClient) -> None:
    text = said(client, "/indicators/veto_casts")
    assert re.search(rf"2022 5 3\* -2 {re.escape(HOSTILE)} Highlights", text)
    assert "5 (-2)" in text


def test_a_past_state_has_the_figures_of_that_state(client: TestClient) -> None:
    page = client.get("/indicators/veto_casts?as_of=0").text
    assert "holds nothing this could be counted from" in page
    assert "/indicators?as_of=0" in page
    assert "Effectiveness" in said(client, "/indicators?as_of=0")


@pytest.mark.parametrize(
    ("path", "code", "says"),
    [
        ("/indicators/nothing", 404, "There is no indicator"),
        ("/indicators/missions?by=gender", 400, "year, month, presidency"),
        ("/indicators/missions?from=soon", 400, "a year, month or day"),
        ("/indicators/missions?from=2023&to=2022", 400, "2023 is after 2022"),
        ("/indicators/missions?on=2023", 400, "a day such as 2023-08-28"),
        ("/indicators/missions?period=x", 400, "a year, month or day"),
        ("/indicators/missions?a=99999", 400, "a position of the log"),
        ("/indicators/missions?b_on=x", 400, "a day such as"),
        ("/indicators/missions?by=month&from=1800", 400, "too many"),
    ],
)
def test_a_mistake_in_the_address_is_told_with_what_is_accepted(
    client: TestClient, path: str, code: int, says: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == code
    assert says in unescape(answer.text)
