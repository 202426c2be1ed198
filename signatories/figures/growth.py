"""How the list of names grew, day by day.

Only names that everyone can read are counted, by the day of publication. A curve that included
others would show on which day somebody in danger signed. Names since withdrawn, declined or hidden
are left out too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from letters.models import Letter
from signatories.models import Signature

NAMES = (1, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)
COUNTRIES = (10, 25, 50, 100, 150)
FEWEST_DAYS = 3  # with new names; fewer do not make a curve


@dataclass(frozen=True)
class Day:
    day: date
    new: int
    names: int  # total at the end of the day
    countries: int


@dataclass(frozen=True)
class Milestone:
    """A number of names or countries, or the letter's goal, reached on a day."""

    day: date
    kind: str  # "names", "countries" or "goal"
    number: int
    names: int  # at the end of that day


def last_day(letter: Letter, now: datetime) -> date:
    """The last day so far on which the letter could be signed, in its time zone."""
    ends = letter.signing_ends_at
    until = min(now, ends) if ends else now
    return until.astimezone(letter.zone).date()


@dataclass(frozen=True)
class Growth:
    letter: Letter
    now: datetime

    @cached_property
    def days(self) -> list[Day]:
        """Days on which names were published, earliest first."""
        rows = (
            Signature.objects.public()
            .filter(letter=self.letter)
            .values_list("published_at", "organisation__country")
            .order_by("published_at")
        )
        new: Counter[date] = Counter()
        countries: dict[date, set[str]] = {}
        for published_at, country in rows:
            if published_at is not None:
                day = published_at.astimezone(self.letter.zone).date()
                new[day] += 1
                countries.setdefault(day, set()).add(country)
        days, names, seen = [], 0, set[str]()
        for day, number in new.items():
            names += number
            seen |= countries[day]
            days.append(Day(day, number, names, len(seen)))
        return days

    @property
    def first(self) -> date:
        """Where the curve begins: the opening day, or an earlier name."""
        days = [row.day for row in self.days[:1]]
        if self.letter.opens_at:
            days.append(self.letter.opens_at.astimezone(self.letter.zone).date())
        return min(days)

    @property
    def last(self) -> date:
        """Where it ends: the closing day, today, or a later publication."""
        return max(last_day(self.letter, self.now), *(row.day for row in self.days[-1:]))

    @property
    def has_curve(self) -> bool:
        return len(self.days) >= FEWEST_DAYS

    @cached_property
    def milestones(self) -> list[Milestone]:
        """By day; of several of one kind on a day, only the highest."""
        goal = self.letter.goal
        names = [number for number in NAMES if number != goal]
        found: list[Milestone] = []
        before = Day(date.min, 0, 0, 0)
        for row in self.days:
            reached = {
                "names": _highest(names, before.names, row.names),
                "countries": _highest(COUNTRIES, before.countries, row.countries),
                "goal": _highest([goal] if goal else [], before.names, row.names),
            }
            found += [
                Milestone(row.day, kind, number, row.names)
                for kind, number in reached.items()
                if number
            ]
            before = row
        return found


def _highest(numbers: list[int] | tuple[int, ...], before: int, after: int) -> int:
    """The highest of the numbers reached between the two; 0 if none was."""
    return max((number for number in numbers if before < number <= after), default=0)
