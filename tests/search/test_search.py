"""Searching the record: real cases, filters and facets against the SQL of the read models, past positions, paging."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.reading import Reader
from search.engine import MOST, Query, SearchError
from search.spelling import distance
from tests.search.conftest import Small

STRAIGHT = {
    "1325": "vote:S/RES/1325",
    "S/RES/1325(2000)": "vote:S/RES/1325",
    "s/res/1325 (2000)": "vote:S/RES/1325",
    "resolution 1325": "vote:S/RES/1325",
    "Ｓ／ＲＥＳ／１３２５": "vote:S/RES/1325",
    "القرار ١٣٢٥": "vote:S/RES/1325",
    "S/2000/1044": "vote:S/RES/1325",
    "s/pv.9052": "meeting:S/PV.9052",
    "9052nd meeting": "meeting:S/PV.9052",
    "S/PV.9052 (Resumption 1)": "meeting:S/PV.9052",
    "S/2014/916": "vote:S/2014/916",
    "S/2022/155": "vote:S/2022/155",
    "S/PRST/2000/32": "document:S/PRST/2000/32",
    "S/2020/859": "meeting:S/2020/859",
}


@pytest.mark.parametrize("typed", STRAIGHT)
def test_a_symbol_leads_straight_to_its_record(small: Small, typed: str) -> None:
    results = small.ask(typed)
    assert results.straight_to == STRAIGHT[typed]
    assert results.hits[0].record == STRAIGHT[typed]


@pytest.mark.parametrize("typed", ["S/RES/9999", "S/PV.3", "women 1325", "1325 -x", "", "S/2023/186"])
def test_nothing_is_straight_where_no_one_record_is_named(small: Small, typed: str) -> None:
    assert small.ask(typed).straight_to is None


def test_filters_decide_which_of_the_records_1325_is_meant(small: Small) -> None:
    assert small.ask("1325", kinds=("meeting",)).straight_to == "meeting:S/PV.1325"
    assert small.ask("1325", years=(2001, None)).straight_to is None


def test_a_symbol_also_finds_what_mentions_it_after_what_bears_it(small: Small) -> None:
    found = [hit.record for hit in small.ask("S/2022/155").hits]
    assert found == ["vote:S/2022/155", "veto:S/2022/155/RUS"]
    assert small.found("S/2023/186") == {"mission:2023/democratic-republic-of-the-congo"}


@pytest.mark.parametrize("name", ["France", "Франция", "法国", "فرنسا", "Francia", "FRANCE", "fra"])
def test_a_member_is_found_by_its_name_in_six_languages(small: Small, name: str) -> None:
    assert small.found(name) == {"member:FRA"}


@pytest.mark.parametrize("name", ["Alemania", "Allemagne", "Германия", "德国", "ألمانيا", "Germany"])
def test_germany_has_six_names(small: Small, name: str) -> None:
    assert small.found(name) == {"member:DEU"}


@pytest.mark.parametrize("name", ["Russian Federation", "Soviet", "Rusia", "俄罗斯", "روسيا", "России"])
def test_a_vetoed_vote_is_found_by_who_cast_the_veto(small: Small, name: str) -> None:
    assert small.found(name) == {"member:RUS", "veto:S/2022/155/RUS", "vote:S/2022/155"}


@pytest.mark.parametrize("name", ["Ethiopia", "Эфиопия", "埃塞俄比亚", "إثيوبيا", "Etiopía", "etiopia", "Éthiopie"])
def test_a_mission_is_found_by_where_it_went(small: Small, name: str) -> None:
    assert small.found(name) == {"mission:2023/ethiopia"}


def test_words_phrases_and_exclusions(small: Small) -> None:
    middle = {"vote:S/2014/916", "meeting:S/PV.7354", "meeting:S/PV.5028"}
    assert small.found("situations middle east") == middle
    assert small.found('middle east -"palestinian question"') == {"meeting:S/PV.5028"}
    assert small.found("middle east NOT Palestinians") == {"meeting:S/PV.5028"}
    assert small.found('"east middle"') == set()
    assert small.found("Ethiopia OR Lebanon", kinds=("mission", "document")) == {
        "mission:2023/ethiopia",
        "document:S/RES/1559 (2004)",
    }
    assert small.found("veto ukraine") == {"vote:S/2022/155"}


def test_a_statement_without_a_title_is_found_by_the_topic_of_its_meeting(small: Small) -> None:
    (hit,) = small.ask("responsibility", kinds=("document",)).hits
    assert (hit.symbol, hit.title) == (
        "S/PRST/2000/32",
        "Responsibility of the Security Council in the maintenance of peace",
    )


def test_advice_of_the_peacebuilding_commission_is_found(small: Small) -> None:
    assert small.found("Sahel") == {"advice:S/PV.9086"}
    assert small.found("advice", kinds=("advice",)) == set()


def test_a_hit_says_what_it_is(small: Small) -> None:
    hit = small.ask("women", kinds=("vote",)).hits[0]
    assert (hit.record, hit.kind, hit.title) == ("vote:S/RES/1325", "vote", "women and peace and security")
    assert (hit.symbol, hit.date, hit.language) == ("S/RES/1325 (2000)", "2000-10-31", "en")
    assert hit.highlight == "<mark>women</mark> and peace and security"
    assert hit.score > 0


def test_a_member_is_shown_in_the_language_wished_for_and_where_it_matched(small: Small) -> None:
    assert small.ask("Франция", language="fr").hits[0].title == "France"
    shown = small.ask("FRA kind:member", language="zh").hits[0]
    assert (shown.title, shown.language, shown.highlight) == ("法国", "zh", "法国")
    assert (shown.snippet, shown.snippet_language) == ("<mark>FRA</mark>", "en")
    assert small.ask("法国 kind:member").hits[0].highlight == "<mark>France</mark>"


def test_a_spelling_is_suggested_only_when_nothing_was_found(small: Small) -> None:
    assert small.ask("palestinain question").suggestion == "palestinian question"
    assert small.ask("womem").suggestion == "women"
    assert small.ask("women").suggestion is None
    assert small.ask("xqzzzt").suggestion is None
    assert small.ask("womem", kinds=("mission",)).suggestion is None


def test_two_letters_swapped_are_one_edit() -> None:
    edits = [distance("palestinain", "palestinian"), distance("womem", "women"), distance("", "ab"), distance("a", "a")]
    assert edits == [1, 1, 2, 0]


# --- Filters and facets against the SQL of the read models ----------------------------------------------------------


def listed(read: Reader, sql: str) -> set[str]:
    return {str(next(iter(row.values()))) for row in read.rows(sql)}


FILTERED: dict[str, tuple[dict[str, Any], str]] = {
    "votes of France": ({"members": ("FRA",), "kinds": ("vote",)}, "select vote from ballots where member = 'FRA'"),
    "Australia against": ({"members": ("AUS:no",)}, "select vote from ballots where member='AUS' and choice='no'"),
    "abstentions of two": (
        {"members": ("GBR:abstain", "IND:Abstain")},
        "select vote from ballots where (member='GBR' or member='IND') and choice='abstain'",
    ),
    "Russian vetoes": (
        {"members": ("RUS:veto",)},
        "select record from vetoes where member='RUS' union select vote from vetoes where member='RUS'",
    ),
    "not adopted": ({"outcomes": ("not adopted",)}, "select record from votes where outcome='not adopted'"),
    "adopted or vetoed": (
        {"outcomes": ("adopted", "vetoed")},
        "select record from votes where outcome in ('adopted','vetoed')",
    ),
    "votes to 2004": ({"years": (None, 2004), "kinds": ("vote",)}, "select record from votes where year <= 2004"),
    "meetings since 2014": (
        {"years": (2014, None), "kinds": ("meeting",)},
        "select record from meetings where year >= 2014",
    ),
    "members of 2014": (
        {"years": (2014, 2014), "kinds": ("member",)},
        "select 'member:' || member from memberships where year = 2014",
    ),
    "an agenda": (
        {"agenda": ("The situation in the Middle East",)},
        "select record from meetings where topic = 'The situation in the Middle East'",
    ),
    "missions": ({"kinds": ("mission",)}, "select record from missions"),
    "no such years": ({"years": (2020, 2010)}, "select record from votes where 1 = 0"),
}


@pytest.mark.parametrize("name", FILTERED)
def test_filters_find_what_the_read_models_hold(small: Small, name: str) -> None:
    filters, sql = FILTERED[name]
    with small.views.reader() as read:
        live = (
            sql.replace(" where ", f" where {read.live()} and ") if " where " in sql else f"{sql} where {read.live()}"
        )
        expected = listed(read, live)
    results = small.ask(**filters)
    assert {hit.record for hit in results.hits} == expected
    assert results.total == len(expected)


def test_facets_count_what_the_read_models_hold(small: Small) -> None:
    facets = small.ask().facets
    with small.views.reader() as read:

        def counted(sql: str) -> dict[str, int]:
            return {str(row["name"]): row["n"] for row in read.rows(sql.replace("LIVE", read.live()))}

        kinds = {"vote": "votes", "veto": "vetoes", "advice": "advice"}
        for kind in ("vote", "meeting", "document", "mission", "veto", "member", "advice"):
            table = kinds.get(kind, f"{kind}s")
            (n,) = counted(f"select '{table}' as name, count(*) as n from {table} where LIVE").values()
            assert dict(facets["kind"]).get(kind, 0) == n
        assert dict(facets["outcome"]) == counted(
            "select outcome as name, count(*) as n from votes where LIVE group by 1"
        )
        assert dict(small.ask(kinds=("vote",)).facets["member"]) == counted(
            "select member as name, count(*) as n from ballots where LIVE group by 1"
        )
        assert dict(small.ask(kinds=("vote",)).facets["year"]) == counted(
            "select year as name, count(*) as n from votes where LIVE group by 1"
        )
        assert dict(small.ask(kinds=("meeting",)).facets["agenda"]) == counted(
            "select topic as name, count(*) as n from meetings where LIVE group by 1"
        )
    assert list(facets) == ["kind", "year", "outcome", "member", "agenda", "format"]
    years = [year for year, _ in facets["year"]]
    assert years == sorted(years, reverse=True)


def test_facets_are_of_the_whole_result_not_of_the_page(small: Small) -> None:
    one = small.searcher.search(Query("peace", first=1))
    assert one.facets == small.ask("peace").facets
    assert sum(count for _, count in one.facets["kind"]) == one.total > len(one.hits) == 1


def test_without_words_everything_is_listed_newest_first(small: Small) -> None:
    dates = [hit.date for hit in small.ask().hits]
    dated = [date for date in dates if date]
    assert dated == sorted(dated, reverse=True)
    assert dates[-1] is None
    oldest = [hit.date for hit in small.ask(sort="date").hits if hit.date]
    assert oldest == sorted(oldest)
    assert oldest[0] == "1946-10-16"
    assert small.ask(sort="date").hits[-1].date is None


# --- Past positions --------------------------------------------------------------------------------------------------


def test_every_past_position_answers_as_the_read_models_of_then(small: Small) -> None:
    reached = small.searcher.position()
    for position in range(0, reached + 1):
        with small.views.reader(position) as read:
            expected = listed(read, f"select record from votes where {read.live()}")
            outcomes = {row["record"]: row["symbol"] for row in read.rows(f"select * from votes where {read.live()}")}
        results = small.ask(kinds=("vote",), as_of=position)
        assert {hit.record: hit.symbol for hit in results.hits} == outcomes
        assert dict(results.facets["kind"]).get("vote", 0) == len(expected)


def test_a_position_to_come_cannot_be_asked_for(small: Small) -> None:
    with pytest.raises(SearchError, match="reaches from 0 to"):
        small.ask(as_of=small.searcher.position() + 1)
    with pytest.raises(SearchError, match="no position -1"):
        small.ask(as_of=-1)


def test_an_unknown_sort_is_refused(small: Small) -> None:
    with pytest.raises(SearchError, match="relevance, date, -date"):
        small.ask(sort="best")


# --- Paging ----------------------------------------------------------------------------------------------------------


def paged(small: Small, query: Query) -> list[str]:
    seen: list[str] = []
    after = None
    for _ in range(200):
        results = small.searcher.search(replace(query, after=after))
        seen += [hit.record for hit in results.hits]
        assert results.total == small.searcher.search(query).total
        after = results.next
        if after is None:
            return seen
    raise AssertionError("pages without end")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.sampled_from(["", "peace", "the", "situation OR peace", "-peace", "security council"]),
    sort=st.sampled_from(["relevance", "date", "-date"]),
    first=st.integers(1, 9),
    kinds=st.sampled_from([(), ("vote", "meeting")]),
)
def test_pages_visit_every_hit_exactly_once(
    small: Small, text: str, sort: str, first: int, kinds: tuple[str, ...]
) -> None:
    query = Query(text, sort=sort, first=first, kinds=kinds)
    seen = paged(small, query)
    whole = [hit.record for hit in small.ask(text, sort=sort, kinds=kinds).hits]
    assert seen == whole
    assert len(set(seen)) == len(seen)


def test_a_page_is_cut_to_a_hundred(small: Small) -> None:
    assert len(small.searcher.search(Query(first=10**9)).hits) <= MOST
    assert len(small.searcher.search(Query(first=-3)).hits) == 1


@pytest.mark.parametrize("cursor", ["", "x", "é", "W10", "WzEsMiwzXQ", "WyJhIiwwLCJ4Il0", "W1tdLDAsIngiXQ", "bnVsbA"])
def test_a_cursor_that_is_none_is_refused(small: Small, cursor: str) -> None:
    with pytest.raises(SearchError, match="cursor"):
        small.ask("peace", after=cursor)


def test_a_cursor_nested_without_end_is_refused(small: Small) -> None:
    with pytest.raises(SearchError, match="cursor"):
        small.ask("peace", after=base64.urlsafe_b64encode(b"[" * 100_000).decode())


@pytest.mark.parametrize(
    "place",
    [
        [True, 0, [1]],
        [0, -1, [1]],
        [0, 0, [2**63]],
        [0, 0, ["1"]],
        [10**6, 0, [1]],
        [-1, 0, [1]],
        [0, 0, []],
        [None, None, None],
    ],
)
def test_a_cursor_with_places_that_cannot_be_is_refused(small: Small, place: list[Any]) -> None:
    cursor = small.searcher.search(Query("peace", first=1)).next or ""
    told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    forged = base64.urlsafe_b64encode(json.dumps([*place, told[3]]).encode()).decode()
    with pytest.raises(SearchError, match="another question"):
        small.ask("peace", after=forged)


def test_a_cursor_of_another_question_is_refused(small: Small) -> None:
    cursor = small.searcher.search(Query("peace", first=1)).next
    with pytest.raises(SearchError, match="another question"):
        small.ask("security", after=cursor)


# --- Whatever is typed ------------------------------------------------------------------------------------------------

_SIGNS = st.sampled_from(
    [
        *"\"'«»“”()[]{}-+*?~^:\\/&|!.,;<>=%_#@ \t\n\r\x00\x01\x1f\x7f\u0085\u200e\u200f\u202a\u202e\u2066\ufeff\ud800",
        "NOT",
        "OR",
        "AND",
        "S/PV.",
        "1325",
        "قرار",
        "安全",
        "e\u0301",
        "🕊",
        "\u0640",
        "l'",
        "S/RES/",
        "field:x",
        "\U0010ffff",
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(_SIGNS | st.text(max_size=5), max_size=40).map("".join) | st.text(max_size=200))
def test_nothing_typed_raises_and_highlights_are_html(small: Small, text: str) -> None:
    results = small.ask(text, kinds=(), members=(text[:5],) if len(text) % 7 == 0 else ())
    for hit in results.hits:
        bare = re.sub(r"</?mark>", "", hit.highlight)
        assert not re.search(r"<|>|&(?!amp;|lt;|gt;|quot;|#x27;)", bare)
        assert unescape(bare).startswith(hit.title)


@pytest.mark.parametrize("text", ['"' * 10_000, "a " * 5_000, "安" * 10_000, "x" * 10_000, "-" * 10_000, "S/" * 5_000])
def test_ten_thousand_characters_are_answered(small: Small, text: str) -> None:
    assert small.ask(text).total <= small.ask().total


def test_results_can_be_written_as_json(small: Small) -> None:
    results = small.ask("peace")
    assert json.loads(json.dumps(results.facets))["kind"]
    assert results.took_ms > 0


# --- Did you mean -----------------------------------------------------------------------------------------------------

MEANT = {
    "womem": "women",
    "palestinain question": "palestinian question",
    "palestinain qeustion": "palestinian question",
    "kind:meeting (palestinain OR womem) -mali": "kind:meeting (palestinian OR women) -mali",
    "palestinain year:2014..": "palestinian year:2014..",
    "alemagne": "allemagne",
    "Гермния": "германия",
    "ألماينا": "ألمانيا",
}


@pytest.mark.parametrize("typed", MEANT)
def test_each_misspelt_word_is_put_right_where_it_stands(small: Small, typed: str) -> None:
    results = small.ask(typed)
    assert (results.total, results.suggestion) == (0, MEANT[typed])


@pytest.mark.parametrize(
    "typed",
    [
        "women palestine",  # both are known, they only never meet
        "-womem zanzibar",  # what is excluded is not put right
        '"womem and peace"',
        "outcome:adoptde",
        "womem kind:mission",  # the right spelling would find nothing either
        "安金",
        "mal",
        "",
    ],
)
def test_where_no_word_is_misspelt_nothing_is_suggested(small: Small, typed: str) -> None:
    assert small.ask(typed).suggestion is None


def test_a_word_is_never_put_right_within_another_nor_where_it_is_excluded(small: Small) -> None:
    """Before it stands alone, `womem` stands in a phrase, in a longer word and in what is excluded."""
    typed = '-"womem x" -xwomem -womem-only womem'
    assert small.ask(typed).suggestion == '-"womem x" -xwomem -womem-only women'
