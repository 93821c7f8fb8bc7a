"""The OpenAPI document: valid, whole, and true of what is served."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route
from starlette.testclient import TestClient

from api.app import create_app
from api.exports import asked
from api.exports.tables import tables
from tests.api.conftest import House


@pytest.fixture(scope="module")
def served(wide: House) -> TestClient:
    return TestClient(create_app(wide.archive, wide.views), follow_redirects=False)


@pytest.fixture(scope="module")
def document(served: TestClient) -> dict[str, Any]:
    told: dict[str, Any] = served.get("/openapi.json").json()
    return told


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    """With four tables of all: their paths are made by one function, and the validator takes its time for each."""
    tables_ = ("votes", "ballots", "obligations", "seats")
    paths = {
        path: told
        for path, told in document["paths"].items()
        if "{format}" not in path or path.split("/")[2].partition(".")[0] in tables_
    }
    assert document["openapi"].startswith("3.1.")
    assert len(paths) > 20
    assert list(OpenAPIV31SpecValidator({**document, "paths": paths}).iter_errors()) == []


def test_every_route_beside_graphql_and_the_pages_stands_in_it(wide: House, document: dict[str, Any]) -> None:
    from api import portal

    app = create_app(wide.archive, wide.views)
    pages = {route.path for route in portal.routes(app.state.context) if isinstance(route, Route)}
    for route in app.routes:
        if not isinstance(route, Route) or route.path in pages or route.path.startswith("/graphql"):
            continue
        path = re.sub(r"{(\w+):\w+}", r"{\1}", route.path)
        assert path in document["paths"] or path in ("/export/{name}.{end}", "/export/{rest}"), path
    for name in tables():
        assert f"/export/{name}.{{format}}" in document["paths"]


def test_every_operation_says_what_it_is_and_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    operations = [one for path in document["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    for one in operations:
        assert one["summary"]
        assert not one["summary"].startswith("/"), one["operationId"]
        assert all(told.get("description") or told["in"] == "path" for told in one.get("parameters", []))


def test_every_export_answers_as_it_is_described(served: TestClient, document: dict[str, Any]) -> None:
    for name in tables():
        operation = document["paths"][f"/export/{name}.{{format}}"]["get"]
        (ends,) = [one["schema"]["enum"] for one in operation["parameters"] if one["in"] == "path"]
        for end in ends if name in ("votes", "meetings") else ("csv",):
            answer = served.get(f"/export/{name}.{end}")
            assert answer.status_code == 200
            assert answer.headers["content-type"].partition(";")[0] in operation["responses"]["200"]["content"]
            assert set(operation["responses"]["200"]["headers"]) <= {
                header.title().replace("Etag", "ETag") for header in answer.headers
            }


def test_every_parameter_of_an_export_is_taken(document: dict[str, Any]) -> None:
    """Each with a value of its schema: none is unknown, and no value is of the wrong type."""
    samples = {"integer": "2022", "boolean": "true", "string": "2022"}
    for name, table in tables().items():
        fitting = {"columns": table.columns[0].name, "filter": "{}", "spreadsheet": "true"}
        for told in document["paths"][f"/export/{name}.{{format}}"]["get"]["parameters"]:
            if told["in"] == "query":
                schema = told["schema"].get("items", told["schema"])
                value = fitting.get(told["name"]) or schema.get("enum", [samples[schema["type"]]])[0]
                asked.read(table, [(told["name"], value)])


@pytest.mark.parametrize(
    ("address", "status", "accept"),
    [
        ("/export", 200, "*/*"),
        ("/export?at=1000000", 404, "*/*"),
        ("/export/votes", 200, "application/json"),
        ("/export/votes", 406, "image/png"),
        ("/export/nothing", 404, "*/*"),
        ("/problems", 200, "*/*"),
        ("/problems/bad-parameter", 200, "*/*"),
        ("/problems/none", 404, "*/*"),
        ("/healthz", 200, "*/*"),
        ("/openapi.json", 200, "*/*"),
    ],
)
def test_answers_in_json_have_the_shape_described(
    served: TestClient, document: dict[str, Any], address: str, status: int, accept: str
) -> None:
    path = address.partition("?")[0]
    for pattern in ("/export/{name}", "/problems/{name}"):
        if re.fullmatch(re.sub(r"{\w+}", "[^/.]+", pattern), path):
            path = pattern
    answer = served.get(address, headers={"Accept": accept})
    assert answer.status_code == status
    told = document["paths"][path]["get"]["responses"][str(status)]
    if "$ref" in told:
        told = document["components"]["responses"]["Problem"]
    media = answer.headers["content-type"].partition(";")[0]
    if "content" in told:
        schema = {**told["content"][media]["schema"], "components": document["components"]}
        assert list(Draft202012Validator(schema).iter_errors(answer.json())) == []
