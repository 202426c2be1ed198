"""Base classes for every app's admin; the pages of staff accounts and the audit trail."""

from django.contrib import admin
from django_tasks_db import admin as tasks_admin

from config.admin.accounts import AccountAdmin, ReauthenticatedAdmin
from config.admin.audit import AuditEntryAdmin
from config.admin.base import M, StaffModelAdmin
from config.admin.texts import CleanText

# The outbox's rows are references and states; nobody needs to edit them by hand.
admin.site.unregister(tasks_admin.DBTaskResult)  # type: ignore[attr-defined]

__all__ = [
    "AccountAdmin",
    "AuditEntryAdmin",
    "CleanText",
    "M",
    "ReauthenticatedAdmin",
    "StaffModelAdmin",
]
