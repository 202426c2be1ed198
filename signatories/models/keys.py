"""The stored keys by which recognition finds organisations, and how frequent they are."""

from __future__ import annotations

from django.db import models

from signatories.models.organisations import Organisation
from signatories.recognition import MAX_KEY


class RecognitionKey(models.Model):
    """A key under which recognition finds an organisation. Made of its names and domains."""

    # No number of its own: the same names make the same rows again.
    pk = models.CompositePrimaryKey("key", "country", "organisation_id")
    key = models.CharField(max_length=MAX_KEY)
    country = models.CharField(max_length=2, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.key


class KeyCount(models.Model):
    """How many rows a frequent key has, in one country or in all. The worker counts them.

    A rare key is counted when it is asked for. So an old count makes a question slower, or a
    frequent key a little more or less telling, but hides nothing that a rare key finds.
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
