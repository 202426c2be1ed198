"""Exceptions to the rule that other sites may not load or frame ours.

A view whose response other sites may show has one of these decorators; error pages stay protected.
Only the page that says the database is unavailable may be framed where the page itself may, as it
contains what was typed there.
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
    """For pictures, stylesheets and scripts that other sites may load."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return marked


def framable_elsewhere(view: View) -> View:
    """For pages that other sites may show in a frame.

    Only where clickjacking does no harm; docs/security.md gives the reason for each.
    """
    framable: View = csp_replace({"frame-ancestors": ["*"]})(
        xframe_options_exempt(loadable_elsewhere(view))
    )
    framable.is_framable = True  # type: ignore[attr-defined]
    return framable


def frames_own_pages(view: View) -> View:
    """For pages that show another page of this site in a frame."""
    framing: View = csp_replace({"frame-src": [SELF]})(view)
    return framing
