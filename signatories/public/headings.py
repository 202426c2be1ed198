"""Pages of names under headings, and the page on which each heading begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, Generic, TypeVar, cast

from django.core.paginator import Page, Paginator
from django_countries.fields import Country

from config.languages import initial_label
from signatories.public.ordering import Group, Names

T = TypeVar("T")


@dataclass(frozen=True)
class Heading:
    """A heading over names: a country, a day, or an initial in lists by name."""

    key: str  # the same on every page of the list
    country: Country | None = None
    day: date | None = None
    letter: str = ""


@dataclass(frozen=True)
class HeadedNames(Generic[T]):
    """Names under one heading. `count` includes those on other pages."""

    heading: Heading
    count: int
    names: Sequence[T]
    is_continued: bool = False


@dataclass(frozen=True)
class Jump:
    """A heading, and the page of the list on which it begins."""

    heading: Heading
    count: int
    page: int


def heading(group: Group, order: str) -> Heading:
    if order == "country":
        return Heading(key=str(group.of), country=Country(group.of))
    if order == "newest":
        day = date.fromordinal(group.of)
        return Heading(key=day.isoformat(), day=day)
    return Heading(key=f"letter-{group.of}", letter=initial_label(group.of))


def without_headings(names: Sequence[T]) -> list[HeadedNames[T]]:
    """Names without headings, for short lists."""
    return [HeadedNames(Heading(key="all"), len(names), names)] if names else []


@dataclass(frozen=True)
class Pages:
    """A list in one order, page by page. `rows` are the rows of `names` to show."""

    names: Names
    rows: Sequence[int]
    order: str
    per_page: int

    def page(self, number: str | int, fetch: Callable[[list[int]], dict[int, T]]) -> Page[T]:
        """One page; `fetch` loads the rows by key. A number out of range gives the nearest page."""
        rows = Paginator(self.rows, self.per_page).get_page(number)
        pks = [self.names.pks[row] for row in rows.object_list]
        by_pk = fetch(pks)
        shown = [by_pk[pk] for pk in pks if pk in by_pk]
        return Page(shown, rows.number, cast("Paginator[T]", rows.paginator))

    def under_headings(self, page: Page[Any]) -> list[HeadedNames[Any]]:
        """The rows of `page`, under headings."""
        begins = (page.number - 1) * self.per_page
        rows = {self.names.pks[row]: row for row in self.rows[begins : begins + self.per_page]}
        groups = {group.of: group for group in self._groups}

        def group_of(one: Any) -> Group:
            return groups[self.names.group(self.order, rows[one.pk])]

        return [
            HeadedNames(
                heading(group, self.order), group.count, list(members), group.first < begins
            )
            for group, members in groupby(page, key=group_of)
        ]

    @property
    def jumps(self) -> list[Jump]:
        """Where each heading begins, for lists of several pages."""
        if len(self.rows) <= self.per_page:
            return []
        return [
            Jump(heading(group, self.order), group.count, group.first // self.per_page + 1)
            for group in self._groups
        ]

    @cached_property
    def _groups(self) -> list[Group]:
        return self.names.groups(self.order, self.rows)
