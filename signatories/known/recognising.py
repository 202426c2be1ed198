"""Which known bodies a name means, by the same rules as for organisations."""

from __future__ import annotations

from django.db.models import CharField, Value

from signatories.models import KnownKey, KnownOrganisation, Organisation, Signature
from signatories.recognition import Recognition, Scope, recognise
from signatories.register.source import StoredSource


class KnownSource(StoredSource):
    """The bodies of all imported registers."""

    keys = KnownKey
    owner = "known"
    prefix = "known-"

    def __init__(self) -> None:
        scope = Value(Scope.NATIONAL.value, output_field=CharField())
        super().__init__(within=KnownOrganisation.objects.current().annotate(scope=scope))


def known_for_signature(signature: Signature) -> list[KnownOrganisation]:
    """The known bodies that a signature certainly means: none, or one per register."""
    return _meant(
        recognise(
            name=signature.signed_as,
            country=signature.country.code,
            website=signature.website,
            email=signature.representative_email,
            source=KnownSource(),
        )
    )


def known_for_organisation(organisation: Organisation) -> list[KnownOrganisation]:
    """The known bodies that an organisation certainly is: by a number that staff entered, or by
    name.

    None, or one per register.
    """
    own = organisation.identifiers.exclude(source="register").values_list("scheme", "value")
    for scheme, value in own:
        found = list(KnownOrganisation.objects.current().filter(scheme=scheme, value=value))
        if found and _one_of_each(found):
            return found
    return _meant(
        recognise(
            name=organisation.name,
            country=organisation.country.code,
            website=organisation.website,
            source=KnownSource(),
        )
    )


def _meant(found: Recognition) -> list[KnownOrganisation]:
    """Certain matches only. One body in two registers is not two bodies."""
    meant = [found.organisation] if found.organisation else list(found.several)
    numbers = [int(one.removeprefix(KnownSource.prefix)) for one in meant]
    known = list(KnownOrganisation.objects.filter(pk__in=numbers).order_by("pk"))
    return known if _one_of_each(known) else []


def _one_of_each(known: list[KnownOrganisation]) -> bool:
    return len({one.register for one in known}) == len(known)
