"""Real cases of the Council's practice as facts, for tests on every floor. Each is named by its symbol."""

from __future__ import annotations

from domain.documents import Document, document_id
from domain.facts import Claims, Pending, Source
from domain.meetings import FORMAL, Meeting, Sitting, meeting_id, sitting_id
from domain.members import Membership, Name, Seat, membership_id, name_id, seat_id
from domain.missions import Mission, mission_id
from domain.peacebuilding import Advice, advice_id
from domain.vetoes import Veto, veto_id
from domain.votes import Vote, proposal_vote_id, resolution_vote_id

FIFTEEN_2014 = ["ARG", "AUS", "CHL", "CHN", "FRA", "GBR", "JOR", "KOR", "LTU", "LUX", "NGA", "RUS", "RWA", "TCD", "USA"]
FIFTEEN_2022 = ["ALB", "ARE", "BRA", "CHN", "FRA", "GAB", "GBR", "GHA", "IND", "IRL", "KEN", "MEX", "NOR", "RUS", "USA"]
FIFTEEN_2004 = ["AGO", "BEN", "BRA", "CHL", "CHN", "DEU", "DZA", "ESP", "FRA", "GBR", "PAK", "PHL", "ROU", "RUS", "USA"]

POLL = "sciencespo-votes"
TABLES = "library-meetings"
LIST = "library-vetoes"


def ballots(members: list[str], no: str = "", abstain: str = "", not_voting: str = "") -> dict[str, str]:
    """Ballots of a Council: everyone yes but those named (codes separated by blanks)."""
    cast = dict.fromkeys(members, "yes")
    for names, choice in ((no, "no"), (abstain, "abstain"), (not_voting, "not voting")):
        cast.update(dict.fromkeys(names.split(), choice))
    return cast


def fact(record: str, verb: str, claims: Claims, source: str = POLL, row: str = "", part: int = 0) -> Pending:
    """A fact as a source states it."""
    return Pending(record, verb, Source(name=source, row=row, part=part), claims)


def s_2014_916() -> list[Pending]:
    """S/2014/916, 30 December 2014: eight yes, the United States and Australia against. Not a veto."""
    vote = proposal_vote_id("S/2014/916")
    cast = ballots(FIFTEEN_2014, no="AUS USA", abstain="GBR KOR LTU NGA RWA")
    return [
        fact(
            vote,
            "taken",
            Vote(
                label="S/2014/916",
                draft="S/2014/916",
                proposal="draft resolution",
                date="2014-12-30",
                title="The situation in the Middle East, including the Palestinian question",
                outcome="not adopted",
                modality="vote",
                tally="8-2-5",
                not_voting=0,
                ballots=cast,
            ),
            row="2597",
        ),
        fact(
            vote,
            "taken",
            Vote(draft="S/2014/916", date="2014-12-30", meeting="S/PV.7354", outcome="not adopted", tally="8-2-5"),
            TABLES,
        ),
    ]


def s_res_1559() -> list[Pending]:
    """S/RES/1559 (2004): 9-0-6 in the Library's table, 15-0-0 in the Sciences Po data set."""
    vote = resolution_vote_id(1559)
    return [
        fact(
            vote,
            "taken",
            Vote(
                label="S/RES/1559(2004)",
                resolution=1559,
                year=2004,
                date="2004-09-02",
                title="Political independence and withdrawal of foreign forces from Lebanon",
                outcome="adopted",
                modality="vote",
                tally="15-0-0",
                not_voting=0,
                ballots=ballots(FIFTEEN_2004),
            ),
            row="1990",
        ),
        fact(
            vote,
            "taken",
            Vote(
                resolution=1559,
                year=2004,
                date="2004-09-02",
                meeting="S/PV.5028",
                outcome="adopted",
                modality="vote",
                tally="9-0-6",
            ),
            TABLES,
        ),
        fact(
            document_id("S/RES/1559 (2004)"),
            "issued",
            Document(
                symbol="S/RES/1559 (2004)", type="resolution", date="2004-09-02", title="On Lebanon", language="en"
            ),
        ),
    ]


def s_res_2623() -> list[Pending]:
    """S/RES/2623 (2022): 11-1-3, adopted against the No of a permanent member, hence procedural."""
    cast = ballots(FIFTEEN_2022, no="RUS", abstain="ARE CHN IND")
    vote = Vote(
        label="S/RES/2623(2022)",
        resolution=2623,
        year=2022,
        date="2022-02-27",
        title="Calling of an emergency special session of the General Assembly",
        outcome="adopted",
        modality="vote",
        tally="11-1-3",
        not_voting=0,
        ballots=cast,
    )
    return [fact(resolution_vote_id(2623), "taken", vote, row="2986")]


def s_res_2034() -> list[Pending]:
    """S/RES/2034 (2012): adopted without a vote; no ballots are invented."""
    vote = Vote(
        label="S/RES/2034(2012)",
        resolution=2034,
        year=2012,
        date="2012-01-19",
        title="Date of election to fill a vacancy in the International Court of Justice",
        outcome="adopted",
        modality="without a vote",
        not_voting=15,
    )
    return [fact(resolution_vote_id(2034), "taken", vote, row="2475")]


def s_2022_155() -> list[Pending]:
    """S/2022/155, 25 February 2022: eleven yes, vetoed by the Russian Federation."""
    vote = proposal_vote_id("S/2022/155")
    cast = ballots(FIFTEEN_2022, no="RUS", abstain="ARE CHN IND")
    veto = Veto(vote=vote, member="RUS", date="2022-02-25", draft="S/2022/155")
    return [
        fact(
            vote,
            "taken",
            Vote(
                label="S/2022/155",
                draft="S/2022/155",
                proposal="draft resolution",
                date="2022-02-25",
                title="Ukraine",
                outcome="vetoed",
                modality="vote",
                tally="11-1-3",
                not_voting=0,
                ballots=cast,
            ),
            row="2985",
        ),
        fact(veto_id(vote, "RUS"), "cast", veto, row="2985"),
        fact(
            veto_id(vote, "RUS"),
            "cast",
            Veto(vote=vote, member="RUS", date="2022-02-25", draft="S/2022/155", meeting="S/PV.8979"),
            LIST,
        ),
    ]


def s_res_2541() -> list[Pending]:
    """S/RES/2541 (2020): voted by letter, so without a meeting; its records are letters."""
    return [
        fact(
            resolution_vote_id(2541),
            "taken",
            Vote(
                resolution=2541,
                year=2020,
                date="2020-08-31",
                title="Mali",
                outcome="adopted",
                tally="15-0-0",
                records=["S/2020/867", "S/2020/859"],
            ),
            TABLES,
        ),
        fact(
            meeting_id("S/2020/859"),
            "convened",
            Meeting(
                symbol="S/2020/859",
                date="2020-08-31",
                mode="written procedure",
                private=False,
                topics=["The situation in Mali"],
                letters=["S/2020/867", "S/2020/859"],
            ),
            TABLES,
        ),
    ]


def meetings() -> list[Pending]:
    """S/PV.7354, S/PV.5028, S/PV.8979, S/PV.9052 and its resumption, and the private S/PV.77."""
    told = []
    for number, date, topic, private in (
        (77, "1946-10-16", "Notification under article 12 (2)", True),
        (5028, "2004-09-02", "The situation in the Middle East", False),
        (7354, "2014-12-30", "The situation in the Middle East, including the Palestinian question", False),
        (8979, "2022-02-25", "Letter dated 28 February 2014 (S/2014/136)", False),
        (9052, "2022-06-02", "Maintenance of international peace and security", False),
    ):
        symbol = f"S/PV.{number}"
        claims = Meeting(
            number=number,
            symbol=symbol,
            date=date,
            mode=FORMAL,
            private=private,
            topics=[topic],
            press=[],
            corrigenda=[],
        )
        told.append(fact(meeting_id(symbol), "convened", claims, TABLES))
    resumed = "S/PV.9052 (Resumption 1)"
    sitting = Sitting(meeting="S/PV.9052", symbol=resumed, part=1, date="2022-06-02", private=False)
    told.append(fact(sitting_id(resumed), "resumed", sitting, TABLES))
    return told


def members() -> list[Pending]:
    """France, the Russian Federation under two names, Australia's term 2013–2014, China's seat."""
    told = []
    for code, years, permanent in (
        ("FRA", range(2012, 2016), True),
        ("RUS", range(2012, 2016), True),
        ("AUS", range(2013, 2015), False),
    ):
        for year in years:
            claims = Membership(member=code, year=year, permanent=permanent)
            told.append(fact(membership_id(code, year), "held", claims, "membership"))
    for code, name, first, last in (
        ("FRA", "France", "", None),
        ("RUS", "Union of Soviet Socialist Republics", "", "1991-12-23"),
        ("RUS", "Russian Federation", "1991-12-24", None),
        ("AUS", "Australia", "", None),
    ):
        claims_of_name = Name(member=code, name=name, language="en", first=first or None, last=last)
        told.append(fact(name_id(code, "en", first), "borne", claims_of_name, "curated"))
    seat = Seat(member="CHN", holder="People's Republic of China", first="1971-10-25")
    told.append(fact(seat_id("CHN", "1971-10-25"), "held", seat, "curated"))
    return told


def missions() -> list[Pending]:
    """The two missions of 2023."""
    told = []
    congo = "Security Council mission to the Democratic Republic of the Congo"
    for title, first, last, country, terms in (
        (congo, "2023-03-09", "2023-03-12", "Democratic Republic of the Congo", "S/2023/186"),
        ("Security Council mission to Ethiopia", "2023-10-05", "2023-10-06", "Ethiopia", "S/2023/710"),
    ):
        claims = Mission(
            year=2023,
            title=title,
            first=first,
            last=last,
            countries=[country],
            terms_of_reference=terms,
            region="Africa",
        )
        told.append(fact(mission_id(2023, title), "undertaken", claims, "missions"))
    return told


def advice() -> list[Pending]:
    """The Peacebuilding Commission's Chair at S/PV.9086."""
    claims = Advice(topic="West Africa and the Sahel", form="briefing", meeting="S/PV.9086", considered_on="2022-07-07")
    return [fact(advice_id("S/PV.9086"), "considered", claims, "curated")]


def everything() -> list[Pending]:
    """All cases, in the order an archive would be filled."""
    return [
        *members(),
        *s_res_1559(),
        *s_res_2034(),
        *s_2014_916(),
        *s_2022_155(),
        *s_res_2623(),
        *s_res_2541(),
        *meetings(),
        *missions(),
        *advice(),
    ]
