"""What a representative may do, and may know of another signature of the same organisation."""

from __future__ import annotations

from datetime import datetime

from letters.models import Letter
from signatories.models import Signature
from signatories.register.owners import is_colleague
from signatories.signing.links import WITHOUT_PRIVATE_PAGE

Status = Signature.Status


def first_signature_of(second: Signature) -> Signature | None:
    """The live signature of the same organisation, if known, under the letter."""
    own = second.organisation
    live = Signature.objects.live().filter(
        letter=second.letter_id, organisation=(own.recognised_as_id or own.pk) if own else 0
    )
    return live.exclude(pk=second.pk).select_related("organisation").first()


def may_know_of_first(second: Signature, first: Signature) -> bool:
    """Whether a second representative may learn that the organisation has already signed.

    Only if that is public, or if they are a colleague: a stranger must not find out what is not
    public by signing for somebody else.
    """
    if Signature.objects.readable().filter(pk=first.pk).exists():
        return True
    email, organisation = second.representative_email, first.organisation
    return organisation is not None and is_colleague(email=email, organisation=organisation)


def may_request_contact(second: Signature) -> bool:
    """Whether this representative may ask to become the contact of the organisation's signature.

    Only if their own signature is a second one and they may know of the first.
    """
    if not second.is_live and not second.is_second:
        return False
    first = first_signature_of(second)
    if first is None or first.contact_request_id == second.pk:
        return False
    return may_know_of_first(second, first)


def has_requested_contact(second: Signature) -> bool:
    """Whether this representative's request to become the contact is still undecided."""
    return Signature.objects.live().filter(contact_request=second).exists()


def may_renew_link(signature: Signature) -> bool:
    """Whether there is a private page, and an address to send its link to."""
    has_page = signature.status not in WITHOUT_PRIVATE_PAGE
    return has_page and bool(signature.representative_email)


def may_reaffirm(signature: Signature, now: datetime) -> bool:
    """Whether the private page offers to sign the current text.

    A lapsed signature can come back as long as the letter accepts signatures.
    """
    if signature.status == Status.LAPSED:
        return signature.letter.is_open(now)
    return signature.is_behind and signature.letter.status != Letter.Status.ARCHIVED
