"""Other signatures that wait for the same mailbox to confirm them.

A mailbox that has confirmed nothing gets few mails a day, and strangers can use these up. So the
link in any of them opens everything that waits for the mailbox, whichever of its addresses was
entered.
"""

from __future__ import annotations

from dataclasses import dataclass

from letters.wording import EditionWording
from signatories.models import Signature
from signatories.models.mailboxes import index_mailbox
from signatories.signing.links import CONFIRM, make_token

MOST = 50  # newest first: anyone who does not find theirs signs again, and it comes first


@dataclass(frozen=True)
class Waiting:
    """An unconfirmed signature with its confirmation link: only what was entered."""

    signature: Signature
    edition: EditionWording
    token: str


def others_waiting(signature: Signature) -> list[Waiting]:
    """Other unconfirmed signatures of the same mailbox, newest first."""
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
