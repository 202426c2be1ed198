"""Middleware: security headers, no cookies on public pages, database time limits, languages."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_path

from config.databases.patience import patience

ADMIN = "/admin/"
ARRIVED = "undersigned.arrived"  # environment key: the monotonic instant of arrival

NO_FEATURES = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


def limit_database_time(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Limit how long a request waits for the database.

    Time spent waiting for a thread counts, if the web server says when the request arrived.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        cookies = request.COOKIES if request.path.startswith(ADMIN) else {}
        is_staff = settings.SESSION_COOKIE_NAME in cookies  # unverified; a forged one ends soon
        seconds = settings.STAFF_DATABASE_SECONDS if is_staff else settings.REQUEST_DATABASE_SECONDS
        waited = monotonic() - request.META.get(ARRIVED, monotonic())
        with patience(statement=settings.REQUEST_DATABASE_SECONDS, seconds=seconds - waited):
            return get_response(request)

    return middleware


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Allow no browser features, and no other site to load ours."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", NO_FEATURES)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def cookies_only_in_admin(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Remove cookies from requests of public pages.

    Django would answer some cookies with Set-Cookie and read the language from another, so that
    pages would not be the same for everyone.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ADMIN):
            request.META.pop("HTTP_COOKIE", None)
        return get_response(request)

    return middleware


def language_by_url(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let answers without a language in their URL, such as data, not vary by language.

    Django would say that they do. Redirects to a language, and errors, really do.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        wordless = response.status_code in (200, 304) and not get_language_from_path(request.path)
        if wordless and not request.path.startswith(ADMIN):
            response.headers.pop("Content-Language", None)
            varies = [name.strip() for name in response.get("Vary", "").split(",")]
            remaining = [name for name in varies if name and name != "Accept-Language"]
            response.headers.pop("Vary", None)
            if remaining:
                patch_vary_headers(response, remaining)
        return response

    return middleware
