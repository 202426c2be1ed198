"""A representative's proposed logo, on the admin page of the signature."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_safe

from config.admin import StaffModelAdmin
from signatories.models import Logo, ProposedLogo, Signature


class ProposedLogoPages(StaffModelAdmin[Signature]):
    """Add the proposed logo to the signature's page, and serve its image."""

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:pk>/logo/",
                self.admin_site.admin_view(require_safe(self.logo)),
                name="signatories_signature_logo",
            ),
            *super().get_urls(),
        ]

    def page_context(self, request: HttpRequest, obj: Signature | None) -> dict[str, Any]:
        proposed = ProposedLogo.objects.defer("encoded").filter(signature=obj).first()
        if obj is None or proposed is None:
            return {}
        present = Logo.objects.defer("encoded").filter(organisation=obj.organisation).first()
        return {"proposed_logo": proposed, "present_logo": present}

    def logo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The image, for staff who may see the signature. Never cached."""
        signature = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, signature):
            raise PermissionDenied
        proposed = get_object_or_404(ProposedLogo, signature=signature)
        return HttpResponse(proposed.image, content_type="image/webp")
