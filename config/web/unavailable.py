"""Answers for when a request cannot be served now, or is too much: 503, 413, 408, 411.

They ask no database and no session, set no cookie, and no cache keeps them. A form that met a
fault comes back with all that was typed and a button that sends it again.
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
# A key of the environment: the status that the web server has decided on without asking Django.
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
    """What Django calls for an error that nothing has caught: 503 when the database is away."""
    if is_away(sys.exc_info()[1]):
        return answer(request, 503)
    return defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django calls for a request that it will not read."""
    if isinstance(exception, TOO_MUCH):
        return answer(request, 413)
    return defaults.bad_request(request, exception)


def is_away(error: BaseException | None) -> bool:
    """Whether the database did not answer, broke off, or could not now do what it was asked.

    SQLite has one class of errors for that and for statements that are wrong, which are no
    passing fault.
    """
    if isinstance(error, TransactionManagementError):  # the next statement after such an error
        return is_away(error.__cause__)
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorname", "") != "SQLITE_ERROR"


def answer(request: HttpRequest, status: int) -> HttpResponse:
    """Say so in the reader's language; to programs as JSON."""
    page = page_at(request.path_info)
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        response = _problem(status)
    else:
        response = unframed = _page(request, status)
        if page and getattr(page.func, "is_framable", False):  # what was typed in a frame is there
            response = cast(HttpResponse, framable_elsewhere(lambda: unframed)())
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def _problem(status: int) -> HttpResponse:
    """As RFC 9457 has it. Nothing in it is anybody's, so scripts of every site may read it."""
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
    """The fields of the form that was sent, to be sent once more; and whether files were with it.

    Files cannot be given back. Nothing is returned of forms that hold passwords or codes.
    """
    if request.method != "POST" or is_secret(request):
        return [], False
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        return fields, bool(request.FILES)
    except UNREADABLE:
        return [], False


def is_secret(request: HttpRequest) -> bool:
    """Whether the form is one of staff's accounts: their log-in, devices, invitations, users.

    In the admin only forms of models are given back, and only those of the campaigns' work.
    """
    if not request.path.startswith(ADMIN):
        return False
    page = page_at(request.path_info)
    admin_of_model = getattr(page.func, "model_admin", None) if page else None
    return admin_of_model is None or admin_of_model.opts.app_label in ("auth", "config")
