"""The standing of letters, by status and clock, and their outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from letters.models import Letter, TimelineEntry

Kind = TimelineEntry.Kind

OUTLETS = 3  # names of newspapers and channels shown in an overview


class Standing(models.TextChoices):
    """The status of a letter for readers, in the order of overviews.

    Unlike Letter.Status it depends on the clock: a letter with status open is not open before it
    opens or after it closes.
    """

    OPEN = "open", _("Open for signing")
    COMING = "coming", _("Opening soon")
    ANSWERED = "answered", _("Answered")
    DELIVERED = "delivered", _("Delivered")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")


def standing(letter: Letter, now: datetime) -> Standing:
    """The standing of a letter that is out of draft."""
    if letter.is_open(now):
        return Standing.OPEN
    if not letter.has_closed(now):
        return Standing.COMING
    if letter.status in {Standing.ANSWERED, Standing.DELIVERED, Standing.ARCHIVED}:
        return Standing(letter.status)
    return Standing.CLOSED


@dataclass(frozen=True)
class Outcome:
    """The outcome of a letter, from its timeline: last delivery, last response, all coverage."""

    delivery: TimelineEntry | None = None
    response: TimelineEntry | None = None
    outlets: list[str] = field(default_factory=list)

    @property
    def first_outlets(self) -> list[str]:
        return self.outlets[:OUTLETS]

    @property
    def has_more_outlets(self) -> bool:
        return len(self.outlets) > OUTLETS


def outcomes(letters: Iterable[Letter]) -> dict[int, Outcome]:
    """The outcome of each of these letters, in one query."""
    kinds = [Kind.DELIVERY, Kind.RESPONSE, Kind.COVERAGE]
    entries: dict[int, list[TimelineEntry]] = {letter.pk: [] for letter in letters}
    for entry in TimelineEntry.objects.filter(letter__in=entries, kind__in=kinds):
        entries[entry.letter_id].append(entry)
    return {pk: _outcome(of_letter) for pk, of_letter in entries.items()}


def _outcome(entries: list[TimelineEntry]) -> Outcome:
    """The outcome, from entries in the order of their dates."""
    last = {entry.kind: entry for entry in entries}
    coverage = [entry.outlet for entry in entries if entry.kind == Kind.COVERAGE]
    return Outcome(last.get(Kind.DELIVERY), last.get(Kind.RESPONSE), list(dict.fromkeys(coverage)))
