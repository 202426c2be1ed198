"""Lists of letters, for the home page and campaign pages."""

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

# Never cut short: readers can act on these.
URGENT = {Standing.OPEN, Standing.COMING}


@dataclass(frozen=True)
class LetterRow:
    """One letter of an overview."""

    letter: Letter
    counts: Counts
    outcome: Outcome
    is_open: bool
    has_closed: bool
    time_left: str


@dataclass(frozen=True)
class LetterGroup:
    """Letters with the same standing; `total` of them, of which `rows` are shown."""

    standing: Standing
    rows: list[LetterRow]
    total: int

    @property
    def is_alone(self) -> bool:
        """Whether it is the only open letter, which an overview then shows larger."""
        return self.standing == Standing.OPEN and self.total == 1

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.rows)


def version_of(letters: Iterable[Letter], now: datetime) -> tuple[object, ...]:
    """Everything an overview shows of these letters, for its ETag."""
    return tuple((letter.pk, letter.public_version, *phase(letter, now)) for letter in letters)


def grouped(letters: list[Letter], now: datetime, at_most: int | None = None) -> list[LetterGroup]:
    """These letters by standing, with numbers and outcomes for those shown.

    Letters that close or open next come first; among those that are over, the latest. `at_most`
    limits each group of letters that are over. The number of queries does not depend on the number
    of letters.
    """
    by_standing: dict[Standing, list[Letter]] = {one: [] for one in Standing}
    for letter in letters:
        by_standing[standing(letter, now)].append(letter)
    for one, found in by_standing.items():
        found.sort(key=partial(_moment, one))
    shown = {one: found if one in URGENT else found[:at_most] for one, found in by_standing.items()}
    rows = _rows([letter for found in shown.values() for letter in found], now)
    return [
        LetterGroup(one, [rows[letter.pk] for letter in shown[one]], len(found))
        for one, found in by_standing.items()
        if found
    ]


def _moment(standing: Standing, letter: Letter) -> tuple[float, str]:
    """The sort key within a group: the next instant to come, or the latest past one."""
    if letter.opens_at is None or letter.signing_ends_at is None:
        raise ValueError("A draft is in no overview.")
    if standing == Standing.COMING:
        return letter.opens_at.timestamp(), letter.slug
    direction = 1 if standing == Standing.OPEN else -1
    return direction * letter.signing_ends_at.timestamp(), letter.slug


def _rows(letters: list[Letter], now: datetime) -> dict[int, LetterRow]:
    prefetch_related_objects(letters, "revision")
    counts, came = counts_by_letter(letters), outcomes(letters)
    return {
        letter.pk: LetterRow(
            letter,
            counts[letter.pk],
            came[letter.pk],
            letter.is_open(now),
            letter.has_closed(now),
            time_left(letter, now),
        )
        for letter in letters
    }
