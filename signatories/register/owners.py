"""What an email address proves: whose own domain it is at."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from signatories.models import DomainSource, Organisation, RecognitionKey
from signatories.recognition import own_domain
from signatories.recognition.domains import known_host, registrable


def owners_of(email: str) -> list[int]:
    """The organisations whose own domain the address is at, by what was known before it signed.

    Either the organisation is public, or the domain comes from staff, an imported register or an
    invitation. A domain from a signing form alone proves nothing. Always one query.
    """
    domain = registrable(own_domain(email))
    keys = RecognitionKey.objects.filter(key=f"r{domain}")
    public = Exists(Organisation.objects.public().filter(pk=OuterRef("pk")))
    rows = (
        Organisation.objects.on_register()
        .filter(pk__in=keys.values("organisation"))
        .annotate(is_public=public)
        .order_by("pk")
        .values_list(
            "pk", "is_public", "website", "website_source", "domains__domain", "domains__source"
        )
    )
    return list(
        dict.fromkeys(
            pk
            for pk, is_public, website, website_source, further, further_source in rows
            for host, source in [(website, website_source), (further, further_source)]
            if source and (is_public or source != DomainSource.SIGNATURE)
            if domain and registrable(known_host(host)) == domain
        )
    )


def is_at_own_domain(*, email: str, organisation: Organisation) -> bool:
    """Whether the address is at a known own domain of the organisation."""
    return organisation.pk in owners_of(email)


def is_colleague(*, email: str, organisation: Organisation) -> bool:
    """Whether an address proves that its owner belongs to the organisation.

    It is at a known own domain of this organisation and of no other.
    """
    return owners_of(email) == [organisation.pk]
