"""Context of every template."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.languages import direction, font, language_here, own_name, url_in, with_territory


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_url": settings.SITE_URL,
        "operator_name": settings.OPERATOR_NAME,
        "operator_email": settings.OPERATOR_EMAIL,
    }


def languages(request: HttpRequest) -> dict[str, Any]:
    """The languages of the site, each with the URL of the present page, and the query string."""
    query = request.META.get("QUERY_STRING", "")
    return {
        "query_string": f"?{query}" if query else "",
        "script_font": font(language_here()),
        "languages": [
            {
                "code": code,
                "name": own_name(code),
                "direction": direction(code),
                "with_territory": with_territory(code),
                "url": url_in(request, code),
            }
            for code, _label in settings.LANGUAGES
        ],
    }
