"""What the archive holds and lacks, in figures: the answer of ``council status``."""

from __future__ import annotations

from typing import Any

from ops.house import House
from projections.reading import Reader
from search.engine import SearchError

ROWS = (
    *("elections", "memberships", "members"),
    *("missions", "documents", "texts", "annual_reports"),
    *("followups", "advice", "participations"),
    *("invitations", "briefings", "speeches", "proposals"),
    *("presidencies", "cessions", "notes", "paragraphs", "assessments"),
    *("bodies", "regimes", "measures", "chairs", "body_meetings", "reports", "listings"),
    *("holidays", "figures", "conflicts"),
)
"""The tables that are counted by rows."""

COUNTS = {
    "votes": "select count(*) as n from votes t where {live}",
    "ballots_cast": "select count(*) as n from ballots t where {live}",
    "ballots_no_vote_taken": "select coalesce(sum(listed), 0) as n from votes t where {live}",
    "ballots_unknown": "select count(*) as n from ballots t where choice = 'unknown' and {live}",
    "resolutions": "select count(*) as n from votes t where resolution is not null and {live}",
    "vetoed": "select count(*) as n from votes t where outcome = 'vetoed' and {live}",
    "not_adopted": "select count(*) as n from votes t where outcome in ('vetoed', 'not adopted') and {live}",
    "veto_casts": "select count(*) as n from vetoes t where in_vote and {live}",
    "veto_casts_official": "select count(*) as n from vetoes t where official and {live}",
    "meetings": "select count(*) as n from meetings t where number is not null and {live}",
    "private_meetings": "select count(*) as n from meetings t where number is not null and private and {live}",
    "resumptions": "select count(*) as n from sittings t where {live}",
    "other_meetings": "select count(*) as n from meetings t where number is null and {live}",
    **{name: f"select count(*) as n from {name} t where {{live}}" for name in ROWS},
    "months_without_president": "select count(*) as n from rotation t where recorded is null and {live}",
}
"""Name → statement. ``ballots_cast``: ballots a source states; ``ballots_no_vote_taken``: members a source lists for an
adoption without a vote, for whom no ballot is made up; ``ballots``: the two together, the member entries of the voting
record. ``vetoed`` as announced; ``not_adopted`` for any reason, vetoes included; ``memberships`` are
one member in one year; ``meetings`` are formal meetings with an S/PV number; ``months_without_president``: months since
the first recorded presidency whose president is computed by the rotation and stated by nobody."""


def counts(read: Reader) -> dict[str, int]:
    """The archive's holdings as of a reader's position."""
    found = {name: int(read.value(sql.format(live=read.live("t")))) for name, sql in COUNTS.items()}
    found["meeting_records"] = found["meetings"] + found["resumptions"]
    found["ballots"] = found["ballots_cast"] + found["ballots_no_vote_taken"]
    return found


def coverage(read: Reader) -> list[dict[str, Any]]:
    """By kind and source: how many statements, from which year to which."""
    return read.rows(
        "select kind, source, cast(sum(statements) as bigint) as statements, "
        "min(nullif(year, 0)) as first_year, max(year) as last_year "
        f"from coverage t where {read.live('t')} group by kind, source order by kind, source"
    )


def search(house: House, problem: SearchError | None) -> dict[str, Any]:
    """How the search index stands; `lag` is in positions of the log, `problem` what keeps the index behind."""
    told = house.searcher.status()
    told["lag"] = house.archive.position() - told["position"]
    if problem is not None:
        told["problem"] = str(problem)
    return told


def search_line(told: dict[str, Any]) -> str:
    """How the search index stands, as a sentence."""
    said = f"search: {told['engine']}, position {told['position']:,}"
    said += f" ({told['lag']:,} behind)" if told["lag"] else ""
    said += f", {told['documents']:,} documents, {told['bytes'] / 1e6:,.1f} MB"
    said += f", cluster {told['health']}" if "health" in told else ""
    return said + (f"; {told['problem']}" if "problem" in told else "")


LACKS = (
    "meetings after 30 June 2022, but for some that other documents name: the votes taken then name no meeting",
    "the ballots of votes taken after the voting record in use ends (see coverage), and procedural votes but those on "
    "resolutions",
    "S/RES/2760 (2024): no source at hand states its vote",
    "texts of resolutions, statements, notes and meeting records",
    "presidents: 2015 and 2022 to 2024 are whole; of the other months since July 2010 only some are stated",
    "elections: terms that begin in 2021 to 2026 are whole; earlier ones in part",
    "speakers' lists, proposals made in debates and cessions of the chair: no rows",
    "invitations of one meeting and briefers of six: nobody publishes the persons behind the totals of women briefers",
    "letters of advice of the Peacebuilding Commission: none is known by its symbol; two briefings are in",
    "special reports on vetoes: two symbols (A/76/905, A/78/831) and one day of submission (28 February 2025)",
    "the day the Assembly debated the veto of S/2022/538; whether its session ES-10 stood for a debate on S/2023/792",
    "official holidays: whole for 2017, 2020 and 2024; for other years none, and clocks then say how late a day can be",
    "paragraphs of notes: 18 of the 142 of S/2017/507, none of S/2024/507; annex II of S/2022/1032",
    "subsidiary bodies: chairs of 2010, 2012 and 2022 to 2024 in part; no meetings, reports or listings",
)
"""What the bundled record does not hold, in words."""
