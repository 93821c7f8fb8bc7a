"""All recipes, by theme: the order of the index."""

from __future__ import annotations

from typing import Final

from ops.cookbook import accountability, cohesion, concurring, vetoes, work
from ops.cookbook.recipe import Recipe

THEMES: Final[dict[str, tuple[Recipe, ...]]] = {
    "The veto": vetoes.RECIPES,
    "Concurring votes: No, abstention, absence": concurring.RECIPES,
    "Cohesion and dissent": cohesion.RECIPES,
    "The Council's work": work.RECIPES,
    "Accountability": accountability.RECIPES,
}
