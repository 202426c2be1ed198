"""The audit trail in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from config.admin.base import StaffModelAdmin
from config.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(StaffModelAdmin[AuditEntry]):
    """Read-only: only actions write the trail. Only administrators see it."""

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
