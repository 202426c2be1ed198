"""An organisation's logo: staff give it and take it away, and its representative proposes one."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from signatories.errors import IllegalTransition, ProposalChanged
from signatories.links import bad_link
from signatories.models import ProposedLogo, Signature
from signatories.register.actions import set_logo
from signatories.settling import settle_for_decision
from signatories.transitions import REPRESENTATIVE, lock_signature

LARGEST_SIDE = 480  # pixels: twice what a page shows, for sharp screens


# As representatives do it


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


# As staff do it


@transaction.atomic
def decide_logo(
    *, signature: Signature, key: str, accept: bool, by: User, now: datetime
) -> Signature:
    """Make the proposed logo the organisation's, or drop it; twice is harmless.

    `key` is of the image that staff saw. Raises ProposalChanged when it is another one by now, and
    MaybeSecond when it is not known yet of which organisation.
    """
    signature = lock_signature(signature)
    proposed = ProposedLogo.objects.filter(signature=signature).first()
    organisation = signature.organisation
    if proposed is None or organisation is None:
        return signature
    if proposed.key != key:
        raise ProposalChanged(_("Another logo has been proposed since. Look at it first."))
    if accept:
        signature = settle_for_decision(signature, now=now)
        organisation = signature.organisation or organisation
        set_logo(organisation=organisation, image=proposed.image, by=by, now=now)
    proposed.delete()
    verb = audit.Verb.LOGO_ACCEPTED if accept else audit.Verb.LOGO_REFUSED
    audit.record(verb=verb, subject=signature, by=by, now=now)
    return signature
