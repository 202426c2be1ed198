"""Counters for rate limits."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from config.encryption import INDEX_LENGTH


class RateCount(models.Model):
    """How often something was done within one time window. The key is a keyed digest."""

    key = models.CharField(max_length=INDEX_LENGTH)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["window_end"])]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "window_start"], name="rate_count_once_per_key_and_window"
            ),
            models.CheckConstraint(
                name="rate_count_window_ends_after_it_starts",
                condition=Q(window_end__gt=F("window_start")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window_start:%Y-%m-%d %H:%M}: {self.count}"
