"""Read-only admin pages with buttons that call actions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from config.admin import M, StaffModelAdmin


class ReadOnlyAdmin(StaffModelAdmin[M]):
    """Rows that are read-only; buttons call actions."""

    has_save_buttons = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return list(self.fields or [])

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        """Nothing on this page is editable."""

    def may_decide(self, request: HttpRequest) -> None:
        """Raise PermissionDenied for staff who may not change organisations."""
        if not request.user.has_perm("signatories.change_organisation"):
            raise PermissionDenied
