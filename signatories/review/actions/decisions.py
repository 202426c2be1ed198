"""Decide on a signature: publish, decline, accept a correction, verify authority."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from config.mail.outbox import post
from config.text.reasons import read_reason
from letters.models import Letter
from signatories.errors import AlreadySigned, IllegalTransition, ReasonMissing
from signatories.models import Signature
from signatories.register.actions import learn_domain, rename_organisation
from signatories.signing import emails
from signatories.signing.actions import settle_for_decision
from signatories.transitions import appear, lock_signature, move


@transaction.atomic
def publish_signature(*, signature: Signature, by: User | None, now: datetime) -> Signature:
    """Put a confirmed signature on the public list and tell the representative.

    Publishing twice is harmless. Raises IllegalTransition, MaybeSecond, or AlreadySigned if the
    organisation has another live signature under the letter.
    """
    signature = lock_signature(signature)
    if signature.status == Signature.Status.PUBLISHED:
        return signature
    check_confirmed(signature)
    if signature.status == Signature.Status.LAPSED:
        raise IllegalTransition(_("It comes back if the organisation signs the changed text."))
    signature = settle_for_decision(signature, now=now)
    others = Signature.objects.live().filter(
        letter=signature.letter_id, organisation=signature.organisation_id
    )
    if others.exclude(pk=signature.pk).exists():
        raise AlreadySigned(_("This organisation has another signature on this letter."))
    signature.decided_at, signature.decided_by, signature.reason = now, by, ""
    appear(signature, now=now)
    move(signature, Signature.Status.PUBLISHED, by=by, now=now, verb=audit.Verb.PUBLISHED)
    post(emails.published, signature_id=signature.pk)
    return signature


@transaction.atomic
def decline_signature(*, signature: Signature, by: User, now: datetime, reason: str) -> Signature:
    """Keep a signature off the public list, or remove it, and tell the representative why.

    Declining twice is harmless. Raises ReasonMissing, ReasonTooLong or IllegalTransition.
    """
    reason = read_reason(reason)
    if not reason:
        raise ReasonMissing(_("Give a reason. The representative will see it."))
    signature = lock_signature(signature)
    if signature.status == Signature.Status.DECLINED:
        return signature
    check_confirmed(signature)
    signature.decided_at, signature.decided_by, signature.reason = now, by, reason
    move(
        signature,
        Signature.Status.DECLINED,
        by=by,
        now=now,
        verb=audit.Verb.DECLINED,
        reason=reason,
    )
    post(emails.declined, signature_id=signature.pk)
    return signature


def check_confirmed(signature: Signature) -> None:
    """Raise IllegalTransition unless the representative has confirmed the signature."""
    if signature.confirmed_at is None:
        raise IllegalTransition(_("The representative has not confirmed this signature yet."))


@transaction.atomic
def decide_correction(*, signature: Signature, accept: bool, by: User, now: datetime) -> Signature:
    """Accept the name and statement that the representative proposed, or drop them.

    A new name becomes the organisation's under every letter that it has signed. Raises NameTaken if
    another organisation of that name, which staff can see, is on the register.
    """
    signature = lock_signature(signature)
    organisation = signature.organisation
    if organisation is None or not (
        signature.proposed_name or signature.proposed_statement is not None
    ):
        return signature
    if accept and signature.proposed_name:
        rename_organisation(organisation=organisation, name=signature.proposed_name, by=by, now=now)
        signature.signed_as = signature.proposed_name
    if accept and signature.proposed_statement is not None:
        signature.statement = signature.proposed_statement
    signature.proposed_name, signature.proposed_statement = "", None
    signature.save()
    if accept and signature.status == Signature.Status.PUBLISHED:
        Letter.objects.filter(pk=signature.letter_id).bump_public_version()
    verb = audit.Verb.CORRECTION_ACCEPTED if accept else audit.Verb.CORRECTION_REFUSED
    audit.record(verb=verb, subject=signature, by=by, now=now)
    return signature


@transaction.atomic
def verify_authority(
    *, signature: Signature, by: User, now: datetime, reason: str = ""
) -> Signature:
    """Record that staff have verified that the representative may sign; twice is harmless.

    Raises IllegalTransition or ReasonTooLong.
    """
    reason = read_reason(reason)
    signature = lock_signature(signature)
    check_confirmed(signature)
    if signature.authority != Signature.Authority.STAFF_VERIFIED:
        signature.authority = Signature.Authority.STAFF_VERIFIED
        signature.save(update_fields=["authority"])
        learn_domain(signature, now=now)
        audit.record(
            verb=audit.Verb.AUTHORITY_VERIFIED, subject=signature, by=by, now=now, reason=reason
        )
    return signature
