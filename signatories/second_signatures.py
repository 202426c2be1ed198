"""A second signature for one organisation under one letter, and what its signer may know."""

from __future__ import annotations

from signatories.models import Signature
from signatories.register import is_colleague


def first_signature_of(second: Signature) -> Signature | None:
    """The live signature of the same organisation, as far as that is known, under the letter."""
    own = second.organisation
    live = Signature.objects.live().filter(
        letter=second.letter_id, organisation=(own.recognised_as_id or own.pk) if own else 0
    )
    return live.exclude(pk=second.pk).select_related("organisation").first()


def may_know_of_first(second: Signature, first: Signature) -> bool:
    """Whether a second representative may be told that the organisation has signed before.

    Only where everybody can read it, or as a colleague: a stranger must not find out what is not
    public by signing for somebody else.
    """
    if Signature.objects.readable().filter(pk=first.pk).exists():
        return True
    email, organisation = second.representative_email, first.organisation
    return organisation is not None and is_colleague(email=email, organisation=organisation)


def may_ask(second: Signature) -> bool:
    """Whether this representative may ask to become the contact of the organisation's signature.

    Only one whose own signature is a second one, and who may know of the first.
    """
    if not second.is_live and not second.is_second:
        return False
    first = first_signature_of(second)
    if first is None or first.contact_request_id == second.pk:
        return False
    return may_know_of_first(second, first)


def has_asked(second: Signature) -> bool:
    """Whether staff have yet to decide on this representative's wish to become the contact."""
    return Signature.objects.live().filter(contact_request=second).exists()
