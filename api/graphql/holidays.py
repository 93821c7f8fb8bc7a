"""The working calendar of Headquarters: official holidays, on which no working day is counted."""

from __future__ import annotations

from api.graphql.plain import Listed, row_type
from domain import holidays as stated
from projections.holidays import HOLIDAYS


@row_type(stated.Holiday)
class Holiday:
    """One official holiday at Headquarters, on the day it is observed."""


HOLIDAY_LISTS = Listed(Holiday, stated.Holiday, HOLIDAYS, "holidays")
