"""Erase representatives' data, at their request or when the retention period is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from config import audit
from config.models import AuditEntry
from letters.models import Letter
from signatories.models import TRANSITIONS, Invalidation, ProposedLogo, Signature
from signatories.privacy.retention import letters_due, past_retention, stored_until, unconfirmed_due
from signatories.register.actions import forget_domain
from signatories.signing.links import bad_link, new_nonce
from signatories.transitions import REPRESENTATIVE, lock_letter, lock_signature, move

BATCH = 500  # signatures in one transaction
Status = Signature.Status


@transaction.atomic
def erase_own_data(*, signature: Signature, now: datetime, withdraw: bool = False) -> Signature:
    """Erase the representative's name, role and address at once; doing so twice is harmless.

    The signature stays unless `withdraw` is set; an unconfirmed one ends. The private link always
    ends. No mail is sent, as there is no address left. Raises BadLink if the signature was handed
    over to another contact meanwhile.
    """
    link_nonce = signature.link_nonce
    signature = lock_signature(signature)
    if not signature.has_contact:
        return signature
    if signature.link_nonce != link_nonce:
        raise bad_link()
    if signature.status == Status.UNCONFIRMED:
        end_unconfirmed(signature, now=now, actor=REPRESENTATIVE)
    else:
        if withdraw and Status.WITHDRAWN in TRANSITIONS[signature.status]:
            signature.withdrawn_at, signature.lapsed_at = now, None
            move(
                signature,
                Status.WITHDRAWN,
                now=now,
                verb=audit.Verb.WITHDRAWN,
                actor=REPRESENTATIVE,
            )
        forget_contact(signature)
        forget_domain(signature, now=now, for_good=True)
    signature.save()
    audit.record(verb=audit.Verb.CONTACT_ERASED, subject=signature, actor=REPRESENTATIVE, now=now)
    return signature


def erase_contacts(*, now: datetime) -> int:
    """Erase representatives' data once the letter's `contact_days` after closing are over.

    Signatures stay, but unconfirmed ones end, as do their links. Invalidations stay without the
    network of their rule. One batch per letter; returns how many were erased.
    """
    by_network = Invalidation.objects.exclude(network="").values("letter")
    Invalidation.objects.filter(letter__in=past_retention(by_network, now)).update(network="")
    return sum(_erase_under(letter, now) for letter in letters_due(now=now))


@transaction.atomic
def _erase_under(letter: Letter, now: datetime) -> int:
    letter = lock_letter(letter)
    until = stored_until(letter)
    if until is None or until >= now:  # it was given more time meanwhile
        return 0
    due = Signature.objects.with_contact().filter(letter=letter).order_by("pk")
    signatures = list(due.select_for_update()[:BATCH])
    for signature in signatures:
        _erase(signature, now=now)
    return len(signatures)


@transaction.atomic
def expire_unconfirmed(*, now: datetime) -> int:
    """End signatures not confirmed within UNCONFIRMED_DAYS. One batch; returns how many."""
    due = unconfirmed_due(now=now).order_by("pk")
    signatures = list(due.select_for_update()[:BATCH])
    for signature in signatures:
        _erase(signature, now=now)
    return len(signatures)


def _erase(signature: Signature, *, now: datetime) -> None:
    """Erase a locked signature's representative; if it is undecided, end it."""
    if signature.status in (Status.UNCONFIRMED, Status.EXPIRED):
        end_unconfirmed(signature, now=now)
    else:
        forget_contact(signature)
        audit.record(verb=audit.Verb.CONTACT_ERASED, subject=signature, now=now)
    signature.save()


def end_unconfirmed(
    signature: Signature, *, now: datetime, actor: AuditEntry.Actor = AuditEntry.Actor.SYSTEM
) -> None:
    """Let a locked signature expire and erase everything entered in it. The caller saves.

    Nobody has shown that it came from the organisation, so its name, website and statement are
    erased with the contact. That somebody began to sign, from which country, and when it ended,
    stays on record.
    """
    verb = audit.Verb.EXPIRED if signature.status == Status.UNCONFIRMED else audit.Verb.WORDS_ERASED
    signature.status = Status.EXPIRED
    signature.signed_as = signature.website = signature.statement = ""
    forget_contact(signature)
    audit.record(verb=verb, subject=signature, actor=actor, now=now)


def forget_contact(signature: Signature) -> None:
    """Erase the representative of a locked signature and everything that depends on them.

    The caller saves. Private links end, a proposed logo is deleted, and a request to become the
    contact of another signature is dropped, as there is nobody left to hand it to.
    """
    signature.representative_name = ""
    signature.representative_role = ""
    signature.representative_email = ""
    signature.email_index = ""
    signature.network = signature.network_index = ""
    signature.link_nonce = new_nonce()
    Signature.objects.filter(contact_request=signature).update(contact_request=None)
    ProposedLogo.objects.filter(signature=signature).delete()
