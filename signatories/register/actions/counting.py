"""How frequent the stored keys are, so that no question has to count those that many share."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Count

from signatories.models import KeyCount, KnownKey, RecognitionKey

COUNTED = 100
"""Rows: a key with more is counted by the worker, one with less by the question."""

COUNT_EVERY = timedelta(hours=1)

KEYED: tuple[type[models.Model], ...] = (RecognitionKey, KnownKey)
"""The tables of keys."""

COUNTING = ""
"""The key of the row that says when the last count of a table began."""


def count_due(*, now: datetime) -> int:
    """Count the keys of each table whose last count is old. Returns how many tables were.

    One that cannot be counted in time is tried again an hour later, not every minute.
    """
    done = 0
    for model in KEYED:
        recent = KeyCount.objects.filter(
            model=model.__name__, key=COUNTING, counted_at__gt=now - COUNT_EVERY
        )
        if not recent.exists():
            count_keys(model, now=now)
            done += 1
    return done


def count_keys(model: type[models.Model], *, now: datetime) -> None:
    """Store how many rows each frequent key of the table has. Call it after many were added.

    Reads the whole table, which takes some seconds for 100,000 entries; nothing waits for it.
    """
    name, rows = model.__name__, model._default_manager.order_by()
    _store(name, {(COUNTING, KeyCount.EVERYWHERE): 0}, now)
    sizes = rows.values_list("key").annotate(size=Count("*")).filter(size__gt=COUNTED)
    counts = {(key, KeyCount.EVERYWHERE): size for key, size in sizes}
    of_countries = rows.values_list("key", "country").annotate(size=Count("*"))
    counts |= {(key, country): size for key, country, size in of_countries.filter(size__gt=COUNTED)}
    with transaction.atomic():
        _store(name, counts, now)
        KeyCount.objects.filter(model=name, counted_at__lt=now).delete()


def _store(model: str, counts: dict[tuple[str, str], int], now: datetime) -> None:
    # In one order, so that two workers wait for each other and do not lock each other out.
    KeyCount.objects.bulk_create(
        [
            KeyCount(model=model, key=key, country=country, size=size, counted_at=now)
            for (key, country), size in sorted(counts.items())
        ],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["model", "key", "country"],
        update_fields=["size", "counted_at"],
    )
