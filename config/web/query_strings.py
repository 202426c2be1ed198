"""Query strings, and redirects of URLs that have changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language_from_path, override

GetResponse = Callable[[HttpRequest], HttpResponse]


class PermanentRedirect308(HttpResponsePermanentRedirect):
    """308: the client repeats the method and the body at the new URL."""

    status_code = 308


def moved(request: HttpRequest, path: str) -> HttpResponse:
    """Redirect to the same page at another path, with the query string.

    Scripts of other sites may follow it. Browsers must revalidate: if a former slug came back into
    use, a remembered redirect would lead round in a circle.
    """
    query = request.META.get("QUERY_STRING", "")
    reading = request.method in {"GET", "HEAD"}
    kind = HttpResponsePermanentRedirect if reading else PermanentRedirect308
    response = kind(f"{path}?{query}" if query else path)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=0, s_maxage=2, must_revalidate=True)
    return response


def slug_redirects(
    folder: str, present: Callable[[str], str | None]
) -> Callable[[GetResponse], GetResponse]:
    """Middleware that redirects every URL below a former slug in `folder` to the present one.

    `present` returns the present slug of a public page that had this slug before. Everything else
    stays not found.
    """
    below = re.compile(rf"^((?:/[^/]+)*?/{folder}/)([-a-zA-Z0-9_]+)(/.*)?$")

    def middleware(get_response: GetResponse) -> GetResponse:
        def respond(request: HttpRequest) -> HttpResponse:
            response = get_response(request)
            match = below.match(request.path) if response.status_code == 404 else None
            slug = present(match[2]) if match else None
            if match is None or slug is None or slug == match[2]:
                return response
            return moved(request, f"{match[1]}{slug}{match[3] or ''}")

        return respond

    return middleware


def as_query(values: Mapping[str, str]) -> QueryDict:
    """Parameters, in their order, from which templates build URLs with {% querystring %}."""
    query = QueryDict(mutable=True)
    query.update(values)
    return query


def page_at(path: str) -> ResolverMatch | None:
    """The resolved view of a path in its language; None if there is none. Needs no request."""
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return resolve(path)
        except Resolver404:
            return None
