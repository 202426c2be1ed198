"""Learning domains from signatures, forgetting them, and removing them for good."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config import audit
from config.audit import Verb
from signatories.models import LearnedDomain, Organisation, Signature
from signatories.register.learning import domain_taught


def learn_domain(signature: Signature, *, now: datetime) -> LearnedDomain | None:
    """Store what a locked signature teaches once it is published; twice is harmless.

    A domain that staff removed stays removed, unless the signature is now confirmed from another.
    """
    host = domain_taught(signature)
    known = LearnedDomain.objects.filter(signature=signature).first()
    if not host or (known and known.domain == host):
        return known
    forget_domain(signature, now=now, for_good=True)
    learned = LearnedDomain.objects.create(signature=signature, domain=host, learned_at=now)
    Organisation.objects.filter(pk=signature.organisation_id or 0).update(compared=False)
    # On the row, not the organisation or signature, whose trails more people can see.
    audit.record(verb=Verb.DOMAIN_LEARNED, subject=learned, now=now, signature=signature.pk)
    return learned


def forget_domain(signature: Signature, *, now: datetime, for_good: bool = False) -> None:
    """Forget what a signature taught: it is no longer published, or its contact has changed.

    Unless `for_good`, a removal by staff is remembered, since the signature may return.
    """
    rows = LearnedDomain.objects.filter(signature=signature)
    for learned in rows if for_good else rows.filter(refused_at=None):
        audit.record(verb=Verb.DOMAIN_FORGOTTEN, subject=learned, now=now, signature=signature.pk)
        learned.delete()


@transaction.atomic
def refuse_domain(*, organisation: Organisation, domain: str, by: User, now: datetime) -> int:
    """Remove a learned domain for good: the same signatures do not teach it again.

    Another signature may. Returns how many had taught it; removing twice is harmless.
    """
    in_effect = LearnedDomain.objects.in_effect().of(organisation).filter(domain=domain)
    numbers = list(in_effect.order_by("pk").values_list("pk", flat=True))
    rows = LearnedDomain.objects.select_for_update(of=("self",)).filter(
        pk__in=numbers, refused_at=None
    )
    removed = 0
    for learned in rows.order_by("pk"):
        learned.refused_at, learned.refused_by = now, by
        learned.save(update_fields=["refused_at", "refused_by"])
        audit.record(
            verb=Verb.DOMAIN_REMOVED,
            subject=learned,
            by=by,
            now=now,
            signature=learned.signature_id,
            organisation=organisation.pk,
        )
        removed += 1
    Organisation.objects.filter(pk=organisation.pk).update(compared=False)
    return removed
