"""What the signing form offers while a representative types."""

from __future__ import annotations

from django.db.models import Q

from signatories.models import Organisation, OrganisationName
from signatories.names import sort_key


def suggest(text: str, *, limit: int = 8) -> list[Organisation]:
    """Organisations to offer while a representative types: only those that are public already.

    By the start of any word of their names, in any script; at least two characters are needed.
    """
    key = sort_key(text)
    if len(key) < 2:
        return []
    starts = Q(sort_key__startswith=key) | Q(sort_key__contains=f" {key}")
    others = OrganisationName.objects.filter(starts).values("organisation")
    found = Organisation.objects.public().filter(
        starts | Q(acronym__istartswith=text) | Q(pk__in=others)
    )
    return list(found.order_by("sort_key", "pk")[:limit])
