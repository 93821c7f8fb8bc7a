"""States by the names that the Council's documents give them."""

from __future__ import annotations

from functools import lru_cache

from babel.core import get_global

from projections.members import names_in_languages
from search.languages import fold

_USUAL = {
    "Bolivia": "BOL",
    "Cape Verde": "CPV",
    "Congo": "COG",
    "Saint Vincent and the Grenadines": "VCT",
    "Czech Republic": "CZE",
    "Democratic Republic of the Congo": "COD",
    "Federal Republic of Yugoslavia": "YUG",
    "Libyan Arab Republic": "LBY",
    "Libyan Arab Jamahiriya": "LBY",
    "Republic of the Congo": "COG",
    "Republic of Korea": "KOR",
    "Russian Federation": "RUS",
    "Swaziland": "SWZ",
    "Syrian Arab Republic": "SYR",
    "Turkey": "TUR",
    "United Republic of Tanzania": "TZA",
    "Viet Nam": "VNM",
    "Myanmar": "MMR",
    "Côte d'Ivoire": "CIV",
}
"""Names the Council's documents use where CLDR has another."""

_FORMER = {
    "Union of Soviet Socialist Republics": "RUS",
    "Soviet Union": "RUS",
    "Byelorussian Soviet Socialist Republic": "BLR",
    "Ukrainian Soviet Socialist Republic": "UKR",
    "United Arab Republic": "EGY",
    "Federal Republic of Germany": "DEU",
    "Ceylon": "LKA",
    "Dahomey": "BEN",
    "Kampuchea": "KHM",
    "Democratic Kampuchea": "KHM",
    "Upper Volta": "BFA",
}
"""Names under which States sat or spoke whose records stand under the code of today."""


def _plain(name: str) -> str:
    return fold(name.lower().replace("’", "'").replace(" & ", " and ").replace("st. ", "saint ").strip())


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in get_global("territory_aliases"):
        if len(code) == 3 and code.isalpha() and (name := names_in_languages(code).get("en")):
            found.setdefault(_plain(name), code)
    found.update({_plain(name): code for name, code in (*_FORMER.items(), *_USUAL.items())})
    return found


@lru_cache(maxsize=4096)
def code_of(name: str) -> str | None:
    """The ISO code of a State by its English name; None for what is no State known by that name."""
    return _codes().get(_plain(name))
