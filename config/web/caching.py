"""Public pages: the same for everyone, named by an ETag, kept only as long as they are true.

A name that is hidden is gone from every cache within five seconds. On the way from here to a reader
are the memory of the web server, a cache of the operator's or of a CDN, and the browser. The first
serves a page for a second at most (config.page_cache); each of the others may keep it for KEPT
seconds, which some count as one more since they know whole seconds only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds, as caches count
KEPT = 1  # seconds
MOST = timedelta(seconds=1 + 2 * (KEPT + 1))
"""How long after a change it may still be read."""


@lru_cache
def release() -> str:
    """A digest of all code, templates, files, fonts, translations: a new release, a new ETag."""
    digest = hashlib.sha256()
    code = ("campaigns", "config", "letters", "signatories")
    for root in (*code, "fonts", "locale", "static", "templates"):
        for path in sorted((settings.BASE_DIR / root).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def cacheable(
    request: HttpRequest,
    *,
    version: tuple[object, ...],
    build: Callable[[], HttpResponse],
    until: datetime | None = None,
    seconds: int = 0,
) -> HttpResponseBase:
    """Answer a GET with a page that any cache may keep, for as short a while as MOST says.

    `version` names all that the page shows; path, query string and release are added here. A
    request whose If-None-Match has the same name gets 304 and `build` is not called. `until` is
    the next instant at which the page changes by the clock: no cache keeps it beyond. What says
    nothing of any letter may be kept by shared caches for `seconds`.
    """
    named = repr((request.get_full_path(), *version, release()))
    etag = f'"{hashlib.sha256(named.encode()).hexdigest()[:20]}"'
    response = get_conditional_response(request, etag=etag) or build()
    response["ETag"] = etag
    if until is not None and until - timezone.now() < MOST:
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    elif seconds:
        patch_cache_control(response, public=True, max_age=0, s_maxage=seconds)
    else:
        keep_briefly(response)
    return response


def keep_briefly(response: HttpResponseBase) -> None:
    """Let caches on the way keep an answer that is everybody's."""
    patch_cache_control(response, public=True, max_age=KEPT)


def private(response: HttpResponse) -> HttpResponse:
    """Mark a page behind a token: no cache keeps it and no search engine lists it."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
