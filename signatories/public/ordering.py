"""The order of names, computed once per state of a list and language.

Databases do not know the order of every language, so ICU sorts the names. Long lists are cached, as
a few numbers per name; what is shown is always read afresh.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Generic, NamedTuple, TypeVar

from django_countries import countries

from config.languages import collator_here, initial_of, order_key

L = TypeVar("L")

LONG = 500  # names; shorter lists are sorted for every page
MOST = 500_000  # names cached per process, at about 30 bytes each


class Named(NamedTuple):
    """One unsorted row of a list. `pk` is the key that pages fetch it by."""

    pk: int
    name: str
    country: str
    is_international: bool = False
    day: int = 0  # since year 1, as date.toordinal counts


@dataclass(frozen=True)
class Names:
    """A list sorted for one language, as parallel columns."""

    pks: array[int]
    initials: array[int]
    countries: list[str]
    international: bytes
    days: array[int]

    def __len__(self) -> int:
        return len(self.pks)

    @cached_property
    def by_country(self) -> array[int]:
        """Rows sorted by country name, then by name."""
        ranks = country_ranks(set(self.countries))
        return array("I", sorted(range(len(self)), key=lambda row: ranks[self.countries[row]]))

    @cached_property
    def newest(self) -> array[int]:
        """Rows sorted by day, newest first, then by name.

        By day rather than instant, so that gaps reveal nothing of unnamed signatories.
        """
        return array("I", sorted(range(len(self)), key=lambda row: -self.days[row]))

    def rows(
        self,
        order: str,
        *,
        pks: Collection[int] | None = None,
        country: str = "",
        international: bool | None = None,
    ) -> Sequence[int]:
        """The rows in one of ORDERS, filtered by `pks`, country and scope."""
        rows: Sequence[int] = range(len(self))
        if order == "country":
            rows = self.by_country
        elif order == "newest":
            rows = self.newest
        if pks is not None:
            rows = [row for row in rows if self.pks[row] in pks]
        if country:
            rows = [row for row in rows if self.countries[row] == country]
        if international is not None:
            rows = [row for row in rows if bool(self.international[row]) == international]
        return rows

    @cached_property
    def _groups(self) -> dict[str, list[Group]]:
        return {}

    def groups(self, order: str, rows: Sequence[int]) -> list[Group]:
        """All headings over these rows in this order."""
        if len(rows) < len(self):
            return _groups(self, order, rows)
        if order not in self._groups:
            self._groups[order] = _groups(self, order, rows)
        return self._groups[order]

    def group(self, order: str, row: int) -> Any:
        """The key of a row's heading: its initial's place, its country or its day."""
        if order == "country":
            return self.countries[row]
        return self.days[row] if order == "newest" else self.initials[row]


ORDERS = ("name", "country", "newest")
DEFAULT_ORDER = "name"


@dataclass(frozen=True)
class Group:
    """The rows under one heading, over all pages of a list."""

    of: Any
    count: int
    first: int  # index of its first row in the list


def _groups(names: Names, order: str, rows: Sequence[int]) -> list[Group]:
    found: list[Group] = []
    place = 0
    for of, members in groupby(rows, key=lambda row: names.group(order, row)):
        count = sum(1 for _row in members)
        found.append(Group(of, count, place))
        place += count
    return found


def country_ranks(codes: Iterable[str]) -> dict[str, int]:
    """Each country's place among these, sorted by name in the language of the page."""
    ordered = sorted(codes, key=lambda code: (order_key(str(countries.name(code))), code))
    return {code: rank for rank, code in enumerate(ordered)}


def in_order(rows: Iterable[Named]) -> Names:
    """The rows, sorted by name in the language of the page."""
    key = collator_here().getSortKey
    ordered = [row for _key, _pk, row in sorted((key(row.name), row.pk, row) for row in rows)]
    return Names(
        pks=array("q", (row.pk for row in ordered)),
        initials=_initials([row.name for row in ordered]),
        countries=[row.country for row in ordered],
        international=bytes(row.is_international for row in ordered),
        days=array("i", (row.day for row in ordered)),
    )


def _initials(names: Sequence[str]) -> array[int]:
    """Each name's place in the alphabetic index. The names are sorted, so each place is one run."""
    places: array[int] = array("H")
    while len(places) < len(names):
        place = initial_of(names[len(places)])
        behind = bisect_right(names, place, lo=len(places), key=initial_of)
        places.extend([place] * (behind - len(places)))
    return places


class ListCache(Generic[L]):
    """A cache of long lists in one process; the least recently used are dropped first.

    Lists of at most LONG names are not cached. Lists are built one at a time: others that need the
    same list wait for it, and building two at once would take as long.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._lists: OrderedDict[tuple[object, object], tuple[L, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, what: object, version: object, build: Callable[[], L], size: Callable[[L], int]
    ) -> L:
        """`what` in its state `version`; any other cached state of it is dropped.

        `size` gives the number of names in a list; all cached lists together have at most `most`.
        """
        with self._lock:
            key = (what, version)
            if key in self._lists:
                self._lists.move_to_end(key)
                return self._lists[key][0]
            built = build()
            for other in [other for other in self._lists if other[0] == what]:
                del self._lists[other]
            if LONG < size(built) <= self.most:
                self._lists[key] = (built, size(built))
            while sum(names for _list, names in self._lists.values()) > self.most:
                self._lists.popitem(last=False)
            return built

    def forget(self) -> None:
        with self._lock:
            self._lists.clear()


list_cache: ListCache[Names] = ListCache(MOST)
