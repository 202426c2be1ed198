"""What recognition knows of an organisation, and how that is stored."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from signatories.models import Organisation
from signatories.recognition import Entry, EntryName, NormalForm, Scope, normal_form
from signatories.recognition.domains import known_host

FORM_FIELDS = [field.name for field in fields(NormalForm) if field.name != "keys"]


def domains_of(organisation: Organisation) -> tuple[str, ...]:
    """The hosts that the register has as the organisation's own, its website's first."""
    hosts = [known_host(organisation.website)]
    hosts += [known_host(other.domain) for other in organisation.domains.all()]
    return tuple(dict.fromkeys(host for host in hosts if host))


def entry_of(organisation: Organisation) -> Entry:
    """What recognition knows of an organisation: names, country, scope and own domains."""
    written = [organisation.name, organisation.acronym]
    written += [other.name for other in organisation.names.all()]
    return Entry(
        organisation=str(organisation.pk),
        names=tuple(EntryName(name, normal_form(name)) for name in dict.fromkeys(written) if name),
        country=organisation.country.code,
        scope=Scope(organisation.scope),
        domains=domains_of(organisation),
    )


def pack(entry: Entry) -> list[Any]:
    """An entry's names with their normal forms, and its domains, as JSON keeps them.

    Making a normal form costs more than comparing two, so a question makes its own alone. The
    blocking keys are left out: they have a table.
    """
    names = [
        [other.name, *(getattr(other.form, name) for name in FORM_FIELDS)] for other in entry.names
    ]
    return [names, list(entry.domains)]


def unpack(organisation: str, country: str, scope: str, forms: list[Any]) -> Entry:
    """The entry that `pack` was given."""
    names, domains = forms
    return Entry(
        organisation=organisation,
        names=tuple(EntryName(name, _form(values)) for name, *values in names),
        country=str(country),
        scope=Scope(scope),
        domains=tuple(domains),
    )


def _form(values: list[Any]) -> NormalForm:
    stored: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in zip(FORM_FIELDS, values, strict=True)
    }
    return NormalForm(**stored, keys=())
