"""What confirmed addresses teach of organisations' domains.

The rule. A signature teaches the host of its confirmed address when it is published, if

- the host is nobody's free mail or shared hosting, and not known as the organisation's already;
- and its representative's authority is proved (own domain, invitation, verified by staff), or the
  host is below a domain that is known as the organisation's, or the register knows no domain of
  it. So whoever signs as a body with a known domain, from another one, teaches nothing.

It counts only while everybody can read that signature, and until staff remove it: what it changed
for a stranger would else tell of a signature whose name is hidden. See `LearnedDomain.standing`.

Recognition uses it as a domain that speaks for an organisation and never against it: a host that
differs from a learned one says nothing. The name has to fit, as at all domains. It proves nobody's
authority: `register.owners_of` does not know it. Staff who are sure of it enter it as a further
domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config import audit
from config.audit import Verb
from signatories.models import LearnedDomain, Organisation, Signature
from signatories.recognition import own_domain
from signatories.recognition.domains import registrable
from signatories.register import domains_of

PROVED = {
    Signature.Authority.OWN_DOMAIN,
    Signature.Authority.INVITED,
    Signature.Authority.STAFF_VERIFIED,
}


def domain_taught(signature: Signature) -> str:
    """The host that a published signature teaches of its organisation, by the rule; "" if none."""
    host = own_domain(signature.representative_email)
    organisation = signature.organisation
    if not host or organisation is None or signature.status != Signature.Status.PUBLISHED:
        return ""
    known = domains_of(organisation)
    if host in known:
        return ""
    near = registrable(host) in {registrable(other) for other in known}
    return host if not known or near or signature.authority in PROVED else ""


def learn_domain(signature: Signature, *, now: datetime) -> LearnedDomain | None:
    """Store what a locked signature teaches once it is published; twice is harmless.

    What staff removed stays removed, unless the signature has come to be confirmed from elsewhere.
    """
    host = domain_taught(signature)
    known = LearnedDomain.objects.filter(signature=signature).first()
    if not host or (known and known.domain == host):
        return known
    forget_domain(signature, now=now, for_good=True)
    learned = LearnedDomain.objects.create(signature=signature, domain=host, learned_at=now)
    Organisation.objects.filter(pk=signature.organisation_id or 0).update(compared=False)
    # Of the row, not of the organisation or the signature, whose trails more people can see.
    audit.record(verb=Verb.DOMAIN_LEARNED, subject=learned, now=now, signature=signature.pk)
    return learned


def forget_domain(signature: Signature, *, now: datetime, for_good: bool = False) -> None:
    """Unlearn what a signature taught, as it is no longer published or its contact has changed.

    That staff removed it is remembered, as it may come back, unless it is `for_good`.
    """
    rows = LearnedDomain.objects.filter(signature=signature)
    for learned in rows if for_good else rows.filter(refused_at=None):
        audit.record(verb=Verb.DOMAIN_FORGOTTEN, subject=learned, now=now, signature=signature.pk)
        learned.delete()


# As staff see them


@dataclass(frozen=True)
class Learned:
    """A domain that an organisation's signatures taught, with these as its evidence."""

    domain: str
    evidence: list[LearnedDomain]


def learned_of(organisation: Organisation) -> list[Learned]:
    """The learned domains that count, each with the signatures that taught it. One query."""
    rows = LearnedDomain.objects.standing().of(organisation)
    found: dict[str, list[LearnedDomain]] = {}
    for row in rows.select_related("signature__letter").order_by("domain", "learned_at", "pk"):
        found.setdefault(row.domain, []).append(row)
    return [Learned(domain, evidence) for domain, evidence in found.items()]


@transaction.atomic
def refuse_domain(*, organisation: Organisation, domain: str, by: User, now: datetime) -> int:
    """Remove a learned domain, and remember it: the same signatures do not teach it again.

    Another signature may. Returns how many taught it; removing twice is harmless.
    """
    standing = LearnedDomain.objects.standing().of(organisation).filter(domain=domain)
    numbers = list(standing.order_by("pk").values_list("pk", flat=True))
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
