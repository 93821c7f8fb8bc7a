"""A small archive of real cases, and a portal over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from api.context import Context
from api.guard import Guard
from api.portal import error_pages, routes
from api.terms import TERMS
from domain.archive import open_archive
from domain.documents import Document, document_id
from domain.facts import Claims, Pending, Source
from domain.meetings import FORMAL, WRITTEN, Meeting, Sitting, meeting_id, sitting_id
from domain.members import Membership, Name, Seat, membership_id, name_id, seat_id
from domain.missions import Mission, mission_id
from domain.peacebuilding import Advice, advice_id
from domain.vetoes import Veto, listed_veto_id, veto_id
from domain.votes import Vote, proposal_vote_id, resolution_vote_id
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.views import Views
from tests import council
from tests.api.portal import practice

P5 = ("CHN", "FRA", "RUS", "GBR", "USA")

HOSTILE = "<script>alert('title')</script> & \"quoted\""


def _ballots(**choices: str) -> dict[str, str]:
    """Ballots by choice: ``yes="CHN FRA"``."""
    return {code: choice.replace("_", " ") for choice, codes in choices.items() for code in codes.split()}


def _fact(record: str, verb: str, source: str, claims: Claims, row: str = "") -> Pending:
    return Pending(record, verb, Source(name=source, row=row), claims)


def facts() -> list[Pending]:
    """Real cases, each chosen for what it shows."""
    ballots_916 = _ballots(yes="CHN FRA RUS ARG TCD CHL JOR LUX", abstain="GBR LTU NGA RWA KOR", no="USA AUS")
    ballots_2623 = _ballots(yes="ALB BRA FRA GAB GHA IRL KEN MEX NOR GBR USA", abstain="CHN IND ARE", no="RUS")
    ballots_431 = _ballots(yes="ALB BRA FRA GAB GHA IND IRL KEN MEX NOR ARE GBR USA", no="CHN RUS")
    all_2004 = _ballots(yes="CHN FRA RUS GBR USA AGO BEN BRA CHL DZA DEU PAK PHL ROU ESP")
    yes_2518 = _ballots(yes="CHN FRA RUS GBR USA BEL DOM EST DEU IDN NER VCT ZAF TUN VNM")
    made = [
        _fact(
            f"{name_id(code, 'en', first)}",
            "borne",
            "curated",
            Name(member=code, name=name, language="en", first=first),
        )
        for code, first, name in (
            ("RUS", "", "Union of Soviet Socialist Republics"),
            ("RUS", "1991-12-24", "Russian Federation"),
            ("USA", "", "United States of America"),
            ("FRA", "", "France"),
            ("CHN", "", "China"),
            ("GBR", "", "United Kingdom of Great Britain and Northern Ireland"),
        )
    ]
    made += [
        _fact(
            membership_id(code, year),
            "held",
            "membership",
            Membership(member=code, year=year, permanent=code in P5),
        )
        for code, year in [*((code, year) for code in P5 for year in (2014, 2022)), ("AUS", 2014), ("KEN", 2022)]
    ]
    made += [
        _fact(
            seat_id("CHN", "1971-10-25"),
            "held",
            "curated",
            Seat(member="CHN", holder="People's Republic of China", first="1971-10-25"),
        ),
        _fact(
            proposal_vote_id("S/2014/916"),
            "taken",
            "sciencespo-votes",
            Vote(
                label="S/2014/916",
                draft="S/2014/916",
                proposal="draft resolution",
                meeting="S/PV.7354",
                date="2014-12-30",
                title="The situation in the Middle East, including the Palestinian question",
                outcome="not adopted",
                modality="vote",
                tally="8-2-5",
                ballots=ballots_916,
            ),
            "unsc_votes.csv:688",
        ),
        _fact(
            resolution_vote_id(1559),
            "taken",
            "sciencespo-votes",
            Vote(
                label="S/RES/1559(2004)",
                resolution=1559,
                meeting="S/PV.5028",
                date="2004-09-02",
                title="withdrawal of foreign forces from Lebanon",
                outcome="adopted",
                modality="vote",
                tally="15-0-0",
                ballots=all_2004,
            ),
        ),
        _fact(
            resolution_vote_id(1559),
            "taken",
            "library-meetings",
            Vote(date="2004-09-02", tally="9-0-6", outcome="adopted"),
        ),
        _fact(
            resolution_vote_id(2623),
            "taken",
            "sciencespo-votes",
            Vote(
                label="S/RES/2623(2022)",
                resolution=2623,
                meeting="S/PV.8980",
                date="2022-02-27",
                title="emergency special session of the General Assembly …",
                outcome="adopted",
                modality="vote",
                tally="11-1-3",
                ballots=ballots_2623,
            ),
        ),
        _fact(
            resolution_vote_id(2034),
            "taken",
            "sciencespo-votes",
            Vote(
                label="S/RES/2034(2012)",
                resolution=2034,
                date="2012-01-19",
                title="Sudan",
                outcome="adopted",
                modality="vote",
            ),
        ),
        _fact(
            resolution_vote_id(2518),
            "taken",
            "sciencespo-votes",
            Vote(
                label="S/RES/2518(2020)",
                resolution=2518,
                date="2020-03-30",
                title="safety and security of peacekeepers",
                records=["S/2020/268", "S/2020/249"],
                outcome="adopted",
                modality="vote",
                tally="15-0-0",
                ballots=yes_2518,
            ),
        ),
        _fact(
            proposal_vote_id("S/2022/431"),
            "taken",
            "sciencespo-votes",
            Vote(
                label="S/2022/431",
                draft="S/2022/431",
                meeting="S/PV.9048",
                date="2022-05-26",
                title=HOSTILE,
                outcome="vetoed",
                modality="vote",
                tally="13-2-0",
                ballots=ballots_431,
                vetoed_by=["CHN", "RUS"],
            ),
        ),
        _fact(
            proposal_vote_id("S/3502", 2),
            "taken",
            "sciencespo-votes",
            Vote(
                label="S/3502",
                draft="S/3502",
                date="1955-12-13",
                title="admission",
                outcome="not adopted",
                modality="vote",
                tally="1-0-10",
            ),
        ),
        *(
            _fact(
                veto_id("vote:S/2022/431", member),
                "cast",
                "library-vetoes",
                Veto(vote="vote:S/2022/431", member=member, date="2022-05-26", draft="S/2022/431", meeting="S/PV.9048"),
            )
            for member in ("CHN", "RUS")
        ),
        _fact(
            listed_veto_id("S/PV.45", "1946-06-18", 1, "RUS"),
            "cast",
            "library-vetoes",
            Veto(member="RUS", date="1946-06-18", meeting="S/PV.47", agenda="The Spanish question"),
        ),
        *(
            _fact(
                meeting_id(f"S/PV.{number}"),
                "convened",
                "library-meetings",
                Meeting(number=number, symbol=f"S/PV.{number}", date=date, mode=FORMAL, topics=[topic]),
            )
            for number, date, topic in (
                (9048, "2022-05-26", "Non-proliferation"),
                (9050, "2022-06-02", "Maintenance of international peace and security"),
                (9052, "2022-06-07", "Maintenance of peace and security of Ukraine"),
            )
        ),
        _fact(
            sitting_id("S/PV.9052 (Resumption 1)"),
            "resumed",
            "library-meetings",
            Sitting(meeting="S/PV.9052", symbol="S/PV.9052 (Resumption 1)", part=1, date="2022-06-07"),
        ),
        _fact(
            meeting_id("S/2020/249"),
            "convened",
            "library-meetings",
            Meeting(symbol="S/2020/249", date="2020-03-30", mode=WRITTEN, letters=["S/2020/268", "S/2020/249"]),
        ),
        _fact(
            mission_id(2023, "Ethiopia"),
            "undertaken",
            "missions",
            Mission(
                year=2023,
                title="Security Council mission to Ethiopia",
                first="2023-10-05",
                last="2023-10-07",
                countries=["Ethiopia"],
                report="S/2023/710",
            ),
        ),
        _fact(
            advice_id("S/PV.9086"),
            "considered",
            "curated",
            Advice(topic="West Africa and the Sahel", meeting="S/PV.9086", considered_on="2022-07-07", form="briefing"),
        ),
        _fact(
            document_id("S/RES/2623 (2022)"),
            "issued",
            "sciencespo-votes",
            Document(
                symbol="S/RES/2623 (2022)",
                type="resolution",
                date="2022-02-27",
                title="emergency special session of the General Assembly …",
                truncated=True,
            ),
        ),
        _fact(
            document_id("S/PRST/2014/28"),
            "issued",
            "library-meetings",
            Document(symbol="S/PRST/2014/28", type="presidential statement", date="2014-12-19", meeting="S/PV.7351"),
        ),
    ]
    return made


@dataclass
class Portal:
    """The portal over the small archive."""

    context: Context
    app: Starlette
    before: int
    """The position before the correction and the second source of S/RES/1559."""


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The archive: facts recorded at 10:00, a correction an hour later."""
    folder = tmp_path_factory.mktemp("portal")
    archive = open_archive(environment(None, folder / "log.db"))
    now = [datetime(2026, 11, 23, 10, 0, tzinfo=UTC)]
    archive._clock = lambda: now[0]
    list(archive.record(facts(), by="tester"))
    before = archive.position()
    now[0] += timedelta(hours=1)
    archive.correct(
        "vote:S/2014/916",
        "title",
        "Middle East, put right",
        authority="S/PV.7354",
        reason="a test of corrections",
        by="tester",
    )
    place = SqlitePlace(folder / "views")
    ReadModels(archive, place).catch_up()
    context = Context(archive, Views(place))
    yield Portal(context, guarded(context), before)
    context.views.close()
    archive.close()


@pytest.fixture(scope="session")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The archive of working methods and accountability: every kind there is, and one name withheld."""
    folder = tmp_path_factory.mktemp("practice")
    archive = open_archive(environment(None, folder / "log.db"), council.Keys())
    told = [*council.everything(), *council.practice(), *council.supposed(), *practice.cases()]
    list(archive.record(told, by="tester"))
    before = archive.position()
    archive.redact("briefing:S/PV.8539#1", authority="a clerk", reason="protection of a person", by="tester")
    place = SqlitePlace(folder / "views")
    ReadModels(archive, place).catch_up()
    context = Context(archive, Views(place))
    yield Portal(context, guarded(context), before)
    context.views.close()
    archive.close()


def guarded(context: Context) -> Starlette:
    """The portal alone, within the guard that stands around everything."""
    guard = Middleware(Guard, terms=TERMS)
    return Starlette(routes=routes(context), exception_handlers=error_pages(context), middleware=[guard])


@pytest.fixture
def client(portal: Portal) -> TestClient:
    """A client that shows redirects instead of following them."""
    return TestClient(portal.app, follow_redirects=False)
