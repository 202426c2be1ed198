"""What the site says of itself, the same for everyone."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.web.caching import cacheable

TESTED_ON = date(2026, 11, 26)  # what the page on accessibility says was true on this day


@require_safe
def privacy(request: HttpRequest) -> HttpResponseBase:
    """What is kept of a representative, why and how long."""
    return cacheable(request, version=(), build=lambda: render(request, "signatories/privacy.html"))


@require_safe
def accessibility(request: HttpRequest) -> HttpResponseBase:
    """What was done so that everybody can use the site, and what is not good yet."""
    return cacheable(
        request,
        version=(TESTED_ON,),
        build=lambda: render(request, "signatories/accessibility.html", {"day": TESTED_ON}),
    )
