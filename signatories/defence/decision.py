"""What is done with one signing, by all that the defence knows.

The signer is told what strangers bring about and what staff decided: too many forms, or a blocked
sender. Whatever hangs on the address, such as whether it gets a mail, nobody is told.

The log tells operators of floods and blocked senders, by numbers and the letter's address alone. A
limit gets a line each time that it is used up, so that a flood of requests is none of lines.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from config.encryption import blind_index
from letters.models import Letter
from signatories.defence.limits import BURST, Leave, allow_confirmation, allow_mail, usage_of
from signatories.defence.lists import domain_of, read_network, verdict_on
from signatories.defence.proof import use_proof
from signatories.errors import Refusal
from signatories.models import Listing

log = logging.getLogger("undersigned.defence")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Whether a signing is kept, whether and when it is mailed, and what is noted of it."""

    refusal: Refusal | None = None
    try_again: datetime | None = None  # when a refused one may be kept
    leave: Leave = Leave.NEVER
    mail_after: datetime | None = None
    proved: bool = False
    proof_missing: bool = False
    network: str = ""

    @property
    def network_index(self) -> str:
        return index_network(self.network)


def index_network(network: str) -> str:
    """What equal networks are found by; "" for none."""
    return blind_index(f"network:{network}") if network else ""


def decide_signing(
    *, letter: Letter, email: str, network: str, proof: str, now: datetime
) -> Decision:
    """Count a signing and say what follows from it.

    The proof of work comes first: with one, a signing counts for its network among those with
    one, and what others fill neither delays nor drops it. Blocked senders and floods are dropped
    before anything else is counted, so that they use up nobody's limit. An allowed sender has the
    limit of its mailbox alone. Everybody else past a limit, or without the proof that
    the letter asks for, is kept and its mail waits.
    """
    verdict = verdict_on(domain=domain_of(email), network=network, now=now)
    if verdict == Listing.Verdict.BLOCKED:
        log.warning("signing refused: the sender is blocked, letter %s", letter.slug)
        return Decision(refusal=Refusal.BLOCKED)
    proved = use_proof(proof, letter=letter, now=now)
    waits: list[datetime | None] = []
    if verdict != Listing.Verdict.ALLOWED:
        # Always in this order: each count is a row that others may wait for.
        counted = [("network", network, Refusal.NETWORK), ("letter", letter.pk, Refusal.LETTER)]
        if proved:
            counted = [("proved", network, Refusal.NETWORK)]
        for kind, value, refusal in counted:
            result = usage_of(kind, value, now=now)
            if result.told:
                what = "refused" if result.flood_until else "limited"
                log.warning(
                    "signings %s: %s of one %s, letter %s", what, result.told, kind, letter.slug
                )
            if result.flood_until:
                return Decision(refusal=refusal, try_again=result.flood_until)
            waits.append(result.past_until)
    proof_missing = letter.proof_of_work and not proved
    if proof_missing:
        waits.append(now + BURST)
    mail_after = max((wait for wait in waits if wait), default=None)
    leaves_at = mail_after or now
    if verdict == Listing.Verdict.ALLOWED:
        leave = Leave.NOW if allow_mail(email=email, now=leaves_at) else Leave.NEVER
    else:
        leave = allow_confirmation(email=email, proved=proved, now=leaves_at)
    return Decision(
        leave=leave,
        mail_after=mail_after,
        proved=proved,
        proof_missing=proof_missing,
        network=str(read_network(network) or ""),
    )
