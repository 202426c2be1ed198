"""Who stands for an organisation's signature when a second colleague signs.

The organisation has one signature under a letter, and that has one representative. The second
colleague can ask to become it; the first is told, and staff decide.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from config.models import AuditEntry
from config.outbox import post
from signatories import emails
from signatories.actions import lock_signature
from signatories.errors import SignatureError
from signatories.links import new_nonce
from signatories.models import Signature
from signatories.queries import may_know_of_first


def live_signature_of(second: Signature) -> Signature | None:
    """The live signature that stood in the way of a second one, if it still does."""
    live = Signature.objects.live().filter(
        letter=second.letter_id, organisation=second.organisation_id
    )
    return live.exclude(pk=second.pk).first()


def may_ask(second: Signature) -> bool:
    """Whether this representative may ask to become the contact.

    Only one who was declined as a second colleague, and who may know that the organisation has
    signed.
    """
    if not second.is_second:
        return False
    live = live_signature_of(second)
    if live is None or live.contact_request_id == second.pk:
        return False
    return may_know_of_first(second)


@transaction.atomic
def ask_to_become_contact(*, second: Signature, now: datetime) -> None:
    """Ask staff to hand the signature over, and tell the present contact; twice is harmless."""
    if not may_ask(second):
        return
    live = live_signature_of(second)
    if live is None:
        return
    live = lock_signature(live)
    live.contact_request = second
    live.save(update_fields=["contact_request"])
    audit.record(
        verb="contact requested",
        subject=live,
        actor=AuditEntry.Actor.REPRESENTATIVE,
        now=now,
        second=second.pk,
    )
    post(emails.contact_requested, signature_id=live.pk)


@transaction.atomic
def decide_handover(*, signature: Signature, accept: bool, by: User, now: datetime) -> Signature:
    """Make the colleague who asked the representative of the live signature, or do not.

    Handing over ends the private links of the one before and mails one to the new contact.
    Raises SignatureError when nobody asks, or whoever asked has had their data erased.
    """
    signature = lock_signature(signature)
    second = signature.contact_request
    if second is None or (accept and not second.representative_email):
        raise SignatureError(_("Nobody asks to become the contact."))
    signature.contact_request = None
    if accept:
        signature.representative_name = second.representative_name
        signature.representative_role = second.representative_role
        signature.representative_email = second.representative_email
        signature.email_index = second.email_index
        signature.network, signature.network_index = second.network, second.network_index
        signature.proof_missing = second.proof_missing
        signature.language = second.language
        signature.authority = second.authority
        signature.link_nonce = new_nonce()
        post(emails.private_link, signature_id=signature.pk)
    signature.save()
    verb = "contact handed over" if accept else "contact kept"
    audit.record(verb=verb, subject=signature, by=by, now=now, second=second.pk)
    return signature
