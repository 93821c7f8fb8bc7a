"""How well records are found: measures by ir-measures, and how far chance in the choice of questions may move them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

RESAMPLED: Final = 2_000
"""Times the questions are drawn anew for an interval."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A mean over questions, and the middle 95 % of means over questions drawn anew with replacement."""

    mean: float
    low: float
    high: float
    questions: int


def measured(
    wanted: Mapping[str, Sequence[str]], found: Mapping[str, Sequence[str]], measure: str, seed: int
) -> Measured:
    """A measure ("RR@10", "nDCG@10", "R@10") of what was found, best first, against the records wanted.

    Raises ValueError where there is no question.
    """
    import ir_measures  # of the group `bench`: `make bench-search` installs it

    if not wanted:
        raise ValueError(f"{measure} needs at least one question")
    judged = {question: dict.fromkeys(records, 1) for question, records in wanted.items()}
    ranked = {
        question: {record: float(-rank) for rank, record in enumerate(dict.fromkeys(found.get(question, ())))}
        for question in wanted
    }
    metrics = ir_measures.iter_calc([ir_measures.parse_measure(measure)], judged, ranked)
    return interval([metric.value for metric in metrics], seed)


def interval(values: Sequence[float], seed: int) -> Measured:
    """The mean of one value per question with its bootstrap interval. Raises ValueError without values."""
    if not values:
        raise ValueError("an interval needs at least one value")
    chance = random.Random(seed)
    count = len(values)
    means = sorted(sum(chance.choices(values, k=count)) / count for _ in range(RESAMPLED))
    low, high = means[int(RESAMPLED * 0.025)], means[int(RESAMPLED * 0.975)]
    return Measured(sum(values) / count, low, high, count)
