"""The register as recognition sees it: entries, and the stored keys that find them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from signatories.models import (
    DomainSource,
    Organisation,
    OrganisationName,
    OrganisationQuerySet,
    Pair,
    RecognitionKey,
    Signature,
)
from signatories.names import sort_key
from signatories.recognition import (
    Answer,
    CandidateSource,
    Entry,
    EntryName,
    NormalForm,
    Recognition,
    Scope,
    entry_keys,
    normal_form,
    own_domain,
    recognise,
)
from signatories.recognition.domains import known_host, registrable
from signatories.recognition.memory import FREQUENT, LIMIT, TOO_FREQUENT

FORM_FIELDS = [field.name for field in fields(NormalForm) if field.name != "keys"]

MOST_ROWS = 6000
"""Rows of keys that one question reads, the rarest keys first."""


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


@transaction.atomic
def index_organisation(organisation: Organisation) -> None:
    """Store what recognition needs of the organisation. Call it after any change of its names.

    One that was merged away, or is provisional, has none, so nothing finds it.
    """
    entry = entry_of(organisation)
    off_register = organisation.merged_into_id or organisation.provisional
    keys = set() if off_register else set(entry_keys(entry))
    country = organisation.country.code
    rows = RecognitionKey.objects.filter(organisation=organisation)
    rows.exclude(key__in=keys, country=country).delete()
    known = set(rows.values_list("key", flat=True))
    added = [
        RecognitionKey(key=key, country=country, organisation=organisation)
        for key in sorted(keys - known)
    ]
    # Another process may be storing the same keys at the same time.
    RecognitionKey.objects.bulk_create(added, ignore_conflicts=True)
    Organisation.objects.filter(pk=organisation.pk).update(forms=pack(entry), compared=False)


class DatabaseSource:
    """A CandidateSource over the stored keys: three queries, whatever the register's size.

    The most selective keys decide which entries are looked at; a key that many share counts only
    within the country of the question, and one that a whole country shares does not count.
    The queries are the same whatever they find, so that they tell nothing of what is hidden.
    """

    def __init__(
        self, *, within: OrganisationQuerySet | None = None, without: int | None = None
    ) -> None:
        """`within` is what may be known, by default the whole register.

        `without` leaves one organisation out, to find the ones that are like it.
        """
        self.within = Organisation.objects.on_register() if within is None else within
        self.without = without

    def candidates(self, keys: Sequence[str], country: str) -> Iterable[Entry]:
        weights = self._weights(keys, country)
        best = sorted(weights, key=lambda pk: (-weights[pk], pk))[:LIMIT]
        found = self.within.filter(pk__in=best or [0]).values_list(
            "pk", "country", "scope", "forms"
        )
        entries = {
            pk: unpack(str(pk), country, scope, forms) for pk, country, scope, forms in found
        }
        return [entries[pk] for pk in best if pk in entries]

    def _weights(self, keys: Sequence[str], country: str) -> dict[int, float]:
        everywhere, at_home = self._useful(keys, country)
        rows = RecognitionKey.objects.filter(
            Q(key__in=everywhere or [""]) | Q(key__in=at_home or [""], country=country)
        )
        if self.without is not None:
            rows = rows.exclude(organisation=self.without)
        weights: dict[int, float] = defaultdict(float)
        for key, land, pk in rows.values_list("key", "country", "organisation"):
            worth = at_home if country and land == country else everywhere
            weights[pk] += worth.get(key, 0.0)
        return weights

    def _useful(
        self, keys: Sequence[str], country: str
    ) -> tuple[dict[str, float], dict[str, float]]:
        """What a hit is worth: by keys that count in all countries, and by keys at home."""
        everywhere: dict[str, float] = {}
        at_home: dict[str, float] = {}
        counted = (
            RecognitionKey.objects.filter(key__in=keys)
            .values_list("key")
            .annotate(
                size=Count("organisation"), within=Count("organisation", filter=Q(country=country))
            )
            .order_by()
        )
        rows = 0
        for key, size, within in sorted(counted, key=lambda row: row[1]):
            abroad = key[0] not in "id" and size <= FREQUENT
            rows += size if abroad else within
            if rows > MOST_ROWS:
                break
            if country and within <= TOO_FREQUENT:
                at_home[key] = 1.0 / (within + 3) ** 0.5
            if abroad:
                everywhere[key] = 0.5 / (size + 3) ** 0.5
        return everywhere, at_home


def recognise_signature(signature: Signature, *, within: OrganisationQuerySet) -> Recognition:
    """Which organisation a signature's words mean, of those within what may be known."""
    found = recognise(
        name=signature.signed_as,
        country=signature.country.code,
        website=signature.website,
        email=signature.representative_email,
        source=DatabaseSource(within=within),
    )
    return _settle_several(found)


def _settle_several(found: Recognition) -> Recognition:
    """Take duplicates that are not merged yet for one organisation: the first that was added.

    Several of one name in one country are that as long as staff have kept none of them apart, and
    no two of them have different domains. Otherwise every later signature would be held too.
    """
    several = [one for one in found.candidates if one.entry.organisation in found.several]
    if not several:
        return found
    numbers = [int(one.entry.organisation) for one in several]
    apart = Pair.objects.filter(
        first__in=numbers, second__in=numbers, decision=Pair.Decision.DIFFERENT
    )
    if len({one.entry.domains for one in several} - {()}) > 1 or apart.exists():
        return found
    first = several[numbers.index(min(numbers))]
    rest = [one for one in found.candidates if one is not first]
    return Recognition(Answer.SAME, (first, *rest))


def recognise_organisation(organisation: Organisation) -> Recognition:
    """Which other organisations on the register are like this one."""
    source: CandidateSource = DatabaseSource(without=organisation.pk)
    return recognise(
        name=organisation.name,
        country=organisation.country.code,
        website=organisation.website,
        source=source,
    )


# What an address proves


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
