"""An answer that takes too long, or that nobody waits for, is stopped whole, with the SQL that runs."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.terms import Terms
from projections.patience import Patience, StoppedError
from projections.reading import Reader
from tests.api.conftest import House
from tests.serving import serving

VOTES = "query Votes($n: Int!) { votes(first: $n) { nodes { symbol ballots { choice } } } }"
ASKED = {"query": VOTES, "variables": {"n": 7}}
ENDLESS = """(select count(*) from (with recursive n(i) as (select 1 union all select i + 1 from n where i > 0)
select i from n) counted) > 0"""
"""A condition that the database is never done with."""

SLOW = "council.graphql.slow"


@pytest.mark.parametrize("compiled", ["1", "0"])
def test_an_answer_that_takes_too_long_is_stopped_whole(
    house: House, compiled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNCIL_COMPILED", compiled)
    app = create_app(house.archive, house.views, terms=Terms(answer_seconds=0.4))
    client = TestClient(app)
    with monkeypatch.context() as patched:
        patched.setattr(Reader, "live", lambda self, alias="": ENDLESS)
        for _ in range(2):
            stopped = client.post("/graphql", json=ASKED)
            assert stopped.status_code == 503
            told = stopped.json()
            assert told["errors"][0]["extensions"] == {"code": "TIMEOUT"}
            assert "0.4 seconds" in told["errors"][0]["message"]
            assert "data" not in told
            assert stopped.headers["cache-control"] == "no-store"
    assert app.state.endpoint.kept.bytes == 0
    with house.views.reader() as reader:  # the connection that was interrupted is as good as before
        assert reader.value("select count(*) as n from votes") > 0
    app.state.endpoint.terms = Terms()
    answer = client.post("/graphql", json=ASKED).json()
    assert "errors" not in answer
    assert len(answer["data"]["votes"]["nodes"]) > 1


def test_what_runs_for_a_client_that_goes_away_is_stopped(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, SLOW)
    app = create_app(house.archive, house.views, terms=Terms(answer_seconds=0))
    body = json.dumps(ASKED).encode()
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    running = []
    inner = Reader._rows

    def watched(self: Reader, *given: Any) -> Any:
        running.append(True)
        return inner(self, *given)

    monkeypatch.setattr(Reader, "_rows", watched)
    with serving(app) as address:
        with monkeypatch.context() as patched:
            patched.setattr(Reader, "live", lambda self, alias="": ENDLESS)
            port = int(address.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(head.encode() + body)
                _until(lambda: running)
                time.sleep(0.1)
            _until(lambda: [record for record in caplog.records if record.name == SLOW])
        assert " left: document " in caplog.records[-1].getMessage()
        with house.views.reader() as reader:
            assert reader.value("select count(*) as n from votes") > 0


def _until(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it goes on and on"
        time.sleep(0.02)


def test_whoever_has_gone_while_waiting_is_not_answered(small: House) -> None:
    patience = Patience(0)
    patience.stop()
    with pytest.raises(StoppedError), small.views.reader(patience=patience) as reader:
        reader.rows("select 1 as n")


def test_what_is_no_end_of_patience_stays_what_it_is(small: House) -> None:
    with pytest.raises(Exception, match="no such table: nowhere"), small.views.reader(patience=Patience(60)) as reader:
        reader.rows("select * from nowhere")


def test_slow_answers_are_told_by_the_hash_of_their_document(small: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, SLOW)
    for least, lines in ((1e-9, 1), (60.0, 1), (0.0, 1)):
        client = TestClient(create_app(small.archive, small.views, terms=Terms(slow_seconds=least)))
        client.post("/graphql", json={**ASKED, "operationName": "Votes"})
        told = [record.getMessage() for record in caplog.records if record.name == SLOW]
        assert len(told) == lines
    assert f" s, answered: document {hashlib.sha256(VOTES.encode()).hexdigest()}, operation Votes, " in told[0]
    assert told[0].endswith(", 113 nodes, 2 points")


def test_the_log_of_slow_answers_holds_nothing_a_client_made_up(small: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, SLOW)
    client = TestClient(create_app(small.archive, small.views, terms=Terms(slow_seconds=1e-9)))
    client.post("/graphql", json={"query": VOTES, "operationName": "x\nroot logged in"})
    client.post("/graphql", json={"query": "{ nothing }", "operationName": "secret"})
    told = [record.getMessage() for record in caplog.records if record.name == SLOW]
    assert len(told) == 2
    assert all("operation -, 0 nodes, 1 points" in line for line in told)
