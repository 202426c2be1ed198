"""The logo that a representative proposes, beside the signature that it belongs to."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from config.admin import StaffModelAdmin
from signatories.logos import decide_logo
from signatories.models import Logo, ProposedLogo, Signature


class ProposedLogoPages(StaffModelAdmin[Signature]):
    """What the pages of a signature have for its proposed logo: the picture, and the buttons."""

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:pk>/logo/",
                self.admin_site.admin_view(require_safe(self.logo)),
                name="signatories_signature_logo",
            ),
            path(
                "<int:pk>/logo/decide/",
                self.admin_site.admin_view(require_POST(self.decide_logo)),
                name="signatories_signature_decide_logo",
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
        """The picture, for whoever may see the signature. No cache keeps it."""
        signature = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, signature):
            raise PermissionDenied
        proposed = get_object_or_404(ProposedLogo, signature=signature)
        return HttpResponse(proposed.image, content_type="image/webp")

    def decide_logo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept the logo that the page showed, or refuse it."""
        signature = self.row_to_change(request, pk)
        return self.act_and_return(
            request,
            lambda: decide_logo(
                signature=signature,
                key=request.POST.get("key", ""),
                accept="accept" in request.POST,
                by=self.staff(request),
                now=timezone.now(),
            ),
            done=_("The correction of %s is decided.") % signature,
            to=reverse("admin:signatories_signature_change", args=[pk]),
        )
