"""Presidencies as recorded, and cessions of the chair."""

from __future__ import annotations

from domain.presidencies import Cession, Presidency
from projections.tables import plain_rows, plain_view

PRESIDENCIES = plain_view(Presidency, "presidencies", indexes=(("month",), ("member", "month")))
CESSIONS = plain_view(Cession, "cessions", indexes=(("month",),))

presidency_rows = plain_rows("presidencies", Presidency)
cession_rows = plain_rows("cessions", Cession)
