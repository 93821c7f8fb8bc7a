"""What the Council decides: resolutions, drafts that failed, vetoes and what follows them, sanctions."""

from __future__ import annotations

from domain.charter import DEFINITIONS
from domain.obligations import DEBATE
from projections.indicators.definition import EFFECTIVENESS, OWN, SHARE, TOPIC, Indicator, Listed, asked

VOTES = Listed("vote", ("sciencespo-votes", "undl-votes", "library-meetings"), numbered="S/RES/")
"""Sources that list resolutions, with the votes on them."""
FAILED = Listed("vote", ("sciencespo-votes",))
"""The one source that lists proposals that failed as well."""
OFFICIAL = Listed("veto", ("library-vetoes",), yearly=False)
STATEMENTS = Listed("document", ("library-meetings",), yearly=False)

_OF_VOTES = (
    "The voting record (sciencespo-votes) from 1946 on and the Library's meeting tables up to June 2022; a resolution "
    "whose number no source holds leaves its year incomplete."
)
_OF_FAILED = "The voting record (sciencespo-votes), which lists proposals that failed as well as resolutions."
_OF_BALLOTS = "Needs the tally of each vote."
_CASE = "case when {} then 1 else 0 end"
_VOTE = "t.record, t.date, coalesce(t.agenda, t.title) as agenda"
_ADOPTED = "t.outcome = 'adopted' and t.resolution is not null"
_BALLOTS = "t.modality in ('vote', 'written vote')"


def _votes(counts: str, known: str, among: str) -> str:
    return (
        f"select {_VOTE}, {_CASE.format(counts)} as n, {_CASE.format(known)} as known "
        f"from votes t where {among} and {{t}}"
    )


RESOLUTIONS = (
    Indicator(
        name="resolutions",
        title="Resolutions adopted",
        dimension=EFFECTIVENESS,
        formula="Resolutions adopted, by a vote or without one.",
        sql=_votes("1 = 1", "1 = 1", _ADOPTED),
        source=OWN,
        coverage=_OF_VOTES,
        unit="resolutions",
        basis=VOTES,
        groups=("agenda",),
    ),
    Indicator(
        name="resolutions_unanimous",
        title="Resolutions adopted unanimously",
        dimension=EFFECTIVENESS,
        formula=f"Resolutions adopted unanimously. {DEFINITIONS['unanimous']}",
        sql=_votes("t.yes = t.members", "t.yes is not null", f"{_ADOPTED} and {_BALLOTS}"),
        source=f"{OWN}, after Article 27 of the Charter",
        coverage=f"{_OF_VOTES} {_OF_BALLOTS}",
        unit="resolutions",
        basis=VOTES,
        groups=("agenda",),
    ),
    Indicator(
        name="resolutions_not_unanimous",
        title="Resolutions adopted by a divided vote",
        dimension=EFFECTIVENESS,
        formula="Resolutions adopted by a vote in which at least one member did not vote in favour.",
        sql=_votes("t.yes < t.members", "t.yes is not null", f"{_ADOPTED} and {_BALLOTS}"),
        source=f"{OWN}, after Article 27 of the Charter",
        coverage=f"{_OF_VOTES} {_OF_BALLOTS}",
        unit="resolutions",
        basis=VOTES,
        groups=("agenda",),
    ),
    Indicator(
        name="adoption_without_vote",
        title="Resolutions adopted without a vote",
        dimension=EFFECTIVENESS,
        formula="Resolutions adopted without a vote, by consensus or by acclamation.",
        sql=_votes(f"not {_BALLOTS}", "1 = 1", _ADOPTED),
        source=OWN,
        coverage=_OF_VOTES,
        unit="resolutions",
        basis=VOTES,
        groups=("agenda",),
    ),
)

FAILURES = (
    Indicator(
        name="failed_drafts",
        title="Draft resolutions that failed",
        dimension=EFFECTIVENESS,
        formula="Draft resolutions put to the vote and not adopted, vetoed or not; one for each vote.",
        sql=_votes(
            "t.proposal = 'draft resolution'", "t.proposal is not null", "t.outcome in ('vetoed','not adopted')"
        ),
        source=OWN,
        coverage=f"{_OF_FAILED} It calls some amendments draft resolutions, and does not always say what was voted on.",
        unit="draft resolutions",
        basis=FAILED,
        groups=("agenda",),
    ),
    Indicator(
        name="failed_amendments",
        title="Amendments that failed",
        dimension=EFFECTIVENESS,
        formula="Amendments put to the vote and not adopted, vetoed or not; one for each vote.",
        sql=_votes("t.proposal = 'amendment'", "t.proposal is not null", "t.outcome in ('vetoed','not adopted')"),
        source=OWN,
        coverage="No source at hand lists votes on amendments; few oral ones are in. No figure is complete.",
        unit="amendments",
        groups=("agenda",),
    ),
    Indicator(
        name="procedural_votes",
        title="Procedural votes",
        dimension=EFFECTIVENESS,
        formula="Votes known to be procedural (Article 27, paragraph 2): stated, or inferred from the result.",
        sql=_votes("t.nature = 'procedural'", "t.nature <> 'undetermined'", "t.outcome <> 'undetermined'"),
        source=f"{OWN}, after Article 27 of the Charter",
        coverage="No source at hand lists procedural votes; only a result possible no other way gives one away.",
        unit="votes",
        groups=("agenda",),
    ),
)

_REPEATED = (
    "exists (select 1 from votes o where o.draft = t.draft and o.outcome = 'vetoed' and o.record < t.record and {o})"
)

VETOES = (
    Indicator(
        name="veto_casts",
        title="Vetoes cast",
        dimension=EFFECTIVENESS,
        formula=DEFINITIONS["veto cast"],
        sql="select t.record, t.date, 1 as n, 1 as known, t.member as member, "
        "coalesce(v.agenda, v.title) as agenda from vetoes t left join votes v on v.record = t.vote and {v} "
        "where t.in_vote and {t}",
        source=f"{OWN}, after Article 27 of the Charter",
        coverage=f"{_OF_FAILED} Casts the official list names but that are tied to no vote are not in it.",
        unit="casts",
        basis=FAILED,
        groups=("member", "agenda"),
    ),
    Indicator(
        name="vetoed_proposals",
        title="Proposals vetoed",
        dimension=EFFECTIVENESS,
        formula=f"{DEFINITIONS['vetoed proposal']} A draft resolution put to the vote twice counts once.",
        sql=f"select {_VOTE}, case when t.proposal = 'draft resolution' and {_REPEATED} then 0 "
        f"when t.proposal is null and {_REPEATED} then 0 else 1 end as n, "
        f"case when t.proposal is null and {_REPEATED} then 0 else 1 end as known "
        "from votes t where t.outcome = 'vetoed' and {t}",
        source=f"{OWN}, after Article 27 of the Charter",
        coverage=f"{_OF_FAILED} Where it does not say what was voted on, several votes on one draft are left open.",
        unit="proposals",
        basis=FAILED,
        groups=("agenda",),
    ),
    Indicator(
        name="vetoed_votes",
        title="Votes defeated by a veto",
        dimension=EFFECTIVENESS,
        formula="Votes whose announced outcome is that a veto defeated the proposal, however many members cast one.",
        sql=_votes("1 = 1", "1 = 1", "t.outcome = 'vetoed'"),
        source=f"{OWN}, after Article 27 of the Charter",
        coverage=_OF_FAILED,
        unit="votes",
        basis=FAILED,
        groups=("agenda",),
    ),
    Indicator(
        name="official_veto_list_casts",
        title="Casts on the official list of vetoes",
        dimension=EFFECTIVENESS,
        formula="Casts that the list of vetoes of the Dag Hammarskjöld Library names, one for each member.",
        sql="select t.record, t.date, 1 as n, 1 as known, t.member as member from vetoes t where t.official and {t}",
        source="United Nations, Dag Hammarskjöld Library: list of vetoes",
        coverage="The list at hand ends with the veto of 26 May 2022.",
        unit="casts",
        basis=OFFICIAL,
        groups=("member",),
    ),
    Indicator(
        name="official_veto_list_rows",
        title="Rows of the official list of vetoes",
        dimension=EFFECTIVENESS,
        formula="Rows of that list. A row names a meeting and a draft, and may name several members.",
        sql="select t.record, t.date, 1 as n, 1 as known from vetoes t join events e on e.record = t.record "
        "and e.source = 'library-vetoes' and e.verb <> 'corrected' and e.position <= {position} "
        "where t.official and {t} and not exists (select 1 from events o where o.kind = 'veto' "
        'and o.source = e.source and o."row" = e."row" and o.verb <> \'corrected\' and o.position < e.position)',
        source="United Nations, Dag Hammarskjöld Library: list of vetoes",
        coverage="The list at hand ends with the veto of 26 May 2022.",
        unit="rows",
        basis=OFFICIAL,
    ),
    Indicator(
        name="special_reports",
        title="Special reports on vetoes",
        dimension=EFFECTIVENESS,
        formula="Special reports the Council submitted to the General Assembly after a veto, by the day of submission.",
        sql="select t.record, coalesce(t.reported_on, '') as date, 1 as n, 1 as known from followups t "
        "where (t.reported_on is not null or t.report is not null) and {t}",
        source="General Assembly resolution 76/262, paragraph 3",
        coverage="Needs what the Assembly made of each veto since 26 April 2022, fact by fact; what is in is no "
        "complete list.",
        unit="reports",
    ),
)


ACCOUNT = (
    Indicator(
        name="veto_debates_on_time",
        title="Vetoes debated by the Assembly on time",
        dimension=EFFECTIVENESS,
        formula="Share of vetoed proposals that the General Assembly debated within ten working days of the veto.",
        numerator="Vetoed proposals whose debate began by the tenth working day at Headquarters.",
        denominator="Vetoed proposals since 26 April 2022 of which a debate is recorded, an emergency special session "
        "on the same situation not standing in its place.",
        sql="select t.record, t.began as date, case when coalesce(t.met_on, t.met_by) <= t.due then 1 else 0 end as n, "
        "case when t.met_by <= t.due then 1 when t.met_on > t.due and t.remark like 'provisional%' then 0 "
        "when t.met_on is not null and t.met_on <= {on} then 1 else 0 end as known from obligations t "
        f"where t.kind = '{DEBATE}' and t.not_required is null and {{t}} "
        "and not (t.due >= {on} and coalesce(t.met_on, t.met_by, '9999') > {on})",
        source="General Assembly resolution 76/262, paragraph 1",
        coverage="Needs what the Assembly made of each veto, fact by fact, and the holidays of Headquarters; a debate "
        "that is not recorded is left open, not called late.",
        unit="per cent",
        measure=SHARE,
        basis=FAILED,
    ),
    Indicator(
        name="sanctions_decisions_not_unanimous",
        title="Decisions on sanctions that were not unanimous",
        dimension=EFFECTIVENESS,
        formula="Votes on sanctions, adopted or failed, in which at least one member did not vote in favour.",
        sql=f"select {_VOTE}, {_CASE.format('t.yes < t.members')} as n, {_CASE.format('t.yes is not null')} as known "
        f"from votes t where {_BALLOTS} and {{t}} "
        "and exists (select 1 from measures m where m.vote = t.record and {m})",
        source=asked("sanctions"),
        coverage="Needs each decision on sanctions recorded as a measure, with its vote; what is in is no complete "
        "list.",
        unit="votes",
        groups=("agenda",),
    ),
    Indicator(
        name="presidential_statements",
        title="Presidential statements",
        dimension=EFFECTIVENESS,
        formula="Statements by the President of the Council issued as documents (S/PRST), by their date.",
        sql=f"select t.record, t.date, 1 as n, 1 as known, {TOPIC} from documents t "
        "where t.type = 'presidential statement' and {t}",
        source=OWN,
        coverage="The Library's meeting tables, up to June 2022.",
        unit="statements",
        basis=STATEMENTS,
        groups=("agenda",),
    ),
)

INDICATORS = (*RESOLUTIONS, *FAILURES, *VETOES, *ACCOUNT)
