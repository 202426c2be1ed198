"""The queries that the application makes to recognition."""

from __future__ import annotations

from signatories.models import Organisation, OrganisationQuerySet, Pair, Signature
from signatories.recognition import Answer, CandidateSource, Recognition, recognise
from signatories.register.source import DatabaseSource


def recognise_signature(signature: Signature, *, within: OrganisationQuerySet) -> Recognition:
    """The organisation that a signature means, among those `within` what may be known."""
    found = recognise(
        name=signature.signed_as,
        country=signature.country.code,
        website=signature.website,
        email=signature.representative_email,
        source=DatabaseSource(within=within),
    )
    return _settle_several(found)


def _settle_several(found: Recognition) -> Recognition:
    """Treat unmerged duplicates as one organisation: the first that was added.

    Several with one name in one country count as duplicates unless staff decided that two of them
    are different, or two have different domains. Otherwise every later signature would wait too.
    """
    several = [one for one in found.candidates if one.entry.organisation in found.several]
    if not several:
        return found
    numbers = [int(one.entry.organisation) for one in several]
    apart = Pair.objects.filter(
        first__in=numbers, second__in=numbers, decision=Pair.Decision.DIFFERENT
    )
    if len({one.entry.domains for one in several} - {()}) > 1 or apart.exists():
        return found
    first = several[numbers.index(min(numbers))]
    rest = [one for one in found.candidates if one is not first]
    return Recognition(Answer.SAME, (first, *rest))


def recognise_organisation(organisation: Organisation, *, email: str = "") -> Recognition:
    """Other organisations on the register that resemble this one.

    `email` is an address that it signs from, or its bare domain.
    """
    source: CandidateSource = DatabaseSource(without=organisation.pk)
    return recognise(
        name=organisation.name,
        country=organisation.country.code,
        website=organisation.website,
        email=email,
        source=source,
    )
