"""API errors (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from django.http import HttpResponse
from msgspec import UNSET

from signatories.api.responses import Problem

CONTENT_TYPE = "application/problem+json"
NOT_FOUND = "There is nothing public at this URL."
NOT_ALLOWED = "This API is read-only."


class Refused(Exception):
    """The request cannot be answered; `detail` says what to do about it."""

    def __init__(self, status: int, detail: str, *, parameter: str = "") -> None:
        super().__init__(detail)
        self.problem = Problem(
            type="about:blank",
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            parameter=parameter or UNSET,
        )


def problem_response(problem: Problem) -> HttpResponse:
    """Never cached, since what is missing now may exist later."""
    response = HttpResponse(
        msgspec.json.encode(problem), content_type=CONTENT_TYPE, status=problem.status
    )
    response["Cache-Control"] = "no-store"
    return response
