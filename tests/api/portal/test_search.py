"""Search as people meet it: the page in six languages, over a real index of real cases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Context
from api.portal.search import _marked, _pieces
from api.portal.wording import LANGUAGES, reader_language, wording
from ops.store.searches import open_searches
from search.query import Problem
from tests import council
from tests.api.portal.conftest import Portal
from tests.api.portal.searching import applied, indexed, unreachable, visiting, words
from tests.search.conftest import make
from tests.search.typed import TYPED

NOTICED = {
    "ar": "يتعذر الوصول إلى محرك البحث حالياً",
    "zh": "目前无法连接检索引擎",
    "en": "The search engine cannot be reached at the moment",
    "fr": "Le moteur de recherche est injoignable",
    "ru": "Поисковая система сейчас недоступна",
    "es": "En este momento no se puede acceder al motor de búsqueda",
}


@pytest.fixture(scope="module")
def context(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    made = indexed(portal.context, tmp_path_factory.mktemp("index"))
    yield made
    assert made.searcher is not None
    made.searcher.close()


@pytest.fixture
def client(context: Context) -> TestClient:
    return visiting(context)


def page(client: TestClient, address: str, **asked: str) -> str:
    answer = client.get(address, params=asked or None)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.text


def linked(text: str) -> list[str]:
    """The records a page of results lists, in its order."""
    hits = re.search(r'<ol class="hits">(.*?)</ol>', text, re.S)
    return [unescape(href) for href in re.findall(r'<p class="line"><a href="([^"]+)"', hits[1])] if hits else []


def counted(text: str) -> int:
    """How many records an English page says there are."""
    found = re.search(r'<p class="count" role="status">([\d,]+) record', text)
    assert found
    return int(found[1].replace(",", ""))


# --- The reader's language ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "accepted", "got"),
    [
        ("", "", "en"),
        ("", "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("", "de,zh-Hant-TW;q=0.7,es;q=0.4", "zh"),
        ("", "en;q=0.3,ru;q=0.8", "ru"),
        ("", "ar;q=0,de", "en"),
        ("", "es;q=none,;;,ar;q=0.1", "ar"),
        ("es", "fr", "es"),
        ("xx", "fr", "fr"),
    ],
)
def test_a_reader_gets_the_language_asked_for_then_the_browsers_then_english(
    asked: str, accepted: str, got: str
) -> None:
    assert reader_language(asked, accepted) == got


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_is_in_the_readers_language_and_direction(client: TestClient, code: str) -> None:
    answer = client.get(f"/search?q=security&lang={code}")
    assert f'<html lang="{code}"{" dir=" + chr(34) + "rtl" + chr(34) if code == "ar" else ""}>' in answer.text
    assert answer.headers["content-language"] == code
    text = words(answer.text)
    for key in ("search.title", "search.label", "facet.kind", "nav.votes", "state.heading", "about.heading"):
        assert wording(code).plain(key) in text, key
    assert f'<a href="/search?q=security&amp;lang={code}" lang="{code}" hreflang="{code}" aria-current="true">' in (
        answer.text
    )
    assert f'<input type="hidden" name="lang" value="{code}">' in answer.text


@pytest.mark.parametrize("code", ["ar", "zh", "ru"])
@pytest.mark.parametrize("query", ["q=security", "q=nothinglikethis", "", "q=peace&kind=meeting&year=2022"])
def test_nothing_in_english_stands_on_a_page_of_another_script_without_saying_so(
    client: TestClient, code: str, query: str
) -> None:
    text = page(client, f"/search?{query}&lang={code}")
    text = re.sub(r"<head>.*?</head>", "", text, flags=re.S)
    text = re.sub(r"<(span|a|bdi)(?: [^>]*)? (?:lang|dir|hreflang)=\"[^>]*>.*?</\1>", " ", text)
    text = re.sub(r"<bdi( class=\"typed\")?>.*?</bdi>", " ", text)
    assert set(re.findall(r"[A-Za-z]{4,}", words(text))) <= {"security", "nothinglikethis", "peace"}


def test_a_hit_in_another_language_than_the_page_says_which(client: TestClient) -> None:
    arabic = page(client, "/search?q=Lebanon&lang=ar")
    assert '<span lang="en" dir="ltr">withdrawal of foreign forces from <mark>Lebanon</mark></span>' in arabic
    english = page(client, "/search?q=Lebanon")
    assert '<p class="about">withdrawal of foreign forces from <mark>Lebanon</mark></p>' in english


def test_what_was_found_elsewhere_than_in_the_title_is_shown_in_its_own_language(
    practised: Portal, tmp_path: Path
) -> None:
    client = visiting(indexed(practised.context, tmp_path))
    arabic = page(client, "/search?q=bonjour&lang=ar")
    assert '<p class="snippet"><span lang="fr" dir="ltr"><mark>Bonjour</mark></span></p>' in arabic
    assert '<p class="snippet"><mark>Bonjour</mark></p>' in page(client, "/search?q=bonjour&lang=fr")


@pytest.mark.parametrize(
    ("code", "name", "day"), [("fr", "Royaume-Uni", "30 décembre 2014"), ("zh", "英国", "2014年12月30日")]
)
def test_states_and_days_are_named_in_the_readers_language(client: TestClient, code: str, name: str, day: str) -> None:
    text = words(page(client, f"/search?q=security&lang={code}"))
    assert name in text
    assert day in words(page(client, f"/search?kind=vote&year=2014&lang={code}"))


def test_the_same_address_is_another_answer_in_another_language(client: TestClient) -> None:
    first = client.get("/search?q=security", headers={"Accept-Language": "fr"})
    assert "Accept-Language" in first.headers["vary"]
    tag = first.headers["etag"]
    same = client.get("/search?q=security", headers={"Accept-Language": "fr-CH", "If-None-Match": tag})
    assert same.status_code == 304
    assert "Accept-Language" in same.headers["vary"]
    other = client.get("/search?q=security", headers={"Accept-Language": "es", "If-None-Match": tag})
    assert other.status_code == 200
    assert "Búsqueda" in other.text


def test_a_bad_value_is_told_in_the_readers_language(client: TestClient) -> None:
    answer = client.get("/search?q=a&sort=best", headers={"Accept-Language": "ru"})
    assert answer.status_code == 400
    assert "Этот адрес нельзя прочесть" in answer.text
    assert "relevance, date, -date, symbol" in answer.text
    assert client.get("/search?lang=tlh").status_code == 400
    assert client.get("/search?year=MMXIV&lang=es").status_code == 400


# --- Results --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["q=security", "member=RUS&kind=vote", "year=2022&year=2020"])
def test_the_count_beside_a_facet_is_what_its_link_finds(client: TestClient, asked: str) -> None:
    text = page(client, f"/search?{asked}")
    links = re.findall(r'<li><a href="([^"]+)">(?:(?!</li>).)*<span class="n">([\d,]+)</span></li>', text)
    assert len(links) > 4
    for href, number in links:
        assert counted(page(client, unescape(href))) == int(number.replace(",", "")), href


def test_a_filter_in_use_is_taken_away_by_its_chip(client: TestClient) -> None:
    every = counted(page(client, "/search?q=security&lang=en"))
    text = page(client, "/search?q=security&kind=meeting&year=2022&lang=en")
    assert counted(text) < every
    chips = [unescape(href) for href in re.findall(r'<li><a href="([^"]+)">[^<]*<span aria-hidden="true">×', text)]
    assert chips == ["/search?q=security&year=2022&lang=en", "/search?q=security&kind=meeting&lang=en"]
    assert "remove this filter" in text
    bare = page(client, chips[0].replace("&year=2022", ""))
    assert counted(bare) == every


def test_pages_go_on_until_everything_was_shown_once(client: TestClient) -> None:
    text = page(client, "/search?sort=date&lang=es")
    seen = linked(text)
    while following := re.search(r'<a rel="next" href="([^"]+)"', text):
        text = page(client, unescape(following[1]))
        assert 'href="/search?sort=date&amp;lang=es">← Primeros resultados' in text
        seen += linked(text)
    assert len(seen) == counted(page(client, "/search?sort=date&lang=en")) > 20
    assert len(set(seen)) > 20


def test_results_are_sorted_by_symbol_as_the_council_numbers(client: TestClient) -> None:
    text = page(client, "/search?kind=meeting&sort=symbol")
    numbered = [href for href in linked(text) if "S/PV." in href]
    assert numbered == ["/meetings/S/PV.9048", "/meetings/S/PV.9050", "/meetings/S/PV.9052"]
    assert "<strong>symbol</strong>" in text


def test_a_misspelt_word_gets_a_suggestion_that_finds_something(client: TestClient) -> None:
    text = page(client, "/search?q=lebanno&lang=fr")
    assert 'Vouliez-vous dire <a href="/search?q=lebanon&amp;lang=fr"><bdi>lebanon</bdi></a>' in text
    assert linked(page(client, "/search?q=lebanon&lang=fr")) == ["/votes/S/RES/1559"]


def test_a_part_that_cannot_be_read_is_underlined_and_the_reading_is_offered(client: TestClient) -> None:
    text = page(client, "/search", q="withdrawal (Lebanon", lang="en")
    assert "Not everything could be read as it was typed" in text
    assert '<bdi class="typed">withdrawal <u>(</u>Lebanon</bdi></p>' in text
    assert 'aria-describedby="problems"' in text
    offered = re.search(r'Read as: <a href="([^"]+)">', text)
    assert offered
    again = page(client, unescape(offered[1]))
    assert "Not everything could be read" not in again
    assert linked(again) == linked(text) == ["/votes/S/RES/1559"]
    assert "parenthesis" in text
    assert re.search(r'<span lang="en" dir="ltr">[^<]*parenthesis', page(client, "/search", q="(Lebanon", lang="ar"))


def test_a_title_full_of_marks_is_text_and_only_what_was_found_is_marked(client: TestClient) -> None:
    text = page(client, "/search?q=alert&lang=en")
    assert "&lt;script&gt;<mark>alert</mark>(&#39;title&#39;)&lt;/script&gt; &amp; &#34;quoted&#34;" in text
    assert "<script" not in text


def test_a_past_state_finds_what_stood_there_then_and_keeps_the_language(client: TestClient, portal: Portal) -> None:
    assert linked(page(client, "/search?q=Palestinian")) == []
    past = page(client, f"/search?q=Palestinian&as_of={portal.before}&lang=fr")
    assert linked(past) == [f"/votes/S/2014/916?as_of={portal.before}"]
    assert "Un état passé des archives" in past
    assert f'href="/search?q=Palestinian&amp;lang=es&amp;as_of={portal.before}"' in past
    assert 'action="/searches"' not in past


def test_a_symbol_leads_straight_to_its_record_whatever_the_language(client: TestClient) -> None:
    for asked in ("S/RES/1559", "القرار ١٥٥٩", "第1559号决议"):
        answer = client.get("/search", params={"q": asked, "lang": "ar"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/votes/S/RES/1559"), asked


def test_a_search_can_be_followed_by_one_button(context: Context, tmp_path: Path) -> None:
    searches = open_searches(None, tmp_path / "searches.db", 10)
    client = applied(replace(context, searches=searches))
    text = page(client, "/search?q=security&kind=meeting&member=FRA&member=RUS&lang=fr")
    form = re.search(r'<form class="follow" method="post" action="/searches">(.*?)</form>', text, re.S)
    assert form
    assert "Suivre cette recherche" in form[1]
    fields = [(unescape(n), unescape(v)) for n, v in re.findall(r'name="([^"]+)" value="([^"]*)"', form[1])]
    assert fields == [("q", "security"), ("kind", "meeting"), ("member", "FRA"), ("member", "RUS"), ("lang", "fr")]
    sent = {name: [v for n, v in fields if n == name] for name, _ in fields}
    saved = client.post("/searches", data=sent)
    assert saved.status_code == 303
    assert client.get(saved.headers["location"]).status_code == 200
    assert 'action="/searches"' not in page(client, "/search"), "nothing is asked, so there is nothing to follow"
    searches.close()


# --- When there is no engine, or none that can answer ---------------------------------------------------------------


def test_without_an_engine_the_page_says_so(portal: Portal) -> None:
    client = visiting(portal.context)
    assert "Full-text search is not running here" in page(client, "/search?q=lebanon")
    assert "La recherche en texte intégral ne fonctionne pas ici" in page(client, "/search?q=lebanon&lang=fr")


def test_an_index_behind_the_archive_or_not_built_is_told(tmp_path: Path) -> None:
    small = make(tmp_path)
    small.record([*council.s_2022_431(), *council.mali(), *council.notes()])
    client = visiting(Context(small.archive, small.views, small.searcher))
    unbuilt = client.get("/search?q=Mali&lang=en")
    assert unbuilt.status_code == 503
    assert "has not been built yet" in unbuilt.text
    small.indexer.catch_up()
    before = small.archive.position()
    assert "behind the archive" not in page(client, "/search?q=Mali&lang=en")
    small.record(council.holidays("2026-01-01", "2026-02-16", "2026-03-20", "2026-04-03", "2026-05-25"))
    assert "5 events behind the archive" in page(client, "/search?q=Mali&lang=en")
    assert "на 5 событий" in page(client, "/search?q=Mali&lang=ru")
    ahead = client.get(f"/search?q=Mali&as_of={before + 1}")
    assert ahead.status_code == 503
    assert "1 event behind" in ahead.text
    small.close()


@pytest.mark.parametrize("code", LANGUAGES)
def test_while_the_engine_cannot_be_reached_the_page_says_so_and_symbols_still_lead(portal: Portal, code: str) -> None:
    searcher = unreachable()
    client = visiting(replace(portal.context, searcher=searcher))
    answer = client.get(f"/search?q=lebanon&lang={code}")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert NOTICED[code] in answer.text
    assert client.get(f"/search?q=S/RES/1559&lang={code}").headers["location"] == "/votes/S/RES/1559"
    assert client.get("/votes/S/RES/1559").status_code == 200
    searcher.close()


# --- What may stand in an answer ------------------------------------------------------------------------------------

TEXTS = st.lists(st.sampled_from([*"<>/mark&;\"' abcسلا安理", "<mark>", "</mark>", "<b>", "&lt;"]), max_size=30).map(
    "".join
)


@given(TEXTS)
def test_whatever_an_index_holds_only_marks_come_through(held: str) -> None:
    made = str(_marked(held))
    assert isinstance(_marked(held), Markup)
    assert made.count("<mark>") == made.count("</mark>")
    assert "<" not in made.replace("<mark>", "").replace("</mark>", "")
    assert re.sub("</?mark>", "", unescape(re.sub("</?mark>", "", made))) == re.sub(
        "</?mark>", "", unescape(re.sub("</?mark>", "", held))
    )


@given(TEXTS, st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=4))
def test_a_query_in_pieces_is_the_query(text: str, places: list[tuple[int, int]]) -> None:
    pieces = _pieces(text, [Problem("", start, end) for start, end in places])
    assert "".join(piece for piece, _ in pieces) == text
    wrong = {at for start, end in places for at in range(max(0, start), min(end, len(text)))}
    assert sum(len(piece) for piece, bad in pieces if bad) == len(wrong)


# --- Whatever is typed ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(context: Context) -> TestClient:
    """All of the application, answering a fault as a server does."""
    app = create_app(context.archive, context.views, context.searcher)
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


ASKED = "query ($text: String!) { search(query: $text, first: 3) { total } }"


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TYPED)
def test_nothing_typed_is_a_fault_of_the_server(served: TestClient, text: str) -> None:
    """Neither on the page nor over GraphQL."""
    page = served.get("/search?q=" + quote(text.encode("utf-8", "surrogatepass")[:10_000]))
    assert page.status_code in (200, 303, 307, 400)
    body = json.dumps({"query": ASKED, "variables": {"text": text}})
    answer = served.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400, 413)
    if answer.status_code == 200:
        assert not any("internal" in error["message"] for error in answer.json().get("errors", ()))
