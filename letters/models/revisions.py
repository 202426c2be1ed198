"""Revisions: the frozen wording of a letter, which never changes."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.text.reasons import LONGEST as LONGEST_REASON
from letters.models.letters import Letter
from letters.wording import Wording, read_wording

LABEL = r"[1-9][0-9]{0,3}(?:\.[1-9][0-9]{0,3})?"  # a revision's label in URLs


def label_of(number: int, correction: int) -> str:
    """A revision's label: 2, or 2.1 for the first correction of revision 2."""
    return f"{number}.{correction}" if correction else str(number)


class RevisionQuerySet(models.QuerySet["Revision"]):
    def labelled(self, label: str) -> RevisionQuerySet:
        """The revision with this label, such as 2 or 2.1; none if the label is invalid."""
        if not re.fullmatch(LABEL, label):
            return self.none()
        number, _point, correction = label.partition(".")
        return self.filter(number=int(number), correction=int(correction or 0))

    def substantive_since(self, signed: Revision) -> RevisionQuerySet:
        """The substantive changes after `signed`, oldest first."""
        later = self.filter(kind=Revision.Kind.SUBSTANTIVE, number__gt=signed.number)
        return later.order_by("number")


class Revision(models.Model):
    """All published editions of a letter at one moment. The database refuses to change a row.

    A substantive change gets the next `number`; a correction or an added translation increases
    `correction`. So a signature agrees with the present text if its number is the letter's present
    one.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("First text")
        CORRECTION = "correction", _("Correction")
        TRANSLATION = "translation", _("Translation added")
        SUBSTANTIVE = "substantive", _("Substantive change")

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("number"))
    correction = models.PositiveSmallIntegerField(_("correction"), default=0)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True)
    frozen_at = models.DateTimeField(_("published"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    canonical = models.TextField(_("canonical form"))
    digest = models.CharField(_("SHA-256 of the canonical form"), max_length=64)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["letter", "-number", "-correction"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "number", "correction"], name="revision_once_per_letter_and_label"
            ),
            models.CheckConstraint(
                name="revision_kind_fits_its_number",
                condition=Q(kind="opening", number=1, correction=0)
                | Q(kind="substantive", number__gt=1, correction=0)
                | Q(kind__in=["correction", "translation"], number__gte=1, correction__gt=0),
            ),
            models.CheckConstraint(
                name="revision_that_changes_gives_its_reason",
                condition=Q(kind="opening") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("revision", args=[self.letter.slug, self.label])

    @property
    def label(self) -> str:
        return label_of(self.number, self.correction)

    @cached_property
    def wording(self) -> Wording:
        return read_wording(self.canonical)
