"""Caching of public pages, which are the same for everyone and have an ETag.

A hidden name is gone from every cache within five seconds. Between here and a reader there are the
memory of the web server, a cache of the operator or of a CDN, and the browser. The first serves a
page for at most a second (config/front/page_cache.py); each of the others for MAX_AGE seconds, or
one more, as some caches count whole seconds only.
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
MAX_AGE = 1  # seconds
LONGEST_STALE = timedelta(seconds=1 + 2 * (MAX_AGE + 1))
"""How long after a change the old page may still be shown."""


@lru_cache
def release() -> str:
    """A digest of all code, templates, static files, fonts and translations, part of each ETag."""
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
    """Answer a GET with a page that any cache may store, so briefly that LONGEST_STALE holds.

    `version` identifies the content of the page; path, query string and release are added here. If
    the request's If-None-Match matches, the answer is 304 and `build` is not called. `until` is the
    next instant at which the page changes by the clock: no cache serves it after that. With
    `seconds`, shared caches may store it for so long; only for pages that show nothing of a letter.
    """
    named = repr((request.get_full_path(), *version, release()))
    etag = f'"{hashlib.sha256(named.encode()).hexdigest()[:20]}"'
    response = get_conditional_response(request, etag=etag) or build()
    response["ETag"] = etag
    if until is not None and until - timezone.now() < LONGEST_STALE:
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    elif seconds:
        patch_cache_control(response, public=True, max_age=0, s_maxage=seconds)
    else:
        keep_briefly(response)
    return response


def keep_briefly(response: HttpResponseBase) -> None:
    """Let caches store a public answer for MAX_AGE seconds."""
    patch_cache_control(response, public=True, max_age=MAX_AGE)


def private(response: HttpResponse) -> HttpResponse:
    """For pages behind a token: no cache stores them and no search engine lists them."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
