"""How a signature changes status: lock it, then move it along TRANSITIONS.

Every action locks the letter first and then its signatures, so that no two can deadlock.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import audit
from config.models import AuditEntry
from letters.models import Letter
from signatories.errors import IllegalTransition
from signatories.models import LIVE, TRANSITIONS, ProposedLogo, Signature
from signatories.register.actions import forget_domain, learn_domain

REPRESENTATIVE = AuditEntry.Actor.REPRESENTATIVE

# The site's own reasons for declining; staff write theirs.
SIGNED_ALREADY = gettext_lazy("Your organisation had already signed this letter.")
NOT_ADDED = gettext_lazy("The organiser could not add this signature to the letter.")


def lock_letter(letter: Letter) -> Letter:
    """The current letter, locked until the transaction ends."""
    return Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)


def lock_signature(signature: Signature) -> Signature:
    """The current signature, locked together with its letter."""
    letter = Letter.objects.select_for_update().get(pk=signature.letter_id)
    locked = (
        Signature.objects.select_for_update(of=("self",))
        .select_related("organisation__recognised_as")
        .get(pk=signature.pk)
    )
    locked.letter = letter
    return locked


def appear(signature: Signature, *, now: datetime) -> None:
    """Record that a signature becomes public. The caller moves it to PUBLISHED.

    The name of a protected organisation is withheld when it would first become public; the
    representative can change that afterwards.
    """
    organisation = signature.organisation
    is_first = signature.published_at is None
    is_named = signature.visibility == Signature.Visibility.PUBLIC
    if is_first and is_named and organisation and organisation.protected:
        signature.visibility = Signature.Visibility.WITHHELD
    signature.published_at = now


def move(
    signature: Signature,
    to: str,
    *,
    now: datetime,
    verb: audit.Verb,
    by: User | None = None,
    actor: AuditEntry.Actor | None = None,
    reason: str = "",
    bump: bool = True,
) -> None:
    """Change the status of a locked signature, record it in the audit trail and update caches.

    A proposed logo is deleted when its signature is no longer live. Publication learns the
    organisation's domain from the email address; the end of publication forgets it. With
    `bump=False` the caller bumps `public_version`, once for everything it moves. Raises
    IllegalTransition if TRANSITIONS does not allow the change.
    """
    before = signature.status
    if to not in TRANSITIONS[before]:
        raise IllegalTransition(
            _("A signature cannot change from “%(present)s” to “%(next)s”.")
            % {"present": signature.get_status_display(), "next": Signature.Status(to).label}
        )
    signature.status = to
    signature.save()
    if before in LIVE and to not in LIVE:
        ProposedLogo.objects.filter(signature=signature).delete()
    if to == Signature.Status.PUBLISHED:
        learn_domain(signature, now=now)
    elif before == Signature.Status.PUBLISHED or not TRANSITIONS[to]:
        forget_domain(signature, now=now, for_good=not TRANSITIONS[to])
    if bump and Signature.Status.PUBLISHED in {before, to}:
        Letter.objects.filter(pk=signature.letter_id).bump_public_version()
    audit.record(
        verb=verb,
        subject=signature,
        by=by,
        actor=actor,
        reason=reason,
        now=now,
        before=before,
        after=to,
    )
