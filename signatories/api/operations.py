"""API operations: path, parameters and response, in one place.

The URL patterns, parameter checks and OpenAPI document are all generated from Operation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from config.web.caching import cacheable
from signatories.api.endpoint import open_to_all
from signatories.api.parameters import Parameters, cursor_after, parse
from signatories.open_data.absolute_urls import absolute

JSON = "application/json"


@dataclass(frozen=True, kw_only=True, eq=False)
class Operation:
    """An endpoint; `path` is written as in OpenAPI: /api/v1/letters/{letter}.

    `example` is a Struct, so that its types are checked, or text for text formats. `links` maps
    names of follow-up operations to the place in the response that has their parameter.
    """

    name: str
    path: str
    tag: str
    summary: str
    description: str
    view: Callable[..., HttpResponseBase]
    parameters: type[Parameters] = Parameters
    response: type[Struct] | None = None
    media_type: str = JSON
    example: object
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def path_parameters(self) -> list[str]:
        """The names of the path's parameters."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def url(self) -> URLPattern:
        route = self.path.removeprefix("/").replace("{", "<slug:").replace("}", ">")
        return path(route, open_to_all(self.checked_view), name=self.name)

    def checked_view(self, request: HttpRequest, **path_parameters: str) -> HttpResponseBase:
        """Check the parameters, then call the view."""
        return self.view(request, parse(self.parameters, request.GET), **path_parameters)


def data_response(
    request: HttpRequest, *, version: tuple[object, ...], build: Callable[[], HttpResponse]
) -> HttpResponseBase:
    """A response that caches may keep while `version` is unchanged; see config.web.caching."""
    return cacheable(request, version=(*version, settings.OPEN_DATA_LICENCE.id), build=build)


def record_response(record: Struct) -> HttpResponse:
    """One record, or a page of them with `next` repeated in the Link header (RFC 8288)."""
    response = HttpResponse(msgspec.json.encode(record), content_type=JSON)
    if following := getattr(record, "next", None):
        response["Link"] = f'<{following}>; rel="next"'
    return response


T = TypeVar("T")


def paginate(
    request: HttpRequest, rows: Sequence[T], limit: int, key: Callable[[T], str]
) -> tuple[list[T], str | None]:
    """The rows of this page, and the next page's URL if there are more than `limit` rows."""
    page = list(rows[:limit])
    if len(rows) <= limit:
        return page, None
    given = request.GET.copy()
    given["cursor"] = cursor_after(key(page[-1]))
    return page, absolute(f"{request.path}?{given.urlencode()}")
