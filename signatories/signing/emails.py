"""Mails to representatives, one function each.

They run in the worker when the mail is sent, so they read the signature's current state and return
None if the mail is no longer needed.
"""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.utils import timezone

from config.mail.outbox import Mail, mail
from signatories.mailing.messages import signature_to_write_to, to_representative
from signatories.models import Signature
from signatories.signing import links
from signatories.signing.queries import first_signature_of, may_know_of_first

OfSignature = Mail[[int]]

Status = Signature.Status


@mail("signature.confirmation", "signatories.emails.confirmation")
def confirmation(signature_id: int) -> EmailMessage | None:
    """The link that confirms a signature; None if it would be erased within the hour.

    The mailbox's owner may not have asked for it, so it quotes nothing that was typed.
    """
    signature = signature_to_write_to(signature_id, Status.UNCONFIRMED)
    if signature is None:
        return None
    hours = links.confirming_hours(signature, timezone.now())
    link = links.link(signature, links.CONFIRM)
    return to_representative(signature, "confirmation", link=link, hours=hours) if hours else None


@mail("signature.private_link", "signatories.emails.private_link")
def private_link(signature_id: int) -> EmailMessage | None:
    """To a representative who signs again: the signature exists, and here is its private link."""
    return _with_private_link(signature_id, "private_link", Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.new_private_link", "signatories.emails.new_private_link")
def new_private_link(signature_id: int) -> EmailMessage | None:
    """The link that replaces all earlier ones, whatever the signature's status."""
    has_page = set(Status) - links.WITHOUT_PRIVATE_PAGE
    return _with_private_link(signature_id, "new_private_link", *has_page)


@mail("signature.in_review", "signatories.emails.in_review")
def in_review(signature_id: int) -> EmailMessage | None:
    """Confirmed, now in review."""
    return _with_private_link(signature_id, "in_review", Status.IN_REVIEW)


@mail("signature.published", "signatories.emails.published")
def published(signature_id: int) -> EmailMessage | None:
    """The name is on the public list."""
    return _with_private_link(signature_id, "published", Status.PUBLISHED)


@mail("signature.declined", "signatories.emails.declined")
def declined(signature_id: int) -> EmailMessage | None:
    """Staff declined to publish it, with their reason."""
    signature = signature_to_write_to(signature_id, Status.DECLINED)
    return to_representative(signature, "declined", reason=signature.reason) if signature else None


@mail("signature.second_signature", "signatories.emails.second_signature")
def second_signature(signature_id: int) -> EmailMessage | None:
    """To a second representative: the organisation has signed, and how to become its contact.

    Sent only if they may know that now. A colleague's own signature is still in review if the first
    one is hidden; if the first one has ended meanwhile, this is the usual mail to a signature in
    review.
    """
    signature = signature_to_write_to(signature_id, Status.DECLINED, Status.IN_REVIEW)
    if signature is None:
        return None
    first = first_signature_of(signature)
    if first and not may_know_of_first(signature, first):
        first = None
    if first is None and signature.status == Status.IN_REVIEW:
        return in_review(signature_id)
    return to_representative(
        signature,
        "second_signature",
        link=links.link(signature, links.MANAGE),
        contact_link=links.link(signature, links.CONTACT) if first else "",
    )


@mail("signature.colleague_signed", "signatories.emails.colleague_signed")
def colleague_signed(signature_id: int) -> EmailMessage | None:
    """To the contact of a live signature: somebody else has signed for the organisation."""
    return _with_private_link(signature_id, "colleague_signed", Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.contact_requested", "signatories.emails.contact_requested")
def contact_requested(signature_id: int) -> EmailMessage | None:
    """To the contact of a live signature: a colleague asks to take over."""
    return _with_private_link(signature_id, "contact_requested", Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.contact_handed_over", "signatories.emails.contact_handed_over")
def contact_handed_over(signature_id: int) -> EmailMessage | None:
    """To the new contact of a signature, with the link that replaces all earlier ones."""
    name = "contact_handed_over"
    return _with_private_link(signature_id, name, Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.reaffirmation", "signatories.emails.reaffirmation")
def reaffirmation(signature_id: int, is_reminder: bool = False) -> EmailMessage | None:
    """The text has changed: sign it again or withdraw. None if they have already answered."""
    signature = signature_to_write_to(signature_id, Status.IN_REVIEW, Status.PUBLISHED)
    if signature is None or not signature.is_behind:
        return None
    return to_representative(
        signature,
        "reaffirmation",
        link=links.link(signature, links.REAFFIRM),
        changes=list(signature.letter.revisions.substantive_since(signature.revision)),
        answer_by=signature.answer_by,
        is_reminder=is_reminder,
    )


@mail("signature.reaffirmed", "signatories.emails.reaffirmed")
def reaffirmed(signature_id: int) -> EmailMessage | None:
    """The organisation has signed the changed text."""
    return _with_private_link(signature_id, "reaffirmed", Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.lapsed", "signatories.emails.lapsed")
def lapsed(signature_id: int) -> EmailMessage | None:
    """The name was removed as nobody answered. It can come back."""
    signature = signature_to_write_to(signature_id, Status.LAPSED)
    if signature is None:
        return None
    return to_representative(signature, "lapsed", link=links.link(signature, links.REAFFIRM))


@mail("signature.withdrawn", "signatories.emails.withdrawn")
def withdrawn(signature_id: int) -> EmailMessage | None:
    """The name is off the list."""
    signature = signature_to_write_to(signature_id, Status.WITHDRAWN)
    return to_representative(signature, "withdrawn") if signature else None


def _with_private_link(signature_id: int, name: str, *statuses: str) -> EmailMessage | None:
    signature = signature_to_write_to(signature_id, *statuses)
    if signature is None:
        return None
    return to_representative(signature, name, link=links.link(signature, links.MANAGE))
