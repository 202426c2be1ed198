"""What the public reads of signatures. Every public list and number comes from here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q
from django_countries import countries
from django_countries.fields import Country

from config.languages import language_here, order_key
from letters.models import Letter
from signatories.models import OrganisationName, Signature, SignatureQuerySet
from signatories.names import sort_key

WHOLE_LIST = 500  # names that the letter's page shows without turning pages
NEWEST = 60  # names that it shows of a longer list
PAGE = 200  # names on one page of the list

Visibility = Signature.Visibility


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
    """What is told of signatures whose names are not shown: numbers, and countries of many.

    A country is told only where as many withheld their names as the letter asks for; alone it
    could name them.
    """

    withheld: list[CountryCount]
    withheld_elsewhere: int
    counted: int

    @property
    def signatories(self) -> int:
        named = sum(row.signatories for row in self.withheld)
        return named + self.withheld_elsewhere + self.counted


def hidden_of(rows: list[tuple[str, str, int]], country_from: int) -> Hidden:
    """From rows of visibility, country code and number, all of names that are not shown.

    `country_from` is the letter's number of withheld names that tell a country.
    """
    withheld = [(code, number) for kind, code, number in rows if kind == Visibility.WITHHELD]
    told = [
        CountryCount(Country(code), number) for code, number in withheld if number >= country_from
    ]
    return Hidden(
        withheld=sorted(told, key=lambda row: order_key(str(row.country.name))),
        withheld_elsewhere=sum(number for _code, number in withheld if number < country_from),
        counted=sum(number for kind, _code, number in rows if kind == Visibility.COUNTED),
    )


@dataclass(frozen=True)
class SignatoryList:
    """The public list of one letter, or the part of it that a search leaves."""

    letter: Letter
    text: str = ""
    country: str = ""

    @property
    def is_search(self) -> bool:
        return bool(self.text or self.country)

    @property
    def found(self) -> SignatureQuerySet:
        """What was found, each with the number of the revision that it signed."""
        found = Signature.objects.public().filter(letter=self.letter)
        if self.text:
            key = sort_key(self.text)
            other_names = OrganisationName.objects.filter(sort_key__contains=key)
            found = found.filter(
                Q(organisation__sort_key__contains=key)
                | Q(organisation__acronym__icontains=self.text)
                | Q(organisation__in=other_names.values("organisation"))
            )
        if self.country:
            found = found.filter(organisation__country=self.country)
        found = found.annotate(revision_number=F("revision__number"))
        return found.select_related("organisation").prefetch_related("organisation__names")

    @cached_property
    def country_counts(self) -> list[CountryCount]:
        """All countries of what was found, in the order of their names in the reader's language."""
        rows = (
            self.found.values_list("organisation__country")
            .annotate(signatories=Count("pk"))
            .order_by()
        )
        counts = [CountryCount(Country(code), number) for code, number in rows]
        return sorted(counts, key=lambda row: order_key(str(row.country.name)))

    @cached_property
    def hidden(self) -> Hidden:
        """What is told of those whose names are not shown. A search finds none of them."""
        if self.is_search:
            return hidden_of([], self.letter.country_from)
        rows = (
            Signature.objects.published()
            .filter(letter=self.letter)
            .exclude(visibility=Visibility.PUBLIC)
            .values_list("visibility", "organisation__country")
            .annotate(Count("pk"))
            .order_by()
        )
        return hidden_of(list(rows), self.letter.country_from)

    @cached_property
    def names(self) -> int:
        """How many names are shown."""
        return sum(row.signatories for row in self.country_counts)

    @cached_property
    def counts(self) -> Counts:
        """All that signed, and the countries that are told of them."""
        nations = {row.country.code for row in self.country_counts}
        nations |= {row.country.code for row in self.hidden.withheld}
        return Counts(self.names + self.hidden.signatories, len(nations))

    @cached_property
    def is_whole(self) -> bool:
        """Whether the letter's page can show all names at once."""
        return self.names <= WHOLE_LIST

    @cached_property
    def by_country(self) -> list[CountryGroup]:
        """Every name, under its country; both in alphabetical order."""
        return _grouped(list(self.found.order_by("organisation__sort_key", "pk")))

    @cached_property
    def newest(self) -> list[Signature]:
        return list(self.found.order_by("-published_at", "-pk")[:NEWEST])

    def page(self, number: str | int) -> Page[Signature]:
        """One page of names in the language's order; a number out of range gets the nearest one."""
        keys = Paginator(self._in_order(), PAGE).get_page(number)
        by_key = self.found.in_bulk(list(keys.object_list))
        names = [by_key[pk] for pk in keys.object_list if pk in by_key]
        return Page(names, keys.number, cast("Paginator[Signature]", keys.paginator))

    def _in_order(self) -> list[int]:
        """The keys of all that was found. The database does not know every language's order."""
        rows = self.found.prefetch_related(None).select_related(None).order_by()
        translated = dict(
            OrganisationName.objects.filter(
                kind=OrganisationName.Kind.TRANSLATION, language=language_here()
            )
            .filter(organisation__in=rows.values("organisation"))
            .values_list("organisation", "name")
        )
        names = [
            (order_key(translated.get(organisation, name)), pk)
            for pk, organisation, name in rows.values_list(
                "pk", "organisation", "organisation__name"
            )
        ]
        return [pk for _key, pk in sorted(names)]


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
    """The public number of signatories and countries of each of these letters, in one query."""
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


def may_know_of_first(second: Signature) -> bool:
    """Whether a second representative may be told that the organisation had signed before.

    Only where everybody can read it, or where the address is at the organisation's own domain: a
    stranger must not find out what is not public by signing for somebody else.
    """
    if second.authority == Signature.Authority.OWN_DOMAIN:
        return True
    listed = Signature.objects.public().filter(
        letter=second.letter_id, organisation=second.organisation_id
    )
    return listed.exists()
