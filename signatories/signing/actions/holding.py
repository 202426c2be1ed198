"""Mails that are held, since many went to one domain and few there have answered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from config.mail.outbox import mail, post
from signatories.defence.limits import BURST, Leave, allow_confirmation
from signatories.models import Signature
from signatories.signing import emails


def hold_confirmation(*, signature: Signature, proved: bool, now: datetime) -> None:
    """Queue the mail with the confirming link, to be looked at again when its domain may take it.

    The pauses grow with the age of the signing, from ten minutes on.
    """
    after = now + max(BURST, now - signature.signed_at)
    post(held_confirmation, after=after, signature_id=signature.pk, proved=int(proved))


@mail("signature.held_confirmation", "signatories.defence.holding.held_confirmation")
@transaction.atomic
def held_confirmation(signature_id: int, proved: int) -> None:
    """Queue the confirming mail, if it may leave by now; else hold it on, as long as it is of use.

    It sends nothing itself: a mail server that is down must not have it counted again.
    """
    waiting = Signature.objects.filter(pk=signature_id, status=Signature.Status.UNCONFIRMED)
    signature = waiting.first()
    if signature is None:
        return
    now = timezone.now()
    leave = allow_confirmation(email=signature.representative_email, proved=bool(proved), now=now)
    if leave is Leave.NOW:
        post(emails.confirmation, signature_id=signature_id)
    elif leave is Leave.HELD:
        hold_confirmation(signature=signature, proved=bool(proved), now=now)
