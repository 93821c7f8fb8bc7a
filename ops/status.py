"""What the archive holds and lacks, in figures: the answer of ``council status``."""

from __future__ import annotations

from typing import Any

from projections.reading import Reader

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
    "missions": "select count(*) as n from missions t where {live}",
    "memberships": "select count(*) as n from memberships t where {live}",
    "members": "select count(*) as n from members t where {live}",
    "documents": "select count(*) as n from documents t where {live}",
    "advice": "select count(*) as n from advice t where {live}",
    "conflicts": "select count(*) as n from conflicts t where {live}",
}
"""Name → statement. ``ballots_cast``: ballots a source states; ``ballots_no_vote_taken``: members a source lists for an
adoption without a vote, for whom no ballot is made up; ``ballots``: the two together, the member entries of the voting
record. ``vetoed`` as announced; ``not_adopted`` for any reason, vetoes included; ``memberships`` are
one member in one year; ``meetings`` are formal meetings with an S/PV number."""


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


LACKS = (
    "meeting tables after 30 June 2022: later meetings are known only from the votes taken at them",
    "the ballots of votes taken after the voting record in use ends (see coverage)",
    "S/RES/2760 (2024): no source at hand states its vote",
    "texts of resolutions, statements and meeting records",
    "presidencies, subsidiary bodies, notes on working methods, speakers and invitations",
    "a list of the Peacebuilding Commission's advice: only facts stated with a document symbol are in",
)
"""What the bundled record does not hold, in words."""
