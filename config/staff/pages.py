"""Pages in the style of the admin that are not about a row."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def not_found(request: HttpRequest, **arguments: Any) -> HttpResponse:
    """For URLs of Django's admin that this site does not have."""
    raise Http404


def page(request: HttpRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    """The template of this name in `admin/`, without the sidebar."""
    context = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return TemplateResponse(request, f"admin/{name}.html", context, status=status)
