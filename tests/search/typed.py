"""Texts as somebody hostile, or a cat on a keyboard, may type them into a search."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = [
    '"',
    "(",
    ")",
    "*",
    "?",
    "\\",
    "/",
    "S/RES/1325",
    "S/PRST/2000/*",
    "*a*b*",
    "NOT",
    "OR",
    "-",
    "country:FRA",
    "vote:no",
]
PIECES += [
    "year:1990..1999",
    "\x00",
    "\u202e",
    "Haiti",
    "l’homme",
    "安理会",
    "決議",
    "القرار",
    "ёж",
    "½",
    "ﷺ",
    "~2",
    "{",
    "^9",
    "a" * 900,
]

TYPED = st.one_of(
    st.text(max_size=200),
    st.text(st.characters(codec=None, categories=("Cc", "Cf", "Cs", "Mn", "Zs", "Lo")), max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.builds(lambda piece, deep: "(" * deep + piece + ")" * deep, st.sampled_from(PIECES), st.integers(0, 200)),
    st.builds(lambda piece, size: piece * (size // len(piece)), st.sampled_from(PIECES), st.integers(0, 100_000)),
)
"""Noise, control characters, bidi marks, halves of characters, syntax, nesting, and up to 100,000 characters."""
