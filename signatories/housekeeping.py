"""What has to happen because time has passed. The worker runs it every minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from config import audit
from config.outbox import tidy_outbox
from letters.models import Letter
from signatories.duplicates import compare_new
from signatories.limits import forget_counts
from signatories.links import new_nonce
from signatories.models import Signature
from signatories.reaffirmation import ask_to_reaffirm, lapse_silent, remind_silent

UNCONFIRMED_DAYS = 14  # so long a new confirming link can be asked for
BATCH = 500  # signatures in one transaction


def tidy(*, now: datetime) -> dict[str, int]:
    """Expire what was never confirmed, ask who signed an older text, erase contacts, tidy up.

    Says how many signatures were touched, by what was done.
    """
    done = {
        "expired": expire_unconfirmed(now=now),
        "asked": ask_to_reaffirm(now=now),
        "reminded": remind_silent(now=now),
        "lapsed": lapse_silent(now=now),
        "erased": erase_contacts(now=now),
    }
    forget_counts(now=now)
    tidy_outbox(now=now)
    compare_new()
    return done


@transaction.atomic
def expire_unconfirmed(*, now: datetime) -> int:
    """End signatures that nobody confirmed within UNCONFIRMED_DAYS; their contacts go at once."""
    due = Signature.objects.filter(
        status=Signature.Status.UNCONFIRMED, signed_at__lt=now - timedelta(days=UNCONFIRMED_DAYS)
    )
    signatures = list(due.select_for_update()[:BATCH])
    for signature in signatures:
        signature.status = Signature.Status.EXPIRED
        _erase(signature)
        signature.save()
        audit.record(verb="expired", subject=signature, now=now)
    return len(signatures)


@transaction.atomic
def erase_contacts(*, now: datetime) -> int:
    """Erase representatives' data where the letter's `contact_days` after closing are over.

    The signatures stay.
    """
    signatures = list(contacts_to_erase(now=now).select_for_update()[:BATCH])
    for signature in signatures:
        _erase(signature)
        signature.save()
        audit.record(verb="contact erased", subject=signature, now=now)
    return len(signatures)


def contacts_to_erase(*, now: datetime) -> QuerySet[Signature]:
    over = [
        pk
        for pk, closes_at, days in Letter.objects.exclude(closes_at=None).values_list(
            "pk", "closes_at", "contact_days"
        )
        if closes_at and closes_at + timedelta(days=days) < now
    ]
    return Signature.objects.filter(letter__in=over).exclude(email_index="")


def _erase(signature: Signature) -> None:
    signature.representative_name = ""
    signature.representative_role = ""
    signature.representative_email = ""
    signature.email_index = ""
    signature.link_nonce = new_nonce()  # private links end with the data they are for
