"""Outside formats the archive reads: one file each, all of one shape (:class:`ops.sources.findings.Format`)."""

from __future__ import annotations

from typing import cast

from ops.sources import library_meetings, library_vetoes, membership, missions, record, sciencespo_votes, undl_votes
from ops.sources.findings import Format

FORMATS: dict[str, Format] = {
    module.name: cast(Format, module)
    for module in (membership, sciencespo_votes, library_meetings, library_vetoes, undl_votes, missions, record)
}
"""By the name a user types; in the order in which a whole archive is best filled."""
