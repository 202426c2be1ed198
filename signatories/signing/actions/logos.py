"""Propose a logo for the organisation, as its representative."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from signatories.errors import IllegalTransition
from signatories.models import ProposedLogo, Signature
from signatories.signing.links import bad_link
from signatories.transitions import REPRESENTATIVE, lock_signature


@transaction.atomic
def propose_logo(*, signature: Signature, image: bytes, now: datetime) -> ProposedLogo:
    """Store a WebP image for staff to decide on, replacing an earlier proposal.

    Nothing public changes. Proposing the same again is harmless. Raises IllegalTransition if the
    signature is no longer live, and BadLink if its contact was erased or handed over meanwhile:
    nobody could take the image back.
    """
    link_nonce = signature.link_nonce
    signature = lock_signature(signature)
    if signature.link_nonce != link_nonce:
        raise bad_link()
    if not signature.is_live:
        raise IllegalTransition(_("This signature can no longer be corrected."))
    before = ProposedLogo.objects.filter(signature=signature).first()
    if before and before.image == image:
        return before
    if before:
        before.delete()
    proposed = ProposedLogo(signature=signature)
    proposed.image = image
    proposed.save()
    audit.record(verb=audit.Verb.LOGO_PROPOSED, subject=signature, actor=REPRESENTATIVE, now=now)
    return proposed


@transaction.atomic
def take_back_logo(*, signature: Signature, now: datetime) -> None:
    """Delete the pending proposal; harmless if there is none."""
    signature = lock_signature(signature)
    taken, _rows = ProposedLogo.objects.filter(signature=signature).delete()
    if taken:
        audit.record(
            verb=audit.Verb.PROPOSED_LOGO_TAKEN_BACK,
            subject=signature,
            actor=REPRESENTATIVE,
            now=now,
        )
