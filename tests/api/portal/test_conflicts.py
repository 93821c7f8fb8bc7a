"""The page of conflicts in plain words: members by name, sources by title."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.context import Context
from api.portal import routes
from domain.archive import open_archive
from domain.facts import Pending, Source
from domain.members import Membership, Name, membership_id, name_id
from domain.votes import Vote, resolution_vote_id
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.views import Views

MEMBERS = ["CHN", "FRA", "RUS", "GBR", "USA", "DZA", "ECU", "GUY", "JPN", "MLT", "MOZ", "KOR", "SLE", "SVN", "CHE"]


def test_a_ballot_of_slovakia_in_the_year_of_slovenia_is_told_by_name(tmp_path: Path) -> None:
    archive = open_archive(environment(None, tmp_path / "log.db"))
    facts = [
        Pending(membership_id(code, 2024), "held", Source(name="membership"), Membership(member=code, year=2024))
        for code in MEMBERS
    ]
    facts += [
        Pending(
            name_id(code, "en", ""),
            "borne",
            Source(name="curated"),
            Name(member=code, name=name, language="en", first=""),
        )
        for code, name in (("SVK", "Slovakia"), ("SVN", "Slovenia"))
    ]
    ballots = dict.fromkeys([code for code in MEMBERS if code != "SVN"] + ["SVK"], "yes")
    for source, tally in (("sciencespo-votes", "15-0-0"), ("undl-votes", "14-0-1")):
        facts.append(
            Pending(
                resolution_vote_id(2767),
                "taken",
                Source(name=source),
                Vote(
                    label="S/RES/2767",
                    resolution=2767,
                    date="2024-12-27",
                    title="Somalia",
                    outcome="adopted",
                    modality="vote",
                    tally=tally,
                    ballots=ballots if source == "sciencespo-votes" else None,
                ),
            )
        )
    list(archive.record(facts, by="tests"))
    place = SqlitePlace(tmp_path / "views")
    ReadModels(archive, place).catch_up()
    context = Context(archive, Views(place))
    client = TestClient(Starlette(routes=routes(context)))
    for path in ("/conflicts", "/conflicts?kind=membership", "/votes/S/RES/2767"):
        text = " ".join(unescape(re.sub(r"<[^>]+>", " ", client.get(path).text)).split())
        assert "Slovakia The ballots of the vote" in text, path
        assert "Slovenia The lists of members by year" in text, path
    text = client.get("/conflicts?kind=sources").text
    assert "Voting data of the UN Dag Hammarskjöld Library" in text
    assert "undl-votes" not in text
    context.views.close()
    archive.close()
