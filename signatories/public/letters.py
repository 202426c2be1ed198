"""Letters side by side, as the home page and a campaign's page show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import prefetch_related_objects

from letters.deadlines import phase, time_left
from letters.models import Letter
from letters.standing import Outcome, Standing, outcomes, standing
from signatories.public.signatories import Counts, counts_by_letter

# Never cut short: these ask something of the reader.
URGENT = {Standing.OPEN, Standing.COMING}


@dataclass(frozen=True)
class Row:
    """One letter of an overview."""

    letter: Letter
    counts: Counts
    outcome: Outcome
    is_open: bool
    has_closed: bool
    time_left: str


@dataclass(frozen=True)
class Group:
    """The letters that stand alike; `total` of them, of which `rows` are shown."""

    standing: Standing
    rows: list[Row]
    total: int

    @property
    def is_alone(self) -> bool:
        """Whether one letter is all that can be signed, which an overview then says louder."""
        return self.standing == Standing.OPEN and self.total == 1

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.rows)


def version_of(letters: Iterable[Letter], now: datetime) -> tuple[object, ...]:
    """What an overview shows of these letters, for its ETag: they themselves, and the time."""
    return tuple((letter.pk, letter.public_version, *phase(letter, now)) for letter in letters)


def grouped(letters: list[Letter], now: datetime, at_most: int | None = None) -> list[Group]:
    """These letters by where they stand, with the numbers and outcomes of those that are shown.

    What closes or opens first comes first; of what is over, the latest. With `at_most`, so many of
    each group of letters that are over. The same number of queries for any number of letters.
    """
    by_standing: dict[Standing, list[Letter]] = {one: [] for one in Standing}
    for letter in letters:
        by_standing[standing(letter, now)].append(letter)
    for one, found in by_standing.items():
        found.sort(key=partial(_moment, one))
    shown = {one: found if one in URGENT else found[:at_most] for one, found in by_standing.items()}
    rows = _rows([letter for found in shown.values() for letter in found], now)
    return [
        Group(one, [rows[letter.pk] for letter in shown[one]], len(found))
        for one, found in by_standing.items()
        if found
    ]


def _moment(standing: Standing, letter: Letter) -> tuple[float, str]:
    """What an overview orders letters by: the next instant to come, or the latest that was."""
    if letter.opens_at is None or letter.signing_ends_at is None:
        raise ValueError("A draft stands in no overview.")
    if standing == Standing.COMING:
        return letter.opens_at.timestamp(), letter.slug
    direction = 1 if standing == Standing.OPEN else -1
    return direction * letter.signing_ends_at.timestamp(), letter.slug


def _rows(letters: list[Letter], now: datetime) -> dict[int, Row]:
    prefetch_related_objects(letters, "revision")
    counts, came = counts_by_letter(letters), outcomes(letters)
    return {
        letter.pk: Row(
            letter,
            counts[letter.pk],
            came[letter.pk],
            letter.is_open(now),
            letter.has_closed(now),
            time_left(letter, now),
        )
        for letter in letters
    }
