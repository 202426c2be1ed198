"""Public pages of organisations, and the index of all public ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django_countries import countries
from django_countries.fields import Country

from config.languages import language_here, order_key
from letters.models import Letter
from signatories.models import (
    Logo,
    Organisation,
    OrganisationIdentifier,
    OrganisationName,
    Signature,
)
from signatories.public.headings import HeadedNames, Jump, Pages
from signatories.public.ordering import Named, Names, in_order, list_cache
from signatories.public.signatories import NEVER_SHOWN, PAGE, CountryCount, names_in

SIGNED = 50  # letters on one page of an organisation


def find_public(slug: str) -> Organisation | None:
    """The public organisation with the id that follows the last hyphen of a slug.

    Follows merges. Always two queries, so that timing reveals nothing of organisations that are not
    public.
    """
    public_id = slug.rpartition("-")[2]
    named = Organisation.objects.filter(public_id=public_id).values_list("pk", "merged_into")
    pk, merged_into = named.first() or (0, None)
    public = Organisation.objects.public().with_names()
    return public.filter(pk=merged_into or pk).first()


@dataclass(frozen=True)
class Profile:
    """One public organisation, as its page shows it."""

    organisation: Organisation

    @cached_property
    def version(self) -> tuple[object, ...]:
        """Identifies everything the page shows.

        Any change of an organisation raises the version of every letter on which its name is
        public, and there is at least one; the same holds for its federation and sections.
        """
        numbers = ("organisation", "letter", "letter__public_version")
        own, parent = self.organisation.pk, self.organisation.parent_id or 0
        related = Organisation.objects.filter(Q(pk__in=[own, parent]) | Q(parent=own))
        rows = (
            Signature.objects.readable()
            # By their keys: as a subquery, databases would scan whole letters.
            .filter(organisation__in=list(related.values_list("pk", flat=True)))
            .order_by("organisation", "letter")
            .values_list(*numbers, "letter__campaign__public_version")
        )
        return (self.organisation.parent_id, *rows)

    def signed(self, number: str) -> Page[Signature]:
        """The letters it has signed by name, newest first."""
        signatures = (
            Signature.objects.readable()
            .filter(organisation=self.organisation)
            .select_related("letter__campaign", "letter__revision", "revision")
            .defer(*(name for name in NEVER_SHOWN if "__" not in name), "revision__canonical")
            .order_by("-published_at", "-pk")
        )
        return Paginator(signatures, SIGNED).get_page(number)

    @cached_property
    def names(self) -> list[OrganisationName]:
        return list(self.organisation.names.all())

    @property
    def translations(self) -> list[OrganisationName]:
        """Its names in languages other than the one shown."""
        kind, shown = OrganisationName.Kind.TRANSLATION, self.organisation.name_here
        return [one for one in self.names if one.kind == kind and one.name != shown]

    @property
    def former(self) -> list[OrganisationName]:
        return [one for one in self.names if one.kind == OrganisationName.Kind.FORMER]

    @property
    def acronyms(self) -> list[str]:
        """Its acronym and other acronyms."""
        kind = OrganisationName.Kind.ACRONYM
        others = (one.name for one in self.names if one.kind == kind)
        return [name for name in dict.fromkeys([self.organisation.acronym, *others]) if name]

    @property
    def identifiers(self) -> list[OrganisationIdentifier]:
        return list(self.organisation.identifiers.all())

    @cached_property
    def logo(self) -> Logo | None:
        return Logo.objects.defer("encoded").filter(organisation=self.organisation).first()

    @cached_property
    def parent(self) -> Organisation | None:
        """The federation it is a section of, if that is public too."""
        related = Organisation.objects.public().with_names()
        return related.filter(pk=self.organisation.parent_id or 0).first()

    @cached_property
    def sections(self) -> list[Organisation]:
        """Its public national sections, by name."""
        related = Organisation.objects.public().with_names()
        found = list(related.filter(parent=self.organisation))
        return sorted(found, key=lambda one: order_key(one.name_here))


def public_state() -> tuple[tuple[int, int, int], ...]:
    """Identifies the public state of all letters and their signatories."""
    rows = Letter.objects.public().order_by("pk")
    return tuple(rows.values_list("pk", "public_version", "campaign__public_version"))


@dataclass(frozen=True)
class OrganisationIndex:
    """All public organisations by name, or those of one country. `state` is public_state()."""

    state: tuple[object, ...]
    country: str = ""

    @classmethod
    def from_query(
        cls, state: tuple[object, ...], parameters: Mapping[str, str]
    ) -> OrganisationIndex:
        """Build the list from query parameters; ignore invalid ones."""
        country = parameters.get("country", "").upper()
        return cls(state, country if country in countries else "")

    @property
    def query(self) -> dict[str, str]:
        return {"country": self.country} if self.country else {}

    @cached_property
    def countries(self) -> list[CountryCount]:
        """All countries with their number of organisations, by name."""
        numbers: dict[str, int] = {}
        for code in self._in_order.countries:
            numbers[code] = numbers.get(code, 0) + 1
        counts = [CountryCount(Country(code), number) for code, number in numbers.items()]
        return sorted(counts, key=lambda row: order_key(str(row.country.name)))

    def page(self, number: str) -> Page[Organisation]:
        """One page of organisations; a number out of range gives the nearest page."""
        return self._pages.page(number, Organisation.objects.public().with_names().in_bulk)

    def under_headings(self, page: Page[Organisation]) -> list[HeadedNames[Organisation]]:
        """The organisations of `page`, under initials."""
        return self._pages.under_headings(page)

    @property
    def jumps(self) -> list[Jump]:
        return self._pages.jumps

    @cached_property
    def _pages(self) -> Pages:
        rows = self._in_order.rows("name", country=self.country)
        return Pages(self._in_order, rows, "name", PAGE)

    @cached_property
    def _in_order(self) -> Names:
        what = ("register", language_here())
        return list_cache.get(what, self.state, lambda: in_order(self._named()), len)

    @staticmethod
    def _named() -> list[Named]:
        public = Organisation.objects.public()
        translated = names_in(language_here(), public.values("pk"))
        rows = public.order_by().values_list("pk", "name", "country")
        return [Named(pk, translated.get(pk, name), country) for pk, name, country in rows]
