"""What a match counts, on either engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Weights = Mapping[str, tuple[float, float]]
"""Field of words → what a match counts in its exact form, and by a stem."""

WEIGHTS: Final[Weights] = {"title": (4.0, 2.0), "more": (1.5, 0.7), "body": (1.0, 0.5)}

TITLE: Final[Weights] = {"title": WEIGHTS["title"]}

IN_TITLE: Final = 300.0
"""What a title counts that says all that is asked for, beside its words: more than words scattered over a text, less
than bearing the symbol asked for. A long title, or one in six languages, is no worse than a short one for that."""
