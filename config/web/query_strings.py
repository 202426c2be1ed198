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


class MovedForEver(HttpResponsePermanentRedirect):
    """To a new address by the same method, with what was sent."""

    status_code = 308


def moved(request: HttpRequest, path: str) -> HttpResponse:
    """Lead on to the same page at another path, with the query.

    Any site may follow, as it may whatever is there. Browsers ask each time: an address that was
    given back would lead round in a circle if they remembered the way away from it.
    """
    query = request.META.get("QUERY_STRING", "")
    reading = request.method in {"GET", "HEAD"}
    kind = HttpResponsePermanentRedirect if reading else MovedForEver
    response = kind(f"{path}?{query}" if query else path)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=0, s_maxage=2, must_revalidate=True)
    return response


def leading_on(
    folder: str, present: Callable[[str], str | None]
) -> Callable[[GetResponse], GetResponse]:
    """A middleware by which every address below a former one in `folder` leads to the present one.

    `present` gives the present slug of what the public may see and had this slug before. For
    anything else the answer is the one that there is without: not found.
    """
    below = re.compile(rf"^((?:/[^/]+)*?/{folder}/)([-a-zA-Z0-9_]+)(/.*)?$")

    def middleware(get_response: GetResponse) -> GetResponse:
        def respond(request: HttpRequest) -> HttpResponse:
            response = get_response(request)
            found = below.match(request.path) if response.status_code == 404 else None
            slug = present(found[2]) if found else None
            if found is None or slug is None or slug == found[2]:
                return response
            return moved(request, f"{found[1]}{slug}{found[3] or ''}")

        return respond

    return middleware


def as_query(said: Mapping[str, str]) -> QueryDict:
    """What templates build addresses from with {% querystring %}, in the order given."""
    query = QueryDict(mutable=True)
    query.update(said)
    return query


def page_at(path: str) -> ResolverMatch | None:
    """The page of a path in its language, also where no request has one yet."""
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return resolve(path)
        except Resolver404:
            return None
