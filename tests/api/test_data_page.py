"""The page of downloads: every table with addresses that answer, in six languages, at the page's position."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.exports.tables import tables
from api.portal.wording import LANGUAGES, table
from ops.exporting import package
from tests.api.conftest import House


@pytest.fixture(scope="module")
def served(wide: House) -> TestClient:
    return TestClient(create_app(wide.archive, wide.views, package=package), follow_redirects=False)


def addresses(text: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="(/export[^"]*)"', text)]


def test_it_lists_every_table_with_its_rows_and_every_address_answers(served: TestClient) -> None:
    text = served.get("/data").text
    for name in tables():
        assert f'<code dir="ltr">{name}</code>' in text
    found = addresses(text)
    assert len(found) > 3 * len(tables())
    for address in found:
        assert served.head(address).status_code == 200, address
    assert served.get("/openapi.json").status_code == 200


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_speaks_the_readers_language(served: TestClient, code: str) -> None:
    answer = served.get("/data", headers={"Accept-Language": code})
    assert answer.headers["content-language"] == code
    assert f"<h1>{table(code)['data.title']}</h1>" in answer.text
    assert ('dir="rtl"' in answer.text.partition("<head>")[0]) == (code == "ar")


def test_its_links_keep_a_past_position(served: TestClient) -> None:
    text = served.get("/data?as_of=3").text
    for address in addresses(text):
        assert "at=3" in address or re.fullmatch(r"/export/\w+", address), address


def test_every_page_leads_to_it(served: TestClient) -> None:
    assert '<a href="/data">Data</a>' in served.get("/votes").text
    assert '<a href="/data?as_of=3">Data</a>' in served.get("/votes?as_of=3").text
