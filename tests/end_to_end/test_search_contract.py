"""What is asked, and answered alike by both engines: the bundled record and texts in six languages, asked in every way.

Records found, totals and facets are the same on both engines, and so is every order but that of relevance, where the
first ten may differ within a stated bound. Where the read models can tell what must be found, they are asked, too.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from domain.archive import open_archive
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.views import Views
from search.asking import Asker
from search.embedded import EmbeddedEngine
from search.engine import Query, Results, Searcher
from search.indexer import Indexer
from search.writing import EmbeddedTarget
from tests.search.six import six

SIMILAR: Final = 0.5
"""The share of the first ten by relevance that both engines have at least. Their statistics of words differ a little:
Elasticsearch keeps each language in fields of their own, tantivy keeps the stems of all languages in one."""

READ: Final = 600
"""Records of a result that are compared one by one, in the order of dates; totals and facets are always compared."""


@dataclass(frozen=True)
class Both:
    """One archive indexed on both engines."""

    embedded: Searcher
    elastic: Searcher
    views: Views

    def __iter__(self) -> Iterator[Searcher]:
        yield from (self.embedded, self.elastic)


@pytest.fixture(scope="session")
def both(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory, elasticsearch: Any) -> Iterator[Both]:
    """The bundled record with the texts in six languages, built once, indexed by each engine."""
    home = tmp_path_factory.mktemp("contract")
    for file in bundled_home.glob("*.db"):
        shutil.copy(file, home / file.name)
    archive = open_archive(environment(None, home / "log.db"))
    list(archive.record(six(), by="test"))
    place = SqlitePlace(home / "views")
    ReadModels(archive, place).catch_up()
    views = Views(place)
    Indexer(views, EmbeddedTarget(home / "search")).catch_up()
    embedded = Asker(EmbeddedEngine(home / "search"))
    engine, target = elasticsearch.opened("contract")
    Indexer(views, target).catch_up()
    elastic = Asker(engine)
    yield Both(embedded, elastic, views)
    for opened in (embedded, elastic, views, archive):
        opened.close()


# --- What is asked ----------------------------------------------------------------------------------------------------

WORDS = [
    "women peace security",
    "situation",
    "sanctions Haiti",
    "peacekeeping operations",
    "peace-keeping",
    "l'Iraq",
    "Côte d'Ivoire",
    "cote d ivoire",
    "Bosnia and Herzegovina",
    "nuclear test",
    "the",
    "a b c d e f",
    "resolution",
    "veto",
    "Türkiye",
    "TURKEY",
    "９０５２",
    "١٣٢٥",
    "zzzzqqq",
]
PHRASES = [
    '"women and peace and security"',
    '"situation in the Middle East"',
    "“maintenance of international peace and security”",
    "«Middle East»",
    '"peace"',
    '"security and peace and women"',
    '"the situation" "Middle East"',
]
OPERATORS = [
    "Haiti OR Mali",
    "Haiti AND mission",
    "Palestine -Israel",
    "Palestine NOT Israel",
    "(Haiti OR Mali) AND mission",
    "(Haiti OR (Mali AND sanctions)) -mission",
    "NOT kind:meeting year:2021",
    "-adopted kind:veto",
    '"Middle East" (Lebanon OR Syria) NOT Israel',
    "Iraq OR Kuwait OR Iran",
    "kind:vote (outcome:vetoed OR vote:abstain) year:2022",
]
BEGINNINGS = ["sanction*", "Afgh* year:2021", "non-prolif*", "ме*", "安*", "مجل*"]
FIELDS = [
    "kind:vote",
    "kind:vote,veto year:2022",
    "country:FRA vote:no year:1990..1999 kind:vote",
    "country:FRA vote:no",
    "country:RUS vote:veto year:2022",
    "country:USA,GBR vote:no kind:vote year:1985",
    "vote:abstain year:2011",
    "outcome:vetoed",
    'outcome:"not adopted" year:2016..2019',
    'kind:vote agenda:"The situation in the Middle East"',
    "year:1946",
    "year:..1950 kind:meeting",
    "year:2020.. kind:vote",
    "date:2014-03-15",
    "date:2022-02..2022-03 kind:vote",
    "symbol:S/RES/1325",
    "cites:S/PV.4213",
    "kind:mission year:2019",
    'format:"open debate"',
    "language:zh kind:document",
    "country:France vote:no year:1956",
    "country:فرنسا vote:no year:1956",
    "страна:Франция vote:no year:1956",
]
SYMBOLS = [
    "S/RES/1325 (2000)",
    "s/res/1325(2000)",
    "resolution 1325",
    "S/PV.9052",
    "9052nd meeting",
    "S/PV.9052 (Resumption 1)",
    "S/2014/916",
    "1325",
    "القرار ١٣٢٥",
    "S/PRST/2018/*",
    "S/RES/132*",
    "S/2022/* kind:vote",
]
LANGUAGES = [
    "安全理事会",
    "安理会",
    "制裁",
    "中东",
    "法国 kind:veto",
    "决议",
    "مجلس الأمن",
    "قرار",
    "القرار",
    "قَرَار",
    "قرارات",
    "الشرق الأوسط",
    "فرنسا kind:veto",
    "Совет Безопасности",
    "резолюция",
    "резолюции",
    "миссии",
    "Ближний Восток",
    "Франция kind:veto",
    "Conseil de sécurité",
    "résolutions",
    "resolution kind:document",
    "l'opération de maintien de la paix",
    "Consejo de Seguridad",
    "resoluciones",
    "España",
    "Oriente Medio",
    "Security Council",
    "UNSC",
    "P5 veto",
    "DPRK",
]
QUERIES: Final = [*WORDS, *PHRASES, *OPERATORS, *BEGINNINGS, *FIELDS, *SYMBOLS, *LANGUAGES]

FILTERS: Final[list[dict[str, Any]]] = [
    {"text": "", "kinds": ("mission",)},
    {"text": "", "years": (1950, 1955), "kinds": ("vote", "veto")},
    {"text": "Palestine", "outcomes": ("vetoed",)},
    {"text": "", "members": ("FRA:no", "GBR:no"), "kinds": ("vote",)},
    {"text": "", "members": ("RUS:veto",)},
    {"text": "", "members": ("CHN",), "kinds": ("veto",)},
    {"text": "Mali", "years": (2013, None)},
    {"text": "", "agenda": ("The situation in the Middle East",), "kinds": ("vote",)},
    {"text": "", "formats": ("open debate",)},
    {"text": "situation", "years": (2020, 2010)},
    {"text": "women", "as_of": 9_000},
    {"text": "", "as_of": 0},
    {"text": "", "kinds": ("vote",), "as_of": 4_000},
]
ASKED: Final = [*({"text": text} for text in QUERIES), *FILTERS]


def named(asked: dict[str, Any]) -> str:
    """A question as the name of its test."""
    return " ".join(str(value) for value in asked.values())


def listed(searcher: Searcher, **asked: Any) -> list[str]:
    """The first records of a result, page by page."""
    found: list[str] = []
    after: str | None = None
    while len(found) < READ:
        results = searcher.search(Query(**asked, first=100, after=after))
        found += [hit.record for hit in results.hits]
        after = results.next
        if after is None:
            break
    return found


def without_time(results: Results) -> tuple[Any, ...]:
    """What must be the same on both engines."""
    return (
        results.total,
        results.facets,
        results.straight_to,
        results.problems,
        results.understood,
        [(hit.record, hit.title, hit.language, hit.highlight, hit.snippet) for hit in results.hits],
    )


def test_there_are_more_than_sixty_questions() -> None:
    assert len(ASKED) >= 60
    assert len({named(asked) for asked in ASKED}) == len(ASKED)


@pytest.mark.parametrize("asked", ASKED, ids=named)
def test_both_engines_find_the_same_records_with_the_same_counts(both: Both, asked: dict[str, Any]) -> None:
    one, other = (searcher.search(Query(**asked, sort="-date", first=50)) for searcher in both)
    assert one.total == other.total
    assert one.facets == other.facets
    assert without_time(one) == without_time(other)
    assert listed(both.embedded, **asked, sort="date") == listed(both.elastic, **asked, sort="date")


@pytest.mark.parametrize("asked", ASKED, ids=named)
def test_both_engines_number_by_symbol_alike(both: Both, asked: dict[str, Any]) -> None:
    one, other = ([hit.record for hit in e.search(Query(**asked, sort="symbol", first=50)).hits] for e in both)
    assert one == other


@pytest.mark.parametrize("asked", ASKED, ids=named)
def test_relevance_differs_within_bounds(both: Both, asked: dict[str, Any]) -> None:
    one, other = (searcher.search(Query(**asked, first=10)) for searcher in both)
    assert (one.total, one.facets, one.straight_to) == (other.total, other.facets, other.straight_to)
    same_score = {hit.score for hit in one.hits} == {hit.score for hit in other.hits} == {0.0}
    first, second = [hit.record for hit in one.hits], [hit.record for hit in other.hits]
    if same_score or one.total <= 10:
        assert sorted(first) == sorted(second)
    elif len({hit.score for hit in one.hits}) > 5:  # where hardly anything tells hits apart, any of them may come first
        assert len({*first} & {*second}) >= SIMILAR * len(first)


@pytest.mark.parametrize("text", ["women peace", "قرار", "Haiti OR Mali", "安理会", "kind:vote"])
def test_pages_by_relevance_visit_every_hit_once_on_both_engines(both: Both, text: str) -> None:
    for searcher in both:
        found = listed(searcher, text=text)
        assert len(found) == len(set(found)) == min(searcher.search(Query(text)).total, max(READ, len(found)))


# --- What the read models say ---------------------------------------------------------------------------------------

TRUTH: Final[list[tuple[str, str]]] = [
    ("kind:vote outcome:vetoed", "select record from votes where outcome = 'vetoed' and {live}"),
    (
        "country:FRA vote:no kind:vote",
        "select vote as record from ballots where member = 'FRA' and choice = 'no' and {live}",
    ),
    (
        "country:USA vote:no year:1980..1989 kind:vote",
        "select v.record from votes v join ballots b on b.vote = v.record and b.until is null "
        "where b.member = 'USA' and b.choice = 'no' and v.year between 1980 and 1989 and v.until is null",
    ),
    ("kind:meeting year:1993", "select record from meetings where year = 1993 and {live}"),
    ("kind:veto country:CHN", "select record from vetoes where member = 'CHN' and {live}"),
    ('kind:meeting format:"open debate"', "select record from meetings where format = 'open debate' and {live}"),
    ("kind:mission year:2019", "select record from missions where year = 2019 and {live}"),
]


@pytest.mark.parametrize(("text", "sql"), TRUTH)
def test_fields_find_what_the_read_models_hold(both: Both, text: str, sql: str) -> None:
    with both.views.reader() as read:
        expected = {row["record"] for row in read.rows(sql.format(live=read.live()))}
    assert expected or "open debate" in text
    for searcher in both:
        assert searcher.search(Query(text)).total == len(expected)
        assert set(listed(searcher, text=text, sort="date")) <= expected


def test_four_spellings_of_resolution_in_arabic_find_one_set(both: Both) -> None:
    for searcher in both:
        sets = [set(listed(searcher, text=text, sort="date")) for text in ("قرار", "القرار", "قَرَار", "قرارات")]
        assert sets[0]
        assert all(found == sets[0] for found in sets)


CHANGES: Final = ["kind:vote outcome:vetoed", "country:FRA vote:no", "Mali", "قرار", "S/RES/1325"]


@pytest.mark.parametrize("text", CHANGES)
def test_both_engines_tell_of_the_same_changes(both: Both, text: str) -> None:
    def told(changes: Callable[..., Any]) -> list[tuple[int, str, str]]:
        return [(change.position, change.change, change.hit.record) for change in changes(Query(text), 0, first=200)]

    assert told(both.embedded.changes) == told(both.elastic.changes) != []
    newest = [
        [(change.position, change.change, change.hit.record) for change in searcher.latest(Query(text), first=50)]
        for searcher in both
    ]
    assert newest[0] == newest[1] != []
