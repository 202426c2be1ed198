"""Linking organisations on the register with known bodies."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from config import audit
from signatories.known.actions.giving import link, update_organisations
from signatories.known.recognising import known_for_organisation
from signatories.models import KnownOrganisation, Organisation

BATCH = 50  # organisations in one go


def link_waiting(*, now: datetime) -> int:
    """Look up one batch of organisations: new and changed ones, or all after an import.

    Returns how many were looked up.
    """
    waiting = Organisation.objects.on_register().filter(looked_up=False).order_by("pk")[:BATCH]
    numbers = list(waiting.values_list("pk", flat=True))
    if numbers and not KnownOrganisation.objects.exists():
        Organisation.objects.filter(pk__in=numbers).update(looked_up=True)
        return len(numbers)
    for number in numbers:
        _look_up(number, now=now)
    return len(numbers)


@transaction.atomic
def _look_up(number: int, *, now: datetime) -> None:
    waiting = Organisation.objects.on_register().filter(pk=number, looked_up=False)
    organisation = waiting.select_for_update(of=("self",)).first()
    if organisation is None:
        return
    link_known(organisation, known_for_organisation(organisation), now=now)
    update_organisations([number])
    Organisation.objects.filter(pk=number).update(looked_up=True)


def link_known(
    organisation: Organisation, known: list[KnownOrganisation], *, now: datetime
) -> None:
    """Link an organisation with these known bodies. Doing so twice is harmless."""
    linked = set(organisation.known_links.values_list("known", flat=True))
    new = [one for one in known if one.pk not in linked]
    if not new:
        return
    link(organisation, new)
    for one in new:
        audit.record(
            verb=audit.Verb.FOUND_IN_A_REGISTER,
            subject=organisation,
            now=now,
            register=one.register,
            number=f"{one.scheme}:{one.value}",
        )
