"""Proof of work: a reader's browser works for a moment before it signs.

Whoever brings one is not counted with the floods. A letter may ask for it besides: then staff look
at each signature that came without.

The challenge asks for the one number below MOST whose derived key begins as told. A key costs
ROUNDS rounds of PBKDF2 with SHA-256, which browsers compute as fast as anybody else's processor.
static/js/proof.js looks for the number.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any

import altcha
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from letters.models import Letter
from signatories.models import UsedProof

LASTS = timedelta(minutes=20)  # from asking for a challenge to signing with its proof
LONGEST = 4_000  # characters of a proof as it is sent; one of ours has about a thousand

# 300 keys of 5,000 rounds on average, twice as many at worst: 1.5 million rounds, about a second
# on a phone of the middle class and half of it on a laptop; benchmarks differ by a factor of two.
ROUNDS = 5_000
MOST = 600

_SALT = "signatories.defence.proof"


def _secret(purpose: str) -> bytes:
    return salted_hmac(_SALT, purpose, algorithm="sha256").digest()


def make_challenge(letter: Letter, *, now: datetime) -> dict[str, Any]:
    """A new challenge for signing this letter, as the browser gets it."""
    challenge = altcha.create_challenge(
        "PBKDF2/SHA-256",
        ROUNDS,
        counter=secrets.randbelow(MOST),
        expires_at=now + LASTS,
        data={"letter": letter.slug},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("key"),
    )
    return challenge.to_dict()


@transaction.atomic
def use_proof(text: str, *, letter: Letter, now: datetime) -> bool:
    """Whether this proves work for this letter, once: the second time it does not.

    Anything may be sent as a proof; what is none is just not one.
    """
    payload = _read(text)
    if payload is None or payload.challenge.parameters.data != {"letter": letter.slug}:
        return False
    result = altcha.verify_solution(payload, _secret("challenge"), hmac_key_secret=_secret("key"))
    if not result.verified:
        return False
    # It is signed, so it is what we wrote: an instant in seconds.
    expires_at = datetime.fromtimestamp(payload.challenge.parameters.expires_at or 0, now.tzinfo)
    if expires_at < now:
        return False
    digest = hashlib.sha256(str(payload.challenge.signature).encode()).hexdigest()
    try:
        with transaction.atomic():
            UsedProof.objects.create(digest=digest, expires_at=expires_at)
    except IntegrityError:
        return False
    return True


def _read(text: str) -> altcha.Payload | None:
    if not text or len(text) > LONGEST:
        return None
    try:
        return altcha.Payload.from_dict(json.loads(b64decode(text, validate=True)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def forget_proofs(*, now: datetime) -> None:
    """Forget used proofs that have expired: they prove nothing any more."""
    UsedProof.objects.filter(expires_at__lt=now).delete()
