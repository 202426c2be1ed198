"""Settle which organisation a confirmed signature belongs to.

Confirming must reveal nothing hidden. So the confirming request looks only at public organisations,
and at one whose own domain matches the address. All other signatures get a provisional organisation
and wait for review. The worker settles them soon after, looking only at what the letter's team may
know: it links them with the organisation on the register that they certainly mean, or enters the
provisional one there.

If the matching organisation has a live signature under the letter, the provisional one stays,
hidden from recognition, and records which organisation it may be: staff decide. Nothing happens
automatically when the first signature becomes public; when the first ends, this one takes its
place, in review.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.utils.translation import gettext as _

from config import audit
from config.mail.outbox import post
from signatories.errors import MaybeSecond
from signatories.known.actions import link_known
from signatories.known.recognising import known_for_signature
from signatories.models import DomainSource, Organisation, Signature
from signatories.names.cleaning import name_key
from signatories.register.actions import enter_on_register, enter_under
from signatories.register.namesakes import free_namesake
from signatories.register.owners import owners_of
from signatories.register.recognising import recognise_signature
from signatories.signing import emails
from signatories.transitions import lock_signature

log = logging.getLogger("undersigned.recognition")

BATCH = 100  # signatures that the worker settles in one batch


# During the request


def organisation_known_to_signer(signature: Signature) -> Organisation | None:
    """The organisation that a signature certainly means, among those its signer may know of.

    These are the public ones, and those whose own domain matches the address. The queries are the
    same whatever is hidden.
    """
    proved = owners_of(signature.representative_email)
    within = Organisation.objects.public_or(proved)
    found = recognise_signature(signature, within=within).organisation
    return Organisation.objects.filter(pk=found or 0).first()


def provisional_organisation(
    signature: Signature, *, recognised_as: Organisation | None = None
) -> Organisation:
    """An organisation made only from what the signature says."""
    organisation = Organisation(
        country=signature.country,
        website=signature.website,
        provisional=True,
        website_source=DomainSource.SIGNATURE,
        recognised_as=recognised_as,
    )
    organisation.set_name(signature.signed_as)
    organisation.save()
    return organisation


# In the worker


def settle_confirmed(*, now: datetime, without: Collection[int] = ()) -> set[int]:
    """Settle one batch of recently confirmed signatures, skipping the numbers in `without`.

    Returns the numbers of those that failed, so that they do not block the others.
    """
    first = Signature.objects.live().filter(
        letter=OuterRef("letter"), organisation=OuterRef("organisation__recognised_as")
    )
    waiting = Signature.objects.live().filter(~Exists(first), organisation__provisional=True)
    numbers = waiting.exclude(pk__in=without).order_by("pk").values_list("pk", flat=True)
    failed = set()
    for number in list(numbers[:BATCH]):
        try:
            settle_signature(signature=Signature.objects.get(pk=number), now=now)
        except (InterfaceError, OperationalError):  # the database is away: for all of them
            raise
        except Exception as error:
            log.error("signature %s could not be settled: %s", number, type(error).__name__)
            failed.add(number)
    return failed


@transaction.atomic
def settle_signature(*, signature: Signature, now: datetime) -> Signature:
    """Link a signature with the organisation it certainly means, or enter its own one.

    Settling twice is harmless. It stays provisional if that organisation has another live signature
    under the letter; that signature's representative is told once. The audit entry belongs to the
    organisation, as representatives can download the signature's.
    """
    signature = lock_signature(signature)
    own = signature.organisation
    if own is None or not own.provisional:
        return signature
    for _attempt in range(3):
        # Read before matching: an organisation entered meanwhile takes the same number and is
        # noticed.
        namesake = free_namesake(own)
        other = _recognised(signature, own)
        if other is not None:
            _link_or_hold(signature, own, other, now=now)
            return signature
        if enter_under(own, namesake, by=None, now=now):
            # An organisation linked with one of these bodies has all its data already: it was not
            # recognised, so what staff entered or another domain speaks against it.
            # was not recognised, so staff's words or another domain speak against it.
            link_known(own, known_for_signature(signature), now=now)
            return signature
    raise RuntimeError("The register changed under three attempts to add an organisation.")


def _recognised(signature: Signature, own: Organisation) -> Organisation | None:
    within = Organisation.objects.known_to(signature.letter.campaign)
    found = recognise_signature(signature, within=within).organisation
    if found is not None:
        return Organisation.objects.get(pk=found)
    # A colleague's address has proved it, or the signature was linked with it before.
    return within.filter(pk=own.recognised_as_id or 0).first()


def _link_or_hold(
    signature: Signature, own: Organisation, other: Organisation, *, now: datetime
) -> None:
    first = Signature.objects.live().filter(letter=signature.letter, organisation=other).first()
    if first is None:
        signature.organisation = other
        signature.save(update_fields=["organisation"])
        audit.record(
            verb=audit.Verb.SIGNATURE_LINKED, subject=other, now=now, signature=signature.pk
        )
        _forget(own, other)
    elif own.recognised_as_id != other.pk:
        own.recognised_as = other
        own.save(update_fields=["recognised_as"])
        audit.record(
            verb=audit.Verb.TAKEN_FOR_ANOTHER_ORGANISATION, subject=own, now=now, other=other.pk
        )
        post(emails.colleague_signed, signature_id=first.pk)


def settle_for_decision(signature: Signature, *, now: datetime) -> Signature:
    """Settle a signature that staff are about to publish. Raises MaybeSecond.

    Staff must first say whether a second signature is of the same organisation.
    """
    signature = settle_signature(signature=signature, now=now)
    if signature.organisation and signature.organisation.provisional:
        raise MaybeSecond(
            _("Another signature may be from the same organisation. First say whether it is.")
        )
    return signature


def _forget(provisional: Organisation, other: Organisation) -> None:
    """Remove a provisional organisation that no signature refers to any more.

    If anything else refers to it, such as a merge that was undone, merge it instead.
    """
    try:
        with transaction.atomic():
            provisional.delete()
    except ProtectedError:
        Organisation.objects.filter(pk=provisional.pk).update(
            merged_into=other, provisional=False, recognised_as=None
        )


# Entered by staff


def organisation_entered_by_staff(
    signature: Signature, *, now: datetime, by: User | None
) -> Organisation:
    """The organisation that staff mean by a name and a country, or a new one on the register.

    An exact match of the name wins, as staff know whom they mean even by an acronym, which
    recognition never links by itself; else the one it certainly means. Limited to what the letter's
    team may know.
    """
    known = Organisation.objects.known_to(signature.letter.campaign)
    equal = list(
        known.filter(name_key=name_key(signature.signed_as), country=signature.country)
        .distinct()
        .order_by("pk")[:2]
    )
    if len(equal) == 1:
        return equal[0]
    found = recognise_signature(signature, within=known).organisation
    if found is not None:
        return Organisation.objects.get(pk=found)
    organisation = provisional_organisation(signature)
    if organisation.website:
        organisation.website_source = DomainSource.STAFF
    return enter_on_register(organisation=organisation, now=now, by=by)
