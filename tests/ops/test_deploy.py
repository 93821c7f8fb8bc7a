"""The files of a real deployment name what there is: settings, files, checks of health; and open no door but one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from ops.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "ops" / "deploy"
ALSO = {"COUNCIL_GRAPHIQL"}
"""Read from the environment beside the settings: docs/operations.md."""


def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return told


def known(names: set[str]) -> set[str]:
    """The names that are no settings of the archive."""
    return names - ALSO - {f"COUNCIL_{name.upper()}" for name in Settings.model_fields}


def test_every_setting_named_in_the_deployment_exists() -> None:
    named = set(compose()["services"]["api"]["environment"])
    named |= set(re.findall(r"\b(COUNCIL_\w+)=", (DEPLOY / "Dockerfile").read_text()))
    assert {"COUNCIL_SEARCH_URL", "COUNCIL_DATABASE_URL", "COUNCIL_HOST"} <= named
    assert known(named) == set()


def test_only_the_archive_is_reachable_and_only_on_this_machine() -> None:
    services = compose()["services"]
    ports = {name: told["ports"] for name, told in services.items() if "ports" in told}
    assert ports == {"api": ["127.0.0.1:${COUNCIL_PORT:-8000}:8000"]}
    assert compose()["networks"]["inside"] == {"internal": True}
    assert all(told["networks"] == ["inside"] for name, told in services.items() if name != "api")


def test_no_secret_is_written_down() -> None:
    for name, told in compose()["services"].items():
        for setting, value in told["environment"].items():
            if "PASSWORD" in setting or "_URL" in setting:
                assert "${" in str(value), f"{name}: {setting}"


def test_every_server_is_looked_after_and_keeps_what_it_holds() -> None:
    services = compose()["services"]
    assert set(services) == {"api", "postgres", "elasticsearch"}
    for name, told in services.items():
        assert name == "api" or "healthcheck" in told
        assert {volume.partition(":")[0] for volume in told["volumes"]} <= set(compose()["volumes"])
        assert "latest" not in told.get("image", "")


def test_the_container_copies_what_is_there_and_runs_as_nobody_in_particular() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [part for line in lines if line.startswith("COPY ") for part in line.split()[1:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in copied} <= set(ignored)
    assert "USER council" in lines
    assert any("--require-hashes" in line and "run.lock" in line for line in lines)
    assert any(line.startswith("HEALTHCHECK") for line in lines)
