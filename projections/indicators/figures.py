"""The read model of published figures: what others count."""

from __future__ import annotations

from domain.indicators import Figure
from projections.tables import plain_rows, plain_view

FIGURES = plain_view(Figure, "figures", indexes=(("indicator", "period", "record"),))

figure_rows = plain_rows("figures", Figure)
