"""Suggestions while a representative types: public organisations and known bodies.

A body of an imported register is public knowledge. It is suggested until the organisation's
signature is public, and then the organisation in its place. A signature that is not public changes
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from config.text.hosts import readable
from signatories.known.bodies import NameKind
from signatories.models import KnownLink, KnownOrganisation, KnownStart, Organisation
from signatories.names.cleaning import name_key, sort_key
from signatories.register.suggestions import SHORTEST, STARTS_OF_ONE, starting_with
from signatories.register.suggestions import suggest as suggest_public


@dataclass(frozen=True)
class Offer:
    """A suggestion, with the values that fill in the form."""

    name: str
    acronym: str
    country: str
    website: str


def suggest(text: str, *, limit: int = 8) -> list[Offer]:
    """Suggestions by the start of any word of a name, public organisations first."""
    public = suggest_public(text, limit=limit)
    there = {(one.name_key, one.country.code) for one in public}
    offers = [
        Offer(one.name, one.acronym, one.country.code, readable(one.website)) for one in public
    ]
    for known in _known(text, limit=limit):
        same = (name_key(known.name), known.country)
        if same not in there:
            there.add(same)
            offers.append(_offer(known))
    return offers[:limit]


def _known(text: str, *, limit: int) -> list[KnownOrganisation]:
    key = sort_key(text)
    if len(key) < SHORTEST:
        return []
    public = Organisation.objects.public().filter(pk=OuterRef("organisation"))
    shown = KnownLink.objects.filter(Exists(public), known=OuterRef("known"))
    rows = KnownStart.objects.filter(starting_with(key)).filter(~Exists(shown))
    found = rows.order_by("start", "known").values_list("known", flat=True)
    # A body may be in two registers: suggestions with the same name are merged.
    first = list(dict.fromkeys(found[: 2 * limit * STARTS_OF_ONE]))[: 2 * limit]
    return list(KnownOrganisation.objects.filter(pk__in=first or [0]).order_by("sort_key", "pk"))


def _offer(known: KnownOrganisation) -> Offer:
    acronyms = (name for name, kind, _language in known.said["names"] if kind == NameKind.ACRONYM)
    return Offer(
        name=known.name,
        acronym=next(acronyms, "")[:30],
        country=known.country,
        website=readable(known.said["website"]),
    )
