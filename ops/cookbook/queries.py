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
