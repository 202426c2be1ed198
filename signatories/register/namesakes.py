"""Organisations of one name in one country, told apart by a number."""

from __future__ import annotations

from signatories.models import Organisation


def free_namesake(organisation: Organisation) -> int:
    """The number that the organisation can have among those of its name and country.

    Its own, unless another one has it. The number is shown to nobody: it would tell of
    namesakes that another team keeps to itself.
    """
    same = Organisation.objects.on_register().filter(
        name_key=organisation.name_key, country=organisation.country
    )
    taken = set(same.exclude(pk=organisation.pk).values_list("namesake", flat=True))
    return organisation.namesake if organisation.namesake not in taken else max(taken) + 1
