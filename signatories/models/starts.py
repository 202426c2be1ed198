"""Where the words of names start, so that what is typed is looked up and not searched for."""

from __future__ import annotations

from django.db import models

from config.fields import BytewiseField
from signatories.models.organisations import Organisation

LONGEST_START = 60
"""Characters that are stored of a name from the start of a word on."""


class NameStart(models.Model):
    """A name of an organisation of the register from the start of one of its words on, folded."""

    # No number of its own: the same names make the same rows again.
    pk = models.CompositePrimaryKey("start", "organisation_id")
    start = BytewiseField(max_length=LONGEST_START)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.start
