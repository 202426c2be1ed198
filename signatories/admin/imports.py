"""Imports of registers, and undoing them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from signatories.admin.readonly import ReadOnlyAdmin
from signatories.known.actions import begin_undo
from signatories.models import Organisation, RegisterImport


@admin.register(RegisterImport)
class RegisterImportAdmin(ReadOnlyAdmin[RegisterImport]):
    """Imports made by `manage.py import_register`, newest first."""

    change_form_template = "admin/signatories/registerimport/change_form.html"
    list_display = ["register", "file_name", "started_at", "state", "added", "changed", "gone"]
    fields = [
        "register",
        "kind",
        "file_name",
        "digest",
        "by",
        "started_at",
        "finished_at",
        "added",
        "changed",
        "unchanged",
        "gone",
        "skipped",
        "undone_at",
        "undone_by",
    ]

    @admin.display(description=_("state"))
    def state(self, imported: RegisterImport) -> str:
        if imported.undone_at:
            return str(_("undone"))
        if imported.undo_started_at:
            return str(_("being undone"))
        return str(_("imported") if imported.finished_at else _("not finished"))

    def page_context(self, request: HttpRequest, obj: RegisterImport | None) -> dict[str, Any]:
        """What undoing will do; counts only organisations that the user may see."""
        if obj is None or obj.undo_started_at:
            return {}
        changes = obj.changes.all()
        touched = Organisation.objects.visible_to(request.user).filter(
            known_links__known__in=changes.values("known")
        )
        later = RegisterImport.objects.filter(
            register=obj.register, pk__gt=obj.pk, undone_at=None
        ).last()
        return {
            "may_undo": self.has_change_permission(request, obj),
            "later": later,
            "forgotten": changes.filter(before__isnull=True).count(),
            "restored": changes.filter(before__isnull=False).count(),
            "organisations": touched.distinct().count(),
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.undo))
        own = path("<int:pk>/undo/", view, name="signatories_registerimport_undo")
        return [own, *super().get_urls()]

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        imported = self.row_to_change(request, pk)
        return self.act_and_return(
            request,
            lambda: begin_undo(imported=imported, by=self.staff(request), now=timezone.now()),
            done=_("The import is being undone. This can take a few minutes."),
            to=reverse("admin:signatories_registerimport_change", args=[pk]),
        )
