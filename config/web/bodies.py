"""Limits on the size of request bodies, checked before they are read.

Forms of text are small. A view that accepts files has `takes_body`, a ModelAdmin `largest_body`;
anything larger is refused with 413, unread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from config.web import unavailable
from config.web.middleware import ADMIN
from config.web.query_strings import page_at

View = TypeVar("View", bound=Callable[..., Any])

FORM = 64 * 1024  # bytes: the longest statement in the longest script, many times over
STAFF_FORM = 2 * 1024 * 1024  # a letter with its editions
BEFORE_LOG_IN = ("/admin/login/", "/admin/join/")


def takes_body(largest: int) -> Callable[[View], View]:
    """Let a view accept bodies of up to `largest` bytes."""

    def mark(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return mark


def largest_body(path: str) -> int:
    """The limit for a path, in bytes."""
    page = page_at(path)
    if page is None:
        return FORM
    of_model = getattr(page.func, "model_admin", None)
    largest = getattr(page.func, "largest_body", None) or getattr(of_model, "largest_body", None)
    if largest is not None:
        return int(largest)
    if path.startswith(ADMIN) and not path.startswith(BEFORE_LOG_IN):
        return STAFF_FORM
    return FORM


def limit_bodies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse bodies that are too large, and render refusals by the web server.

    Under config.front all bodies have a length; under other servers, one without is refused, since
    Django would treat it as empty.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        refusal = request.META.get(unavailable.REFUSED)
        if refusal is None:
            refusal = _refusal(request)
        return get_response(request) if refusal is None else unavailable.answer(request, refusal)

    return middleware


def _refusal(request: HttpRequest) -> int | None:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        return 411 if request.META.get("HTTP_TRANSFER_ENCODING") else None
    is_small = int(length) <= FORM
    return None if is_small or int(length) <= largest_body(request.path_info) else 413
