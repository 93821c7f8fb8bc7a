"""Published figures, to stand beside what the archive counts itself."""

from __future__ import annotations

from domain.indicators import Figure
from projections.tables import plain_rows, plain_view

FIGURES = plain_view(Figure, "figures", indexes=(("indicator", "period", "record"),))

figure_rows = plain_rows("figures", Figure)
