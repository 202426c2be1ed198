"""Hold mails back when many went to one domain and few there have responded."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from config.mail.outbox import mail, post
from signatories.defence.limits import BURST, Sending, allow_confirmation
from signatories.models import Signature
from signatories.signing import emails


def hold_confirmation(*, signature: Signature, proved: bool, now: datetime) -> None:
    """Queue a held confirmation mail, to be checked again when its domain may receive it.

    Intervals grow with the signature's age, from ten minutes.
    """
    after = now + max(BURST, now - signature.signed_at)
    post(held_confirmation, after=after, signature_id=signature.pk, proved=int(proved))


@mail("signature.held_confirmation", "signatories.defence.holding.held_confirmation")
@transaction.atomic
def held_confirmation(signature_id: int, proved: int) -> None:
    """Queue the confirmation mail if it may be sent now; else keep holding it while it is useful.

    Sends nothing itself, so that retries while a mail server is down are not counted again.
    """
    waiting = Signature.objects.filter(pk=signature_id, status=Signature.Status.UNCONFIRMED)
    signature = waiting.first()
    if signature is None:
        return
    now = timezone.now()
    sending = allow_confirmation(email=signature.representative_email, proved=bool(proved), now=now)
    if sending is Sending.NOW:
        post(emails.confirmation, signature_id=signature_id)
    elif sending is Sending.HELD:
        hold_confirmation(signature=signature, proved=bool(proved), now=now)
