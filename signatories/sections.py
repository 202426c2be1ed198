"""A page of names under its headings, and where in the list each heading begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django_countries.fields import Country

from config.languages import initial_label
from signatories.ordering import Group

T = TypeVar("T")


@dataclass(frozen=True)
class Heading:
    """What stands over names: a country, a day, or in a list by name a letter."""

    key: str  # the same on every page of the list
    country: Country | None = None
    day: date | None = None
    letter: str = ""


@dataclass(frozen=True)
class Section(Generic[T]):
    """Names under one heading. `count` counts those on other pages, too."""

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


def sections(
    named: Iterable[tuple[Any, T]], groups: list[Group], order: str, *, begins: int
) -> list[Section[T]]:
    """What a page shows under its headings.

    `named` are its names, each with the group it is of; `begins` is the place in the list of the
    first one.
    """
    by_group = {group.of: group for group in groups}
    found = []
    for of, members in groupby(named, key=itemgetter(0)):
        group = by_group[of]
        names = [name for _of, name in members]
        found.append(Section(heading(group, order), group.count, names, group.first < begins))
    return found


def one_run(names: Sequence[T]) -> list[Section[T]]:
    """Few names without headings, which would only be in the way."""
    return [Section(Heading(key="all"), len(names), names)] if names else []


def jumps(groups: list[Group], order: str, per_page: int) -> list[Jump]:
    return [
        Jump(heading(group, order), group.count, group.first // per_page + 1) for group in groups
    ]
