"""Counts of frequent keys, so that no query has to count them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Count

from signatories.models import KeyCount, KnownKey, RecognitionKey

COUNTED = 100
"""Rows: the worker counts keys with more, queries count keys with fewer."""

COUNT_EVERY = timedelta(hours=1)

KEYED: tuple[type[models.Model], ...] = (RecognitionKey, KnownKey)
"""The tables of keys."""

COUNTING = ""
"""The key of the row that says when the last count of a table began."""


def count_due(*, now: datetime) -> int:
    """Count the keys of each table whose last count is old. Returns the number of tables.

    A count that fails or times out is retried an hour later, not every minute.
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
    """Store how many rows each frequent key of the table has. Call it after adding many.

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
    # Always in the same order, so that two workers cannot deadlock.
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
