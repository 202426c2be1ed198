"""How long personal data is stored, and what is due to be erased.

A representative's name, role and address are stored until the letter's `contact_days` after it
closes. What was entered in an unconfirmed signature is erased after UNCONFIRMED_DAYS.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from letters.models import Letter
from signatories.models import Signature, SignatureQuerySet
from signatories.signing.links import UNCONFIRMED_DAYS

Status = Signature.Status


def stored_until(letter: Letter) -> datetime | None:
    """When contacts under this letter are erased; None for a draft without a closing date."""
    ends = letter.signing_ends_at
    return ends + timedelta(days=letter.contact_days) if ends else None


def letters_due(*, now: datetime) -> list[Letter]:
    """Letters with stored contacts that are due to be erased."""
    return past_retention(Signature.objects.with_contact().values("letter"), now)


def past_retention(letters: QuerySet[Any, Any], now: datetime) -> list[Letter]:
    found = Letter.objects.filter(pk__in=letters).order_by("pk")
    return [letter for letter in found if (until := stored_until(letter)) and until < now]


def unconfirmed_due(*, now: datetime) -> SignatureQuerySet:
    """Signatures not confirmed in time, and ended ones that still hold what was entered.

    If staff have declined one meanwhile, the contact is erased and the decision stays.
    """
    nothing_entered = Q(signed_as="", website="", statement="")
    before = now - timedelta(days=UNCONFIRMED_DAYS)
    return Signature.objects.filter(
        Q(status=Status.UNCONFIRMED, signed_at__lt=before)
        | Q(status=Status.DECLINED, confirmed_at=None, signed_at__lt=before) & ~Q(email_index="")
        | Q(status=Status.EXPIRED) & ~nothing_entered
    )


@dataclass(frozen=True)
class Forecast:
    """How many contacts under one letter are erased for one reason: `now`, and `soon`.

    `until` is when they become due, if that is the same for all of them.
    """

    letter: Letter
    until: datetime | None
    now: int
    soon: int


def forecast(*, now: datetime, days: int) -> list[Forecast]:
    """What is due now and within `days`, by letter; letters with nothing due are left out."""
    then = now + timedelta(days=days)
    unconfirmed_now = _by_letter(unconfirmed_due(now=now))
    unconfirmed_then = _by_letter(unconfirmed_due(now=then))
    contacts = _by_letter(Signature.objects.with_contact().exclude(status=Status.UNCONFIRMED))
    found = []
    letters = Letter.objects.filter(pk__in={*unconfirmed_then, *contacts})
    for letter in letters.order_by("slug"):
        until = stored_until(letter)
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
