"""Queries that several recipes share: asked once, read by each in its own way."""

from __future__ import annotations

from typing import Final

VOTES: Final = """
{
  votes(first: 100, orderBy: DATE_ASC) {
    nodes {
      symbol year title outcome modality nature proposal unanimous
      tally { yes no abstain required permanentNo }
    }
  }
}
"""

BALLOTS: Final = """
{
  votes(first: 100, orderBy: DATE_ASC) {
    nodes { symbol date year outcome nature unanimous ballots { permanent choice member { code } } }
  }
}
"""

VETOED: Final = """
{
  votes(first: 100, orderBy: DATE_ASC, filter: { outcome: { eq: VETOED } }) {
    nodes { symbol date year title proposal vetoes { member { code } } tally { yes no abstain } }
  }
}
"""

MEETINGS: Final = """
{
  meetings(first: 100, orderBy: DATE_ASC, filter: { mode: { eq: MEETING }, year: { lte: 2021 } }) {
    nodes { symbol year private topic outcomes votes { outcome } }
  }
}
"""

FIVE: Final = '["CHN", "FRA", "GBR", "RUS", "USA"]'
_DECADES: Final = tuple(range(1940, 2030, 10))


def agreement(further: str = "") -> str:
    """The agreement of the permanent members, decade by decade; ``further``: arguments that say which votes count."""
    asked = "\n".join(
        f"  from{first}: agreementMatrix(members: {FIVE}, from: {first}, to: {first + 9}{further}) {{ ...pairs }}"
        for first in _DECADES
    )
    return (
        f"{{\n{asked}\n}}\n\nfragment pairs on AgreementMatrix {{\n  firstYear votes pairs {{ a b votes share }}\n}}\n"
    )
