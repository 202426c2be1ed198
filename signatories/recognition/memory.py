"""Entries in memory: for measuring, for tests and for small registers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .entries import Entry
from .lookup import entry_keys

LIMIT = 60
"""Maximum number of entries compared for one query."""

FREQUENT = 400
"""Entries: a key that more of them share is only looked up within the query's country."""

TOO_FREQUENT = 4000
"""Entries of one country: a key that more of them share is ignored."""


class InMemorySource:
    """A `CandidateSource` over a list of entries."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: list[Entry] = []
        self._kept: dict[str, dict[str, list[int]]] = defaultdict(dict)
        self._sizes: dict[str, int] = defaultdict(int)
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        place = len(self.entries)
        self.entries.append(entry)
        for key in entry_keys(entry):
            self._kept[key].setdefault(entry.country, []).append(place)
            self._sizes[key] += 1

    def candidates(self, keys: Sequence[str], country: str) -> Iterable[Entry]:
        weights: dict[int, float] = defaultdict(float)
        for key in keys:
            size = self._sizes.get(key, 0)
            if not size:
                continue
            within = self._kept[key].get(country, []) if country else []
            home_only = key[0] in "id" or size > FREQUENT
            if len(within) <= TOO_FREQUENT:
                worth = 1.0 / (len(within) + 3) ** 0.5
                for place in within:
                    weights[place] += worth
            if not home_only:
                worth = 0.5 / (size + 3) ** 0.5
                for other, places in self._kept[key].items():
                    if other != country or not country:
                        for place in places:
                            weights[place] += worth
        best = sorted(weights, key=lambda place: (-weights[place], place))[:LIMIT]
        return [self.entries[place] for place in best]
