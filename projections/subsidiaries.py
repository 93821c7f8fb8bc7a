"""Subsidiary bodies and sanctions: regimes, decisions with the vote each was taken in, chairs, reports, listings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.records import Record
from domain.subsidiaries import Body, BodyMeeting, Chair, Listing, Measure, Regime, Report
from domain.symbols import resolution_number
from domain.votes import proposal_vote_id, resolution_vote_id
from projections.tables import plain_row, plain_rows, plain_view
from projections.versioned import column

BODIES = plain_view(Body, "bodies")
REGIMES = plain_view(Regime, "regimes", indexes=(("committee",),))
MEASURES = plain_view(Measure, "measures", more=(column("vote"),), indexes=(("regime", "date", "record"), ("vote",)))
"""``vote``: the record of the vote the decision was taken in, by its resolution or draft."""
CHAIRS = plain_view(Chair, "chairs", indexes=(("body", "year"), ("member", "year")))
BODY_MEETINGS = plain_view(BodyMeeting, "body_meetings", indexes=(("body", "date", "record"),))
REPORTS = plain_view(Report, "reports", indexes=(("body", "date", "record"), ("symbol",)))
LISTINGS = plain_view(Listing, "listings", indexes=(("regime", "date", "record"),))

body_rows = plain_rows("bodies", Body)
regime_rows = plain_rows("regimes", Regime)
chair_rows = plain_rows("chairs", Chair)
body_meeting_rows = plain_rows("body_meetings", BodyMeeting)
report_rows = plain_rows("reports", Report)
listing_rows = plain_rows("listings", Listing)


def measure_rows(record: Record) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The row of one decision on sanctions."""
    row = plain_row(record, Measure)
    number = resolution_number(row["resolution"]) if row["resolution"] else None
    if number is not None:
        row["vote"] = resolution_vote_id(number)
    else:
        row["vote"] = proposal_vote_id(row["draft"]) if row["draft"] else None
    return {"measures": [row]}
