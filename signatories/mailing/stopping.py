"""Stopping all email from this site: the owner of a mailbox uses a link in an email and a button.

A keyed digest of the mailbox is stored, so that it outlives the address and covers its aliases. The
same link, or an operator's command, allows email again.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from config.tokens import as_token, signed_value
from signatories.models import Signature, StoppedMailbox
from signatories.models.mailboxes import index_mailbox

_signer = signing.Signer(salt="signatories.stop mail")


def stop_link(signature: Signature) -> str:
    """The full URL of the page with the button, for an email. It never expires."""
    with override(signature.language):
        return settings.SITE_URL + reverse("stop-mail", args=[make_stop_token(signature)])


def make_stop_token(signature: Signature) -> str:
    """Always the same for one mailbox; it reveals nothing of the signature."""
    return as_token(_signer.sign(index_mailbox(signature.representative_email)))


def read_stop_token(token: str) -> str | None:
    """The digest of the mailbox in a token; None if the token is invalid."""
    try:
        return _signer.unsign(signed_value(token))
    except signing.BadSignature:
        return None


def wants_no_mail(mailbox: str) -> bool:
    """Whether the owner of the mailbox with this digest has stopped all email."""
    return StoppedMailbox.objects.filter(index=mailbox).exists()
