"""Real cases of the Council's practice as facts, for tests on every floor. Each is named by its symbol."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from domain.charter import PERMANENT
from domain.debates import (
    Briefing,
    Invitation,
    Proposal,
    Speech,
)
from domain.documents import AnnualReport, Document, DocumentText, annual_report_id, document_id, text_id
from domain.facts import Claims, Pending, Source
from domain.holidays import Holiday, holiday_id
from domain.meetings import FORMAL, OPEN_DEBATE, Meeting, Sitting, meeting_id, sitting_id
from domain.members import Election, Membership, Name, Seat, election_id, membership_id, name_id, seat_id
from domain.missions import Mission, mission_id
from domain.notes import Assessment, Note, Paragraph, note_id, paragraph_id
from domain.peacebuilding import GENERAL_ASSEMBLY, Advice, Participation, advice_id, participation_id
from domain.presidencies import TOLEDO, Cession, Presidency, presidency_id
from domain.subsidiaries import (
    Body,
    BodyMeeting,
    Chair,
    Listing,
    Measure,
    Regime,
    Report,
    chair_id,
    measure_id,
)
from domain.vetoes import Followup, Veto, followup_id, veto_id
from domain.votes import Vote, proposal_vote_id, resolution_vote_id

FIFTEEN_2014 = ["ARG", "AUS", "CHL", "CHN", "FRA", "GBR", "JOR", "KOR", "LTU", "LUX", "NGA", "RUS", "RWA", "TCD", "USA"]
FIFTEEN_2022 = ["ALB", "ARE", "BRA", "CHN", "FRA", "GAB", "GBR", "GHA", "IND", "IRL", "KEN", "MEX", "NOR", "RUS", "USA"]
FIFTEEN_2023 = ["ALB", "ARE", "BRA", "CHE", "CHN", "ECU", "FRA", "GAB", "GBR", "GHA", "JPN", "MLT", "MOZ", "RUS", "USA"]
FIFTEEN_2017 = ["BOL", "CHN", "EGY", "ETH", "FRA", "GBR", "ITA", "JPN", "KAZ", "RUS", "SEN", "SWE", "UKR", "URY", "USA"]
FIFTEEN_2004 = ["AGO", "BEN", "BRA", "CHL", "CHN", "DEU", "DZA", "ESP", "FRA", "GBR", "PAK", "PHL", "ROU", "RUS", "USA"]

POLL = "sciencespo-votes"
TABLES = "library-meetings"
LIST = "library-vetoes"
CURATED = "curated"


class Keys:
    """A keyring that lasts as long as its test: archives opened with the same one are one archive."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], bytes] = {}
        self.position = 0

    def fresh(self, events: Sequence[tuple[str, int]]) -> list[bytes]:
        return [self.kept.setdefault(each, secrets.token_bytes(32)) for each in events]

    def key(self, record: str, version: int) -> bytes | None:
        return self.kept.get((record, version))

    def destroy(self, records: Sequence[str]) -> int:
        gone = [each for each in self.kept if each[0] in records]
        for each in gone:
            del self.kept[each]
        return len(gone)

    def reached(self) -> int:
        return self.position

    def reach(self, position: int) -> None:
        self.position = position

    def close(self) -> None:
        self.kept.clear()


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


def s_2022_431() -> list[Pending]:
    """S/2022/431, vetoed by two on 26 May 2022; the Assembly debated it on 8 June at A/76/PV.77 and A/76/PV.78."""
    vote = proposal_vote_id("S/2022/431")
    claims = Vote(
        label="S/2022/431",
        draft="S/2022/431",
        proposal="draft resolution",
        date="2022-05-26",
        meeting="S/PV.9048",
        title="Non-proliferation: Democratic People's Republic of Korea",
        outcome="vetoed",
        modality="vote",
        tally="13-2-0",
        ballots=ballots(FIFTEEN_2022, no="CHN RUS"),
    )
    followup = Followup(
        vote=vote,
        date="2022-05-26",
        draft="S/2022/431",
        meeting="S/PV.9048",
        debated_on="2022-06-08",
        debated_at=["A/76/PV.77", "A/76/PV.78"],
    )
    casts = [
        fact(
            veto_id(vote, member),
            "cast",
            Veto(vote=vote, member=member, date="2022-05-26", draft="S/2022/431", meeting="S/PV.9048"),
            LIST,
        )
        for member in ("CHN", "RUS")
    ]
    return [fact(vote, "taken", claims), *casts, fact(followup_id(vote), "debated", followup, CURATED)]


def mali() -> list[Pending]:
    """The regime of S/RES/2374 (2017), adopted by all; its renewal, S/2023/638, was vetoed on 30 August 2023."""
    imposed, renewal = resolution_vote_id(2374), proposal_vote_id("S/2023/638")
    regime = "regime:2374"
    return [
        fact(
            imposed,
            "taken",
            Vote(
                resolution=2374,
                year=2017,
                date="2017-09-05",
                title="Mali",
                outcome="adopted",
                modality="vote",
                tally="15-0-0",
                ballots=ballots(FIFTEEN_2017),
            ),
        ),
        fact(
            renewal,
            "taken",
            Vote(
                label="S/2023/638",
                draft="S/2023/638",
                proposal="draft resolution",
                date="2023-08-30",
                title="Mali",
                outcome="vetoed",
                modality="vote",
                tally="13-1-1",
                ballots=ballots(FIFTEEN_2023, no="RUS", abstain="CHN"),
            ),
        ),
        fact(
            "body:2374",
            "established",
            Body(
                name="Committee established pursuant to resolution 2374 (2017) concerning Mali",
                type="sanctions committee",
                established_by="S/RES/2374 (2017)",
                established_on="2017-09-05",
            ),
            CURATED,
        ),
        fact(
            regime,
            "imposed",
            Regime(
                name="Mali",
                imposed_by="S/RES/2374 (2017)",
                imposed_on="2017-09-05",
                committee="body:2374",
                territories=["MLI"],
                measures=["travel ban", "asset freeze"],
            ),
            CURATED,
        ),
        fact(
            measure_id(regime, "S/RES/2374 (2017)"),
            "decided",
            Measure(regime=regime, action="imposed", resolution="S/RES/2374 (2017)", date="2017-09-05"),
            CURATED,
        ),
        fact(
            measure_id(regime, "S/2023/638"),
            "decided",
            Measure(regime=regime, action="renewed", draft="S/2023/638", date="2023-08-30"),
            CURATED,
        ),
    ]


def s_res_2664(several: bool) -> list[Pending]:
    """Humanitarian aid is exempt from asset freezes, 9 December 2022: as a decision on several regimes, or on all."""
    taken = Vote(resolution=2664, year=2022, date="2022-12-09", outcome="adopted", modality="vote", tally="14-0-1")
    regimes = ["regime:1267", "regime:2374"] if several else None
    decided = Measure(
        regimes=regimes,
        general=None if several else True,
        action="modified",
        resolution="S/RES/2664 (2022)",
        date="2022-12-09",
    )
    return [
        fact(resolution_vote_id(2664), "taken", taken),
        fact(measure_id("", "S/RES/2664"), "decided", decided, CURATED),
    ]


def al_qaida() -> list[Pending]:
    """The Committee of S/RES/1267 (1999), its Ombudsperson, its chair of 2024, a report and an entity on its list."""
    committee = "body:1267"
    ombudsperson = Body(
        name="Office of the Ombudsperson",
        type="due process",
        parent=committee,
        established_by="S/RES/1904 (2009)",
        established_on="2009-12-17",
    )
    listing = Listing(regime="regime:1267", reference="QDe.004", type="entity", name="Al-Qaida", listed_on="2001-10-06")
    return [
        fact(
            committee,
            "established",
            Body(
                name="Committee pursuant to resolutions 1267 (1999), 1989 (2011) and 2253 (2015)",
                type="sanctions committee",
                established_by="S/RES/1267 (1999)",
                established_on="1999-10-15",
            ),
            CURATED,
        ),
        fact("body:ombudsperson", "established", ombudsperson, CURATED),
        fact(
            "regime:1267",
            "imposed",
            Regime(name="ISIL (Da'esh) and Al-Qaida", imposed_by="S/RES/1267 (1999)", committee=committee),
            CURATED,
        ),
        fact(
            chair_id(committee, 2024, "MLT"),
            "appointed",
            Chair(body=committee, year=2024, member="MLT", role="chair", appointed_by="S/2024/2"),
            CURATED,
        ),
        fact(
            "report:S/2024/92",
            "submitted",
            Report(body=committee, symbol="S/2024/92", type="monitoring team"),
            CURATED,
        ),
        fact("listing:1267/QDe.004", "listed", listing, CURATED),
    ]


def notes() -> list[Pending]:
    """The notes 507 of 2006, 2010, 2017 and 2024, each in place of the one before, and two paragraphs of 2017."""
    told, before = [], None
    for symbol, date in (
        ("S/2006/507", "2006-07-19"),
        ("S/2010/507", "2010-07-26"),
        ("S/2017/507", "2017-08-30"),
        ("S/2024/507", "2024-12-13"),
    ):
        note = Note(symbol=symbol, date=date, compendium=True, supersedes=[before] if before else None)
        told.append(fact(note_id(symbol), "issued", note, CURATED))
        before = symbol
    for number, topic in ((21, "Formats of public meetings"), (140, "Newly elected members observe from 1 October")):
        paragraph = Paragraph(note="S/2017/507", number=number, date="2017-08-30", topic=topic)
        told.append(fact(paragraph_id("S/2017/507", number), "agreed", paragraph, CURATED))
    return told


def practice() -> list[Pending]:
    """Working methods and accountability: S/PV.8175, S/PV.9410, Albania's presidency, Slovenia's election …"""
    told = [*s_2022_431(), *mali(), *al_qaida(), *notes()]
    for number, date, president in ((8175, "2018-02-06", "KWT"), (9410, "2023-09-05", "ALB")):
        meeting = Meeting(
            number=number,
            symbol=f"S/PV.{number}",
            date=date,
            mode=FORMAL,
            format=OPEN_DEBATE,
            president=president,
            agenda="Implementation of the note by the President of the Security Council",
        )
        told.append(fact(meeting_id(f"S/PV.{number}"), "convened", meeting, TABLES))
    ian_martin = Briefing(
        meeting="S/PV.8175",
        number=1,
        date="2018-02-06",
        person="Ian Martin",
        organisation="Security Council Report",
        category="civil society",
    )
    slovenia = Election(member="SVN", term_first=2024, term_last=2025, date="2023-06-06", votes=153)
    memorial_day = Holiday(date="2022-05-30", name="Memorial Day")
    return [
        *told,
        fact(Briefing.nth("S/PV.8175", 1), "given", ian_martin, CURATED),
        fact(presidency_id("2023-09"), "held", Presidency(month="2023-09", member="ALB"), CURATED),
        fact(election_id("SVN", 2024), "elected", slovenia, CURATED),
        fact(annual_report_id("2023"), "adopted", AnnualReport(covers="2023", symbol="A/78/2"), CURATED),
        fact(holiday_id("2022-05-30"), "designated", memorial_day, CURATED),
    ]


def supposed() -> list[Pending]:
    """What the other kinds need to be tested and no source at hand states: supposed, not told by anybody."""
    pv, resumed = "S/PV.9410", "S/PV.9410 (Resumption 1)"
    morning, afternoon = "2023-09-05T10:05/2023-09-05T13:10", "2023-09-05T15:00/2023-09-05T17:45"
    speeches = [
        Speech(meeting=pv, number=1, member="CHE", behalf=["ECU", "MLT"], date="2023-09-05", language="fr"),
        Speech(meeting=pv, number=2, member="FRA", date="2023-09-05"),
        Speech(meeting=pv, number=10, member="FRA", date="2023-09-05"),
        Speech(meeting=resumed, number=11, organisation="European Union", date="2023-09-05"),
    ]
    spoken = [
        fact(Speech.nth(pv, one.number or 0), "delivered", one, "supposed")
        for one in sorted(speeches, key=lambda one: -(one.number or 0))
    ]
    paragraph = "S/2017/507/140"
    others: list[tuple[str, str, Claims]] = [
        (meeting_id(pv), "convened", Meeting(symbol=pv, hours=[morning])),
        (sitting_id(resumed), "resumed", Sitting(meeting=pv, symbol=resumed, part=1, hours=[afternoon])),
        (
            Invitation.nth(pv, 1),
            "decided",
            Invitation(meeting=pv, rule="39", party="Council report", person="A. N. Other", decision="granted"),
        ),
        (
            Proposal.nth(pv, 1),
            "made",
            Proposal(
                meeting=pv,
                text="Observe from 1 September",
                speech=Speech.nth(pv, 1),
                member="CHE",
                paragraph=paragraph,
                status="taken up",
                taken_up_in="S/2024/507/140",
            ),
        ),
        (
            participation_id("S/PV.9410", GENERAL_ASSEMBLY),
            "taken_part",
            Participation(meeting="S/PV.9410", organ=GENERAL_ASSEMBLY, capacity="President"),
        ),
        (
            presidency_id("2022-05"),
            "held",
            Presidency(month="2022-05", member="USA", unassessed_by="2022-12-31", wrap_up_format=TOLEDO),
        ),
        (
            Cession.nth("2022-05", 1),
            "ceded",
            Cession(month="2022-05", member="USA", taken_by="ALB", question="A question", meeting="S/PV.9048"),
        ),
        (
            paragraph_id("S/2024/507", 140),
            "agreed",
            Paragraph(note="S/2024/507", number=140, derives_from=[paragraph], supersedes=[paragraph]),
        ),
        (note_id("S/2019/990"), "issued", Note(symbol="S/2019/990", amends=[paragraph])),
        (
            Assessment.nth(paragraph, 1),
            "made",
            Assessment(paragraph=paragraph, assessor="A delegation", rating="implemented", evidence=[pv]),
        ),
        (
            "body_meeting:1267/1",
            "held",
            BodyMeeting(body="body:1267", number=1, date="2024-01-15", open=False, informal=True),
        ),
        ("regime:1267", "imposed", Regime(name="Al-Qaida", succeeded_by="regime:2374")),
        (
            text_id(Speech.nth(pv, 1), "fr"),
            "published",
            DocumentText(about=Speech.nth(pv, 1), language="fr", version=1, text="Bonjour"),
        ),
        (
            document_id("S/2023/945"),
            "issued",
            Document(symbol="S/2023/945", type="note", date="2023-12-01", languages=["en", "fr"]),
        ),
        (
            document_id("S/2023/945/Corr.1"),
            "issued",
            Document(symbol="S/2023/945/Corr.1", type="note", corrects="S/2023/945", concerns=["fr"]),
        ),
    ]
    return [*(fact(record, verb, claims, "supposed") for record, verb, claims in others), *spoken]


COUNCILS = {
    2021: "CHN EST FRA GBR IND IRL KEN MEX NER NOR RUS TUN USA VCT VNM",
    2022: " ".join(FIFTEEN_2022),
    2023: "ALB ARE BRA CHE CHN ECU FRA GAB GBR GHA JPN MLT MOZ RUS USA",
    2024: "CHE CHN DZA ECU FRA GBR GUY JPN KOR MLT MOZ RUS SLE SVN USA",
}
"""Who sat on the Council."""

NAMED = {
    **{"ALB": "Albania", "ARE": "United Arab Emirates", "BRA": "Brazil", "CHE": "Switzerland", "CHN": "China"},
    **{"DZA": "Algeria", "ECU": "Ecuador", "EST": "Estonia", "FRA": "France", "GAB": "Gabon", "GHA": "Ghana"},
    **{"GBR": "United Kingdom of Great Britain and Northern Ireland", "GUY": "Guyana", "IND": "India"},
    **{"IRL": "Ireland", "JPN": "Japan", "KEN": "Kenya", "KOR": "Republic of Korea", "MEX": "Mexico", "MLT": "Malta"},
    **{"MOZ": "Mozambique", "NER": "Niger", "NOR": "Norway", "RUS": "Russian Federation", "SLE": "Sierra Leone"},
    **{"SVN": "Slovenia", "TUN": "Tunisia", "USA": "United States of America", "VNM": "Viet Nam"},
    **{"VCT": "Saint Vincent and the Grenadines"},
}
"""Code → the English name borne in those years."""


def council_of(*years: int) -> list[Pending]:
    """The members of years from 2021 to 2024, and their names."""
    told = []
    for year in years:
        for code in COUNCILS[year].split():
            claims = Membership(member=code, year=year, permanent=code in PERMANENT)
            told.append(fact(membership_id(code, year), "held", claims, "membership"))
    for code in sorted({code for year in years for code in COUNCILS[year].split()}):
        told.append(fact(name_id(code, "en", ""), "borne", Name(member=code, name=NAMED[code], language="en"), CURATED))
    return told


def presided(month: str, member: str) -> Pending:
    """Who presided in a month."""
    return fact(presidency_id(month), "held", Presidency(month=month, member=member), CURATED)


def holidays(*days: str) -> list[Pending]:
    """Official holidays at Headquarters on these days."""
    return [fact(holiday_id(day), "designated", Holiday(date=day, name="A holiday"), CURATED) for day in days]


def vetoed(draft: str, date: str) -> Pending:
    """A vetoed proposal, with no more than its day."""
    vote = Vote(label=draft, draft=draft, proposal="draft resolution", date=date, outcome="vetoed")
    return fact(proposal_vote_id(draft), "taken", vote)


def followed(claims: Followup) -> Pending:
    """What the Assembly made of a vetoed proposal."""
    return fact(followup_id(claims.vote or ""), "debated", claims, CURATED)
