"""Stopping all email to a mailbox, and allowing it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from config import audit
from config.models import AuditEntry
from signatories.models import StoppedMailbox


@transaction.atomic
def stop_mail(
    *, mailbox: str, now: datetime, actor: AuditEntry.Actor = AuditEntry.Actor.REPRESENTATIVE
) -> None:
    """Send no more email to the mailbox with this digest; twice is harmless.

    Emails already queued for representatives are not sent either. Signatures do not change.
    """
    row, is_new = StoppedMailbox.objects.get_or_create(index=mailbox, defaults={"stopped_at": now})
    if is_new:
        audit.record(verb=audit.Verb.MAIL_STOPPED, subject=row, actor=actor, now=now)


@transaction.atomic
def allow_mail_again(
    *, mailbox: str, now: datetime, actor: AuditEntry.Actor = AuditEntry.Actor.REPRESENTATIVE
) -> None:
    """Undo stop_mail; twice is harmless. Emails not sent meanwhile are not sent later."""
    row = StoppedMailbox.objects.select_for_update().filter(index=mailbox).first()
    if row is None:
        return
    audit.record(verb=audit.Verb.MAIL_ALLOWED_AGAIN, subject=row, actor=actor, now=now)
    row.delete()
