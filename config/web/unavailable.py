"""Error pages if the site is unavailable or a request is refused: 503, 413, 408, 411.

They use no database and no session, set no cookie and are not cached. A form that met a 503 comes
back with all that was typed and a button to send it again.
"""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import cast

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, gettext_lazy, override
from django.views import defaults

from config.web.framing import framable_elsewhere
from config.web.middleware import ADMIN
from config.web.query_strings import page_at

RETRY_AFTER = 10  # seconds
# Environment key: the status with which the web server has already refused the request.
REFUSED = "undersigned.refused"
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)

TITLES = {
    408: gettext_lazy("This took too long"),
    411: gettext_lazy("This request could not be read"),
    413: gettext_lazy("This is too large"),
    503: gettext_lazy("This site is unavailable at the moment"),
}
SENTENCES = {
    408: gettext_lazy(
        "Your connection was too slow or was interrupted. Please go back and try again."
    ),
    411: gettext_lazy(
        "Your browser sent something this site could not read. Please go back and try again."
    ),
    413: gettext_lazy(
        "You sent more than this page accepts. Please go back, shorten the text or choose a"
        " smaller file, and try again."
    ),
    503: gettext_lazy("The problem is on our side and is usually over within a minute."),
}
DETAILS = {  # for programs
    408: "The request was not complete in time.",
    411: "A request with a body has to state its length.",
    413: "The request is larger than this address takes.",
    503: "The site cannot answer at the moment. Try again after the seconds in Retry-After.",
}


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: answers 503 if the database is unavailable."""
    if is_away(sys.exc_info()[1]):
        return answer(request, 503)
    return defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: answers 413 if the request is too large."""
    if isinstance(exception, TOO_MUCH):
        return answer(request, 413)
    return defaults.bad_request(request, exception)


def is_away(error: BaseException | None) -> bool:
    """Whether the error means that the database is unavailable or overloaded.

    SQLite uses the same class for wrong statements, which are not temporary faults.
    """
    if isinstance(error, TransactionManagementError):  # the next statement after such an error
        return is_away(error.__cause__)
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorname", "") != "SQLITE_ERROR"


def answer(request: HttpRequest, status: int) -> HttpResponse:
    """The error page in the reader's language, or JSON for programs."""
    page = page_at(request.path_info)
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        response = _problem(status)
    else:
        response = unframed = _page(request, status)
        if page and getattr(page.func, "is_framable", False):  # to give back what was typed there
            response = cast(HttpResponse, framable_elsewhere(lambda: unframed)())
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def _problem(status: int) -> HttpResponse:
    """Problem details (RFC 9457). Nothing in it is private, so scripts of all sites may read it."""
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": DETAILS[status],
    }
    response = JsonResponse(problem, status=status, content_type="application/problem+json")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _page(request: HttpRequest, status: int) -> HttpResponse:
    typed, has_files = what_was_typed(request) if status == 503 else ([], False)
    context = {
        "title": TITLES[status],
        "sentence": SENTENCES[status],
        "is_temporary": status == 503,
        "is_form": request.method == "POST",
        "typed": typed,
        "has_files": has_files,
        "here": request.get_full_path(),
    }
    with override(get_language_from_request(request, check_path=True)):
        return HttpResponse(render_to_string("unavailable.html", context), status=status)


def what_was_typed(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """The fields of the form that was sent, and whether it had files, which cannot be given back.

    Forms with passwords or codes return nothing.
    """
    if request.method != "POST" or is_secret(request):
        return [], False
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        return fields, bool(request.FILES)
    except UNREADABLE:
        return [], False


def is_secret(request: HttpRequest) -> bool:
    """Whether the form concerns staff accounts: log-in, second factors, invitations, users.

    In the admin only model forms are given back, and only those of campaigns, letters and
    signatories.
    """
    if not request.path.startswith(ADMIN):
        return False
    page = page_at(request.path_info)
    admin_of_model = getattr(page.func, "model_admin", None) if page else None
    return admin_of_model is None or admin_of_model.opts.app_label in ("auth", "config")
