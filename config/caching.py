"""Public pages: the same for everyone, named by an ETag, kept only as long as they are true."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds, as caches count


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
    seconds: int = 2,
) -> HttpResponseBase:
    """Answer a GET with a page that any cache may keep.

    `version` names all that the page shows; address and release are added here. A request whose
    If-None-Match has the same name gets 304 and `build` is not called. Shared caches may serve
    the answer for `seconds` without asking again; browsers always ask.
    """
    named = repr((request.get_full_path(), *version, release()))
    etag = f'"{hashlib.sha256(named.encode()).hexdigest()[:20]}"'
    response = get_conditional_response(request, etag=etag) or build()
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=0, s_maxage=seconds, must_revalidate=True)
    return response


def private(response: HttpResponse) -> HttpResponse:
    """Mark a page behind a token: no cache keeps it and no search engine lists it."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
