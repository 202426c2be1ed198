"""What confirmed email addresses teach about organisations' domains.

The rule. When a signature is published, its confirmed address teaches its host if

- the host is not free mail or shared hosting, and not already known as the organisation's;
- and the representative's authority is proved (own domain, invitation, verified by staff), or the
  host is below a known domain of the organisation, or the register knows no domain of it. So a
  signature for a body with a known domain, from another domain, teaches nothing.

It is in effect only while everyone can read that signature, and until staff remove it: otherwise
what it changes for a stranger would reveal a signature with a hidden name. See
`LearnedDomain.in_effect`.

Recognition uses a learned domain only for an organisation, never against it: a host that differs
from it means nothing. The name has to fit, as with all domains. It proves nobody's authority:
`register.owners_of` ignores it. Staff who are sure of it can add it as a further domain.
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
    """The host that a published signature teaches about its organisation; "" if none."""
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
    """A learned domain of an organisation, with the signatures that are its evidence."""

    domain: str
    evidence: list[LearnedDomain]


def learned_of(organisation: Organisation) -> list[Learned]:
    """The learned domains in effect, each with the signatures that taught it. One query."""
    rows = LearnedDomain.objects.in_effect().of(organisation)
    found: dict[str, list[LearnedDomain]] = {}
    for row in rows.select_related("signature__letter").order_by("domain", "learned_at", "pk"):
        found.setdefault(row.domain, []).append(row)
    return [Learned(domain, evidence) for domain, evidence in found.items()]
