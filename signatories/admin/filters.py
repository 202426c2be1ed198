"""Filters for lists in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from signatories.models import Signature

Status = Signature.Status


class WaitingFilter(admin.SimpleListFilter):
    """Narrow the list to signatures that wait for staff."""

    title = _("task")
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        choices = [("review", _("Waiting for review")), ("behind", _("Signed an older text"))]
        if model_admin.has_change_permission(request):  # others do not see proposals
            choices.insert(1, ("correction", _("Correction proposed")))
        return choices

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Signature]
    ) -> QuerySet[Signature] | None:
        chosen = self.value() if self.value() in dict(self.lookup_choices) else None
        if chosen == "review":
            return queryset.filter(status=Status.IN_REVIEW)
        if chosen == "correction":
            return queryset.filter(
                ~Q(proposed_name="")
                | Q(proposed_statement__isnull=False)
                | Q(proposed_logo__isnull=False)
            )
        if chosen == "behind":
            return queryset & Signature.objects.behind()
        return None
