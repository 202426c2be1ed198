"""The curve of a letter's growth, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from signatories.figures.growth import Growth

WIDTH, HEIGHT = 1000, 400  # units of the curve, which is stretched to fit
HEADROOM = 1.12  # height of the chart in terms of the last number
LINES = 4  # horizontal lines, at most


@dataclass(frozen=True)
class GridLine:
    """A horizontal line at a number of names."""

    number: int
    y: str  # distance from the top, such as 37.50%


@dataclass(frozen=True)
class Mark:
    x: str
    y: str


@dataclass(frozen=True)
class Chart:
    """Time runs from right to left on pages written from right to left."""

    growth: Growth
    from_right: bool

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def curve(self) -> str:
        """An SVG path in steps: a name counts from its day on."""
        path = f"M{self._x(self.growth.first)} {HEIGHT}"
        for row in self.growth.days:
            path += f"H{self._x(row.day)}V{self._y(row.names)}"
        return f"{path}H{WIDTH - self._start}"

    @property
    def area(self) -> str:
        """The curve, closed along the bottom."""
        return f"{self.curve}V{HEIGHT}z"

    @property
    def lines(self) -> list[GridLine]:
        step = round_step(self.growth.days[-1].names / LINES)
        numbers = range(step, self.growth.days[-1].names + 1, step)
        return [GridLine(number, _percent(self._y(number) / HEIGHT)) for number in numbers]

    @property
    def marks(self) -> list[Mark]:
        """One for each day with a milestone."""
        reached = {milestone.day: milestone.names for milestone in self.growth.milestones}
        return [
            Mark(_percent(self._x(day) / WIDTH), _percent(self._y(names) / HEIGHT))
            for day, names in reached.items()
        ]

    @property
    def _start(self) -> int:
        return WIDTH if self.from_right else 0

    def _x(self, day: date) -> int:
        days = (self.growth.last - self.growth.first).days + 1
        x = round(WIDTH * (day - self.growth.first).days / days)
        return WIDTH - x if self.from_right else x

    def _y(self, names: int) -> int:
        return round(HEIGHT * (1 - names / (self.growth.days[-1].names * HEADROOM)))


def round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … that is at least `least`."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor >= least:
                return step * factor
        step *= 10


def _percent(part: float) -> str:
    return f"{100 * part:.2f}%"
