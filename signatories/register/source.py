"""Where recognition finds candidates in the database: by stored keys.

A source reads two tables. One has the keys: `key`, `country` and a foreign key to what they find,
all three its primary key. The other has the entries: `country`, `scope` and `forms` as `pack` makes
it. `DatabaseSource` is one over organisations. To make a second one over tables of this shape,
subclass `StoredSource`: name the model of the keys and its foreign key, and give a prefix to the
ids of its entries, so that nobody takes them for organisations. `indexing.store_keys` fills the
keys. A QuerySet of entries may annotate what its table lacks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from django.db import models
from django.db.models import Count, Q

from signatories.models import (
    LearnedDomain,
    Organisation,
    OrganisationQuerySet,
    RecognitionKey,
)
from signatories.recognition import Entry
from signatories.recognition.memory import FREQUENT, LIMIT, TOO_FREQUENT
from signatories.register.entries import unpack

MOST_ROWS = 6000
"""Rows of keys that one question reads, the rarest keys first."""

MOST_LEARNED = 500
"""Rows of learned domains that one question reads."""


class StoredSource:
    """A CandidateSource over stored keys: three queries, however many entries there are.

    The most selective keys decide which entries are looked at; a key that many share counts only
    within the country of the question, and one that a whole country shares does not count.
    The queries are the same whatever they find, so that they tell nothing of what is hidden.
    """

    keys: ClassVar[type[models.Model]]
    owner: ClassVar[str]
    """The foreign key that names what a key finds."""
    prefix: ClassVar[str] = ""
    """What an entry's id begins with, before the number of the row."""

    def __init__(
        self, *, within: models.QuerySet[models.Model], without: int | None = None
    ) -> None:
        """`within` is what may be known.

        `without` leaves one entry out, to find the ones that are like it.
        """
        self.within = within
        self.without = without

    def candidates(self, keys: Sequence[str], country: str) -> Iterable[Entry]:
        weights = self._weights(keys, country)
        learned = self.learned(keys)
        for pk in learned:
            weights[pk] = weights.get(pk, 0.0) + 0.5 / (len(learned) + 3) ** 0.5
        best = sorted(weights, key=lambda pk: (-weights[pk], pk))[:LIMIT]
        found = self.within.filter(pk__in=best or [0]).values_list(
            "pk", "country", "scope", "forms"
        )
        entries = {
            pk: _with_domains(
                unpack(f"{self.prefix}{pk}", country, scope, forms), learned.get(pk, ())
            )
            for pk, country, scope, forms in found
        }
        return [entries[pk] for pk in best if pk in entries]

    def learned(self, keys: Sequence[str]) -> dict[int, tuple[str, ...]]:
        """Of which entries a host in these keys is a learned domain: {number: hosts}."""
        return {}

    def _weights(self, keys: Sequence[str], country: str) -> dict[int, float]:
        everywhere, at_home = self._useful(keys, country)
        rows = self.keys._default_manager.filter(
            Q(key__in=everywhere or [""]) | Q(key__in=at_home or [""], country=country)
        )
        if self.without is not None:
            rows = rows.exclude(**{self.owner: self.without})
        weights: dict[int, float] = defaultdict(float)
        for key, land, pk in rows.values_list("key", "country", self.owner):
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
            self.keys._default_manager.filter(key__in=keys)
            .values_list("key")
            .annotate(size=Count(self.owner), within=Count(self.owner, filter=Q(country=country)))
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


def _with_domains(entry: Entry, hosts: tuple[str, ...]) -> Entry:
    """The entry with further domains of its own."""
    return replace(entry, domains=tuple(dict.fromkeys((*entry.domains, *hosts))))


class DatabaseSource(StoredSource):
    """The organisations of the register: four queries.

    A learned domain is added to an organisation only for a question from that very host. So it
    speaks for the organisation, and never against it for a question from elsewhere.
    """

    keys = RecognitionKey
    owner = "organisation"

    def __init__(
        self, *, within: OrganisationQuerySet | None = None, without: int | None = None
    ) -> None:
        """`within` is what may be known, by default the whole register."""
        super().__init__(
            within=Organisation.objects.on_register() if within is None else within,
            without=without,
        )

    def learned(self, keys: Sequence[str]) -> dict[int, tuple[str, ...]]:
        hosts = [key[1:] for key in keys if key[0] == "h"]
        rows = LearnedDomain.objects.standing().filter(domain__in=hosts or [""])
        if self.without is not None:
            rows = rows.exclude(signature__organisation=self.without)
        found: dict[int, list[str]] = defaultdict(list)
        named = rows.order_by("pk").values_list("signature__organisation", "domain")
        for pk, host in named[:MOST_LEARNED]:
            found[pk].append(host)
        return {pk: tuple(hosts) for pk, hosts in found.items()}
