"""How long personal data is kept, and how it is erased.

A representative's name, role and address are kept for the letter's `contact_days` after it closes.
What nobody confirmed is kept for UNCONFIRMED_DAYS, and nothing that was written in it stays.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from config import audit
from config.models import AuditEntry
from letters.models import Letter
from signatories.links import UNCONFIRMED_DAYS, new_nonce
from signatories.models import Invalidation, ProposedLogo, Signature, SignatureQuerySet
from signatories.transitions import lock_letter

Status = Signature.Status

BATCH = 500  # signatures in one transaction


# When it is due


def kept_until(letter: Letter) -> datetime | None:
    """When the contacts under this letter are erased; None for a draft without a closing day."""
    ends = letter.signing_ends_at
    return ends + timedelta(days=letter.contact_days) if ends else None


def letters_over(*, now: datetime) -> list[Letter]:
    """Letters under which contacts are still kept and are due to be erased."""
    return _over(Signature.objects.with_contact().values("letter"), now)


def _over(letters: QuerySet[Any, Any], now: datetime) -> list[Letter]:
    found = Letter.objects.filter(pk__in=letters).order_by("pk")
    return [letter for letter in found if (until := kept_until(letter)) and until < now]


def unconfirmed_over(*, now: datetime) -> SignatureQuerySet:
    """Signatures that nobody confirmed in time, and ended ones that still hold what was written.

    Staff may have declined them meanwhile; then the contact goes and the decision stays.
    """
    nothing_written = Q(signed_as="", website="", statement="")
    before = now - timedelta(days=UNCONFIRMED_DAYS)
    return Signature.objects.filter(
        Q(status=Status.UNCONFIRMED, signed_at__lt=before)
        | Q(status=Status.DECLINED, confirmed_at=None, signed_at__lt=before) & ~Q(email_index="")
        | Q(status=Status.EXPIRED) & ~nothing_written
    )


@dataclass(frozen=True)
class Forecast:
    """How many contacts under one letter are erased for one reason: `now`, and `soon`.

    `until` is the instant from which they are due, where it is the same for all of them.
    """

    letter: Letter
    until: datetime | None
    now: int
    soon: int


def forecast(*, now: datetime, days: int) -> list[Forecast]:
    """What falls due now and within so many days, by letter; letters without any are left out."""
    then = now + timedelta(days=days)
    unconfirmed_now = _by_letter(unconfirmed_over(now=now))
    unconfirmed_then = _by_letter(unconfirmed_over(now=then))
    contacts = _by_letter(Signature.objects.with_contact().exclude(status=Status.UNCONFIRMED))
    found = []
    letters = Letter.objects.filter(pk__in={*unconfirmed_then, *contacts})
    for letter in letters.order_by("slug"):
        until = kept_until(letter)
        if contacts[letter.pk] and until and until < then:
            number = contacts[letter.pk]
            is_due = until < now
            found.append(Forecast(letter, until, number * is_due, number * (not is_due)))
        if later := unconfirmed_then[letter.pk]:
            due = unconfirmed_now[letter.pk]
            found.append(Forecast(letter, None, due, later - due))
    return found


def _by_letter(signatures: SignatureQuerySet) -> Counter[int]:
    return Counter(signatures.order_by().values_list("letter", flat=True))


# Erasing


def erase_contacts(*, now: datetime) -> int:
    """Erase representatives' data where the letter's `contact_days` after closing are over.

    The signatures stay; one that was never confirmed ends, as its link does. Invalidations stay,
    but for the network that one went by. One batch for each letter; says how many were erased.
    """
    by_network = Invalidation.objects.exclude(network="").values("letter")
    Invalidation.objects.filter(letter__in=_over(by_network, now)).update(network="")
    return sum(_erase_under(letter, now) for letter in letters_over(now=now))


@transaction.atomic
def _erase_under(letter: Letter, now: datetime) -> int:
    letter = lock_letter(letter)
    until = kept_until(letter)
    if until is None or until >= now:  # it was given more time meanwhile
        return 0
    due = Signature.objects.with_contact().filter(letter=letter).order_by("pk")
    signatures = list(due.select_for_update()[:BATCH])
    for signature in signatures:
        _erase(signature, now=now)
    return len(signatures)


@transaction.atomic
def expire_unconfirmed(*, now: datetime) -> int:
    """End signatures that nobody confirmed within UNCONFIRMED_DAYS. One batch; says how many."""
    due = unconfirmed_over(now=now).order_by("pk")
    signatures = list(due.select_for_update()[:BATCH])
    for signature in signatures:
        _erase(signature, now=now)
    return len(signatures)


def _erase(signature: Signature, *, now: datetime) -> None:
    """Erase what a locked signature holds of its representative; one without a decision ends."""
    if signature.status in (Status.UNCONFIRMED, Status.EXPIRED):
        end_unconfirmed(signature, now=now)
    else:
        forget_contact(signature)
        audit.record(verb=audit.Verb.CONTACT_ERASED, subject=signature, now=now)
    signature.save()


def end_unconfirmed(
    signature: Signature, *, now: datetime, actor: AuditEntry.Actor = AuditEntry.Actor.SYSTEM
) -> None:
    """Let a locked signature expire and forget all that was written in it. The caller saves.

    Nobody has shown that it came from the organisation, so its name, website and words go with the
    contact. That somebody began to sign, from which country, and when it ended, stays on record.
    """
    verb = audit.Verb.EXPIRED if signature.status == Status.UNCONFIRMED else audit.Verb.WORDS_ERASED
    signature.status = Status.EXPIRED
    signature.signed_as = signature.website = signature.statement = ""
    forget_contact(signature)
    audit.record(verb=verb, subject=signature, actor=actor, now=now)


def forget_contact(signature: Signature) -> None:
    """Erase the representative of a locked signature, and what hangs on them. The caller saves.

    Private links end with the data that they are for, and a logo that was proposed is deleted. A
    wish to become the contact of another signature ends, too: nobody would be there to hand it to.
    """
    signature.representative_name = ""
    signature.representative_role = ""
    signature.representative_email = ""
    signature.email_index = ""
    signature.network = signature.network_index = ""
    signature.link_nonce = new_nonce()
    Signature.objects.filter(contact_request=signature).update(contact_request=None)
    ProposedLogo.objects.filter(signature=signature).delete()
