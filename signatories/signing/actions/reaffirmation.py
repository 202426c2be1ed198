"""Reaffirmation: what happens to signatures after a substantive change to the text.

The worker writes to the representative of every live signature. Until they answer, the list says
which revision the organisation signed. They sign the current text, or withdraw. What silence means
is the letter's policy, frozen with the text that they signed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config import audit
from config.mail.outbox import post
from config.models import AuditEntry
from config.text.reasons import read_reason
from letters.models import Letter
from signatories.errors import AlreadySigned, IllegalTransition, LetterNotOpen, ReasonMissing
from signatories.models import Signature, SignatureQuerySet
from signatories.signing import emails
from signatories.signing.actions.settling import provisional_organisation
from signatories.signing.agreement import Shown, agree_to, present_revision
from signatories.signing.queries import may_reaffirm
from signatories.transitions import REPRESENTATIVE, lock_letter, lock_signature, move

Status = Signature.Status

BATCH = 500  # signatures in one transaction


@transaction.atomic
def reaffirm_signature(
    *,
    signature: Signature,
    shown: Shown,
    now: datetime,
    by: User | None = None,
    reason: str = "",
) -> Signature:
    """Sign the current text on behalf of the organisation; doing so twice is harmless.

    Representatives do it behind the private link; staff (`by`) can record, with a reason, that the
    organisation has agreed. A lapsed signature returns to its former status, or to review if
    another signature of the organisation has come meanwhile. Raises TextChanged if the page showed
    another text, IllegalTransition, LetterNotOpen, AlreadySigned, ReasonMissing or ReasonTooLong.
    """
    reason = read_reason(reason)
    signature = lock_signature(signature)
    letter = signature.letter
    present = present_revision(letter)
    if signature.is_live and not signature.is_behind:
        return signature
    if not signature.is_live and signature.status != Status.LAPSED:
        raise IllegalTransition(_("This signature can no longer be changed."))
    if not may_reaffirm(signature, now):
        raise LetterNotOpen(_("This letter is not accepting signatures at the moment."))
    if by and not reason:
        raise ReasonMissing(_("Enter how the organisation told you."))
    before = signature.revision.label
    agree_to(signature, shown)
    signature.reaffirmed_at = now
    actor = None if by else REPRESENTATIVE
    if signature.status == Status.LAPSED:
        others = Signature.objects.live().filter(
            letter=letter, organisation=signature.organisation_id
        )
        back = Status.PUBLISHED if signature.published_at else Status.IN_REVIEW
        if others.exists():
            if by:
                raise AlreadySigned(_("This organisation has another signature on this letter."))
            # Its representative does not learn of the other one: staff decide between the two.
            signature.organisation = provisional_organisation(
                signature, recognised_as=signature.organisation
            )
            back = Status.IN_REVIEW
        signature.lapsed_at = None
        move(signature, back, now=now, verb=audit.Verb.CAME_BACK, by=by, actor=actor, reason=reason)
    else:
        signature.save()
        if signature.status == Status.PUBLISHED:
            Letter.objects.filter(pk=letter.pk).bump_public_version()
    audit.record(
        verb=audit.Verb.REAFFIRMED,
        subject=signature,
        by=by,
        actor=actor,
        now=now,
        reason=reason.strip(),
        before=before,
        after=present.label,
    )
    if signature.representative_email:
        post(emails.reaffirmed, signature_id=signature.pk)
    return signature


def ask_to_reaffirm(*, now: datetime) -> int:
    """Ask the signatures that are behind and not yet asked about this text. Returns how many.

    Those without a representative are marked as asked, too, so that the time to answer runs for all
    alike.
    """
    return sum(_ask_under(letter, now) for letter in _letters_behind())


@transaction.atomic
def _ask_under(letter: Letter, now: datetime) -> int:
    letter = lock_letter(letter)
    present = present_revision(letter)
    unasked = Signature.objects.behind().filter(
        Q(asked_about=None) | Q(asked_about__number__lt=present.number), letter=letter
    )
    signatures = list(unasked.select_for_update(of=("self",)).order_by("pk")[:BATCH])
    for signature in signatures:
        signature.asked_about, signature.asked_at, signature.reminded_at = present, now, None
        signature.save(update_fields=["asked_about", "asked_at", "reminded_at"])
        audit.record(
            verb=audit.Verb.ASKED_TO_REAFFIRM, subject=signature, now=now, revision=present.label
        )
        if signature.representative_email:
            post(emails.reaffirmation, signature_id=signature.pk)
    return len(signatures)


def lapse_silent(*, now: datetime) -> int:
    """Let signatures lapse that did not answer in time, where the letter's policy says so."""
    return sum(_lapse_under(letter, now) for letter in _letters_behind())


@transaction.atomic
def _lapse_under(letter: Letter, now: datetime) -> int:
    letter = lock_letter(letter)
    silent = _silent_for(letter, 1.0, now)
    signatures = list(
        silent.select_for_update(of=("self",)).select_related("organisation").order_by("pk")[:BATCH]
    )
    for signature in signatures:
        signature.lapsed_at = now
        move(
            signature, Status.LAPSED, now=now, verb=audit.Verb.LAPSED, actor=AuditEntry.Actor.SYSTEM
        )
        if signature.representative_email:
            post(emails.lapsed, signature_id=signature.pk)
    return len(signatures)


def remind_silent(*, now: datetime) -> int:
    """Send a reminder half-way to the day on which the name is removed. Returns how many."""
    return sum(_remind_under(letter, now) for letter in _letters_behind())


@transaction.atomic
def _remind_under(letter: Letter, now: datetime) -> int:
    letter = lock_letter(letter)
    silent = _silent_for(letter, 0.5, now).filter(reminded_at=None)
    signatures = list(
        silent.exclude(email_index="").select_for_update(of=("self",)).order_by("pk")[:BATCH]
    )
    for signature in signatures:
        signature.reminded_at = now
        signature.save(update_fields=["reminded_at"])
        post(emails.reaffirmation, signature_id=signature.pk, is_reminder=True)
    return len(signatures)


def _silent_for(letter: Letter, share: float, now: datetime) -> SignatureQuerySet:
    """Signatures asked about the current text that let this share of the time to answer pass.

    Empty if the letter's policy lets names stay.
    """
    present = present_revision(letter)
    days = present.wording.silence_days
    if days is None:
        return Signature.objects.none()
    return Signature.objects.behind().filter(
        letter=letter,
        asked_about__number=present.number,
        asked_at__lte=now - timedelta(days=days) * share,
    )


def _letters_behind() -> list[Letter]:
    """Letters with signatures of an older text, except archived ones, which ask nobody."""
    behind = Signature.objects.behind().values("letter")
    return list(Letter.objects.filter(pk__in=behind).exclude(status=Letter.Status.ARCHIVED))
