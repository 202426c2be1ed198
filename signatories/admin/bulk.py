"""Bulk actions on signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.forms import CheckboxInput
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.admin import StaffModelAdmin
from config.errors import DomainError
from signatories.models import Signature
from signatories.review.actions import decline_signature, publish_signature
from signatories.review.forms import DeclineForm


class BulkActions(StaffModelAdmin[Signature]):
    """Checkboxes beside signatures, and actions on those ticked."""

    actions = ["publish_selected", "decline_selected"]

    @admin.display(description=mark_safe('<input type="checkbox" id="action-toggle">'))  # nosec B308
    def action_checkbox(self, obj: Signature) -> SafeString:
        """Django's checkbox, labelled with the name staff know; needs no query per row."""
        label = str(_("Select this object for an action - {}")).format(obj.register_name)
        attributes = {"class": "action-select", "aria-label": label}
        box = CheckboxInput(attributes, lambda value: False)
        return box.render(ACTION_CHECKBOX_NAME, str(obj.pk))

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Signature]) -> None:
        by, now = self.staff(request), timezone.now()
        done = self._each(
            request,
            queryset,
            lambda signature: publish_signature(signature=signature, by=by, now=now),
        )
        text = ngettext(
            "%(number)d signature has been published.",
            "%(number)d signatures have been published.",
            done,
        )
        messages.success(request, text % {"number": done})

    @admin.action(description=_("Decline with a reason"), permissions=["change"])
    def decline_selected(
        self, request: HttpRequest, queryset: QuerySet[Signature]
    ) -> HttpResponse | None:
        """Ask for a reason on an intermediate page, then decline each signature with it."""
        form = DeclineForm(request.POST if "decide" in request.POST else None)
        if not form.is_valid():
            context = {
                "title": _("Decline signatures"),
                "button": _("Decline"),
                "bulk": True,
                "signatures": queryset,
                "form": form,
                "checkbox": ACTION_CHECKBOX_NAME,
                "back": reverse("admin:signatories_signature_changelist"),
            }
            return self._reason_page(request, context)
        by, now, reason = self.staff(request), timezone.now(), form.cleaned_data["reason"]
        done = self._each(
            request,
            queryset,
            lambda signature: decline_signature(signature=signature, by=by, now=now, reason=reason),
        )
        text = ngettext(
            "%(number)d signature has been declined.",
            "%(number)d signatures have been declined.",
            done,
        )
        messages.success(request, text % {"number": done})
        return None

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Signature],
        act: Callable[[Signature], Any],
    ) -> int:
        """Call `act` on each signature, showing errors and going on. Returns how many succeeded."""
        done = 0
        for signature in queryset:
            try:
                act(signature)
            except DomainError as error:
                messages.error(request, f"{signature}: {error.message}")
            else:
                done += 1
        return done

    def _reason_page(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, "admin/signatories/signature/reason.html", context)
