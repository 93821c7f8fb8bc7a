"""What happens in meetings: invitations, briefings, speeches, and proposals with their follow-up."""

from __future__ import annotations

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
