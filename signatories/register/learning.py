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

from signatories.models import LearnedDomain, Organisation, Signature
from signatories.recognition import own_domain
from signatories.recognition.domains import registrable
from signatories.register.entries import domains_of

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
