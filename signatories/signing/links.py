"""Private links in mails to representatives.

A token is signed, has one purpose, holds no personal data and is not stored. It contains the
signature's `link_nonce`, so changing that ends all links already sent.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import override

from config.durations import HOUR
from config.tokens import as_token, signed_value
from signatories.errors import BadLink, LinkEnded, LinkExpired
from signatories.models import Signature

CONFIRM = "confirm"
MANAGE = "manage"
CONTACT = "contact"  # to ask to become the contact of a colleague's signature
REAFFIRM = "reaffirm"  # a page behind the managing link
UNCONFIRMED_DAYS = 14  # no new confirmation link after that; everything is erased
WITHOUT_PRIVATE_PAGE = {Signature.Status.UNCONFIRMED, Signature.Status.EXPIRED}


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def _signer(purpose: str) -> signing.Signer:
    salt = f"signatories.{purpose}"
    return signing.TimestampSigner(salt=salt) if purpose == CONFIRM else signing.Signer(salt=salt)


def make_token(signature: Signature, purpose: str) -> str:
    """A confirmation token contains its time; a managing token is always the same."""
    return as_token(_signer(purpose).sign(f"{signature.pk}:{signature.link_nonce}"))


def link(signature: Signature, purpose: str) -> str:
    """The full URL for a mail, in the representative's language."""
    token = make_token(signature, purpose if purpose in (CONFIRM, CONTACT) else MANAGE)
    with override(signature.language):
        path = reverse(purpose, args=[token])
    return settings.SITE_URL + path


def confirming_hours(signature: Signature, now: datetime) -> int:
    """Whole hours for which a confirmation link made now works."""
    erased = signature.signed_at + timedelta(days=UNCONFIRMED_DAYS)
    return max(0, min(settings.CONFIRMATION_HOURS, (erased - now) // HOUR))


def read_token(token: str, purpose: str) -> Signature:
    """The signature that a token is for.

    Confirmation links end after CONFIRMATION_HOURS; managing links when the representative's data
    is erased. Raises BadLink (including its subclass LinkEnded) or LinkExpired.
    """
    signer, expired = _signer(purpose), False
    try:
        signed = signed_value(token)
        if isinstance(signer, signing.TimestampSigner):
            try:
                value = signer.unsign(signed, max_age=timedelta(hours=settings.CONFIRMATION_HOURS))
            except signing.SignatureExpired:
                value, expired = signer.unsign(signed), True
        else:
            value = signer.unsign(signed)
    except signing.BadSignature:
        raise bad_link() from None
    pk, _colon, nonce = value.partition(":")
    signature = (
        Signature.objects.select_related(
            "letter__campaign",
            "letter__revision",
            "organisation__recognised_as",
            "revision",
        )
        .filter(pk=pk)
        .first()
    )
    if signature is None:
        raise bad_link()
    if not constant_time_compare(signature.link_nonce, nonce):
        # The token was signed by us, so its holder may know this much.
        raise bad_link() if signature.has_contact else _ended_link()
    if signature.status == Signature.Status.EXPIRED:
        raise bad_link()
    if expired and signature.status == Signature.Status.UNCONFIRMED:
        raise LinkExpired(_("This link has expired."), signature.pk)
    return signature


def _ended_link() -> LinkEnded:
    return LinkEnded(_("This link no longer works: the personal data it was for has been deleted."))


def bad_link() -> BadLink:
    """The error for a link that never was valid, or was replaced."""
    return BadLink(
        _("This link does not work. It may be incomplete, or a newer one has replaced it.")
    )
