"""The world map of a letter's signatories, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import localize

from config.languages import listed
from signatories.figures.atlas import Atlas
from signatories.figures.origins import Origin

# Signatories from which a country has the first, second, … shade. The same for all letters, so
# that maps can be compared.
SHADES = (1, 2, 5, 20)
NAMED = 3  # countries named in the map's description


@dataclass(frozen=True)
class Shade:
    number: int
    least: int
    most: int | None  # None for the last

    @property
    def name(self) -> str:
        """The range it stands for: 1, 5–19, or 20+."""
        if self.most is None:
            return f"{self.least}+"
        return f"{self.least}–{self.most}" if self.most > self.least else str(self.least)


@dataclass(frozen=True)
class Dot:
    x: str  # text, so that no language formats the number
    y: str


@dataclass(frozen=True)
class Place:
    """A country with signatories; one too small for a path has only a dot."""

    origin: Origin
    shade: int
    path: str
    dot: Dot | None


@dataclass(frozen=True)
class WorldMap:
    """`land` is one path of all countries without signatories, `empty` their dots."""

    atlas: Atlas
    origins: list[Origin]

    @property
    def view_box(self) -> str:
        return f"0 0 {self.atlas.width} {self.atlas.height}"

    @cached_property
    def places(self) -> list[Place]:
        """Those with a dot last, so that their surroundings do not cover it."""
        places = [
            Place(
                origin,
                shade_of(origin.signatories),
                self.atlas.countries.get(origin.code, ""),
                self._dot(origin.code),
            )
            for origin in self.origins
        ]
        return sorted(places, key=lambda place: place.dot is not None)

    @property
    def land(self) -> str:
        coloured = {origin.code for origin in self.origins}
        return "".join(path for code, path in self.atlas.countries.items() if code not in coloured)

    @property
    def empty(self) -> list[Dot]:
        coloured = {origin.code for origin in self.origins}
        return [dot for code in self.atlas.dots if code not in coloured if (dot := self._dot(code))]

    @property
    def disputed(self) -> str:
        return "".join(self.atlas.disputed.values())

    @property
    def shades(self) -> list[Shade]:
        """All up to the darkest one used."""
        darkest = max((shade_of(origin.signatories) for origin in self.origins), default=0)
        ends = [*(start - 1 for start in SHADES[1:]), None]
        pairs = zip(SHADES, ends, strict=True)
        return [Shade(n, least, most) for n, (least, most) in enumerate(pairs, 1)][:darkest]

    @property
    def leaders(self) -> str:
        """The countries with the most signatories, as text."""
        first = self.origins[:NAMED]
        return listed([f"{one.country.name} ({localize(one.signatories)})" for one in first])

    def _dot(self, code: str) -> Dot | None:
        point = self.atlas.dots.get(code)
        return Dot(str(point[0]), str(point[1])) if point else None


def shade_of(signatories: int) -> int:
    """1 for the lightest; 0 if nobody signed."""
    return sum(signatories >= least for least in SHADES)
