"""Former URLs of letters."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from letters.models.letters import Letter


class FormerAddress(models.Model):
    """A slug that a letter had when it was out of draft. It redirects to the letter for ever."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="former_addresses")
    slug = models.SlugField(_("URL"), unique=True)

    class Meta:
        verbose_name = _("former URL")
        verbose_name_plural = _("former URLs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.slug
