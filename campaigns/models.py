"""Campaigns, to which letters belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.images import stored_as
from config.fields import WebAddressField
from config.languages import LONGEST_LANGUAGE, language_validator
from config.text.markdown import render_markdown

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

hashtag_validator = RegexValidator(
    r"^#\w+$", _("A hashtag is # followed by letters, digits or underscores, without spaces.")
)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def published(self) -> CampaignQuerySet:
        """Campaigns that the public may see."""
        return self.filter(published=True)

    def visible_to(self, user: User | AbstractBaseUser | AnonymousUser) -> CampaignQuerySet:
        """Campaigns that a staff user may see: their teams', or with the permission all."""
        if isinstance(user, PermissionsMixin) and user.has_perm("campaigns.view_all_campaigns"):
            return self
        return self.filter(team=user.pk) if user.pk else self.none()

    def bump_public_version(self) -> None:
        """Invalidate all caches after a change that the public can see."""
        self.update(public_version=F("public_version") + 1)


class Campaign(models.Model):
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(
        _("language"),
        max_length=LONGEST_LANGUAGE,
        default="en",
        validators=[language_validator],
        help_text=_("The language of the title, summary and description."),
    )
    slug = models.SlugField(
        _("URL"),
        unique=True,
        help_text=_(
            "The last part of the page's URL. If you change it, the current URL will always"
            " redirect to the new one and cannot be used for anything else."
        ),
    )
    hashtag = models.CharField(
        _("hashtag"),
        max_length=60,
        blank=True,
        validators=[hashtag_validator],
        help_text=_("Include the #, for example #SpeakOut."),
    )
    organiser_name = models.CharField(
        _("organiser"),
        max_length=200,
        help_text=_("The organisation or coalition responsible for the campaign."),
    )
    organiser_url = WebAddressField(_("organiser's website"), blank=True)
    organiser_email = models.EmailField(
        _("organiser's public email"),
        blank=True,
        help_text=_(
            "Replies to the site's emails go to this address. It is also shown on the campaign's"
            " page."
        ),
    )
    summary = models.TextField(
        _("summary"), max_length=500, help_text=_("One or two sentences for lists and previews.")
    )
    description = models.TextField(_("description"), blank=True, help_text=_("In Markdown."))
    image = models.ImageField(
        _("image"),
        upload_to=stored_as,
        blank=True,
        help_text=_("JPEG, PNG or WebP. We remove anything the camera added, such as the place."),
    )
    image_text = models.CharField(
        _("image description"),
        max_length=300,
        blank=True,
        help_text=_("What the image shows, for people who cannot see it."),
    )
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    published = models.BooleanField(
        _("published"),
        default=False,
        help_text=_("Only a published campaign and its letters are public."),
    )
    team = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("team"),
        blank=True,
        related_name="+",
        limit_choices_to={"is_staff": True},
        help_text=_(
            "Staff who work on this campaign. Other staff cannot see it in the admin, except"
            " administrators."
        ),
    )
    public_version = models.PositiveBigIntegerField(default=1, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = [F("first_day").desc(nulls_last=True), "title"]
        permissions = [("view_all_campaigns", "Can view the campaigns of all teams")]
        constraints = [
            models.CheckConstraint(
                name="campaign_last_day_not_before_first",
                condition=Q(first_day=None) | Q(last_day=None) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(
                name="campaign_image_has_words",
                condition=Q(image="") | ~Q(image_text=""),
                violation_error_message=_("Describe what the image shows."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("campaign", args=[self.slug])

    def clean(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day is before the first day.")})
        if self.image and not self.image_text:
            raise ValidationError({"image_text": _("Describe what the image shows.")})

    @property
    def description_html(self) -> SafeString:
        return render_markdown(self.description)


class FormerAddress(models.Model):
    """A former slug of a campaign. It redirects to the campaign for ever."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="former_addresses"
    )
    slug = models.SlugField(_("URL"), unique=True)

    class Meta:
        verbose_name = _("former URL")
        verbose_name_plural = _("former URLs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.slug
