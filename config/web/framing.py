"""The exceptions from “no other site may load or frame what this one serves”.

Each response that other sites may show says so by one of these decorators, and nothing else does:
a page that is not found, or refused, stays guarded like all others. When the database is away, the
page that says so may stand in a frame where the page itself may: what was typed there is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http.response import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_exempt

View = Callable[..., HttpResponseBase]


def loadable_elsewhere(view: View) -> View:
    """A picture, style sheet or script that pages of other sites may load."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return marked


def framable_elsewhere(view: View) -> View:
    """A page that pages of other sites may show in a frame.

    Only where a click that a framing page has lured from a reader does no harm; docs/security.md
    says why that is so for each.
    """
    framable: View = csp_replace({"frame-ancestors": ["*"]})(
        xframe_options_exempt(loadable_elsewhere(view))
    )
    framable.is_framable = True  # type: ignore[attr-defined]
    return framable


def frames_own_pages(view: View) -> View:
    """A page that shows another page of this site in a frame."""
    framing: View = csp_replace({"frame-src": [SELF]})(view)
    return framing
