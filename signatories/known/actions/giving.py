"""Gives organisations the data that imported registers have on them.

That is the data of all linked known bodies, without what staff entered already or removed. It is
recomputed whenever a link or the data changes, so names from an undone import disappear.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from letters.models import Letter
from signatories.known.bodies import NameKind
from signatories.models import (
    DomainSource,
    KnownLink,
    KnownOrganisation,
    Organisation,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    RefusedKnowledge,
    Signature,
)
from signatories.names.cleaning import name_key
from signatories.recognition.domains import known_host
from signatories.register.actions import index_organisation

KINDS = {
    NameKind.LABEL: OrganisationName.Kind.SPELLING,
    NameKind.ALIAS: OrganisationName.Kind.SPELLING,
    NameKind.ACRONYM: OrganisationName.Kind.ACRONYM,
}
"""None is a translation: lists show the name that the organisation signed with."""

IMPORTED = DomainSource.REGISTER


def organisations_of(known: Iterable[int]) -> set[int]:
    """The organisations linked with any of these known bodies."""
    links = KnownLink.objects.filter(known__in=list(known))
    return set(links.values_list("organisation", flat=True))


def link(organisation: Organisation, known: Iterable[KnownOrganisation]) -> None:
    """Link an organisation with these known bodies, and give it their data."""
    rows = [KnownLink(known=one, organisation=organisation) for one in known]
    KnownLink.objects.bulk_create(rows, ignore_conflicts=True)
    update_organisations([organisation.pk])


@transaction.atomic
def update_organisations(organisations: Iterable[int]) -> None:
    """Give these organisations the data of their known bodies. Twice changes nothing."""
    numbers = sorted(organisations)
    rows = Organisation.objects.filter(pk__in=numbers, merged_into=None, provisional=False)
    for organisation in rows.order_by("pk").select_for_update(of=("self",)):
        known = KnownOrganisation.objects.current().filter(links__organisation=organisation)
        refused = RefusedKnowledge.objects.filter(organisation=organisation)
        without = set(refused.values_list("kind", "value"))
        bodies = list(known.order_by("pk"))
        changed = [
            _give_names(organisation, bodies, without),
            _give_domains(organisation, bodies, without),
            _give_numbers(organisation, bodies, without),
        ]
        if any(changed):
            _refresh(organisation)


def _refresh(organisation: Organisation) -> None:
    """Update recognition, and the letters whose lists can be searched by these names."""
    index_organisation(Organisation.objects.get(pk=organisation.pk))
    signed = Signature.objects.public().filter(organisation=organisation)
    Letter.objects.filter(pk__in=signed.values("letter")).bump_public_version()


def _give_names(
    organisation: Organisation, bodies: list[KnownOrganisation], without: set[tuple[str, str]]
) -> bool:
    own = organisation.names.exclude(source=IMPORTED)
    taken = {organisation.name_key, name_key(organisation.acronym)}
    taken |= set(own.values_list("name_key", flat=True))
    wanted: dict[str, tuple[str, str, str]] = {}
    for known in bodies:
        for name, kind, language in known.said["names"]:
            key = name_key(name)
            if key not in taken and (RefusedKnowledge.Kind.NAME, key) not in without:
                wanted.setdefault(key, (name, KINDS[NameKind(kind)], language))
    changed = False
    for row in organisation.names.filter(source=IMPORTED):
        if wanted.get(row.name_key) == (row.name, row.kind, row.language):
            del wanted[row.name_key]
        else:
            row.delete()
            changed = True
    for name, kind, language in wanted.values():
        OrganisationName.objects.create(
            organisation=organisation, name=name, kind=kind, language=language, source=IMPORTED
        )
    return changed or bool(wanted)


def _give_domains(
    organisation: Organisation, bodies: list[KnownOrganisation], without: set[tuple[str, str]]
) -> bool:
    own = organisation.domains.exclude(source=IMPORTED)
    taken = {known_host(organisation.website), *own.values_list("domain", flat=True)}
    wanted = {
        host
        for known in bodies
        for host in known.said["domains"]
        if host not in taken and (RefusedKnowledge.Kind.DOMAIN, host) not in without
    }
    given = organisation.domains.filter(source=IMPORTED)
    gone, _of_each = given.exclude(domain__in=wanted).delete()
    new = wanted - set(given.values_list("domain", flat=True))
    for host in sorted(new):
        OrganisationDomain.objects.create(organisation=organisation, domain=host, source=IMPORTED)
    return bool(gone or new)


def _give_numbers(
    organisation: Organisation, bodies: list[KnownOrganisation], without: set[tuple[str, str]]
) -> bool:
    own = organisation.identifiers.exclude(source=IMPORTED)
    taken = set(own.values_list("scheme", "value"))
    wanted = {
        (scheme, value)
        for known in bodies
        for scheme, value in [(known.scheme, known.value), *map(tuple, known.said["numbers"])]
        if (scheme, value) not in taken
        and (RefusedKnowledge.Kind.NUMBER, f"{scheme}:{value}") not in without
    }
    changed = False
    for row in organisation.identifiers.filter(source=IMPORTED):
        if (row.scheme, row.value) in wanted:
            wanted.remove((row.scheme, row.value))
        else:
            row.delete()
            changed = True
    for scheme, value in sorted(wanted):
        OrganisationIdentifier.objects.create(
            organisation=organisation, scheme=scheme, value=value, source=IMPORTED
        )
    return changed or bool(wanted)


def refuse(organisation: Organisation, kind: str, value: str) -> None:
    """Remember that staff removed this, so that no import adds it again."""
    RefusedKnowledge.objects.get_or_create(organisation=organisation, kind=kind, value=value[:253])


def refuse_row(row: OrganisationName | OrganisationDomain | OrganisationIdentifier) -> None:
    """Remember that staff removed a row of an organisation, whatever its source."""
    kinds = RefusedKnowledge.Kind
    if isinstance(row, OrganisationName):
        refuse(row.organisation, kinds.NAME, name_key(row.name))
    elif isinstance(row, OrganisationDomain):
        refuse(row.organisation, kinds.DOMAIN, row.domain)
    else:
        refuse(row.organisation, kinds.NUMBER, f"{row.scheme}:{row.value}")


def note_written_by_staff(
    row: OrganisationName | OrganisationDomain | OrganisationIdentifier,
) -> None:
    """Mark a row of an organisation as staff's, so that no import removes it."""
    type(row)._default_manager.filter(pk=row.pk).update(source=DomainSource.STAFF)
