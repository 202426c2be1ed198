"""Proof of work: the browser computes for a moment before it sends a signature.

Signatures with proof are not counted with floods. A letter may require it: then staff review every
signature without it.

The challenge asks for the one number below MOST whose derived key begins with a given prefix. A key
takes ROUNDS rounds of PBKDF2 with SHA-256, which browsers compute as fast as any other program.
static/js/proof.js searches for the number.
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

LASTS = timedelta(minutes=20)  # from the challenge to the signature with its proof
LONGEST = 4_000  # characters of a submitted proof; a genuine one has about a thousand

# On average 300 keys of 5,000 rounds, at worst twice as many: 1.5 million rounds, about a second on
# a mid-range phone and half of that on a laptop; benchmarks differ by a factor of two.
ROUNDS = 5_000
MOST = 600

_SALT = "signatories.defence.proof"


def _secret(purpose: str) -> bytes:
    return salted_hmac(_SALT, purpose, algorithm="sha256").digest()


def make_challenge(letter: Letter, *, now: datetime) -> dict[str, Any]:
    """A new challenge for signing this letter, in the form the browser reads."""
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
    """Whether this is valid, unused proof of work for this letter. Marks it as used.

    `text` may be anything; invalid proofs are just not proofs.
    """
    payload = _read(text)
    if payload is None or payload.challenge.parameters.data != {"letter": letter.slug}:
        return False
    result = altcha.verify_solution(payload, _secret("challenge"), hmac_key_secret=_secret("key"))
    if not result.verified:
        return False
    # Signed by us, so it has our format: an instant in seconds.
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
    """Delete used proofs that have expired."""
    UsedProof.objects.filter(expires_at__lt=now).delete()
