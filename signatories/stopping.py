"""Who wants no mail from this site: a mailbox's owner says so behind a link in a mail, by a button.

It is remembered as a keyed digest of the mailbox, so that it outlives the address and covers its
aliases. The same link, or the operator by a command, lets mails through again.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from config import audit
from config.models import AuditEntry
from config.tokens import as_token, signed_value
from signatories.models import Signature, StoppedMailbox
from signatories.models.mailboxes import index_mailbox

_signer = signing.Signer(salt="signatories.stop mail")


def stop_link(signature: Signature) -> str:
    """The whole address for a mail, of the page with the button. It never ends."""
    with override(signature.language):
        return settings.SITE_URL + reverse("stop-mail", args=[make_stop_token(signature)])


def make_stop_token(signature: Signature) -> str:
    """Always the same for one mailbox; it says nothing of the signature."""
    return as_token(_signer.sign(index_mailbox(signature.representative_email)))


def read_stop_token(token: str) -> str | None:
    """The digest of the mailbox that a link is for; None when it is none of ours."""
    try:
        return _signer.unsign(signed_value(token))
    except signing.BadSignature:
        return None


def wants_no_mail(mailbox: str) -> bool:
    """Whether the owner of the mailbox with this digest has stopped all mail."""
    return StoppedMailbox.objects.filter(index=mailbox).exists()


@transaction.atomic
def stop_mail(
    *, mailbox: str, now: datetime, actor: AuditEntry.Actor = AuditEntry.Actor.REPRESENTATIVE
) -> None:
    """Send nothing more to the mailbox with this digest, from now on; twice is harmless.

    Mails to representatives that are queued are not sent either. Signatures stay as they are.
    """
    row, is_new = StoppedMailbox.objects.get_or_create(index=mailbox, defaults={"stopped_at": now})
    if is_new:
        audit.record(verb=audit.Verb.MAIL_STOPPED, subject=row, actor=actor, now=now)


@transaction.atomic
def allow_mail_again(
    *, mailbox: str, now: datetime, actor: AuditEntry.Actor = AuditEntry.Actor.REPRESENTATIVE
) -> None:
    """Undo stop_mail; twice is harmless. What was not sent meanwhile is not sent later."""
    row = StoppedMailbox.objects.select_for_update().filter(index=mailbox).first()
    if row is None:
        return
    audit.record(verb=audit.Verb.MAIL_ALLOWED_AGAIN, subject=row, actor=actor, now=now)
    row.delete()
