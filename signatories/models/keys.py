"""Stored keys by which recognition finds organisations, and how frequent they are."""

from __future__ import annotations

from django.db import models

from signatories.models.organisations import Organisation
from signatories.recognition import MAX_KEY


class RecognitionKey(models.Model):
    """A key under which recognition finds an organisation, built from its names and domains."""

    # No id of its own: the same names always give the same rows.
    pk = models.CompositePrimaryKey("key", "country", "organisation_id")
    key = models.CharField(max_length=MAX_KEY)
    country = models.CharField(max_length=2, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.key


class KeyCount(models.Model):
    """How many rows a frequent key has, in one country or in all. The worker counts them.

    Rare keys are counted when they are looked up. So an outdated count may slow a query down or
    weigh a frequent key slightly wrong, but never hides what a rare key finds.
    """

    EVERYWHERE = "*"
    """Stands for all countries together."""

    pk = models.CompositePrimaryKey("model", "key", "country")
    model = models.CharField(max_length=40, help_text="The model of the table that has the key.")
    key = models.CharField(max_length=MAX_KEY)
    country = models.CharField(max_length=2, blank=True)
    size = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key} {self.country}"
