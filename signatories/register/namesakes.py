"""Organisations with the same name in one country, told apart by a number."""

from __future__ import annotations

from signatories.models import Organisation


def free_namesake(organisation: Organisation) -> int:
    """A free number for the organisation among those of its name and country.

    Its current one unless another organisation has it. The number is never shown: it would reveal
    namesakes that only another team may see.
    """
    same = Organisation.objects.on_register().filter(
        name_key=organisation.name_key, country=organisation.country
    )
    taken = set(same.exclude(pk=organisation.pk).values_list("namesake", flat=True))
    return organisation.namesake if organisation.namesake not in taken else max(taken) + 1
