"""Indicators: named, versioned counts of the Council's work, and figures others published to stand beside them.

``definition`` says what an indicator is; ``effectiveness``, ``efficiency`` and ``transparency`` define them;
``registry`` finds them; ``coverage`` says what could have been counted; ``values``, ``comparing`` and ``published``
answer from the read models as of any position and up to any day.
"""

from __future__ import annotations

from projections.indicators.figures import FIGURES, figure_rows

__all__ = ["FIGURES", "figure_rows"]
