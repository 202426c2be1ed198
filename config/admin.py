"""What all our admin pages have in common, and the audit trail's own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_tasks_db import admin as tasks_admin

from config.errors import DomainError
from config.models import AuditEntry

M = TypeVar("M", bound=Model)


class StaffModelAdmin(admin.ModelAdmin[M]):
    """An admin page whose changes go through actions, so nothing may delete rows in bulk."""

    actions_on_bottom = True
    list_per_page = 50

    @staticmethod
    def staff(request: HttpRequest) -> User:
        """The signed-in staff user; admin pages are never reached without one."""
        return cast(User, request.user)

    def act_and_return(
        self, request: HttpRequest, act: Callable[[], object], done: object, to: str
    ) -> HttpResponse:
        """Act for a button, say what was done or what forbids it, and go back to a page."""
        try:
            act()
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, str(done))
        return HttpResponseRedirect(to)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


# The outbox's rows are references and states; nobody has to tend them by hand.
admin.site.unregister(tasks_admin.DBTaskResult)  # type: ignore[attr-defined]


@admin.register(AuditEntry)
class AuditEntryAdmin(StaffModelAdmin[AuditEntry]):
    """Read-only: the trail is written by actions alone. Superusers see it."""

    list_display = ["at", "actor", "by", "verb", "subject_type", "subject_id", "reason"]
    list_filter = ["actor", "verb", "subject_type"]
    list_select_related = ["by"]
    search_fields = ["subject_id", "verb"]
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
