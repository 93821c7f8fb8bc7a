"""What subscriptions tell: every event once, as of its own position, whatever is cut off where."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import tail
from api.app import create_app
from api.graphql import operations
from api.graphql.asked import Asked
from api.graphql.fields import Asking
from api.graphql.operations import Following, Operations, Single
from domain.kinds import KINDS
from projections.following import Wanted, after
from projections.patience import Patience
from projections.reading import Reader
from projections.views import Views
from tests import council
from tests.api.conftest import House
from tests.api.following import EVENTS, logged

WIDE = """subscription { events(after: 0) {
    position record version kind type occurred recordedBy source document
    node { id kind conflicts { summary } provenance { events { position claims } } }
} }"""


def carried(house: House) -> Operations:
    return Operations(create_app(house.archive, house.views).state.endpoint)


async def _told(one: Operations, query: str, variables: dict[str, Any] | None, last: int | None) -> Any:
    begun = await one.begin(Asked({"query": query, "variables": variables or {}}, get=False), "127.0.0.1", last)
    if isinstance(begun, Single):
        return begun
    answers: list[tuple[int, bytes]] = []
    reached = one.endpoint.context.archive.position()
    async with aclosing(one.follow(begun)) as following:
        async for told in following:
            answers += told
            if not told or answers[-1][0] == reached:
                return answers
    return answers


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "HEARTBEAT", 0.2)


def told(house: House, query: str, last: int | None = None, **variables: Any) -> list[tuple[int, bytes]]:
    """All that there is to tell, by position."""
    found = asyncio.run(_told(carried(house), query, variables, last))
    assert isinstance(found, list), found
    return found


def refused(house: House, query: str, last: int | None = None, **variables: Any) -> str:
    found = asyncio.run(_told(carried(house), query, variables, last))
    assert isinstance(found, Single)
    assert found.refused
    message: str = found.errors[0]["message"]
    return message


def test_every_event_is_told_once_and_as_the_log_has_it(house: House) -> None:
    events = [json.loads(body)["data"]["events"] for _, body in told(house, EVENTS, after=0)]
    assert [(one["position"], one["type"], one["source"]) for one in events] == logged(house.archive)


def test_an_answer_is_given_as_of_its_event(small: House) -> None:
    query = 'subscription { events(after: 0, records: ["vote:S/RES/1559"]) { node { ... on Vote { %s } } } }'
    body = "outcome tally { yes abstain } conflicts { summary } provenance { events { position } }"
    answers = told(small, query % body)
    assert len(answers) == 2
    for position, answer in answers:
        node = f'node(id: "vote:S/RES/1559") {{ ... on Vote {{ {body} }} }}'
        then = small.ask(f"{{ asOf(position: {position}) {{ {node} }} }}")
        assert json.loads(answer)["data"]["events"]["node"] == then["asOf"]["node"]
        assert json.loads(answer)["extensions"]["archive"]["position"] == position
    first, second = [json.loads(answer)["data"]["events"]["node"] for _, answer in answers]
    assert (first["conflicts"], len(second["conflicts"])) == ([], 1)


def test_a_stream_taken_up_again_tells_the_same_though_the_archive_has_moved_on(empty: House) -> None:
    facts = council.everything()
    empty.record(facts[:40])
    whole = told(empty, WIDE) + told(empty, "subscription { archive(after: 0) { position newest recorded } }")
    empty.record(facts[40:])
    half = whole[len(whole) // 2][0]
    again = dict(told(empty, WIDE, last=half))
    for position, body in whole[:-1]:
        assert again.get(position) == (body if position > half else None)
    newest = told(empty, "subscription { archive(after: 0) { position newest } }")
    assert [json.loads(body)["data"]["archive"] for _, body in newest] == [
        {"position": empty.archive.position(), "newest": empty.archive.position()}
    ]


def test_every_new_record_of_every_kind_is_told_with_its_record(wide: House) -> None:
    query = "subscription ($kinds: [String!]) { recorded(after: 0, kinds: $kinds) { id kind } }"
    found = [json.loads(body)["data"]["recorded"] for _, body in told(wide, query)]
    with wide.views.reader() as read:
        rows = read.rows("select record, kind from events where version = 1 order by position")
    expected = [{"id": row["record"], "kind": row["kind"]} for row in rows if KINDS[row["kind"]].published]
    assert found == expected
    assert {one["kind"] for one in found} >= {"vote", "veto", "meeting", "presidency", "listing", "speech"}
    vetoes = [json.loads(body)["data"]["recorded"] for _, body in told(wide, query, kinds=["veto"])]
    assert vetoes == [one for one in expected if one["kind"] == "veto"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('subscription { events(kinds: ["votes"]) { position } }', "`kinds`: 'votes' is none of advice, annual_report"),
        ('subscription { recorded(kinds: ["submission"]) { id } }', "`kinds`: 'submission' is none of advice"),
        ('subscription { events(verbs: ["voted"]) { position } }', "`verbs`: 'voted' is none of adopted"),
        ("subscription { events(records: []) { position } }", "`records` is an empty list"),
        ("subscription { events(after: -1) { position } }", "0 or more, not -1"),
        ("subscription { events(after: 100000) { position } }", "there is no position 100000 to go on from"),
        ('subscription { events(sources: ["\\u0000"]) { position } }', "a null character"),
        ("subscription { events @skip(if: true) { position } }", "follows nothing"),
        ("subscription { events { position } archive { position } }", "must select only one top level field"),
        ("subscription { __typename }", "must not select an introspection top level field"),
        ("subscription ($after: Int!) { events(after: $after) { position } }", "of required type 'Int!'"),
        ("subscription A { archive { position } } subscription B { archive { position } }", "operation name"),
        ('mutation { saveSearch(query: "x") { fresh } }', "a mutation is sent with POST"),
        (
            "subscription { events { node { " + "provenance { events { node { " * 5 + "id" + "}" * 17 + "}",
            "levels deep",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused_with_what_to_do(small: House, query: str, said: str) -> None:
    assert said in refused(small, query)


def test_a_list_in_the_arguments_is_bounded(small: House) -> None:
    query = "subscription ($records: [ID!]) { events(after: 0, records: $records) { position } }"
    assert "at most 100 words, not 101" in refused(small, query, records=[f"vote:{n}" for n in range(101)])


def test_a_position_may_be_given_twice_and_the_later_counts(small: House) -> None:
    end = small.archive.position()
    assert [position for position, _ in told(small, EVENTS, after=end - 9, last=end - 3)] == [end - 2, end - 1, end]
    assert [position for position, _ in told(small, EVENTS, after=end - 1, last=3)] == [end]


def test_a_compiled_subscription_answers_as_the_reference_does(wide: House) -> None:
    with wide.views.reader() as read:
        rows = after(read, 0, Wanted(), 100_000)[0]
        for row in rows[::7]:
            answers = []
            for executor in (wide.compiled, wide.reference):
                asking = Asking(wide.context, read.at(row["position"]))
                answers.append(executor.execute(WIDE, {}, None, asking, event=dict(row)))
            fast, slow = answers
            assert fast.compiled
            assert (fast.data, fast.errors) == (slow.data, slow.errors)


def test_a_name_withheld_since_is_not_told_again(empty: House) -> None:
    empty.record(council.practice())
    query = 'subscription { recorded(after: 0, kinds: ["briefing"]) { id ... on Briefing { person withheld } } }'
    one = carried(empty)
    before = [json.loads(body)["data"]["recorded"] for _, body in asyncio.run(_told(one, query, None, None))]
    named = next(each for each in before if each["person"])
    assert not named["withheld"]
    empty.archive.redact(named["id"], authority="S/2017/507", reason="for the test", by="tests")
    empty.models.catch_up()
    again = [json.loads(body)["data"]["recorded"] for _, body in asyncio.run(_told(one, query, None, None))]
    assert {**named, "person": "withheld", "withheld": True} in again


# --- Whatever is cut off where ---------------------------------------------------------------------------------------


class Growing(Views):
    """The read models of an archive, as far as they are said to have come."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.reached = 0

    @contextmanager
    def reader(self, as_of: int | None = None, patience: Patience | None = None) -> Iterator[Reader]:
        with self._views.reader(patience=patience) as read:
            then = read.at(self.reached)
            then.reached = self.reached
            yield then


WANTED = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.lists(st.sampled_from(["vote", "membership", "meeting", "name"]), min_size=1),
        "verbs": st.lists(st.sampled_from(["taken", "attested", "held", "convened"]), min_size=1),
        "sources": st.lists(st.sampled_from(["curated", "library-meetings", "membership"]), min_size=1),
        "records": st.lists(st.sampled_from(["vote:S/RES/1559", "meeting:S/PV.9052", "vote:S/2014/916"]), min_size=1),
    },
)
ARGUMENTS = "($kinds: [String!], $verbs: [String!], $sources: [String!], $records: [ID!])"
FILTERED = f"""subscription {ARGUMENTS} {{
    events(after: 0, kinds: $kinds, verbs: $verbs, sources: $sources, records: $records) {{ position record }} }}"""


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_nothing_is_lost_or_told_twice_however_the_log_grows_and_streams_break(
    small: House, data: st.DataObject
) -> None:
    """The log grows by leaps, one follower is cut off at random and goes on; what it heard is what the log holds."""
    wanted = data.draw(WANTED)
    sizes = {name: data.draw(st.integers(1, 12)) for name in ("PAGE", "KEPT")}
    chunk = data.draw(st.sampled_from([1, 300, 64_000]))
    end = small.archive.position()
    leaps = sorted({*data.draw(st.lists(st.integers(1, end), max_size=6)), end})
    cuts = data.draw(st.lists(st.integers(1, 20), max_size=6))
    with pytest.MonkeyPatch.context() as patched:
        for name, size in sizes.items():
            patched.setattr(tail, name, size)
        patched.setattr(tail, "LOOK", 0.001)
        patched.setattr(operations, "CHUNK", chunk)
        patched.setattr(operations, "HEARTBEAT", 0.01)
        heard = asyncio.run(_broken(small, wanted, leaps, cuts))
    with small.views.reader() as read:
        rows = read.rows("select position, kind, verb, source, record from events order by position")
    columns = {"kinds": "kind", "verbs": "verb", "sources": "source", "records": "record"}
    assert heard == [
        row["position"] for row in rows if all(row[columns[name]] in words for name, words in wanted.items())
    ]


async def _broken(small: House, wanted: dict[str, Any], leaps: list[int], cuts: list[int]) -> list[int]:
    growing = Growing(small.views)
    one = Operations(create_app(small.archive, growing).state.endpoint)
    one._context = replace(one._context, views=growing)
    heard: list[int] = []
    left = iter(cuts)
    while True:
        begun = await one.begin(
            Asked({"query": FILTERED, "variables": wanted}, get=False), "127.0.0.1", heard[-1] if heard else None
        )
        assert isinstance(begun, Following)
        most = next(left, None)
        count = 0
        async with aclosing(one.follow(begun)) as following:
            async for told in following:
                heard += [position for position, _ in told][: None if most is None else most - count]
                assert heard == sorted(set(heard)), "something was told twice"
                count += len(told)
                if most is not None and count >= most:
                    break
                if not told or (heard and heard[-1] == growing.reached):
                    if not leaps and begun.place >= growing.reached:
                        return heard
                    if leaps:
                        growing.reached = leaps.pop(0)


def test_from_every_place_there_is_all_that_came_after(small: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "KEPT", 7)
    monkeypatch.setattr(tail, "LOOK", 0.001)
    end = small.archive.position()
    growing = Growing(small.views)
    growing.reached = end - 20

    async def read() -> None:
        one = tail.Tail(replace(small.context, views=growing))
        one.joined()
        for leap in (3, 6, 1, 5, 5):
            assert await one.more(growing.reached - 1, 10)
            growing.reached += leap
            while one.position < growing.reached:
                await asyncio.sleep(0.001)
        for place in range(end - 25, end):
            rows, reached = await one.after(place, Wanted())
            assert [row["position"] for row in rows] == list(range(place + 1, end + 1)), place
            assert reached == end
        assert one.pages, "nobody lagged behind what is kept"
        one.left()

    asyncio.run(read())


def test_a_hundred_who_wait_cost_one_look(small: House, tell: Callable[[str], None]) -> None:
    async def waited() -> tuple[int, int, int]:
        one = carried(small)
        end = small.archive.position()
        begun = [await one.begin(Asked({"query": EVENTS, "variables": {}}, get=False), "127.0.0.1") for _ in range(100)]
        tasks = [asyncio.ensure_future(_first(one, each)) for each in begun if isinstance(each, Following)]
        while one.tail.looks < 5:
            await asyncio.sleep(0.02)
        assert one.open == 100
        assert one.tail.position == end
        looks = one.tail.looks
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert one.open == 0
        return looks, one.tail.pages, one.made

    looks, pages, made = asyncio.run(waited())
    assert (pages, made) == (0, 0)
    tell(f"subscriptions: 100 that wait: {looks} looks at the log in all, {pages} pages read, {made} answers made")


async def _first(one: Operations, begun: Following) -> None:
    async with aclosing(one.follow(begun)) as following:
        async for told in following:
            assert not told
