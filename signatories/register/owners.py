"""What an address proves: whose own domain it is at."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from signatories.models import DomainSource, Organisation, RecognitionKey
from signatories.recognition import own_domain
from signatories.recognition.domains import known_host, registrable


def owners_of(email: str) -> list[int]:
    """The organisations whose own domain the address is at, by what was known before.

    Everybody can read of them, or staff, an imported register or an invitation named the domain.
    What a signing form named proves nothing by itself. One query, whatever it finds.
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
    """Whether the address is at a domain that is known to be the organisation's own."""
    return organisation.pk in owners_of(email)


def is_colleague(*, email: str, organisation: Organisation) -> bool:
    """Whether an address proves somebody of the organisation itself.

    It is at a domain that is known to be the organisation's own, and no other one's.
    """
    return owners_of(email) == [organisation.pk]
