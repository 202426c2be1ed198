"""Which organisation a confirmed signature is of.

Whoever confirms may learn nothing that is hidden. So the request that confirms looks only at what
everybody can read, and at the body whose own domain the address proves. All other signatures get
a provisional organisation, the same for all, and wait for review. The worker settles them soon
after: it links them with the organisation on the register that they certainly are, or enters the
provisional one there. It looks only at what the team of the letter may know.

Where the organisation found has a live signature under the letter, the provisional one stays,
outside recognition, and says whom it is taken for: staff decide. Nothing happens to it by itself
when the first signature becomes public; when the first ends, it takes its place, in review.
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

BATCH = 100  # signatures that the worker settles in one go


# While the representative waits


def organisation_known_to_signer(signature: Signature) -> Organisation | None:
    """The organisation that a signature certainly means, of those that its signer may know of.

    They are the public ones, and those whose own domain its address proves. The queries are the
    same whatever is hidden.
    """
    proved = owners_of(signature.representative_email)
    within = Organisation.objects.public_or(proved)
    found = recognise_signature(signature, within=within).organisation
    return Organisation.objects.filter(pk=found or 0).first()


def provisional_organisation(
    signature: Signature, *, recognised_as: Organisation | None = None
) -> Organisation:
    """What the signature itself says of its organisation, as an organisation of its own."""
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


# Afterwards


def settle_confirmed(*, now: datetime, without: Collection[int] = ()) -> set[int]:
    """Settle signatures that were confirmed lately, but for those `without`. One batch.

    Returns the numbers of those that could not be settled: they keep no other one waiting.
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
    """Link a signature with the organisation that it certainly is, or enter its own one.

    Settling twice is harmless. It stays provisional where the organisation found has another live
    signature under the letter; the representative of that one is told, once. The record of it is
    the organisation's: a representative can take along that of the signature.
    """
    signature = lock_signature(signature)
    own = signature.organisation
    if own is None or not own.provisional:
        return signature
    for _attempt in range(3):
        # Read before looking: whoever enters one meanwhile takes the same number and is noticed.
        namesake = free_namesake(own)
        other = _recognised(signature, own)
        if other is not None:
            _link_or_hold(signature, own, other, now=now)
            return signature
        if enter_under(own, namesake, by=None, now=now):
            # An organisation that is one of these bodies already has all that is known of it: it
            # was not recognised, so staff's words or another domain speak against it.
            link_known(own, known_for_signature(signature), now=now)
            return signature
    raise RuntimeError("The register changed under three attempts to add an organisation.")


def _recognised(signature: Signature, own: Organisation) -> Organisation | None:
    within = Organisation.objects.known_to(signature.letter.campaign)
    found = recognise_signature(signature, within=within).organisation
    if found is not None:
        return Organisation.objects.get(pk=found)
    # A colleague's address has shown it, or the signature had been linked with it before.
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

    Staff say first whether a second signature is of the same organisation.
    """
    signature = settle_signature(signature=signature, now=now)
    if signature.organisation and signature.organisation.provisional:
        raise MaybeSecond(
            _("Another signature may be from the same organisation. First say whether it is.")
        )
    return signature


def _forget(provisional: Organisation, other: Organisation) -> None:
    """Remove a provisional organisation that no signature names any more.

    One that others refer to, such as a merge that was undone, is merged away instead.
    """
    try:
        with transaction.atomic():
            provisional.delete()
    except ProtectedError:
        Organisation.objects.filter(pk=provisional.pk).update(
            merged_into=other, provisional=False, recognised_as=None
        )


# As staff enter them


def organisation_entered_by_staff(
    signature: Signature, *, now: datetime, by: User | None
) -> Organisation:
    """The organisation that staff mean by a name and a country, or a new one on the register.

    The one of exactly this name, since staff know whom they mean also by an acronym, which
    recognition never links by itself; else the one that it certainly is. Of what the letter's team
    may know.
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
