"""What every app's admin is made of, and the pages of staff accounts and of the audit trail."""

from django.contrib import admin
from django_tasks_db import admin as tasks_admin

from config.admin.accounts import AccountAdmin, ReauthenticatedAdmin
from config.admin.audit import AuditEntryAdmin
from config.admin.base import M, StaffModelAdmin
from config.admin.texts import CleanText

# The outbox's rows are references and states; nobody has to tend them by hand.
admin.site.unregister(tasks_admin.DBTaskResult)  # type: ignore[attr-defined]

__all__ = [
    "AccountAdmin",
    "AuditEntryAdmin",
    "CleanText",
    "M",
    "ReauthenticatedAdmin",
    "StaffModelAdmin",
]
