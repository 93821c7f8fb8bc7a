"""Peacebuilding: advice of the Commission, and other principal organs taking part in meetings."""

from __future__ import annotations

from domain.peacebuilding import Advice, Participation
from projections.tables import plain_rows, plain_view

ADVICE = plain_view(Advice, "advice")
"""``date`` is the first step that is dated."""
PARTICIPATIONS = plain_view(Participation, "participations", indexes=(("meeting",), ("organ", "date", "record")))

advice_rows = plain_rows("advice", Advice)
participation_rows = plain_rows("participations", Participation)
