"""Starts of words in names, so that typed text is looked up by index rather than searched."""

from __future__ import annotations

from django.db import models

from config.fields import BytewiseField
from signatories.models.organisations import Organisation

LONGEST_START = 60
"""Characters stored of a name, from the start of a word on."""


class NameStart(models.Model):
    """An organisation's name from the start of one of its words on, folded."""

    # No id of its own: the same names always give the same rows.
    pk = models.CompositePrimaryKey("start", "organisation_id")
    start = BytewiseField(max_length=LONGEST_START)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.start
