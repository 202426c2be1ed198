"""What abuse protection stores: lists, invalidations, alarms, used proofs of work."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.encryption import EncryptedTextField
from config.text.hosts import LONGEST as LONGEST_HOST
from config.text.reasons import LONGEST as LONGEST_REASON
from letters.models import Letter
from signatories.models.signatures import Signature


class ListingQuerySet(models.QuerySet["Listing"]):
    def in_force(self, now: datetime) -> ListingQuerySet:
        """Neither lifted nor expired at this instant; see Listing.is_in_force."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), lifted_at=None)


class Listing(models.Model):
    """A blocked or allowed email domain or network. Allowed ones skip all limits but the mailbox's.

    `value` is in the canonical form of defence.lists, so equal entries have equal values.
    """

    class Verdict(models.TextChoices):
        BLOCKED = "blocked", _("Blocked")
        ALLOWED = "allowed", _("Allowed")

    class Kind(models.TextChoices):
        DOMAIN = "domain", _("Email domain")
        NETWORK = "network", _("Network")

    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict.choices)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    value = models.CharField(
        _("domain or network"),
        max_length=LONGEST_HOST,
        help_text=_(
            "A domain such as example.org, including all its subdomains, or a network such as"
            " 192.0.2.0/24 or 2001:db8::/48."
        ),
    )
    comment = models.CharField(_("why"), max_length=LONGEST_REASON)
    listed_at = models.DateTimeField(_("since"))
    listed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    expires_at = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("If empty, it applies until it is lifted.")
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lifted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listed sender")
        verbose_name_plural = _("blocked and allowed senders")
        ordering = ["-listed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["verdict", "kind", "value"],
                condition=Q(lifted_at=None),
                name="listing_once_until_it_is_lifted",
            ),
            models.CheckConstraint(
                name="listing_names_what_and_why", condition=~Q(value="") & ~Q(comment="")
            ),
            models.CheckConstraint(
                name="listing_expires_after_it_starts",
                condition=Q(expires_at=None) | Q(expires_at__gt=F("listed_at")),
                violation_error_message=_("It would expire before it starts."),
            ),
            models.CheckConstraint(
                name="listing_lifted_names_who_and_when",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.value}"

    def is_in_force(self, now: datetime) -> bool:
        return self.lifted_at is None and (self.expires_at is None or self.expires_at > now)


class Invalidation(models.Model):
    """Signatures of one letter that staff declined together by a rule, with what undoing needs."""

    letter = models.ForeignKey(
        Letter, verbose_name=_("letter"), on_delete=models.PROTECT, related_name="+"
    )
    # Pressing the button twice sends the same key twice.
    key = models.CharField(max_length=40, unique=True, editable=False)
    network = EncryptedTextField(_("network"), blank=True)
    email_domain = models.CharField(_("email domain"), max_length=LONGEST_HOST, blank=True)
    signed_from = models.DateTimeField(_("signed from"), null=True, blank=True)
    signed_until = models.DateTimeField(_("signed until"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=12, blank=True, choices=Signature.Status.choices
    )
    declared_only = models.BooleanField(_("authority declared only"), default=False)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
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
        verbose_name = _("invalidation")
        verbose_name_plural = _("invalidations")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(name="invalidation_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="invalidation_undone_names_who_and_when",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invalidation_ends_after_it_starts",
                condition=Q(signed_from=None)
                | Q(signed_until=None)
                | Q(signed_until__gt=F("signed_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter}, {self.at:%Y-%m-%d %H:%M}"


class InvalidatedSignature(models.Model):
    """A signature that an invalidation declined, and the decision it had before."""

    class Outcome(models.TextChoices):
        DECLINED = "declined", _("Declined")
        RESTORED = "restored", _("Restored")
        CHANGED = "changed", _("Not restored: it has changed since")

    invalidation = models.ForeignKey(
        Invalidation, on_delete=models.CASCADE, related_name="signatures"
    )
    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="+")
    former_status = models.CharField(
        _("status before"), max_length=12, choices=Signature.Status.choices
    )
    former_decided_at = models.DateTimeField(null=True)
    former_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    former_reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.DECLINED
    )

    class Meta:
        verbose_name = _("invalidated signature")
        verbose_name_plural = _("invalidated signatures")
        ordering = ["invalidation_id", "signature_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["invalidation", "signature"], name="invalidated_signature_once"
            ),
            models.CheckConstraint(
                name="invalidated_signature_could_be_declined",
                condition=Q(former_status__in=["unconfirmed", "in_review", "published"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.signature)


class SigningAlarm(models.Model):
    """Unusual activity on a letter. It holds numbers, never who signed or from where."""

    letter = models.ForeignKey(
        Letter, verbose_name=_("letter"), on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField(_("day"), help_text=_("In UTC."))
    raised_at = models.DateTimeField(_("when"), db_index=True)
    signed = models.PositiveIntegerField(_("signed within the hour"))
    unconfirmed = models.PositiveIntegerField(_("of these unconfirmed"))
    usual = models.FloatField(_("usual number unconfirmed in an hour"))
    one_network = models.PositiveIntegerField(_("unconfirmed from one network"))
    one_domain = models.PositiveIntegerField(_("unconfirmed at one email domain"))
    signs = models.JSONField(_("signs"), default=list)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "day"], name="signing_alarm_once_per_letter_and_day"
            ),
            models.CheckConstraint(
                name="signing_alarm_numbers_fit",
                condition=Q(unconfirmed__lte=F("signed"))
                & Q(one_network__lte=F("unconfirmed"))
                & Q(one_domain__lte=F("unconfirmed")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter}, {self.day}"


class UsedProof(models.Model):
    """A used proof of work, stored until it would have expired anyway."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]
