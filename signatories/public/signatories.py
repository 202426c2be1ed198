"""What the public can read of signatures. Every public list and number comes from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, Q
from django_countries import countries
from django_countries.fields import Country

from config.languages import language_here, order_key
from letters.models import Letter
from signatories.models import Organisation, OrganisationName, Signature, SignatureQuerySet
from signatories.names.cleaning import clean_search, sort_key
from signatories.public.headings import HeadedNames, Jump, Pages, without_headings
from signatories.public.ordering import (
    DEFAULT_ORDER,
    ORDERS,
    ListCache,
    Named,
    Names,
    in_order,
    list_cache,
)

WHOLE_LIST = 350  # names on the letter's page; more would exceed 100 kB compressed
NEWEST = 60  # names it shows of a longer list; so few need no headings by initial
PAGE = 200  # names on one page of the list

Visibility = Signature.Visibility

Tally = tuple[str, str, int]

# A few numbers per country, however long the list.
tallies: ListCache[list[Tally]] = ListCache(100_000_000)

# Fields that no list shows and that are slow to read: encrypted, or large.
NEVER_SHOWN = (
    "representative_name",
    "representative_role",
    "representative_email",
    "network",
    "organisation__forms",
)


# Fields that a row of the letter's page shows; the rest is not loaded.
SHOWN = (
    "letter",
    "published_at",
    "source_url",
    "statement",
    "organisation__acronym",
    "organisation__country",
    "organisation__name",
    "organisation__public_id",
    "organisation__scope",
    "organisation__sort_key",
)


@dataclass(frozen=True)
class Counts:
    signatories: int
    countries: int


@dataclass(frozen=True)
class CountryGroup:
    country: Country
    signatures: list[Signature]


@dataclass(frozen=True)
class CountryCount:
    country: Country
    signatories: int


@dataclass(frozen=True)
class Hidden:
    """What is shown of signatures without names: numbers, and countries with enough of them.

    A country is shown only if as many signatories there withhold their names as the letter
    requires; alone it could identify them.
    """

    withheld: list[CountryCount]
    withheld_elsewhere: int
    counted: int

    @property
    def signatories(self) -> int:
        named = sum(row.signatories for row in self.withheld)
        return named + self.withheld_elsewhere + self.counted


def hidden_of(rows: list[Tally], country_from: int) -> Hidden:
    """Summarise rows of visibility, country code and number, all without names.

    `country_from`: the number of withheld names from which the letter shows their country.
    """
    withheld = [(code, number) for kind, code, number in rows if kind == Visibility.WITHHELD]
    shown = [
        CountryCount(Country(code), number) for code, number in withheld if number >= country_from
    ]
    return Hidden(
        withheld=sorted(shown, key=lambda row: order_key(str(row.country.name))),
        withheld_elsewhere=sum(number for _code, number in withheld if number < country_from),
        counted=sum(number for kind, _code, number in rows if kind == Visibility.COUNTED),
    )


@dataclass(frozen=True)
class SignatoryList:
    """A letter's public list, or the part that matches a search."""

    letter: Letter
    text: str = ""
    country: str = ""
    scope: str = ""
    order: str = DEFAULT_ORDER

    @classmethod
    def from_query(cls, letter: Letter, parameters: Mapping[str, str]) -> SignatoryList:
        """Build the list from query parameters; ignore invalid ones."""
        country = parameters.get("country", "").upper()
        scope, order = parameters.get("scope", ""), parameters.get("order", "")
        return cls(
            letter,
            text=clean_search(parameters.get("q", "")),
            country=country if country in countries else "",
            scope=scope if scope in Organisation.Scope.values else "",
            order=order if order in ORDERS else DEFAULT_ORDER,
        )

    @property
    def query(self) -> dict[str, str]:
        """The query string of this list, the same for equal lists."""
        order = "" if self.order == DEFAULT_ORDER else self.order
        parameters = {"q": self.text, "country": self.country, "scope": self.scope, "order": order}
        return {name: value for name, value in parameters.items() if value}

    @property
    def orders(self) -> list[tuple[str, bool]]:
        """The orders that a reader can choose, and whether each is the default."""
        return [(order, order == DEFAULT_ORDER) for order in ORDERS]

    @property
    def is_search(self) -> bool:
        return bool(self.text or self.country or self.scope)

    @property
    def everyone(self) -> SignatoryList:
        """The same list without any filter."""
        return replace(self, text="", country="", scope="") if self.is_search else self

    @property
    def signatures(self) -> SignatureQuerySet:
        """The matching signatures, each with the number of the revision it signed.

        Leaves out what no public page shows: a representative's data stays encrypted.
        """
        found = Signature.objects.public().filter(letter=self.letter)
        if self.text:
            found = found.filter(named_like(self.text, of="organisation__"))
        if self.country:
            found = found.filter(organisation__country=self.country)
        if self.scope:
            found = found.filter(organisation__scope=self.scope)
        found = found.annotate(revision_number=F("revision__number")).defer(*NEVER_SHOWN)
        return found.select_related("organisation").prefetch_related("organisation__names")

    @cached_property
    def country_counts(self) -> list[CountryCount]:
        """All countries in the results, by name in the reader's language."""
        if self.text or self.scope:
            found = self.signatures.values_list("organisation__country")
            rows = list(found.annotate(Count("pk")).order_by())
        else:
            shown = [row for row in self._tally if row[0] == Visibility.PUBLIC]
            rows = [row[1:] for row in shown if self.country in ("", row[1])]
        counts = [CountryCount(Country(code), number) for code, number in rows]
        return sorted(counts, key=lambda row: order_key(str(row.country.name)))

    @cached_property
    def _tally(self) -> list[Tally]:
        """All signatures: visibility, country and number."""
        signed = Signature.objects.published().filter(letter=self.letter)
        rows = signed.values_list("visibility", "organisation__country")
        return tallies.get(
            self.letter.pk,
            self.letter.public_version,
            lambda: list(rows.annotate(Count("pk")).order_by()),
            lambda tally: sum(row[2] for row in tally),
        )

    @property
    def codes(self) -> set[str]:
        return {row.country.code for row in self.country_counts}

    @cached_property
    def hidden(self) -> Hidden:
        """What is shown of signatures without names. A search finds none of them."""
        if self.is_search:
            return hidden_of([], self.letter.country_from)
        rows = [row for row in self._tally if row[0] != Visibility.PUBLIC]
        return hidden_of(rows, self.letter.country_from)

    @cached_property
    def names(self) -> int:
        """The number of names shown."""
        return sum(row.signatories for row in self.country_counts)

    @cached_property
    def counts(self) -> Counts:
        """The number of signatures, and of countries shown."""
        nations = {row.country.code for row in self.country_counts}
        nations |= {row.country.code for row in self.hidden.withheld}
        return Counts(self.names + self.hidden.signatories, len(nations))

    @cached_property
    def is_whole(self) -> bool:
        """Whether the letter's page can show all names at once."""
        return self.names <= WHOLE_LIST

    @cached_property
    def by_country(self) -> list[CountryGroup]:
        """All names by country, both in alphabetical order."""
        return _grouped(list(self.signatures.only(*SHOWN).order_by("organisation__sort_key", "pk")))

    @cached_property
    def newest(self) -> list[Signature]:
        return list(self.signatures.only(*SHOWN).order_by("-published_at", "-pk")[:NEWEST])

    def page(self, number: str | int) -> Page[Signature]:
        """One page of names in order; a number out of range gives the nearest page."""
        return self._pages.page(number, self.signatures.in_bulk)

    def under_headings(self, page: Page[Signature]) -> list[HeadedNames[Signature]]:
        """The names of `page`, under the headings of the order."""
        if self.order == "name" and len(self._pages.rows) <= NEWEST:
            return without_headings(list(page))
        return self._pages.under_headings(page)

    @property
    def jumps(self) -> list[Jump]:
        """Where each heading begins, for lists of several pages; by name and by country only."""
        return [] if self.order == "newest" else self._pages.jumps

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self._in_order, self._rows, self.order, PAGE)

    @property
    def _rows(self) -> Sequence[int]:
        pks = None
        if self.text:
            found = Signature.objects.public().filter(letter=self.letter)
            named = found.filter(named_like(self.text, of="organisation__"))
            pks = set(named.values_list("pk", flat=True))
        return self._in_order.rows(
            self.order,
            pks=pks,
            country=self.country,
            international=self.scope == Organisation.Scope.INTERNATIONAL if self.scope else None,
        )

    @cached_property
    def _in_order(self) -> Names:
        """All public names of the letter, sorted in the language of the page."""
        what = ("letter", self.letter.pk, language_here())
        version = self.letter.public_version
        return list_cache.get(what, version, lambda: in_order(self._named()), len)

    def _named(self) -> list[Named]:
        signatures = Signature.objects.public().filter(letter=self.letter)
        translated = names_in(language_here(), signatures.values("organisation"))
        zone = self.letter.zone
        rows = signatures.order_by().values_list(
            "pk",
            "organisation",
            "organisation__name",
            "organisation__country",
            "organisation__scope",
            "published_at",
        )
        international = Organisation.Scope.INTERNATIONAL.value
        return [
            Named(
                pk,
                translated.get(organisation, name),
                country,
                scope == international,
                published.astimezone(zone).toordinal(),
            )
            for pk, organisation, name, country, scope, published in rows
            if published  # as all published ones are
        ]


def names_in(language: str, organisations: Any) -> dict[int, str]:
    """The names of `organisations` in a language, by key, for those that have one."""
    names = OrganisationName.objects.filter(
        kind=OrganisationName.Kind.TRANSLATION, language=language, organisation__in=organisations
    )
    # Reversed, so that the first of several wins, as in name_in.
    return dict(names.order_by("-pk").values_list("organisation", "name"))


def named_like(text: str, of: str = "") -> Q:
    """Organisations with `text` in one of their names, in any script, or in their acronym.

    `of` is the lookup from the rows to their organisation, such as `organisation__`.
    """
    key = sort_key(text)
    others = OrganisationName.objects.filter(sort_key__contains=key).values("organisation")
    found = {"sort_key__contains": key, "acronym__icontains": text, "pk__in": others}
    return Q(*((f"{of}{lookup}", value) for lookup, value in found.items()), _connector=Q.OR)


def _grouped(signatures: list[Signature]) -> list[CountryGroup]:
    groups: dict[str, list[tuple[bytes, Signature]]] = {}
    for signature in signatures:
        if signature.organisation:
            key = order_key(signature.organisation.name_here)
            groups.setdefault(signature.organisation.country.code, []).append((key, signature))
    names = {code: order_key(str(countries.name(code))) for code in groups}
    return [
        CountryGroup(
            Country(code),
            [signature for _key, signature in sorted(groups[code], key=lambda pair: pair[0])],
        )
        for code in sorted(groups, key=lambda code: names[code])
    ]


def counts_by_letter(letters: list[Letter]) -> dict[int, Counts]:
    """The public numbers of signatories and countries of these letters, in one query."""
    rows = (
        Signature.objects.published()
        .filter(letter__in=letters)
        .values_list("letter", "visibility", "organisation__country")
        .annotate(Count("pk"))
        .order_by()
    )
    by_letter: dict[int, list[tuple[str, str, int]]] = {letter.pk: [] for letter in letters}
    for pk, *row in rows:
        by_letter[pk].append((row[0], row[1], row[2]))
    return {letter.pk: _counts(by_letter[letter.pk], letter.country_from) for letter in letters}


def _counts(rows: list[tuple[str, str, int]], country_from: int) -> Counts:
    shown = [row for row in rows if row[0] == Visibility.PUBLIC]
    hidden = hidden_of([row for row in rows if row[0] != Visibility.PUBLIC], country_from)
    nations = {code for _kind, code, _number in shown}
    nations |= {row.country.code for row in hidden.withheld}
    return Counts(sum(number for _k, _c, number in shown) + hidden.signatories, len(nations))
