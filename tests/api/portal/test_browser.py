"""The portal in a real browser: what it asks for, how it is reached by keyboard, how it fits a telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.portal.wording import LANGUAGES, wording
from tests.api.portal.conftest import Portal
from tests.api.portal.searching import application, indexed
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATHS = (
    "/",
    "/search?q=lebanon",
    "/data",
    "/votes",
    "/votes/S/2014/916",
    "/votes/S/RES/1559",
    "/votes/S/RES/2518",
    "/meetings",
    "/meetings/S/PV.9052",
    "/meetings/S/2020/249",
    "/members",
    "/members/RUS",
    "/vetoes",
    "/missions",
    "/missions/2023/ethiopia",
    "/advice",
    "/documents",
    "/documents/S/PRST/2014/28",
    "/conflicts",
    "/coverage",
    "/events?record=vote:S/2014/916",
    "/votes?as_of=20",
)

PRACTICE = (
    "/presidencies",
    "/presidencies/2023-09",
    "/meetings/S/PV.9410",
    "/meetings/S/PV.8539",
    "/debates",
    "/debates/S/PV.9410/summary",
    "/proposals",
    "/notes",
    "/notes/S/2017/507",
    "/notes/S/2017/507/140",
    "/sanctions",
    "/sanctions/2374",
    "/sanctions/1267",
    "/sanctions/decisions?unanimous=no",
    "/bodies",
    "/bodies/1267",
    "/vetoes",
    "/votes/S/2022/431",
    "/peacebuilding",
    "/annual-reports",
    "/holidays",
    "/members/SVN",
    "/documents/S/2023/945",
    "/records/speech:S/PV.9410%231",
    "/records/briefing:S/PV.8539%231",
)

LOW_CONTRAST = """() => {
  const seen = new Set();
  const rgb = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0]).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.9) return colour;
    }
    return [255, 255, 255];
  };
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest('svg') || !node.checkVisibility()) continue;
    const style = getComputedStyle(node);
    const [one, two] = [light(rgb(style.color)), light(behind(node))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) seen.add(`${node.tagName}.${node.className} ${style.color} ${ratio.toFixed(2)}`);
  }
  return [...seen];
}"""


@pytest.fixture(scope="module")
def address(portal: Portal) -> Iterator[str]:
    """The portal served on a free port of this machine."""
    with serving(portal.app) as found:
        yield found


@pytest.fixture(scope="module")
def practice(practised: Portal) -> Iterator[str]:
    """The portal over working methods and accountability, served likewise."""
    with serving(practised.app) as found:
        yield found


@pytest.fixture(scope="module")
def searched(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The portal with a search index, served likewise."""
    context = indexed(portal.context, tmp_path_factory.mktemp("index"))
    with serving(application(context)) as found:
        yield found
    assert context.searcher is not None
    context.searcher.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core, the npm package that `make setup-dev` installs: what judges whether a page can be used by everybody."""
    file = Path(__file__).parents[1] / "audits/node_modules/axe-core/axe.min.js"
    assert file.exists(), "axe-core is not installed: run `make setup-dev`"
    return file.read_text("utf-8")


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """The installed chromium, without a window."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield chromium
        chromium.close()


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Opens pages in contexts of their own; closes them afterwards."""
    contexts: list[BrowserContext] = []

    def _open(**settings: object) -> Page:
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        return context.new_page()

    yield _open
    for context in contexts:
        context.close()


def test_no_page_complains_or_asks_anybody_else(opened: Open, address: str) -> None:
    page = opened()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.on("request", lambda request: asked.append(request.url))
    for path in PATHS:
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 200, path
    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_on_a_telephone_and_text_stands_out(opened: Open, address: str, scheme: str) -> None:
    page = opened(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    for path in PATHS:
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
        assert page.evaluate(LOW_CONTRAST) == [], path
    page.set_viewport_size({"width": 320, "height": 640})
    for path in PATHS[:5]:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_practice_fit_stand_out_and_say_nothing_to_the_console(
    opened: Open, practice: str, scheme: str, width: int
) -> None:
    page = opened(viewport={"width": width, "height": 844}, color_scheme=scheme)
    told: list[str] = []
    page.on("console", lambda message: told.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: told.append(f"{page.url}: {error}"))
    for path in PRACTICE:
        answer = page.goto(practice + path)
        assert answer is not None
        assert answer.status == 200, path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
        assert page.evaluate(LOW_CONTRAST) == [], path
    assert told == []


def test_the_second_row_of_the_navigation_is_folded_on_a_telephone_only(opened: Open, practice: str) -> None:
    page = opened(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(practice + "/votes")
    link = page.locator("nav[aria-label=Main] a", has_text="Presidencies")
    assert not link.is_visible()
    page.click("summary:has-text('Working methods')")
    link.click()
    page.wait_for_url("**/presidencies")
    assert page.locator("nav[aria-label=Main] a[aria-current=page]").text_content() == "Presidencies"
    assert page.locator(".more summary strong").inner_text() == "Presidencies"
    assert not link.is_visible(), "on a telephone it stays folded on its own pages, too"
    assert page.evaluate("document.querySelector('header.top').offsetHeight") < 330
    page.set_viewport_size({"width": 1280, "height": 844})
    page.goto(practice + "/votes")
    assert link.is_visible()
    assert not page.locator(".more summary").is_visible()


def test_a_table_that_is_cut_at_the_edge_shows_a_shadow_there(opened: Open, practice: str) -> None:
    page = opened(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(practice + "/diff?from=0")
    box = page.locator(".scroll").first
    assert box.evaluate("node => node.scrollWidth > node.clientWidth")
    assert box.evaluate("node => getComputedStyle(node).backgroundAttachment") == "local, local, scroll, scroll"


def test_the_search_form_works_without_scripts(opened: Open, address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(address + "/")
    page.fill("#home-q", "S/RES/2623")
    page.press("#home-q", "Enter")
    page.wait_for_url("**/votes/S/RES/2623")
    assert page.inner_text("h1").startswith("S/RES/2623 (2022)")


def test_the_first_tab_stop_leads_past_the_navigation(opened: Open, address: str) -> None:
    page = opened()
    page.goto(address + "/votes")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_as_of_is_reached_by_its_form_and_left_by_the_banner(opened: Open, address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(address + "/votes?year=2014")
    page.click("summary:has-text('another time')")
    page.fill("#state-at", "2026-11-23T10:30")
    page.click(".state button")
    assert "year=2014" in page.url
    assert page.locator(".past").count() == 1
    page.click("text=Go to now")
    assert page.locator(".past").count() == 0
    assert "year=2014" in page.url


SEARCHES = ("", "q=security", "q=nothinglikethis", "q=(Lebanon", "q=security&kind=meeting&year=2022", "as_of=20")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_search_can_be_used_by_everybody_in_six_languages(
    opened: Open, searched: str, axe: str, code: str, scheme: str
) -> None:
    page = opened(viewport={"width": 1280, "height": 900}, color_scheme=scheme, bypass_csp=True)
    narrow = opened(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    for asked in SEARCHES:
        page.goto(f"{searched}/search?{asked}&lang={code}")
        page.click(".help summary")
        page.evaluate(axe)
        found = page.evaluate("axe.run()")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], asked
        narrow.goto(f"{searched}/search?{asked}&lang={code}")
        narrow.click(".help summary")
        assert narrow.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, asked
        assert narrow.evaluate(LOW_CONTRAST) == [], asked


def test_search_is_narrowed_sorted_and_translated_without_scripts(opened: Open, searched: str) -> None:
    page = opened(java_script_enabled=False, locale="fr-CA")
    page.goto(searched + "/search")
    assert page.inner_text("h1") == "Recherche"
    page.fill("#q", "security")
    page.press("#q", "Enter")
    page.click("aside a:has-text('Séance')")
    page.click(".sorts a:has-text('plus ancien')")
    assert page.locator(".sorts strong").inner_text() == wording("fr").plain("search.oldest")
    page.click("nav.languages a:has-text('العربية')")
    assert page.get_attribute("html", "dir") == "rtl"
    assert "kind=meeting" in page.url
    page.click(".chips a")
    assert "kind=" not in page.url
    page.fill("#q", "Lebanon")
    page.press("#q", "Enter")
    assert page.get_attribute("html", "lang") == "ar", "a search typed on the page stays in its language"


def test_everything_on_the_search_page_is_reached_by_tab_in_its_order(opened: Open, searched: str) -> None:
    page = opened()
    page.goto(searched + "/search?q=security")
    assert page.get_attribute("#q", "accesskey") == "/"
    page.focus("#q")
    order = []
    for _ in range(12):
        order.append(page.evaluate("document.activeElement.closest('form, details, .sorts, .hits, aside')?.className"))
        page.keyboard.press("Tab")
    assert order[:5] == ["find big", "find big", "help", "sorts", "sorts"]
    assert order[order.index("hits") :].count("hits") >= 3
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_arabic_furniture_stands_on_the_right(opened: Open, searched: str) -> None:
    page = opened(viewport={"width": 1280, "height": 900})
    page.goto(searched + "/search?q=security&lang=ar")
    left = {at: page.locator(at).evaluate("node => node.getBoundingClientRect().x") for at in _PARTS}
    assert left[".find.big button"] < left["#q"]
    assert left[".found aside"] < left[".hits"]


_PARTS = ("#q", ".find.big button", ".hits", ".found aside")
