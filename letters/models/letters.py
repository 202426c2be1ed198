"""Letters and their status."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from config.fields import WebAddressField
from config.languages import language_here
from letters.models.editions import Edition
from letters.wording import EditionWording

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Enter one such as Europe/Brussels or UTC."),
            params={"name": name},
        )


class LetterQuerySet(models.QuerySet["Letter"]):
    def public(self) -> LetterQuerySet:
        """Letters that the public may read: out of draft, in a published campaign."""
        return self.filter(campaign__published=True).exclude(status=Letter.Status.DRAFT)

    def open(self, now: datetime) -> LetterQuerySet:
        """Letters that can be signed at this instant; for one letter, see Letter.is_open.

        They need not be public: see public().
        """
        return self.filter(status=Letter.Status.OPEN, opens_at__lte=now, closes_at__gt=now)

    def visible_to(self, user: User | AbstractBaseUser | AnonymousUser) -> LetterQuerySet:
        """Letters that a staff user may see in the admin: those of their campaigns."""
        return self.filter(campaign__in=Campaign.objects.visible_to(user))

    def with_working_text(self) -> LetterQuerySet:
        """Prefetches the working text: editions, demands and addressees."""
        return self.prefetch_related("editions__demands", "addressees")

    def bump_public_version(self) -> None:
        """Invalidate all caches, lists and documents after a change that the public can see.

        Call it in the transaction of the change.
        """
        self.update(public_version=F("public_version") + 1)


class Letter(models.Model):
    """One open letter. The public reads its present revision, never the working editions."""

    class Silence(models.TextChoices):
        """What it means when a signatory does not answer after a substantive change."""

        KEEPS = "keeps", _("The name stays, listed with the revision it signed")
        LEAVES = "leaves", _("The name is removed after the number of days below")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        DELIVERED = "delivered", _("Delivered")
        ANSWERED = "answered", _("Answered")
        ARCHIVED = "archived", _("Archived")

    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), on_delete=models.PROTECT, related_name="+"
    )
    slug = models.SlugField(
        _("URL"),
        unique=True,
        help_text=_(
            "The last part of the page's URL. If you change it, the current URL will always"
            " redirect to the new one and cannot be used for anything else."
        ),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    closed_at = models.DateTimeField(
        _("closed by staff"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When staff closed it, which may be earlier than planned."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        default="UTC",
        validators=[validate_time_zone],
        help_text=_(
            "The time zone of the deadline, such as Europe/Brussels. Once the letter is no longer"
            " a draft, changing it shows the same moments in another time zone and does not move"
            " them."
        ),
    )
    goal = models.PositiveIntegerField(
        _("goal"), null=True, blank=True, help_text=_("How many organisations you hope will sign.")
    )
    publish_own_domain = models.BooleanField(
        _("publish at once if the email address is at the organisation's own domain"),
        default=False,
        help_text=_(
            "A signature is published without review if its email address is at a domain already"
            " known to be the organisation's own and nobody else's: from its public page, from"
            " staff, from an imported register or from an invitation. What the form says proves"
            " nothing. All other signatures wait for review."
        ),
    )
    country_from = models.PositiveSmallIntegerField(
        _("withheld names needed to show a country"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_(
            "The country of withheld names is shown only if at least this many organisations from"
            " that country withhold theirs. Everyone who signs sees this number, so you can raise"
            " it later but not lower it."
        ),
    )
    proof_of_work = models.BooleanField(
        _("ask browsers for a proof of work"),
        default=False,
        help_text=_(
            "Protects against floods of forms. A reader's browser works for about a second,"
            " unnoticed. A signature without it waits for review, and its email is sent some"
            " minutes later."
        ),
    )
    reported_signatories = models.PositiveIntegerField(
        _("reported number of signatories"),
        null=True,
        blank=True,
        help_text=_("For a letter signed elsewhere: the number given by a source."),
    )
    reported_countries = models.PositiveIntegerField(
        _("reported number of countries"), null=True, blank=True
    )
    reported_by = models.CharField(
        _("reported by"), max_length=200, blank=True, help_text=_("Who reported these numbers.")
    )
    reported_url = WebAddressField(_("link to the report"), blank=True, max_length=500)
    contact_days = models.PositiveIntegerField(
        _("days to keep contacts"),
        default=365,
        validators=[MaxValueValidator(3650)],
        help_text=_(
            "The names and email addresses of representatives are deleted this many days after"
            " the letter closes. The signatures stay."
        ),
    )
    silence = models.CharField(
        _("if the text changes and a signatory does not answer"),
        max_length=6,
        choices=Silence.choices,
        default=Silence.KEEPS,
        help_text=_(
            "Organisations agree to this when they sign, so it is fixed once the letter opens."
        ),
    )
    silence_days = models.PositiveSmallIntegerField(
        _("days to answer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Only if names are removed: the number of days after the email that asks."),
    )
    revision = models.ForeignKey(
        "letters.Revision",
        verbose_name=_("current revision"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    public_version = models.PositiveBigIntegerField(default=1, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = [F("opens_at").desc(nulls_first=True), "slug"]
        constraints = [
            models.CheckConstraint(
                name="letter_closes_after_it_opens",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("The closing time is before the opening time."),
            ),
            models.CheckConstraint(
                name="letter_that_takes_signatures_is_not_closed",
                condition=Q(closed_at=None) | ~Q(status__in=["draft", "open"]),
            ),
            models.CheckConstraint(
                name="letter_out_of_draft_has_both_instants",
                condition=Q(status="draft") | Q(opens_at__isnull=False, closes_at__isnull=False),
                violation_error_message=_("Enter when the letter opens and when it closes."),
            ),
            models.CheckConstraint(
                name="letter_reported_number_names_its_source",
                condition=Q(reported_signatories=None, reported_countries=None)
                | Q(reported_signatories__isnull=False) & ~Q(reported_by="") & ~Q(reported_url=""),
                violation_error_message=_("Enter who reported the number and where."),
            ),
            models.CheckConstraint(
                name="letter_country_is_told_from_one_name_on", condition=Q(country_from__gte=1)
            ),
            models.CheckConstraint(
                name="letter_silence_has_days_where_names_leave",
                condition=Q(silence="keeps", silence_days=None)
                | Q(silence="leaves", silence_days__isnull=False, silence_days__gte=1),
                violation_error_message=_(
                    "Enter the number of days if names are removed, and only then."
                ),
            ),
            models.CheckConstraint(
                name="letter_out_of_draft_has_a_revision",
                condition=Q(status="draft", revision=None)
                | ~Q(status="draft") & Q(revision__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("letter", args=[self.slug])

    @property
    def words_here(self) -> EditionWording:
        """The frozen edition for the present page's language. Raises ValueError for a draft."""
        return self.words_for(language_here())

    def words_for(self, language: str) -> EditionWording:
        """The frozen edition for a reader of `language`. Raises ValueError for a draft."""
        if self.revision is None:
            raise ValueError("A draft has no words for the public yet.")
        return self.revision.wording.best_for(language)

    @cached_property
    def original(self) -> Edition | None:
        """The original working edition. Uses prefetched editions."""
        return next((edition for edition in self.editions.all() if edition.is_original), None)

    @property
    def first_slug(self) -> str:
        """The slug under which it first became public: its permanent identifier in feeds.

        Uses prefetched former addresses.
        """
        return next((former.slug for former in self.former_addresses.all()), self.slug)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def is_open(self, now: datetime) -> bool:
        """Whether it can be signed at this instant."""
        return (
            self.status == self.Status.OPEN
            and self.opens_at is not None
            and self.closes_at is not None
            and self.opens_at <= now < self.closes_at
        )

    @property
    def signing_ends_at(self) -> datetime | None:
        """When signing ends or ended: as planned, or earlier if staff closed it."""
        ends = [instant for instant in (self.closed_at, self.closes_at) if instant]
        return min(ends, default=None)

    def has_closed(self, now: datetime) -> bool:
        """Whether the time to sign is over, by the clock or by staff."""
        if self.status == self.Status.OPEN:
            return self.closes_at is not None and self.closes_at <= now
        return self.status != self.Status.DRAFT

    def days_left(self, now: datetime) -> int:
        """The number of midnights in the letter's time zone until it closes; 0 means today."""
        if self.closes_at is None:
            raise ValueError("This letter has no closing instant.")
        return (self.closes_at.astimezone(self.zone).date() - now.astimezone(self.zone).date()).days


# Allowed changes of status; actions.change_status applies them.
TRANSITIONS: dict[str, set[str]] = {
    Letter.Status.DRAFT: {Letter.Status.OPEN},
    Letter.Status.OPEN: {Letter.Status.CLOSED},
    Letter.Status.CLOSED: {Letter.Status.OPEN, Letter.Status.DELIVERED, Letter.Status.ARCHIVED},
    Letter.Status.DELIVERED: {Letter.Status.ANSWERED, Letter.Status.ARCHIVED},
    Letter.Status.ANSWERED: {Letter.Status.ARCHIVED},
    Letter.Status.ARCHIVED: set(),
}
