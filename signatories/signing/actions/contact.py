"""Hand a signature over to another contact, and renew private links.

An organisation has one signature under a letter, with one representative. A second colleague who
signs can ask to take over; the first is told, and staff decide. A link that somebody else may have
got hold of is replaced by a new one, sent to the representative's mailbox.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from config.mail.outbox import post
from config.models import AuditEntry
from signatories.defence.limits import allow_mail
from signatories.errors import SignatureError, TooManyMails
from signatories.models import Signature
from signatories.register.actions import forget_domain, learn_domain
from signatories.register.owners import is_colleague
from signatories.signing import emails
from signatories.signing.links import new_nonce
from signatories.signing.queries import first_signature_of, may_renew_link, may_request_contact
from signatories.transitions import REPRESENTATIVE, SIGNED_ALREADY, lock_signature, move

ONE_PRESS = timedelta(minutes=1)  # a second press of staff's button within this time does nothing


@transaction.atomic
def ask_to_become_contact(*, second: Signature, now: datetime) -> None:
    """Ask staff to hand the signature over, and tell the current contact; twice is harmless."""
    if not may_request_contact(second):
        return
    first = first_signature_of(second)
    if first is None:
        return
    live = lock_signature(first)
    live.contact_request = second
    live.save(update_fields=["contact_request"])
    audit.record(
        verb=audit.Verb.CONTACT_REQUESTED,
        subject=live,
        actor=REPRESENTATIVE,
        now=now,
        second=second.pk,
    )
    post(emails.contact_requested, signature_id=live.pk)


@transaction.atomic
def decide_handover(*, signature: Signature, accept: bool, by: User, now: datetime) -> Signature:
    """Accept or reject a colleague's request to become the signature's representative.

    Accepting ends the private links of the former contact and mails one to the new one, whose own
    signature ends if it was still in review. Raises SignatureError if there is no request, or if
    the data of whoever made it have been erased.
    """
    signature = lock_signature(signature)
    second = signature.contact_request
    if second is None or (accept and not second.representative_email):
        raise SignatureError(_("Nobody has asked to become the contact."))
    signature.contact_request = None
    if accept:
        signature.representative_name = second.representative_name
        signature.representative_role = second.representative_role
        signature.representative_email = second.representative_email
        signature.email_index = second.email_index
        signature.network, signature.network_index = second.network, second.network_index
        signature.proof_missing = second.proof_missing
        signature.language = second.language
        email, organisation = second.representative_email, signature.organisation
        is_own = organisation and is_colleague(email=email, organisation=organisation)
        signature.authority = Signature.Authority.OWN_DOMAIN if is_own else second.authority
        signature.link_nonce = new_nonce()
        post(emails.contact_handed_over, signature_id=signature.pk)
    signature.save()
    if accept:
        forget_domain(signature, now=now)  # the former address may have been the wrong one
        learn_domain(signature, now=now)
    if accept and second.is_live:
        second.decided_at, second.decided_by = now, by
        second.reason = str(SIGNED_ALREADY)
        move(
            second,
            Signature.Status.DECLINED,
            by=by,
            now=now,
            verb=audit.Verb.DECLINED_AS_A_SECOND_ONE,
        )
    verb = audit.Verb.CONTACT_HANDED_OVER if accept else audit.Verb.CONTACT_KEPT
    audit.record(verb=verb, subject=signature, by=by, now=now, second=second.pk)
    return signature


@transaction.atomic
def renew_private_link(*, signature: Signature, now: datetime, by: User | None = None) -> Signature:
    """End all private links of a signature and mail the representative a new one.

    Requested by staff if `by` is given, else by the representative through a working link. Twice is
    harmless: an ended link renews nothing, and neither does staff's second press within ONE_PRESS.
    Raises TooManyMails, leaving the links unchanged, if the address has reached its limit, and
    SignatureError if there is no private page or no address.
    """
    link_nonce = signature.link_nonce
    signature = lock_signature(signature)
    if not may_renew_link(signature):
        raise SignatureError(_("There is nobody to send a private link to."))
    if signature.link_nonce != link_nonce or (by and _was_just_renewed(signature, now)):
        return signature
    if not allow_mail(email=signature.representative_email, now=now):
        raise TooManyMails(
            _(
                "We have sent many emails to this address recently, so the private link has not"
                " been changed. Try again tomorrow."
            )
        )
    signature.link_nonce = new_nonce()
    signature.save(update_fields=["link_nonce"])
    audit.record(
        verb=audit.Verb.PRIVATE_LINK_RENEWED,
        subject=signature,
        by=by,
        actor=None if by else REPRESENTATIVE,
        now=now,
    )
    post(emails.new_private_link, signature_id=signature.pk)
    return signature


def _was_just_renewed(signature: Signature, now: datetime) -> bool:
    return AuditEntry.objects.filter(
        subject_type=Signature._meta.label_lower,
        subject_id=signature.pk,
        verb=audit.Verb.PRIVATE_LINK_RENEWED,
        at__gt=now - ONE_PRESS,
    ).exists()
