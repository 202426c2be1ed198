"""What else waits for a mailbox to confirm it.

A mailbox that has confirmed nothing gets few mails a day, which strangers can use up. So the link
in any of them opens all that waits for the mailbox, whichever of its addresses was typed.
"""

from __future__ import annotations

from dataclasses import dataclass

from letters.wording import EditionWording
from signatories.models import Signature
from signatories.models.mailboxes import index_mailbox
from signatories.signing.links import CONFIRM, make_token

MOST = 50  # the latest come first: whoever does not find theirs signs again, and it is the first


@dataclass(frozen=True)
class Waiting:
    """A signature that nobody has confirmed, with the link that does: what was typed, no more."""

    signature: Signature
    edition: EditionWording
    token: str


def others_waiting(signature: Signature) -> list[Waiting]:
    """The unconfirmed signatures of this one's mailbox but itself, the latest first."""
    if not signature.representative_email:
        return []
    others = (
        Signature.objects.filter(
            mailbox_index=index_mailbox(signature.representative_email),
            status=Signature.Status.UNCONFIRMED,
        )
        .exclude(pk=signature.pk)
        .select_related("letter__campaign", "letter__revision", "revision")
    )
    return [
        Waiting(one, one.letter.words_for(one.edition_language), make_token(one, CONFIRM))
        for one in others.order_by("-signed_at", "-pk")[:MOST]
    ]
