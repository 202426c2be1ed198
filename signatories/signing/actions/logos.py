"""A logo for the organisation, as its representative proposes it."""

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
    """Keep a WebP image for staff to decide on, in the place of the one proposed before.

    Nothing public changes. Proposing the same again is harmless. Raises IllegalTransition when
    the signature is no longer live, and BadLink when its contact was erased or handed over
    meanwhile: nobody would be left to take the picture back.
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
    """Delete what was proposed and not decided on yet; without any it is harmless."""
    signature = lock_signature(signature)
    taken, _rows = ProposedLogo.objects.filter(signature=signature).delete()
    if taken:
        audit.record(
            verb=audit.Verb.PROPOSED_LOGO_TAKEN_BACK,
            subject=signature,
            actor=REPRESENTATIVE,
            now=now,
        )
