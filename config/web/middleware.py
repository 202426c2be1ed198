"""Headers that every response carries, pages that know of no cookie, and waits that end."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_path

from config.databases.patience import patience

ADMIN = "/admin/"
ARRIVED = "undersigned.arrived"  # a key of the environment: the monotonic instant

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


def database_in_time(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A request does not wait for the database longer than people wait for a page.

    The time that it has waited for a thread counts, where the web server says when it arrived.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        cookies = request.COOKIES if request.path.startswith(ADMIN) else {}
        is_staff = settings.SESSION_COOKIE_NAME in cookies  # so it says; if not, it ends soon
        seconds = settings.STAFF_DATABASE_SECONDS if is_staff else settings.REQUEST_DATABASE_SECONDS
        waited = monotonic() - request.META.get(ARRIVED, monotonic())
        with patience(statement=settings.REQUEST_DATABASE_SECONDS, seconds=seconds - waited):
            return get_response(request)

    return middleware


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """No browser feature is used, and no other site may load what this one serves."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", NO_FEATURES)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def cookies_in_the_admin_alone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Public pages do not see a cookie that is sent to them.

    Django would answer one of a name it knows with Set-Cookie, and would read the language from
    another, so that a page were not the same for everyone.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ADMIN):
            request.META.pop("HTTP_COOKIE", None)
        return get_response(request)

    return middleware


def language_by_the_address(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """What has no language in its address, such as data, is the same for readers of all languages.

    Django would say that it varies. Pages that lead on to a language, and errors, do vary.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        wordless = response.status_code in (200, 304) and not get_language_from_path(request.path)
        if wordless and not request.path.startswith(ADMIN):
            response.headers.pop("Content-Language", None)
            varies = [name.strip() for name in response.get("Vary", "").split(",")]
            kept = [name for name in varies if name and name != "Accept-Language"]
            response.headers.pop("Vary", None)
            if kept:
                patch_vary_headers(response, kept)
        return response

    return middleware
