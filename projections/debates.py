"""What happens in meetings: invitations, briefings, speeches, and proposals with their follow-up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.debates import Briefing, Invitation, Proposal, Speech
from projections.tables import plain_rows, plain_view

INVITATIONS = plain_view(Invitation, "invitations", indexes=(("meeting",), ("rule", "date", "record")))
BRIEFINGS = plain_view(Briefing, "briefings", indexes=(("meeting", "number"), ("category", "date", "record")))
SPEECHES = plain_view(Speech, "speeches", indexes=(("meeting", "number"), ("member", "date", "record")))
PROPOSALS = plain_view(Proposal, "proposals", indexes=(("meeting",), ("paragraph",), ("status", "date", "record")))

invitation_rows = plain_rows("invitations", Invitation)
briefing_rows = plain_rows("briefings", Briefing)
speech_rows = plain_rows("speeches", Speech)
proposal_rows = plain_rows("proposals", Proposal)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Three counts of one debate. A joint statement is one speech, by one speaker, for several delegations."""

    speakers: int
    speeches: int
    delegations: int


def spoken(speeches: Iterable[Mapping[str, Any]]) -> Spoken:
    """The counts of a speakers' list (rows of ``speeches``): who took the floor, how often, for how many States."""
    rows = list(speeches)
    floor = {row["member"] or row["organisation"] or row["speaker"] or row["record"] for row in rows}
    states = {row["member"] for row in rows if row["member"]}
    states.update(code for row in rows for code in json.loads(row["behalf"]))
    return Spoken(len(floor), len(rows), len(states))
