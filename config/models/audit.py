"""The audit trail: who did what to what, when and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change, written in its transaction. The database refuses to alter or delete entries.

    An entry names its subject by model label and primary key, so that it outlives the subject. It
    never contains a representative's name, address or words.
    """

    class Actor(models.TextChoices):
        STAFF = "staff", _("Staff")
        REPRESENTATIVE = "representative", _("Representative")
        SYSTEM = "system", _("System")

    at = models.DateTimeField(_("when"))
    actor = models.CharField(_("who"), max_length=20, choices=Actor.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("staff user"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    verb = models.CharField(_("action"), max_length=60)
    subject_type = models.CharField(_("type of object"), max_length=60)
    subject_id = models.BigIntegerField(_("object"))
    reason = models.TextField(_("why"), blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"])]
        constraints = [
            models.CheckConstraint(
                name="audit_staff_entries_name_the_user",
                condition=(
                    models.Q(actor="staff", by__isnull=False)
                    | (~models.Q(actor="staff") & models.Q(by__isnull=True))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject_type} {self.subject_id}"
