"""The OpenAPI document is true: every response is checked against it."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import get_resolver
from jsonschema import Draft202012Validator, FormatChecker

from signatories.api.urls import OPERATIONS
from signatories.models import Organisation

pytestmark = pytest.mark.django_db
NAMES = [operation.name for operation in OPERATIONS]
WRONG = {
    "limit": ["0", "201", "-1", "1.5", "x", "", "null", "١"],
    "cursor": ["", "x", "666", "00", "66 6f", "Zm9ydW0"],
    "campaign": ["", "ä", "a b", "\x00"],
    "country": ["", "de", "DEU", "D", "\x00\x00"],
    "scope": ["", "null", "local", "NATIONAL"],
    "text": ["x" * 101],
}


@pytest.fixture
def document(client: Client) -> dict:
    return client.get("/api/openapi.json").json()


def operation_called(document: dict, name: str) -> tuple[str, dict]:
    for address, methods in document["paths"].items():
        if methods["get"]["operationId"] == name:
            return address, methods["get"]
    raise LookupError(name)


def check(document: dict, schema: dict, value: object) -> None:
    whole = {**schema, "components": document["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


def address_of(operation: dict, address: str, **parts: str) -> str:
    """The URL of an operation, with existing path parameters unless others are given."""
    known = {
        "letter": "speak",
        "campaign": "speech",
        "organisation": Organisation.objects.filter(country="DE").first().public_id,
    }
    return address.format(**(known | parts))


def check_answer(document: dict, operation: dict, response) -> None:
    """Check status, media type and content against the document."""
    told = operation["responses"][str(response.status_code)]
    kinds = told.get("content", {})
    if not kinds:
        assert response.content == b""
        return
    kind = response["Content-Type"]
    assert list(kinds) == [kind]
    body = response.content.decode("utf-8-sig")
    if kind.endswith("json") and not kind.endswith("ndjson"):
        body = json.loads(body)
    check(document, kinds[kind]["schema"], body)
    for header in told.get("headers", {}):
        assert header in response


@pytest.mark.parametrize("name", NAMES)
def test_each_response_matches_its_description(client, letter, document, name):
    address, operation = operation_called(document, name)
    response = client.get(address_of(operation, address))
    assert response.status_code == 200
    check_answer(document, operation, response)
    again = client.get(address_of(operation, address), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    check_answer(document, operation, again)


@pytest.mark.parametrize("name", NAMES)
def test_each_example_is_as_it_is_described(document, name):
    _address, operation = operation_called(document, name)
    for answer in operation["responses"].values():
        for content in answer.get("content", {}).values():
            check(document, content["schema"], content["example"])
    for parameter in operation["parameters"]:
        check(document, parameter["schema"], parameter["example"])


@pytest.mark.parametrize("name", NAMES)
def test_each_parameter_is_taken_as_described_and_nothing_else(client, letter, document, name):
    address, operation = operation_called(document, name)
    address = address_of(operation, address)
    queries = {one["name"]: one for one in operation["parameters"] if one["in"] == "query"}
    for parameter, described in queries.items():
        response = client.get(address, {parameter: str(described["example"])})
        assert response.status_code == 200
        check_answer(document, operation, response)
        for value in WRONG[parameter]:
            refused = client.get(address, {parameter: value})
            assert (refused.status_code, value) == (400, value)
            check_answer(document, operation, refused)
            assert refused.json()["parameter"] == parameter
    for question in ("nothing=1", "limit=1&limit=2", "__class__=x"):
        refused = client.get(f"{address}?{question}")
        assert refused.status_code == 400
        check_answer(document, operation, refused)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_row_returns_the_described_problem(client, letter, document, name):
    address, operation = operation_called(document, name)
    if "{" not in address:
        assert "404" not in operation["responses"]
        return
    response = client.get(re.sub(r"\{\w+\}", "nowhere", address))
    assert response.status_code == 404
    check_answer(document, operation, response)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("name", [*NAMES, "api-openapi"])
def test_nothing_can_be_changed(letter, document, name, method):
    """Also from another site, where Django would check for a CSRF token first."""
    client = Client(enforce_csrf_checks=True)
    address = "/api/openapi.json"
    if name != "api-openapi":
        address, operation = operation_called(document, name)
        address = address_of(operation, address)
    response = getattr(client, method)(address, headers={"Origin": "https://other.example.org"})
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    check(document, {"$ref": "#/components/schemas/Problem"}, response.json())


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/nowhere",
        "/api/v2/letters",
        "/api/v1/letters/",
        "/letters/a/b/signatories.csv",
        "/letters/a%0Ab/signatories.json",
    ],
)
def test_every_other_url_returns_a_problem_too(client, document, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    check(document, {"$ref": "#/components/schemas/Problem"}, response.json())


def test_the_document_itself_is_sound(document):
    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
        assert schema.get("description") or schema["title"] in {"TranslatedName"}
    used = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert used == set(document["components"]["schemas"])
    assert document["info"]["license"]["identifier"] == "CC0-1.0"


def test_everything_that_is_served_is_described(document):
    """The document, and whatever leads nowhere, apart."""
    served = {
        str(one.pattern)
        for one in get_resolver().url_patterns
        if str(one.pattern).startswith(("api/", "letters/<slug:letter>/signatories"))
    }
    described = {
        address.removeprefix("/").replace("{", "<slug:").replace("}", ">")
        for address in document["paths"]
    }
    assert served - {"api/openapi.json"} == described


def test_unknown_parameters_of_the_document_are_refused(client):
    assert client.get("/api/openapi.json?x=1").status_code == 400
