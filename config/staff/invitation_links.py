"""The link of an invitation: signed, without personal data, and stored nowhere.

The invitation's `link_nonce` is part of it, so that a new nonce invalidates the old link.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from config.models import Invitation
from config.staff.errors import InvitationEnded
from config.tokens import as_token, signed_value

SALT = "config.staff.invitation"


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def make_token(invitation: Invitation) -> str:
    return as_token(signing.Signer(salt=SALT).sign(f"{invitation.pk}:{invitation.link_nonce}"))


def link(invitation: Invitation) -> str:
    """The full URL for the mail."""
    return settings.SITE_URL + reverse("staff:join", args=[make_token(invitation)])


def read_token(token: str, *, now: datetime) -> Invitation:
    """The invitation of a link. Raises InvitationEnded."""
    try:
        value = signing.Signer(salt=SALT).unsign(signed_value(token))
    except signing.BadSignature:
        raise ended() from None
    pk, _colon, nonce = value.partition(":")
    invitation = Invitation.objects.select_related("account").filter(pk=pk).first()
    if invitation is None or not constant_time_compare(invitation.link_nonce, nonce):
        raise ended()
    if invitation.expires_at <= now:
        raise ended()
    return invitation


def ended() -> InvitationEnded:
    return InvitationEnded(
        _(
            "This link does not work. It may be incomplete or have expired, or it has been used"
            " or replaced."
        )
    )
