"""Data for searching letters."""

from __future__ import annotations

from django.db import models

from letters.models import Revision


class LetterWords(models.Model):
    """The words of a revision in all its languages, folded. Revisions never change, so neither does
    this; it is rebuilt from the revision whenever it is missing.
    """

    revision = models.OneToOneField(
        Revision, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    titles = models.TextField()
    words = models.TextField()

    def __str__(self) -> str:
        return f"Words of revision {self.pk}"
