"""What all API endpoints and data files share: any site may read them, but only read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from config.web.caching import DAY
from signatories.api.problems import NOT_ALLOWED, NOT_FOUND, Refused, problem_response

View = Callable[..., HttpResponseBase]

METHODS = "GET, HEAD, OPTIONS"


def open_to_all(view: View) -> View:
    """Let scripts on any site read the response, answer OPTIONS, and return errors as JSON.

    No cookie is read or set here (config/web/middleware.py), so a script gains nobody's
    permissions.
    """

    @csrf_exempt
    @wraps(view)
    def open_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _respond(view, request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Link"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return open_view


def _respond(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        if request.method == "OPTIONS":
            return _options()
        if request.method not in {"GET", "HEAD"}:
            raise Refused(405, NOT_ALLOWED)
        response = view(request, *args, **kwargs)
    except Http404:
        return problem_response(Refused(404, NOT_FOUND).problem)
    except Refused as refused:
        response = problem_response(refused.problem)
        if refused.problem.status == 405:
            response["Allow"] = METHODS
        return response
    _add_link(response, settings.OPEN_DATA_LICENCE.url, "license")
    return response


def _options() -> HttpResponse:
    """Also answers CORS preflight requests."""
    response = HttpResponse(status=204)
    response["Allow"] = METHODS
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "*"
    response["Access-Control-Max-Age"] = str(DAY)
    return response


def _add_link(response: HttpResponseBase, url: str, relation: str) -> None:
    """Add to the Link header (RFC 8288)."""
    link = f'<{url}>; rel="{relation}"'
    response["Link"] = f"{response['Link']}, {link}" if "Link" in response else link
