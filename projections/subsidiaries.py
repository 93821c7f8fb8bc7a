"""Subsidiary bodies and sanctions: regimes, decisions with the vote each was taken in, chairs, reports, listings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.records import Record
from domain.subsidiaries import Body, BodyMeeting, Chair, Listing, Measure, Regime, Report, decided_in
from projections.tables import plain_row, plain_rows, plain_view
from projections.versioned import column, view

BODIES = plain_view(Body, "bodies")
REGIMES = plain_view(Regime, "regimes", indexes=(("committee",),))
MEASURES = plain_view(Measure, "measures", more=(column("vote"),), indexes=(("regime", "date", "record"), ("vote",)))
"""``vote``: the record of the vote the decision was taken in, by its resolution or draft."""
BY_REGIME = view(
    "regime_measures",
    column("concerns", null=False),
    *(
        column(name, MEASURES.table.c[name].type, null=bool(MEASURES.table.c[name].nullable))
        for name in MEASURES.columns
    ),
    key=("concerns", "record"),
    indexes=(("concerns", "date", "record"),),
)
"""The decisions once for each regime they name (``concerns``), so that one on several regimes is found under each."""
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
    """The row of one decision on sanctions, and one for each regime it names."""
    row = plain_row(record, Measure)
    row["vote"] = decided_in(row["resolution"], row["draft"])
    concerned = dict.fromkeys([*([row["regime"]] if row["regime"] else []), *row["regimes"]])
    return {"measures": [row], "regime_measures": [{**row, "concerns": regime} for regime in concerned]}
