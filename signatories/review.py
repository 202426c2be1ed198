"""Review, as staff do it: publish, decline, decide on corrections, enter known names."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from config.mail.outbox import post
from config.text.reasons import read_reason
from letters.models import Letter
from signatories import emails
from signatories.agreement import present_revision
from signatories.errors import AlreadySigned, IllegalTransition, ReasonMissing
from signatories.learning import learn_domain
from signatories.links import new_nonce
from signatories.models import DomainSource, Organisation, Signature
from signatories.register.actions import record_organisation, rename_organisation
from signatories.settling import organisation_entered_by_staff, settle_for_decision
from signatories.transitions import appear, lock_letter, lock_signature, move


@transaction.atomic
def publish_signature(*, signature: Signature, by: User | None, now: datetime) -> Signature:
    """Put a confirmed signature on the public list and tell the representative.

    Publishing twice is harmless. Raises IllegalTransition, MaybeSecond, or AlreadySigned when
    the organisation has another live signature under the letter.
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
    """Keep a signature off the public list, or take it off, and tell the representative why.

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
    """Staff decide only on what its representative has confirmed. Raises IllegalTransition."""
    if signature.confirmed_at is None:
        raise IllegalTransition(_("The representative has not confirmed this signature yet."))


@transaction.atomic
def decide_correction(*, signature: Signature, accept: bool, by: User, now: datetime) -> Signature:
    """Take over the name and statement that the representative proposed, or drop them.

    A new name is the organisation's from now on, under every letter that it signed.
    Raises NameTaken when staff can see another organisation of that name on the register.
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
    """Record that staff have made sure that the representative may sign; twice is harmless.

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


@transaction.atomic
def enter_signature(
    *,
    letter: Letter,
    name: str,
    country: str,
    by: User | None,
    now: datetime,
    acronym: str = "",
    scope: str = "",
    website: str = "",
    statement: str = "",
    source_url: str = "",
) -> Signature:
    """Publish a signature that was given elsewhere, such as on paper or on another site.

    It has no representative, and stands under the original of the present revision. `acronym`,
    `website` and `scope` complete what the register has. Entering an organisation that has signed
    changes nothing and returns the signature it has. Raises LetterNotOpen for a draft.
    """
    letter = lock_letter(letter)
    revision = present_revision(letter)
    language = revision.wording.original.language
    signature = Signature(
        letter=letter,
        status=Signature.Status.PUBLISHED,
        authority=Signature.Authority.STAFF_VERIFIED,
        revision=revision,
        edition_language=language,
        language=language,
        signed_as=name,
        country=country,
        website=website,
        statement=statement,
        source_url=source_url,
        link_nonce=new_nonce(),
        signed_at=now,
        confirmed_at=now,
        decided_at=now,
        decided_by=by,
    )
    organisation = organisation_entered_by_staff(signature, now=now, by=by)
    live = Signature.objects.live().filter(letter=letter, organisation=organisation).first()
    if live:
        return live
    _complete(organisation, acronym=acronym, website=website, scope=scope, by=by, now=now)
    signature.organisation = organisation
    appear(signature, now=now)
    signature.save()
    Letter.objects.filter(pk=letter.pk).bump_public_version()
    audit.record(verb=audit.Verb.ENTERED_BY_STAFF, subject=signature, by=by, now=now)
    return signature


def _complete(organisation: Organisation, *, by: User | None, now: datetime, **facts: str) -> None:
    """Fill in what the register does not know yet; a scope that is said replaces the one it has."""
    changed = [
        name
        for name, fact in facts.items()
        if fact and fact != getattr(organisation, name)
        if name == "scope" or not getattr(organisation, name)
    ]
    if not changed:
        return
    for name in changed:
        setattr(organisation, name, facts[name])
    if "website" in changed:
        organisation.website_source = DomainSource.STAFF
    organisation.save()
    record_organisation(organisation=organisation, by=by, now=now, changed=changed)
