"""The OpenAPI 3.1 document, generated from the operations and their types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import override

from signatories.api.endpoint import View
from signatories.api.operations import JSON, Operation, data_response
from signatories.api.parameters import Parameters, parse
from signatories.api.problems import CONTENT_TYPE, NOT_FOUND, Refused
from signatories.api.responses import Problem
from signatories.open_data.absolute_urls import absolute
from signatories.open_data.entries import Signatory

VERSION = "1.0.0"
REF = "#/components/schemas/{name}"

DESCRIPTION = """\
Open letters, the organisations that signed them, and the campaigns they belong to.

The API is read-only, needs no key and can be read by scripts on any site. Organisations that are
counted without their names appear in no response. Responses carry an ETag: send it back in
`If-None-Match`, and an unchanged response is a 304 without a body.

Lists are paginated. The URL of the next page is in `next` and in the `Link` header; a cursor stays
valid when rows are added or removed. An unknown parameter is an error, so that a misspelt filter
does not go unnoticed. Errors are `application/problem+json` (RFC 9457).

Within v1, nothing is removed or renamed; fields may be added.
"""
TAGS = {
    "Letters": "Open letters and who signed them.",
    "Organisations": "Organisations that have publicly signed a letter.",
    "Campaigns": "The campaigns that letters belong to.",
    "Files": "All signatories of a letter at once, in alphabetical order.",
    "About": "This API.",
}
# Path parameters by name: description, example, pattern.
PATH_PARAMETERS = {
    "letter": ("The letter's slug.", "clean-rivers", "^[-a-zA-Z0-9_]+$"),
    "campaign": ("The campaign's slug.", "rivers", "^[-a-zA-Z0-9_]+$"),
    "organisation": ("The organisation's identifier.", "7kq2m9xw4d", "^[-a-zA-Z0-9_]+$"),
}
EXAMPLES: dict[str, object] = {
    "limit": 50,
    "cursor": "666f72756d",
    "campaign": "rivers",
    "country": "PL",
    "scope": "national",
    "text": "forum",
}
_TEXT = {"type": "string"}
_ETAG = {"description": "Identifies this response; send it back in If-None-Match.", "schema": _TEXT}
_LINK = {"description": "The licence and, in lists, the next page.", "schema": _TEXT}


def describe(operations: Sequence[Operation]) -> View:
    """A view that returns the OpenAPI document for these operations."""

    def openapi(request: HttpRequest) -> HttpResponseBase:
        parse(Parameters, request.GET)
        return data_response(
            request,
            version=(VERSION, settings.OPERATOR_NAME),
            build=lambda: HttpResponse(
                msgspec.json.encode(document(tuple(operations))), content_type=JSON
            ),
        )

    return openapi


def document(operations: tuple[Operation, ...]) -> dict[str, Any]:
    licence = settings.OPEN_DATA_LICENCE
    path_parameters = {one.name: one.path_parameters for one in operations}
    with override("en"):
        documentation = absolute(reverse("open-data"))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Undersigned: open data",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": licence.name, "identifier": licence.id},
            "contact": {"name": settings.OPERATOR_NAME, "url": settings.SITE_URL},
        },
        "servers": [{"url": settings.SITE_URL, "description": settings.OPERATOR_NAME}],
        "externalDocs": {"url": documentation, "description": "Documentation for people."},
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "paths": {one.path: {"get": _operation(one, path_parameters)} for one in operations},
        "components": {"schemas": schemas(operations)},
    }


@lru_cache
def schemas(operations: tuple[Operation, ...]) -> dict[str, Any]:
    """The JSON Schemas (2020-12) of all responses."""
    kinds = [one.response for one in operations if one.response]
    _refs, found = msgspec.json.schema_components([*kinds, Signatory, Problem], ref_template=REF)
    return dict(sorted(found.items()))


def _operation(one: Operation, path_parameters: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "operationId": one.name,
        "tags": [one.tag],
        "summary": one.summary,
        "description": one.description,
        "parameters": [*_path_parameters(one), *_query_parameters(one)],
        "responses": dict(_responses(one, path_parameters)),
    }


def _path_parameters(one: Operation) -> Iterator[dict[str, Any]]:
    for name in one.path_parameters:
        description, example, pattern = PATH_PARAMETERS[name]
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": description,
            "schema": {"type": "string", "pattern": pattern},
            "example": example,
        }


def _query_parameters(one: Operation) -> Iterator[dict[str, Any]]:
    (_ref,), components = msgspec.json.schema_components([one.parameters], ref_template=REF)
    for name, found in components[one.parameters.__name__]["properties"].items():
        schema = dict(found)
        if schema.get("default") == "":  # means "no filter"; not a valid value
            del schema["default"]
        yield {
            "name": name,
            "in": "query",
            "required": False,
            "description": schema.pop("description"),
            "schema": schema,
            "example": EXAMPLES[name],
        }


def _responses(
    one: Operation, path_parameters: dict[str, list[str]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = {"$ref": REF.format(name=one.response.__name__)} if one.response else _TEXT
    example = msgspec.to_builtins(one.example)
    yield (
        "200",
        {
            "description": "The response.",
            "headers": {"ETag": _ETAG, "Link": _LINK},
            "content": {one.media_type: {"schema": schema, "example": example}},
            "links": {
                name: {
                    "operationId": name,
                    "parameters": dict.fromkeys(path_parameters[name], where),
                }
                for name, where in one.links.items()
            },
        },
    )
    yield "304", {"description": "Nothing has changed.", "headers": {"ETag": _ETAG}}
    yield "400", _problem(Refused(400, "Expected `int` <= 200.", parameter="limit"))
    if one.path_parameters:
        yield "404", _problem(Refused(404, NOT_FOUND))


def _problem(refused: Refused) -> dict[str, Any]:
    return {
        "description": refused.problem.title,
        "content": {
            CONTENT_TYPE: {
                "schema": {"$ref": REF.format(name="Problem")},
                "example": msgspec.to_builtins(refused.problem),
            }
        },
    }
