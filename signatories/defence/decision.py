"""What abuse protection decides about one signature.

The signer is told only what strangers cause or staff decide: too many forms, or a blocked sender.
Nobody is told what depends on the email address, such as whether a mail is sent.

The log shows operators floods and blocked senders, with counts and the letter's slug only. A limit
is logged once each time it is used up, so that a flood of requests does not flood the log.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from config.encryption import blind_index
from letters.models import Letter
from signatories.defence.limits import BURST, Sending, allow_confirmation, allow_mail, usage_of
from signatories.defence.lists import domain_of, read_network, verdict_on
from signatories.defence.proof import use_proof
from signatories.errors import Refusal
from signatories.models import Listing

log = logging.getLogger("undersigned.defence")


@dataclass(frozen=True, kw_only=True)
class SigningDecision:
    """Whether a signature is stored, whether and when its email is sent, and what is noted."""

    refusal: Refusal | None = None
    try_again: datetime | None = None  # when a refused signer may try again
    sending: Sending = Sending.NEVER
    mail_after: datetime | None = None
    proved: bool = False
    proof_missing: bool = False
    network: str = ""

    @property
    def network_index(self) -> str:
        return index_network(self.network)


def index_network(network: str) -> str:
    """A digest by which equal networks are found; "" for ""."""
    return blind_index(f"network:{network}") if network else ""


def decide_signing(
    *, letter: Letter, email: str, network: str, proof: str, now: datetime
) -> SigningDecision:
    """Count a signature against all limits and decide about it.

    Proof of work comes first: with it, a signature counts only against its network's limit for
    those with proof, so a flood of others neither delays nor drops it. Blocked senders and floods
    are dropped before anything else is counted, so that they use up nobody's limit. An allowed
    sender has only the mailbox's limit. All others beyond a limit, or without the proof that the
    letter requires, are stored and their email waits.
    """
    verdict = verdict_on(domain=domain_of(email), network=network, now=now)
    if verdict == Listing.Verdict.BLOCKED:
        log.warning("signing refused: the sender is blocked, letter %s", letter.slug)
        return SigningDecision(refusal=Refusal.BLOCKED)
    proved = use_proof(proof, letter=letter, now=now)
    waits: list[datetime | None] = []
    if verdict != Listing.Verdict.ALLOWED:
        # Always in this order: each count locks a row that others may wait for.
        counted = [("network", network, Refusal.NETWORK), ("letter", letter.pk, Refusal.LETTER)]
        if proved:
            counted = [("proved", network, Refusal.NETWORK)]
        for kind, value, refusal in counted:
            result = usage_of(kind, value, now=now)
            if result.log_text:
                what = "refused" if result.flood_until else "limited"
                log.warning(
                    "signings %s: %s of one %s, letter %s", what, result.log_text, kind, letter.slug
                )
            if result.flood_until:
                return SigningDecision(refusal=refusal, try_again=result.flood_until)
            waits.append(result.past_until)
    proof_missing = letter.proof_of_work and not proved
    if proof_missing:
        waits.append(now + BURST)
    mail_after = max((wait for wait in waits if wait), default=None)
    leaves_at = mail_after or now
    if verdict == Listing.Verdict.ALLOWED:
        sending = Sending.NOW if allow_mail(email=email, now=leaves_at) else Sending.NEVER
    else:
        sending = allow_confirmation(email=email, proved=proved, now=leaves_at)
    return SigningDecision(
        sending=sending,
        mail_after=mail_after,
        proved=proved,
        proof_missing=proof_missing,
        network=str(read_network(network) or ""),
    )
