"""Select signatures by a rule, and report the outcome of an invalidation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from letters.models import Letter
from signatories.defence.decision import index_network
from signatories.defence.lists import (
    NARROWEST,
    clean_domain,
    clean_network,
    domain_of,
    is_at_or_below,
    is_within,
    read_network,
)
from signatories.errors import EndsTooEarly, NothingMatches
from signatories.models import InvalidatedSignature, Invalidation, Signature

Status = Signature.Status
Outcome = InvalidatedSignature.Outcome

INVALIDATABLE = [Status.UNCONFIRMED, Status.IN_REVIEW, Status.PUBLISHED]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Criteria for signatures; all that are set must match. `signed_until` itself is excluded."""

    network: str = ""
    email_domain: str = ""
    signed_from: datetime | None = None
    signed_until: datetime | None = None
    status: str = ""
    declared_only: bool = False

    def cleaned(self) -> Rule:
        """Normalise all criteria. Raises NothingMatches if none is set."""
        if not any(asdict(self).values()):
            raise NothingMatches(_("Choose which signatures: fill in at least one field."))
        if self.signed_from and self.signed_until and self.signed_until <= self.signed_from:
            raise EndsTooEarly(_("The end is before the start."))
        network = clean_network(self.network) if self.network else ""
        domain = clean_domain(self.email_domain) if self.email_domain else ""
        return Rule(**(asdict(self) | {"network": network, "email_domain": domain}))


def matching(letter: Letter, rule: Rule, *, lock: bool = False) -> list[Signature]:
    """Signatures under the letter that match a cleaned rule and can be declined."""
    found: QuerySet[Signature] = Signature.objects.filter(letter=letter, status__in=INVALIDATABLE)
    if rule.status:
        found = found.filter(status=rule.status)
    if rule.declared_only:
        found = found.filter(authority=Signature.Authority.DECLARED)
    if rule.signed_from:
        found = found.filter(signed_at__gte=rule.signed_from)
    if rule.signed_until:
        found = found.filter(signed_at__lt=rule.signed_until)
    network = read_network(rule.network)
    if network is not None and network.prefixlen == NARROWEST[network.version]:
        found = found.filter(network_index=index_network(rule.network))
    found = found.select_related("organisation").order_by("pk")
    if lock:
        found = found.select_for_update(of=("self",))
    return [signature for signature in found if _is_named(signature, rule)]


def _is_named(signature: Signature, rule: Rule) -> bool:
    """Check criteria on encrypted columns, which no query can."""
    if rule.network and not is_within(signature.network, rule.network):
        return False
    if not rule.email_domain:
        return True
    return is_at_or_below(domain_of(signature.representative_email), rule.email_domain)


def digest_of(signatures: Sequence[Signature]) -> str:
    """A digest of a set of signatures, to confirm that they are the ones shown."""
    keys = ",".join(str(pk) for pk in sorted(signature.pk for signature in signatures))
    return hashlib.sha256(keys.encode()).hexdigest()


def outcome_counts(invalidation: Invalidation) -> dict[str, Any]:
    """How many were declined, and once undone, how many were restored and how many had changed."""
    outcomes = list(invalidation.signatures.values_list("outcome", flat=True))
    return {
        "all": len(outcomes),
        "restored": outcomes.count(Outcome.RESTORED),
        "changed": outcomes.count(Outcome.CHANGED),
    }
