"""How the Council works: meetings, missions, working methods, other organs it works with."""

from __future__ import annotations

from datetime import date

from projections.days import as_day
from projections.indicators.definition import (
    AGENDA,
    EFFICIENCY,
    MEAN,
    OWN,
    SHARE,
    STATE,
    TOPIC,
    Indicator,
    Listed,
    asked,
    day,
)
from projections.reading import Reader, Values

MEETINGS = Listed("meeting", ("library-meetings",), numbered="S/PV.")
MISSIONS = Listed("mission", ("missions",), yearly=False)

_OF_MEETINGS = (
    "The Library's meeting tables, from 1946 up to June 2022. Later meetings are in only where a fact about one is "
    "recorded, which is no count."
)
_OF_ADVICE = "Needs each piece of advice, fact by fact; what is in is no complete list."
_OF_ORGANS = "Needs who took part in each meeting, fact by fact; what is in is no complete list."

_MEETINGS = (
    Indicator(
        name="formal_meetings",
        title="Formal meetings",
        dimension=EFFICIENCY,
        formula="Meetings with a verbatim record of their own (S/PV), public and private; a resumption is no new one.",
        sql="select t.record, t.date, 1 as n, 1 as known, " + AGENDA + " from meetings t "
        "where t.mode = 'meeting' and {t}",
        source=OWN,
        coverage=_OF_MEETINGS,
        unit="meetings",
        basis=MEETINGS,
        groups=("agenda",),
    ),
    Indicator(
        name="videoconferences",
        title="Videoconferences",
        dimension=EFFICIENCY,
        formula="Videoconferences of members of the Council in place of meetings (S/2020/253), 2020 and 2021.",
        sql="select t.record, t.date, 1 as n, 1 as known, " + AGENDA + " from meetings t "
        "where t.mode = 'videoconference' and {t}",
        source=OWN,
        coverage="The Library's meeting tables name only some of them; no figure is complete.",
        unit="videoconferences",
        groups=("agenda",),
    ),
)


def _lag(_: Reader, rows: list[Values], on: date | None) -> list[Values]:
    """Days from a mission's return to the date of its report; nothing is known of a report after the cut-off."""
    judged = []
    for row in rows:
        back, told = as_day(row["back"]), as_day(row["met_on"])
        exact = all(len(row[name] or "") == 10 for name in ("back", "met_on"))
        there = exact and back is not None and told is not None and (on is None or told <= on)
        lag = (told - back).days if there and back and told else None
        judged.append({**row, "n": lag or 0, "known": int(lag is not None)})
    return judged


_MISSIONS = (
    Indicator(
        name="missions",
        title="Missions of the Council",
        dimension=EFFICIENCY,
        formula="Missions undertaken, by the first day of travel.",
        sql="select t.record, t.date, 1 as n, 1 as known from missions t where {t}",
        source=asked("missions"),
        coverage="The table of missions, from 1964 on; a mission listed without days counts in its year only.",
        unit="missions",
        basis=MISSIONS,
    ),
    Indicator(
        name="mission_report_lag_days",
        title="Days from a mission's return to its report",
        dimension=EFFICIENCY,
        formula="Mean number of days from the last day of travel to the date of the report, by the day of departure.",
        numerator="Days from return to report, summed.",
        denominator="Missions with both dates recorded.",
        sql="select t.record, t.date, t.last as back, t.report_on as met_on, 0 as n, 0 as known from missions t "
        "where {t}",
        source=asked("missions"),
        coverage="Needs the date of each mission's report, which the table of missions does not give.",
        unit="days",
        measure=MEAN,
        basis=MISSIONS,
        judge=_lag,
    ),
)

_ENDS = (
    "(select min(x.day) from (select o.date as day from notes o where o.date <> '' and {o} "
    "and o.supersedes like '%\"' || t.note || '\"%' "
    "union all select q.date as day from paragraphs q where q.date <> '' and {q} "
    "and q.supersedes like '%\"' || t.note || '/' || cast(t.number as text) || '\"%') x)"
)
_MISSING = (
    "select c.record, c.date, 0 as n, 0 as known, "
    "(select min(o.date) from notes o where o.date <> '' and {o} "
    "and o.supersedes like '%\"' || c.symbol || '\"%') as ends "
    "from notes c where c.compendium and {c} "
    "and coalesce(c.paragraphs, 0) > (select count(*) from paragraphs p where p.note = c.symbol and {p})"
)
_COMPENDIUM = "exists (select 1 from notes c where c.symbol = t.note and c.compendium and {c})"
_DATED = "coalesce(nullif(t.date, ''), (select min(d.date) from notes d where d.symbol = t.note and {d}))"

_MADE = day("t.followed_on", "''")

_METHODS = (
    Indicator(
        name="notes_by_president",
        title="Notes by the President on working methods",
        dimension=EFFICIENCY,
        formula="Notes by the President of the Council on its working methods, by their date.",
        sql="select t.record, t.date, 1 as n, 1 as known from notes t where {t}",
        source=asked("the implementation of note 507"),
        coverage="Needs the notes, fact by fact; what is in is no complete list.",
        unit="notes",
    ),
    Indicator(
        name="note_507_paragraphs_in_force",
        title="Paragraphs of the note 507 in force",
        dimension=EFFICIENCY,
        formula="Numbered paragraphs of the comprehensive note in force on the last day of the period: agreed by then, "
        "neither the note nor the paragraph replaced.",
        sql=f"select t.record, {_DATED} as date, 1 as n, 1 as known, {_ENDS} as ends from paragraphs t "
        f"where {_COMPENDIUM} and {{t}} union all "
        "select record, date, n, known, ends from (" + _MISSING + ") m",
        source=asked("the implementation of note 507"),
        coverage="Needs the paragraphs of the comprehensive notes; a note with fewer paragraphs recorded than it has "
        "leaves the figure incomplete.",
        unit="paragraphs",
        measure=STATE,
    ),
    Indicator(
        name="note_507_paragraphs_assessed",
        title="Paragraphs of the note 507 in force that were assessed",
        dimension=EFFICIENCY,
        formula="Numbered paragraphs of the comprehensive note in force on the last day of the period of whose "
        "implementation somebody had made an assessment by then.",
        sql=f"select t.record, a.first_day as date, 1 as n, 1 as known, {_ENDS} as ends from paragraphs t "
        "join (select s.paragraph as reference, min(s.date) as first_day from assessments s "
        "where s.date <> '' and {s} group by s.paragraph) a "
        "on a.reference = t.note || '/' || cast(t.number as text) "
        f"where {_COMPENDIUM} and {{t}}",
        source=asked("the implementation of note 507"),
        coverage="Needs assessments, each attributed to somebody; the archive makes none itself.",
        unit="paragraphs",
        measure=STATE,
    ),
    Indicator(
        name="proposals_made",
        title="Proposals made in statements",
        dimension=EFFICIENCY,
        formula="Concrete proposals on working methods made in statements, as the analytical summaries list them.",
        sql=f"select t.record, {_MADE}, 1 as n, 1 as known, t.member as member, {TOPIC} from proposals t where {{t}}",
        source=asked("follow-up to proposals"),
        coverage="Needs an analytical summary of each debate, fact by fact; what is in is no complete list.",
        unit="proposals",
        groups=("member", "agenda"),
    ),
    Indicator(
        name="proposals_followed_up",
        title="Proposals that were followed up",
        dimension=EFFICIENCY,
        formula="Share of the proposals made in the period of which a follow-up is recorded, whatever came of it.",
        numerator="Proposals with a recorded follow-up.",
        denominator="Proposals made.",
        sql=f"select t.record, {_MADE}, case when t.status is not null or t.followed_on is not null then 1 else 0 end "
        "as n, 1 as known, t.followed_on as met_on, t.member as member from proposals t where {t}",
        source=asked("follow-up to proposals"),
        coverage="Needs the proposals and what became of each, fact by fact; what is in is no complete list.",
        unit="per cent",
        measure=SHARE,
        groups=("member",),
    ),
)


def _advice(name: str, title: str, formula: str, column: str) -> Indicator:
    return Indicator(
        name=name,
        title=title,
        dimension=EFFICIENCY,
        formula=formula,
        sql=f"select t.record, t.{column} as date, 1 as n, 1 as known, coalesce(t.item, t.topic) as agenda "
        f"from advice t where t.{column} is not null and {{t}}",
        source=asked("the advice of the Peacebuilding Commission"),
        coverage=_OF_ADVICE,
        unit="pieces of advice",
        groups=("agenda",),
    )


def _organ(name: str, organ: str) -> Indicator:
    return Indicator(
        name=name,
        title=f"Meetings with the President of the {organ}",
        dimension=EFFICIENCY,
        formula=f"Meetings in which the President of the {organ}, or somebody for the President, took part.",
        sql=f"select t.record, {day('null')}, 1 as n, 1 as known, {TOPIC} "
        f"from participations t where t.organ = '{organ}' and {{t}}",
        source=asked("relations with other principal organs"),
        coverage=_OF_ORGANS,
        unit="meetings",
        groups=("agenda",),
    )


_ORGANS = (
    _advice(
        "pbc_advice_requested",
        "Advice asked of the Peacebuilding Commission",
        "Pieces of advice the Council asked the Peacebuilding Commission for, by the day of the request.",
        "requested_on",
    ),
    _advice(
        "pbc_advice_received",
        "Advice of the Peacebuilding Commission received",
        "Pieces of advice of the Peacebuilding Commission, by the day the Council received them.",
        "received_on",
    ),
    _advice(
        "pbc_advice_considered",
        "Advice of the Peacebuilding Commission considered",
        "Pieces of advice of the Peacebuilding Commission, by the day the Council considered them in a meeting.",
        "considered_on",
    ),
    _organ("assembly_president_participation", "General Assembly"),
    _organ("ecosoc_president_participation", "Economic and Social Council"),
)

INDICATORS = (*_MEETINGS, *_MISSIONS, *_METHODS, *_ORGANS)
