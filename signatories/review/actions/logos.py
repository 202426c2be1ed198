"""Decide on a logo proposed by a representative."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from signatories.errors import ProposalChanged
from signatories.models import ProposedLogo, Signature
from signatories.register.actions import set_logo
from signatories.signing.actions import settle_for_decision
from signatories.transitions import lock_signature


@transaction.atomic
def decide_logo(
    *, signature: Signature, key: str, accept: bool, by: User, now: datetime
) -> Signature:
    """Make the proposed logo the organisation's, or delete it; twice is harmless.

    `key` identifies the image that staff saw. Raises ProposalChanged if it has been replaced since,
    and MaybeSecond if the signature's organisation is not settled yet.
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
