"""Counts that limits are made of."""

from __future__ import annotations

from django.db import models


class RateCount(models.Model):
    """How often something was done within one window of time. The key is a keyed digest."""

    key = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["window_start"])]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "window_start"], name="rate_count_once_per_key_and_window"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window_start:%Y-%m-%d %H:%M}: {self.count}"
