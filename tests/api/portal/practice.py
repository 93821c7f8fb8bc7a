"""Further real cases for the portal: a presidency with its three open debates, two debates, and a shared wrap-up."""

from __future__ import annotations

from domain.debates import Briefing, Invitation, Proposal, Speech
from domain.facts import Claims, Pending
from domain.meetings import FORMAL, OPEN_DEBATE, Meeting, meeting_id
from domain.notes import Paragraph, paragraph_id
from domain.presidencies import PRESS, TOLEDO, Presidency, presidency_id
from domain.subsidiaries import Measure, Report, measure_id
from domain.symbols import parse
from domain.vetoes import Followup, followup_id
from tests.council import fact

TEN = ["BEL", "CIV", "DEU", "DOM", "GNQ", "IDN", "KWT", "PER", "POL"]
"""The elected members of 2019 for whom, with itself, South Africa spoke at S/PV.8539."""


def _meeting(symbol: str, date: str, president: str, theme: str, note: str | None = None) -> Pending:
    claims = Meeting(
        number=parse(symbol).number,
        symbol=symbol,
        date=date,
        mode=FORMAL,
        format=OPEN_DEBATE,
        theme=theme,
        president=president,
        concept_note=note,
    )
    return fact(meeting_id(symbol), "convened", claims, "journal")


def presidency_2023_09() -> list[Pending]:
    """Albania, September 2023: programme presented on 1 September; open debates on the 5th, 14th and 20th."""
    events = ["S/PV.9410", "S/PV.9418", "S/PV.9421"]
    claims = Presidency(
        month="2023-09",
        member="ALB",
        president="Ferit Hoxha",
        programmed_on="2023-09-01",
        programme_format=PRESS,
        events=events,
    )
    return [
        fact(presidency_id("2023-09"), "programmed", claims, "journal"),
        _meeting(events[0], "2023-09-05", "ALB", "Working methods of the Security Council"),
        _meeting(events[1], "2023-09-14", "ALB", "Advancing public-private humanitarian partnership"),
        _meeting(events[2], "2023-09-20", "ALB", "Upholding the purposes and principles of the Charter"),
    ]


def s_pv_8539() -> list[Pending]:
    """S/PV.8539, 6 June 2019: two briefers under rule 39; South Africa spoke for the ten elected members."""
    pv, day = "S/PV.8539", "2019-06-06"
    told: list[tuple[str, str, Claims]] = []
    parties = (
        ("37", "Argentina", "ARG", None),
        ("37", "Liechtenstein", "LIE", None),
        ("39", "Security Council Report", None, "Karin Landgren"),
        ("39", "United Nations University", None, "James Cockayne"),
    )
    for nth, (rule, party, member, person) in enumerate(parties, 1):
        claims = Invitation(
            meeting=pv, rule=rule, party=party, member=member, person=person, decision="granted", date=day
        )
        told.append((Invitation.nth(pv, nth), "decided", claims))
    for nth, ((_, organisation, _, person), category) in enumerate(
        zip(parties[2:], ("civil society", "United Nations"), strict=True), 1
    ):
        briefer = Briefing(
            meeting=pv, number=nth, date=day, person=person, organisation=organisation, category=category
        )
        told.append((Briefing.nth(pv, nth), "given", briefer))
    for nth, (member, behalf) in enumerate((("ZAF", TEN), ("USA", None), ("FRA", None)), 1):
        speech = Speech(meeting=pv, number=nth, member=member, behalf=behalf, date=day)
        told.append((Speech.nth(pv, nth), "delivered", speech))
    note = _meeting(pv, day, "KWT", "Working methods of the Security Council", "S/2019/450")
    return [note, *(fact(record, verb, claims, "journal") for record, verb, claims in told)]


def s_pv_8175() -> list[Pending]:
    """S/PV.8175, 6 February 2018: the concept note of its open debate is S/2018/66."""
    return [_meeting("S/PV.8175", "2018-02-06", "KWT", "Working methods of the Security Council", "S/2018/66")]


def supposed() -> list[Pending]:
    """Cases no source at hand states: a shared wrap-up, a hostile proposal, a session in place of a debate."""
    hostile = '=HYPERLINK("http://example.invalid","x") <script>alert(\'proposal\')</script>'
    pv = "S/PV.9410"
    return [
        fact(presidency_id("2024-02"), "held", Presidency(month="2024-02", member="GUY"), "supposed"),
        fact(
            presidency_id("2024-03"),
            "wrapped_up",
            Presidency(
                month="2024-03",
                member="JPN",
                assessment="S/2024/999",
                assessed_on="2024-05-02",
                wrap_up_on="2024-03-28",
                wrap_up_format=TOLEDO,
                wrap_up_covers=["2024-02", "2024-03"],
            ),
            "supposed",
        ),
        fact(
            Proposal.nth(pv, 2),
            "made",
            Proposal(meeting=pv, member="CHE", text=hostile, topic="Penholding", addressee="All members"),
            "supposed",
        ),
        fact(
            measure_id("1267", "S/2000/9999"),
            "decided",
            Measure(regime="regime:1267", action="modified", draft="S/2000/9999", date="2000-12-31"),
            "supposed",
        ),
        fact(
            followup_id("vote:S/2023/638"),
            "linked",
            Followup(vote="vote:S/2023/638", date="2023-08-30", session="ES-11", linked_on="2023-09-05"),
            "supposed",
        ),
    ]


def many() -> list[Pending]:
    """Supposed rows in number, each naming another document: a page that asks for every one of them is found out."""
    pv, note, before = "S/PV.9421", "S/2024/507", "S/2017/507"
    told: list[tuple[str, str, Claims]] = []
    for nth in range(1, 41):
        told.append(
            (
                paragraph_id(note, 200 + nth),
                "agreed",
                Paragraph(note=note, number=200 + nth, derives_from=[f"{before}/{nth}"]),
            )
        )
        told.append(
            (
                Speech.nth(pv, nth),
                "inscribed",
                Speech(meeting=pv, number=nth, member="FRA", letter=f"S/2023/{800 + nth}"),
            )
        )
        told.append(
            (
                f"report:1267/{nth}",
                "submitted",
                Report(body="body:1267", symbol=f"S/2001/{nth}", mandated_by=f"S/RES/{1300 + nth} (2000)"),
            )
        )
    return [fact(record, verb, claims, "supposed") for record, verb, claims in told]


def cases() -> list[Pending]:
    """All of them."""
    return [*presidency_2023_09(), *s_pv_8539(), *s_pv_8175(), *supposed(), *many()]
