"""Decline many signatures under a letter at once, by a rule, and undo it as a whole.

Locks the letter first and then the signatures, as every other action does. Sends no mail: the
addresses in a flood belong to people who never signed.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from config.text.reasons import read_reason
from letters.models import Letter
from signatories.errors import MatchesChanged, NothingMatches, ReasonMissing
from signatories.models import InvalidatedSignature, Invalidation, Signature
from signatories.review.invalidation import Rule, digest_of, matching
from signatories.transitions import lock_letter, move

Outcome = InvalidatedSignature.Outcome
Status = Signature.Status

# Signatures in one transaction. Measured: four seconds, and seven to undo. Meanwhile nobody can
# sign the letter, and on SQLite nobody can write at all; a writer there waits for twenty seconds.
# sign the letter, and on SQLite nobody anything; a writer there waits for twenty seconds.
AT_ONCE = 2_000


@transaction.atomic
def invalidate_signatures(
    *,
    letter: Letter,
    rule: Rule,
    seen: str,
    key: str,
    reason: str,
    by: User,
    now: datetime,
) -> Invalidation:
    """Decline every signature that matches the rule, without mail, recorded as one invalidation.

    `seen` is the digest_of the signatures shown to staff; `key` identifies the submitted form, so
    that sending it twice acts once. Raises ReasonMissing, ReasonTooLong, EndsTooEarly,
    NothingMatches, or MatchesChanged if the rule now matches other signatures.
    """
    reason = read_reason(reason)
    if not reason:
        raise ReasonMissing(_("Give a reason."))
    rule = rule.cleaned()
    letter = lock_letter(letter)
    done = Invalidation.objects.filter(key=key).first()
    if done:
        return done
    signatures = matching(letter, rule, lock=True)
    if not signatures:
        raise NothingMatches(_("No signatures match."))
    if digest_of(signatures) != seen:
        raise MatchesChanged(_("Other signatures match now. Check the list again."))
    if len(signatures) > AT_ONCE:
        raise NothingMatches(
            _(
                "More than %(most)s signatures match. Narrow the rule and decline them in several"
                " steps."
            )
            % {"most": AT_ONCE}
        )
    invalidation = Invalidation.objects.create(
        letter=letter, key=key, reason=reason, at=now, by=by, **asdict(rule)
    )
    InvalidatedSignature.objects.bulk_create(
        InvalidatedSignature(
            invalidation=invalidation,
            signature=signature,
            former_status=signature.status,
            former_decided_at=signature.decided_at,
            former_decided_by_id=signature.decided_by_id,
            former_reason=signature.reason,
        )
        for signature in signatures
    )
    was_public = any(signature.status == Status.PUBLISHED for signature in signatures)
    for signature in signatures:
        signature.decided_at, signature.decided_by, signature.reason = now, by, reason
        move(
            signature,
            Status.DECLINED,
            now=now,
            verb=audit.Verb.INVALIDATED,
            by=by,
            reason=reason,
            bump=False,
        )
    if was_public:
        Letter.objects.filter(pk=letter.pk).bump_public_version()
    audit.record(
        verb=audit.Verb.SIGNATURES_INVALIDATED,
        subject=invalidation,
        by=by,
        now=now,
        reason=reason,
        signatures=len(signatures),
    )
    return invalidation


@transaction.atomic
def undo_invalidation(*, invalidation: Invalidation, by: User, now: datetime) -> Invalidation:
    """Restore each signature to its former status; undoing twice is harmless.

    Signatures decided on, erased or replaced since stay as they are, and their outcome says so.
    """
    letter = lock_letter(invalidation.letter)
    invalidation = Invalidation.objects.select_for_update(of=("self",)).get(pk=invalidation.pk)
    if invalidation.undone_at is not None:
        return invalidation
    rows = list(invalidation.signatures.order_by("signature_id"))
    locked = (
        Signature.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .order_by("pk")
        .in_bulk([row.signature_id for row in rows])
    )
    for row in rows:
        signature = locked[row.signature_id]
        if _has_changed(signature, invalidation, row.former_status):
            row.outcome = Outcome.CHANGED
            continue
        signature.decided_at = row.former_decided_at
        signature.decided_by_id = row.former_decided_by_id
        signature.reason = row.former_reason
        move(
            signature,
            row.former_status,
            now=now,
            verb=audit.Verb.INVALIDATION_UNDONE,
            by=by,
            bump=False,
        )
        row.outcome = Outcome.RESTORED
    InvalidatedSignature.objects.bulk_update(rows, ["outcome"], batch_size=500)
    restored = [row for row in rows if row.outcome == Outcome.RESTORED]
    if any(row.former_status == Status.PUBLISHED for row in restored):
        Letter.objects.filter(pk=letter.pk).bump_public_version()
    invalidation.undone_at, invalidation.undone_by = now, by
    invalidation.save(update_fields=["undone_at", "undone_by"])
    audit.record(
        verb=audit.Verb.INVALIDATION_UNDONE,
        subject=invalidation,
        by=by,
        now=now,
        restored=len(restored),
        changed=len(rows) - len(restored),
    )
    return invalidation


def _has_changed(signature: Signature, invalidation: Invalidation, former: str) -> bool:
    """Whether it has changed since the invalidation, or another one has taken its place."""
    as_left = (
        signature.status == Status.DECLINED
        and signature.decided_at == invalidation.at
        and signature.decided_by_id == invalidation.by_id
    )
    if not as_left:
        return True
    others = Signature.objects.filter(letter=signature.letter_id).exclude(pk=signature.pk)
    if former != Status.UNCONFIRMED:
        return others.live().filter(organisation=signature.organisation_id).exists()
    if not signature.email_index:  # erased: it can no longer be confirmed
        return True
    return others.filter(
        status=Status.UNCONFIRMED,
        email_index=signature.email_index,
        signed_as=signature.signed_as,
        country=signature.country,
    ).exists()
