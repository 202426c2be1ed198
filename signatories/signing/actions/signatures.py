"""Sign, confirm, correct and withdraw.

Each action locks the letter first and then the signature, so that what it checks still holds when
it writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from config.encryption import blind_index
from config.mail.outbox import post
from letters.models import Letter
from signatories.defence.decision import decide_signing
from signatories.defence.limits import Sending, allow_mail
from signatories.errors import IllegalTransition, LetterNotOpen, SigningRefused
from signatories.models import Signature
from signatories.names.cleaning import name_key
from signatories.register.owners import is_colleague
from signatories.signing import emails
from signatories.signing.actions.holding import hold_confirmation
from signatories.signing.actions.settling import (
    organisation_known_to_signer,
    provisional_organisation,
)
from signatories.signing.agreement import Shown, agree_to, revision_agreed
from signatories.signing.links import bad_link, new_nonce
from signatories.transitions import (
    REPRESENTATIVE,
    SIGNED_ALREADY,
    appear,
    lock_letter,
    lock_signature,
    move,
)


@dataclass(frozen=True, kw_only=True)
class SigningEntry:
    """A representative's cleaned input from the form."""

    organisation: str
    country: str
    website: str
    name: str
    role: str
    email: str
    statement: str = ""
    visibility: str = Signature.Visibility.PUBLIC


def sign_letter(
    *,
    letter: Letter,
    entry: SigningEntry,
    shown: Shown,
    network: str,
    language: str,
    now: datetime,
    proof: str = "",
) -> None:
    """Store an unconfirmed signature of the text shown and mail its confirmation link.

    `language` is for mails to the representative, `proof` the browser's proof of work.

    Returns nothing, so that the sender learns nothing about the organisation or the mailbox: an
    address that has already signed for this organisation is mailed its private link instead, and
    one that has reached its limit for today gets no mail. Raises LetterNotOpen, TextChanged if the
    text differs from the one shown, or SigningRefused, in which case only the rate limit's counts
    are stored.
    """
    refused = _store(
        letter=letter,
        entry=entry,
        shown=shown,
        network=network,
        language=language,
        now=now,
        proof=proof,
    )
    if refused:
        raise refused


@transaction.atomic
def _store(
    *,
    letter: Letter,
    entry: SigningEntry,
    shown: Shown,
    network: str,
    language: str,
    now: datetime,
    proof: str,
) -> SigningRefused | None:
    """See sign_letter. Returns a refusal instead of raising it, so that counts are committed."""
    letter = lock_letter(letter)
    if not letter.is_open(now) or not letter.campaign.published:
        raise LetterNotOpen(_("This letter is not accepting signatures at the moment."))
    revision = revision_agreed(letter, shown)
    email_index = blind_index(entry.email)
    decision = decide_signing(
        letter=letter, email=entry.email, network=network, proof=proof, now=now
    )
    if decision.refusal:
        return SigningRefused(decision.refusal, decision.try_again)
    known = _signature_of(letter, entry, email_index)
    if known and known.is_live:
        if decision.sending is Sending.NOW:
            post(emails.private_link, after=decision.mail_after, signature_id=known.pk)
        return None
    signature = known or Signature(
        letter=letter,
        status=Signature.Status.UNCONFIRMED,
        email_index=email_index,
        link_nonce=new_nonce(),
        country=entry.country,
    )
    signature.signed_as = entry.organisation  # an unconfirmed signature takes the latest spelling
    signature.website = entry.website
    signature.statement = entry.statement
    signature.visibility = entry.visibility
    signature.representative_name = entry.name
    signature.representative_role = entry.role
    signature.representative_email = entry.email
    signature.network, signature.network_index = decision.network, decision.network_index
    signature.proof_missing = decision.proof_missing
    signature.revision = revision
    signature.edition_language = shown.language
    signature.language = language
    signature.signed_at = now
    signature.save()
    if not known:
        audit.record(verb=audit.Verb.SIGNED, subject=signature, actor=REPRESENTATIVE, now=now)
    if decision.sending is Sending.NOW:
        post(emails.confirmation, after=decision.mail_after, signature_id=signature.pk)
    elif decision.sending is Sending.HELD:
        hold_confirmation(signature=signature, proved=decision.proved, now=now)
    return None


def _signature_of(letter: Letter, entry: SigningEntry, email_index: str) -> Signature | None:
    """The live or unconfirmed signature by this address for this organisation, if any."""
    status = Signature.Status
    candidates = Signature.objects.filter(
        letter=letter,
        email_index=email_index,
        country=entry.country,
        status__in=[status.UNCONFIRMED, status.IN_REVIEW, status.PUBLISHED],
    )
    key = name_key(entry.organisation)
    same = [candidate for candidate in candidates if name_key(candidate.signed_as) == key]
    return next((one for one in same if one.is_live), None) or next(iter(same), None)


@transaction.atomic
def resend_confirmation(*, signature_id: int, now: datetime) -> None:
    """Mail a new confirmation link for an unconfirmed signature, within the address's limit."""
    signature = Signature.objects.get(pk=signature_id)
    if signature.status != Signature.Status.UNCONFIRMED:
        return
    if allow_mail(email=signature.representative_email, now=now):
        post(emails.confirmation, signature_id=signature.pk)


@transaction.atomic
def confirm_signature(
    *, signature: Signature, now: datetime, shown: Shown | None = None
) -> Signature:
    """Confirm that the representative owns the address; confirming twice is harmless.

    `shown` is the text on the confirmation page, by default the one that was signed in the form.
    Raises TextChanged if it differs from the current one.

    Only what the signer may know takes effect at once. A second signature of an organisation
    already on the public list is declined. A colleague's, from a domain known to be only this
    organisation's, is published if the letter allows it and is still open. All others go to review
    with a provisional organisation, which the worker settles; see settling.
    """
    signature = lock_signature(signature)
    if signature.status != Signature.Status.UNCONFIRMED:
        return signature
    agree_to(signature, shown or Shown(signature.revision.label, signature.edition_language))
    signature.confirmed_at = now
    known = organisation_known_to_signer(signature)
    live = Signature.objects.live().filter(letter=signature.letter, organisation=known)
    listed = live.public().first()
    if listed:
        return _decline_second(signature, first=listed, now=now)
    email = signature.representative_email
    if known is None or not is_colleague(email=email, organisation=known):
        signature.organisation = provisional_organisation(signature)
        return _review(signature, now=now)
    if first := live.first():
        return _review_second(signature, first=first, now=now)
    signature.organisation = known
    signature.authority = Signature.Authority.OWN_DOMAIN
    if not _publishes_by_itself(signature) or not signature.letter.is_open(now):
        return _review(signature, now=now)
    appear(signature, now=now)
    verb, published = audit.Verb.CONFIRMED_AND_PUBLISHED, Signature.Status.PUBLISHED
    move(signature, published, now=now, verb=verb, actor=REPRESENTATIVE)
    post(emails.published, signature_id=signature.pk)
    return signature


def _review(
    signature: Signature, *, now: datetime, mail: emails.OfSignature = emails.in_review
) -> Signature:
    """Put a confirmed signature into review."""
    in_review = Signature.Status.IN_REVIEW
    move(signature, in_review, now=now, verb=audit.Verb.CONFIRMED, actor=REPRESENTATIVE)
    post(mail, signature_id=signature.pk)
    return signature


def _decline_second(signature: Signature, *, first: Signature, now: datetime) -> Signature:
    """Decline a signature of an organisation that is already on the public list."""
    signature.organisation = first.organisation
    signature.decided_at = now
    signature.reason = str(SIGNED_ALREADY)
    move(
        signature,
        Signature.Status.DECLINED,
        now=now,
        verb=audit.Verb.DECLINED_AS_A_SECOND_SIGNATURE,
    )
    post(emails.second_signature, signature_id=signature.pk)
    post(emails.colleague_signed, signature_id=first.pk)
    return signature


def _review_second(signature: Signature, *, first: Signature, now: datetime) -> Signature:
    """Put a colleague's signature into review if the first one is hidden.

    Only the mail, which only the address's owner reads, mentions the first one. The page is the
    same as for an unknown organisation.
    """
    signature.organisation = provisional_organisation(signature, recognised_as=first.organisation)
    _review(signature, now=now, mail=emails.second_signature)
    post(emails.colleague_signed, signature_id=first.pk)
    return signature


@transaction.atomic
def correct_signature(
    *,
    signature: Signature,
    organisation_name: str,
    statement: str,
    name: str,
    role: str,
    now: datetime,
) -> Signature:
    """Correct a signature. The representative's own name and role change at once.

    Removing a statement always takes effect at once. Other changes to it wait for staff, unless the
    signature is not public yet or the letter publishes from the organisation's own domain without
    review. A new name of the organisation always waits for staff. Raises IllegalTransition if the
    signature is no longer live, and BadLink if its contact was erased or changed meanwhile: erased
    data must not be restored.
    """
    link_nonce = signature.link_nonce
    signature = lock_signature(signature)
    if signature.link_nonce != link_nonce:
        raise bad_link()
    if not signature.is_live:
        raise IllegalTransition(_("This signature can no longer be corrected."))
    changed = []
    if (name, role) != (signature.representative_name, signature.representative_role):
        signature.representative_name, signature.representative_role = name, role
        changed.append("representative")
    if organisation_name != (signature.proposed_name or str(signature)):
        same = organisation_name == str(signature)
        signature.proposed_name = "" if same else organisation_name
        changed.append("proposed name")
    in_public = signature.status == Signature.Status.PUBLISHED
    if statement != (
        signature.statement
        if signature.proposed_statement is None
        else signature.proposed_statement
    ):
        at_once = (
            not statement
            or not in_public
            or statement == signature.statement
            or _publishes_by_itself(signature)
        )
        if at_once:
            signature.statement, signature.proposed_statement = statement, None
        else:
            signature.proposed_statement = statement
        changed.append("statement" if at_once else "proposed statement")
        if at_once and in_public:
            Letter.objects.filter(pk=signature.letter_id).bump_public_version()
    if changed:
        signature.save()
        audit.record(
            verb=audit.Verb.CORRECTED,
            subject=signature,
            actor=REPRESENTATIVE,
            now=now,
            fields=changed,
        )
    return signature


def _publishes_by_itself(signature: Signature) -> bool:
    own = signature.authority == Signature.Authority.OWN_DOMAIN
    return own and signature.letter.publish_own_domain and not signature.proof_missing


@transaction.atomic
def change_visibility(
    *, signature: Signature, visibility: str, now: datetime, by: User | None = None
) -> Signature:
    """Show or withhold the name, or only count it, at once and everywhere on the site.

    Done by staff if `by` is given, else by the representative; no change is harmless. Raises
    IllegalTransition if the signature is no longer live.
    """
    signature = lock_signature(signature)
    if not signature.is_live:
        raise IllegalTransition(_("This signature can no longer be corrected."))
    before = signature.visibility
    if visibility == before:
        return signature
    signature.visibility = Signature.Visibility(visibility)
    signature.save(update_fields=["visibility"])
    if signature.status == Signature.Status.PUBLISHED:
        Letter.objects.filter(pk=signature.letter_id).bump_public_version()
    audit.record(
        verb=audit.Verb.VISIBILITY_CHANGED,
        subject=signature,
        by=by,
        actor=None if by else REPRESENTATIVE,
        now=now,
        before=before,
        after=visibility,
    )
    return signature


@transaction.atomic
def withdraw_signature(*, signature: Signature, now: datetime) -> Signature:
    """Withdraw the organisation's signature at once; doing so twice is harmless.

    Raises IllegalTransition if it was never live.
    """
    signature = lock_signature(signature)
    if signature.status == Signature.Status.WITHDRAWN:
        return signature
    signature.withdrawn_at, signature.lapsed_at = now, None
    move(
        signature,
        Signature.Status.WITHDRAWN,
        now=now,
        verb=audit.Verb.WITHDRAWN,
        actor=REPRESENTATIVE,
    )
    post(emails.withdrawn, signature_id=signature.pk)
    return signature
