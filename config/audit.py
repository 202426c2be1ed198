"""Writing to the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from config.models import AuditEntry


def record(
    *,
    verb: str,
    subject: Model,
    now: datetime,
    by: User | None = None,
    actor: AuditEntry.Actor | None = None,
    reason: str = "",
    **detail: Any,
) -> AuditEntry:
    """Add an entry. Call it inside the transaction of the act it tells of.

    The actor is staff where `by` is given and the system where nothing is said. `detail` takes
    plain facts such as states; personal data and secrets do not belong in it.
    """
    if actor is None:
        actor = AuditEntry.Actor.STAFF if by else AuditEntry.Actor.SYSTEM
    return AuditEntry.objects.create(
        at=now,
        actor=actor,
        by_id=by.pk if by else None,
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        reason=reason,
        detail=detail,
    )
