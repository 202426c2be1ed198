"""All signatories of a letter in one file."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from letters.models import Letter
from letters.views import public_letter
from signatories.api.operations import JSON, data_response
from signatories.api.parameters import Parameters
from signatories.open_data.tables import as_csv, as_json, as_ndjson

CSV = "text/csv; charset=utf-8; header=present"
NDJSON = "application/x-ndjson"


def json_file(request: HttpRequest, parameters: Parameters, letter: str) -> HttpResponseBase:
    return _file(request, letter, as_json, JSON)


def csv_file(request: HttpRequest, parameters: Parameters, letter: str) -> HttpResponseBase:
    return _file(request, letter, as_csv, CSV, f"{letter}-signatories.csv")


def ndjson_file(request: HttpRequest, parameters: Parameters, letter: str) -> HttpResponseBase:
    return _file(request, letter, as_ndjson, NDJSON, f"{letter}-signatories.ndjson")


def _file(
    request: HttpRequest,
    slug: str,
    write: Callable[[Letter], bytes],
    media_type: str,
    name: str = "",
) -> HttpResponseBase:
    letter = public_letter(slug)

    def build() -> HttpResponse:
        response = HttpResponse(write(letter), content_type=media_type)
        if name:
            response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    return data_response(request, version=(letter.public_version,), build=build)
