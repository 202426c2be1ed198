"""What is done with one signing, by all that the defence knows. The signer sees none of it.

The log tells operators of floods and blocked senders, by numbers and the letter's address alone. A
limit gets a line each time that it is used up, so that a flood of requests is none of lines.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from config.encryption import blind_index
from letters.models import Letter
from signatories.defence.limits import BURST, counted_domain, standing
from signatories.defence.lists import domain_of, read_network, verdict_on
from signatories.defence.proof import use_proof
from signatories.models import Listing

log = logging.getLogger("undersigned.defence")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Whether a signing is kept, whether and when it is mailed, and what is noted of it."""

    keep: bool
    mail: bool = False
    mail_after: datetime | None = None
    proof_missing: bool = False
    network: str = ""

    @property
    def network_index(self) -> str:
        return index_network(self.network)


DROPPED = Decision(keep=False)


def index_network(network: str) -> str:
    """What equal networks are found by; "" for none."""
    return blind_index(f"network:{network}") if network else ""


def decide_signing(
    *, letter: Letter, email: str, network: str, proof: str, now: datetime
) -> Decision:
    """Count a signing and say what follows from it.

    Blocked senders and floods are dropped before anything else is counted, so that they use up
    nobody's limit. An allowed sender has the limit of its address alone. Everybody else past a
    limit, or without the proof that the letter asks for, is kept and its mail waits.
    """
    host = domain_of(email)
    verdict = verdict_on(domain=host, network=network, now=now)
    if verdict == Listing.Verdict.BLOCKED:
        log.warning("signing dropped: the sender is blocked, letter %s", letter.slug)
        return DROPPED
    waits: list[datetime | None] = []
    if verdict != Listing.Verdict.ALLOWED:
        # Always in this order: each count is a row that others may wait for.
        counted = [("network", network), ("letter", str(letter.pk))]
        if domain := counted_domain(host):
            counted.append(("domain", domain))
        for kind, value in counted:
            result = standing(kind, value, now=now)
            is_dropped = result.is_flood and kind != "domain"
            if result.told:
                what = "dropped" if is_dropped else "limited"
                log.warning(
                    "signings %s: %s of one %s, letter %s", what, result.told, kind, letter.slug
                )
            if is_dropped:
                return DROPPED
            waits.append(result.past_until)
    proof_missing = letter.proof_of_work and not use_proof(proof, letter=letter, now=now)
    if proof_missing:
        waits.append(now + BURST)
    return Decision(
        keep=True,
        mail=standing("address", blind_index(email), now=now).past_until is None,
        mail_after=max((wait for wait in waits if wait), default=None),
        proof_missing=proof_missing,
        network=str(read_network(network) or ""),
    )
