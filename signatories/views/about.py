"""Pages about the site itself, the same for everyone."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.web.caching import cacheable

TESTED_ON = date(2026, 11, 26)  # when the claims on the accessibility page were last tested


@require_safe
def privacy(request: HttpRequest) -> HttpResponseBase:
    """What is stored about representatives, why, and for how long."""
    return cacheable(request, version=(), build=lambda: render(request, "signatories/privacy.html"))


@require_safe
def accessibility(request: HttpRequest) -> HttpResponseBase:
    """How accessible the site is, and its known problems."""
    return cacheable(
        request,
        version=(TESTED_ON,),
        build=lambda: render(request, "signatories/accessibility.html", {"day": TESTED_ON}),
    )
