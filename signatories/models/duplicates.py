"""Staff's decisions about organisations that may be the same."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from signatories.models.organisations import Organisation


class Pair(models.Model):
    """Two organisations that may be the same. The one with the smaller id comes first."""

    class Decision(models.TextChoices):
        OPEN = "open", _("To be decided")
        DIFFERENT = "different", _("Different")

    first = models.ForeignKey(
        Organisation,
        verbose_name=_("first organisation"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    second = models.ForeignKey(
        Organisation,
        verbose_name=_("second organisation"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision.choices, default=Decision.OPEN
    )
    score = models.FloatField(_("similarity"), default=0, help_text=_("From 0 to 1."))
    reasons = models.JSONField(_("reasons"), default=list)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        ordering = ["-score", "first", "second"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(
                name="pair_smaller_number_first", condition=Q(first__lt=F("second"))
            ),
            models.CheckConstraint(
                name="pair_decision_names_who_and_when",
                condition=Q(decision="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decision="different", decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"


class Merge(models.Model):
    """Two organisations that staff merged, with everything needed to undo it."""

    kept = models.ForeignKey(
        Organisation, verbose_name=_("kept"), on_delete=models.PROTECT, related_name="+"
    )
    merged = models.ForeignKey(
        Organisation, verbose_name=_("merged"), on_delete=models.PROTECT, related_name="+"
    )
    changes = models.JSONField(
        default=list, help_text=_("Every field that the merge changed, before and after.")
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="merge_undone_names_who_and_when",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"
