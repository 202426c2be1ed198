"""Cleans every request before anything reads it.

NUL and lone surrogates are not text: PostgreSQL rejects the first, UTF-8 the second, and both are
invisible. They are removed from parameters, fields, headers and cookies (Django does so for file
names); a path that contains one is not found. All text of a request is read as UTF-8, like our
pages, whatever its Content-Type says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_LENGTH = re.compile("[0-9]{1,18}", re.ASCII)
_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)\s*(?:;|$)", re.ASCII)
_BOUNDARY = re.compile(r";\s*boundary=(?:\"([^\";]+)\"|([^\s\";]+))", re.ASCII | re.IGNORECASE)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def plain_types(application: Application) -> Application:
    """Reduce the Content-Type to what a form needs, before Django builds a request.

    Django uses its charset, and fails outside all middleware if Python has a codec of that name
    that is not a text encoding.
    """

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = plain_type(environ.get("CONTENT_TYPE", ""))
        return application(environ, start_response)

    return guarded


def plain_type(text: str) -> str:
    """The media type, with the boundary if there is one; "" if it is invalid."""
    kind = _TYPE.match(text)
    boundary = _BOUNDARY.search(text)
    if kind is None or boundary is None:
        return kind[1] if kind else ""
    return f'{kind[1]}; boundary="{boundary[1] or boundary[2]}"'


def cleaned(text: str) -> str:
    """The text without NUL and lone surrogates."""
    return NOT_TEXT.sub("", text)


def clean_input(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Comes before everything that reads parameters; does not read the body itself."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if NOT_TEXT.search(request.path):
            raise Http404
        if not _LENGTH.fullmatch(str(request.META.get("CONTENT_LENGTH") or 0)):
            raise BadRequest("Content-Length is no number.")
        for name, value in request.META.items():
            if isinstance(value, str) and NOT_TEXT.search(value):
                request.META[name] = cleaned(value)
        _clean_what_is_read(request)
        return get_response(request)

    return middleware


def _clean_what_is_read(request: Any) -> None:
    """Clean parameters and cookies now; fields and files when a view first reads them.

    If a view refuses without reading them, the body is never parsed.
    """
    # The setter of `encoding` would first read the parameters in the old encoding.
    request._encoding = "utf-8"
    request.GET = cleaned_parameters(request.GET)
    request.COOKIES = {cleaned(name): cleaned(value) for name, value in request.COOKIES.items()}
    load = request._load_post_and_files

    def load_clean() -> None:
        load()
        request._post = cleaned_parameters(request._post)
        for name in list(request._files):
            request._files.setlist(cleaned(name), request._files.pop(name))

    request._load_post_and_files = load_clean


def cleaned_parameters(given: QueryDict) -> QueryDict:
    """The parameters without NUL and lone surrogates."""
    if not any(NOT_TEXT.search(text) for name, some in given.lists() for text in (name, *some)):
        return given
    clean = QueryDict(mutable=True, encoding=given.encoding)
    for name, values in given.lists():
        for value in values:
            clean.appendlist(cleaned(name), cleaned(value))
    clean._mutable = False
    return clean


def without_reading(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An error page that does not read the body if no view has.

    Django's error pages look for a CSRF token in it, and an unreadable body would cause another
    error.
    """

    @wraps(page)
    def respond(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not hasattr(request, "_post"):
            request._mark_post_parse_error()
        return page(request, *args, **kwargs)

    return respond
