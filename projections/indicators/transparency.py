"""What others see of the Council and who is heard: open meetings, briefers, invitations, reports, presidencies."""

from __future__ import annotations

from domain.facts import REDACTED
from domain.obligations import ADOPTION
from domain.sealing import WITHHELD
from projections.indicators.definition import (
    AGENDA,
    OWN,
    SHARE,
    TOPIC,
    TRANSPARENCY,
    Indicator,
    Monthly,
    asked,
    day,
)
from projections.indicators.efficiency import MEETINGS

PRESIDENCIES = Monthly("presidencies")

_OF_MEETINGS = (
    "The Library's meeting tables, from 1946 up to June 2022. Later meetings are in only where a fact about one is "
    "recorded, which is no count."
)
_OF_FORMATS = "Needs the format of each meeting, which the Library's meeting tables do not give."
_OF_BRIEFERS = (
    "Needs the briefers of each meeting, fact by fact; what is in is no complete list. A gender is counted only "
    "where a source states it."
)
_OF_INVITATIONS = "Needs the invitations of each meeting, fact by fact; what is in is no complete list."
_OF_PRESIDENCIES = "Needs each month's presidency with what is known of it; what no source states is left open."


def _meetings(name: str, title: str, formula: str, private: str, basis_of: str) -> Indicator:
    return Indicator(
        name=name,
        title=title,
        dimension=TRANSPARENCY,
        formula=formula,
        sql="select t.record, t.date, 1 as n, 1 as known, " + AGENDA + " from meetings t "
        f"where t.mode = 'meeting' and {private} and {{t}}",
        source=OWN,
        coverage=basis_of,
        unit="meetings",
        basis=MEETINGS,
        groups=("agenda",),
    )


_RESUMED = (
    "case when t.meeting like '% (%' then (select min(s.meeting) from sittings s where s.symbol = t.meeting and {s}) "
    "else t.meeting end"
)
"""The meeting a symbol is the record of, or of a resumption of."""

_OPENNESS = (
    _meetings("public_meetings", "Public meetings", "Formal meetings that were public.", "not t.private", _OF_MEETINGS),
    _meetings("private_meetings", "Private meetings", "Formal meetings held in private.", "t.private", _OF_MEETINGS),
    Indicator(
        name="open_debates",
        title="Open debates",
        dimension=TRANSPARENCY,
        formula="Formal meetings held as open debates (note 507), a resumption counted with the meeting resumed.",
        sql="select t.record, t.date, case when t.format = 'open debate' then 1 else 0 end as n, "
        "case when t.format is not null then 1 else 0 end as known, " + AGENDA + " from meetings t "
        "where t.mode = 'meeting' and {t}",
        source=asked("open debates"),
        coverage=_OF_FORMATS,
        unit="meetings",
        basis=MEETINGS,
        groups=("agenda",),
    ),
    Indicator(
        name="open_debate_speakers",
        title="Speakers in open debates",
        dimension=TRANSPARENCY,
        formula="Places in the speakers' lists of open debates. A joint statement is one, for however many States.",
        sql=f"select t.record, {day('t.inscribed_on')}, 1 as n, 1 as known, t.member as member from speeches t "
        f"join meetings m on m.symbol = {_RESUMED} and m.format = 'open debate' and {{m}} where {{t}} union all "
        "select record, date, n, known, member from (select d.record, d.date, 0 as n, 0 as known, "
        "cast(null as text) as member from meetings d where d.format = 'open debate' and {d} "
        "and not exists (select 1 from speeches s where s.meeting = d.symbol and {s})) x",
        source=asked("open debates"),
        coverage="Needs the speakers' list of each open debate, fact by fact; what is in is no complete list.",
        unit="speakers",
        groups=("member",),
    ),
    Indicator(
        name="open_debate_minutes",
        title="Length of open debates",
        dimension=TRANSPARENCY,
        formula="Minutes that open debates and their resumptions lasted, breaks not counted, by the day of each.",
        sql="select t.record, t.date, coalesce(t.minutes, 0) as n, "
        "case when t.minutes is not null then 1 else 0 end as known from meetings t "
        "where t.format = 'open debate' and {t} union all "
        "select record, date, n, known from (select r.record, r.date, coalesce(r.minutes, 0) as n, "
        "case when r.minutes is not null then 1 else 0 end as known from sittings r "
        "join meetings m on m.symbol = r.meeting and m.format = 'open debate' and {m} where {r}) x",
        source=asked("open debates"),
        coverage="Needs the hours of each open debate, which the Library's meeting tables do not give.",
        unit="minutes",
    ),
)


def _briefers(name: str, title: str, formula: str, counts: str, known: str, groups: tuple[str, ...]) -> Indicator:
    return Indicator(
        name=name,
        title=title,
        dimension=TRANSPARENCY,
        formula=formula,
        sql=f"select t.record, {day('null')}, case when {counts} then 1 else 0 end as n, "
        f"case when {known} then 1 else 0 end as known, t.category as category, t.gender as gender, {TOPIC} "
        "from briefings t where {t}",
        source=asked("briefers"),
        coverage=_OF_BRIEFERS,
        unit="briefers",
        groups=groups,
    )


_REDACTED = (
    f"exists (select 1 from events e where e.record = t.record and e.verb = '{REDACTED}' "
    "and e.position <= {position})"
)

_BRIEFERS = (
    _briefers(
        "briefers",
        "Briefers",
        "Persons who briefed the Council, counted once for each meeting they briefed.",
        "1 = 1",
        "1 = 1",
        ("category", "gender", "agenda"),
    ),
    _briefers(
        "civil_society_briefers",
        "Briefers of civil society",
        "Persons who briefed the Council for civil society, counted once for each meeting they briefed.",
        "t.category = 'civil society'",
        "t.category is not null",
        ("gender", "agenda"),
    ),
    _briefers(
        "women_civil_society_briefers",
        "Women who briefed for civil society",
        "Women who briefed the Council for civil society, counted once for each meeting they briefed.",
        "t.category = 'civil society' and t.gender = 'woman'",
        "t.category is not null and (t.category <> 'civil society' or t.gender is not null)",
        ("agenda",),
    ),
    _briefers(
        "briefers_withheld",
        "Briefers whose name is withheld",
        "Briefings by persons whose name is withheld in the archive; the briefing itself counts like any other.",
        f"t.person = '{WITHHELD}' or {_REDACTED}",
        f"t.person is not null or {_REDACTED}",
        ("category", "gender", "agenda"),
    ),
)


def _invitations(name: str, title: str, formula: str, rule: str, counts: str, known: str, unit: str) -> Indicator:
    return Indicator(
        name=name,
        title=title,
        dimension=TRANSPARENCY,
        formula=formula,
        sql=f"select t.record, {day('t.requested_on')}, case when {counts} then 1 else 0 end as n, "
        f"case when {known} then 1 else 0 end as known, t.member as member, {TOPIC} "
        f"from invitations t where t.rule = '{rule}' and {{t}}",
        source=asked("participation of non-members"),
        coverage=_OF_INVITATIONS,
        unit=unit,
        groups=("agenda",) if rule == "39" else ("member", "agenda"),
    )


_STATED = "t.decision is not null"
_INVITATIONS = (
    _invitations(
        "rule_39_invitees",
        "Invitations under rule 39",
        "Members of the Secretariat and other persons invited under rule 39, once for each meeting; none refused.",
        "39",
        "coalesce(t.decision, 'granted') = 'granted'",
        "1 = 1",
        "invitations",
    ),
    _invitations(
        "rule_37_requests",
        "Requests under rule 37",
        "Requests of Member States not on the Council to take part in a meeting (rule 37), once for each meeting.",
        "37",
        "1 = 1",
        "1 = 1",
        "requests",
    ),
    _invitations(
        "rule_37_granted",
        "Requests under rule 37 granted",
        "Requests under rule 37 that the Council granted.",
        "37",
        "t.decision = 'granted'",
        _STATED,
        "requests",
    ),
    _invitations(
        "rule_37_refused",
        "Requests under rule 37 refused",
        "Requests under rule 37 that the Council refused.",
        "37",
        "t.decision = 'refused'",
        _STATED,
        "requests",
    ),
)

_ASSESSED_BY = "coalesce(substr(t.assessed_by || '-99-99', 1, 10) <= {on}, 1 = 0)"
"""Whether the assessment had been submitted by the day counted up to, where its own day is not known; where a source
names a month or a year, from the day after it.
"""

_REPORTING = (
    Indicator(
        name="annual_report_on_time",
        title="Annual reports adopted on time",
        dimension=TRANSPARENCY,
        formula="Share of the annual reports due in the period that were adopted by the day set: 30 May of the year "
        "after the calendar year covered, from the report on 2020 on.",
        numerator="Annual reports adopted by that day.",
        denominator="Annual reports due in the period whose adoption is recorded.",
        sql="select t.record, t.due as date, case when coalesce(t.met_on, t.met_by) <= t.due then 1 else 0 end as n, "
        "case when t.met_by <= t.due or t.met_on <= {on} then 1 else 0 end as known "
        f"from obligations t where t.kind = '{ADOPTION}' and t.due is not null and {{t}}",
        source=f"{asked('the annual report')}; the day is that of S/2019/997",
        coverage="Needs each annual report with the day it was adopted; what is in is no complete list.",
        unit="per cent",
        measure=SHARE,
    ),
    Indicator(
        name="monthly_assessments",
        title="Presidencies with a monthly assessment",
        dimension=TRANSPARENCY,
        formula="Share of the presidencies of which it is known whether a monthly assessment was submitted that "
        "submitted one.",
        numerator="Presidencies with an assessment.",
        denominator="Presidencies with an assessment, or of which a source says that there was none by a day it names.",
        sql="select t.record, t.month as date, "
        f"case when t.assessment is not null or t.assessed_on is not null or {_ASSESSED_BY} then 1 else 0 end as n, "
        f"case when t.assessment is not null or t.assessed_on is not null or {_ASSESSED_BY} "
        "or t.unassessed_by is not null then 1 else 0 end as known, "
        "t.assessed_on as met_on, t.member as member from presidencies t where {t}",
        source=asked("monthly assessments"),
        coverage=_OF_PRESIDENCIES,
        unit="per cent",
        measure=SHARE,
        basis=PRESIDENCIES,
        groups=("member",),
    ),
    Indicator(
        name="wrap_ups",
        title="Wrap-up sessions",
        dimension=TRANSPARENCY,
        formula="Wrap-up sessions at the end of presidencies, by format; one that several presidencies shared is one.",
        sql="select t.record, coalesce(t.wrap_up_on, t.month) as date, case when exists (select 1 from presidencies o "
        "where o.wrap_up_on = t.wrap_up_on and o.record < t.record and {o}) then 0 else 1 end as n, "
        "case when t.wrap_up_on is not null or t.wrap_up_format is not null then 1 else 0 end as known, "
        "t.wrap_up_format as format, t.member as member from presidencies t where {t}",
        source=asked("wrap-up sessions"),
        coverage=_OF_PRESIDENCIES,
        unit="sessions",
        groups=("format", "member"),
    ),
)

INDICATORS = (*_OPENNESS, *_BRIEFERS, *_INVITATIONS, *_REPORTING)
