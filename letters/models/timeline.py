"""The timeline of a letter, and the sources of its facts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from config.fields import WebAddressField
from config.text.markdown import render_markdown
from letters.models.letters import Letter


class Source(models.Model):
    """The source of a fact on the page."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="sources")
    publisher = models.CharField(_("publisher"), max_length=200)
    title = models.CharField(_("title"), max_length=300)
    day = models.DateField(_("date"), null=True, blank=True)
    url = WebAddressField(_("link"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["letter", F("day").asc(nulls_last=True), "id"]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"


class TimelineEntry(models.Model):
    """What happened to the letter: a delivery, coverage, a response or other news."""

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("Delivery")
        COVERAGE = "coverage", _("Coverage")
        RESPONSE = "response", _("Response")
        UPDATE = "update", _("Update")

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="timeline")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    day = models.DateField(_("date"))
    place = models.CharField(
        _("place"),
        max_length=200,
        blank=True,
        help_text=_("For a delivery: where the letter was delivered."),
    )
    outlet = models.CharField(
        _("outlet or sender"),
        max_length=200,
        blank=True,
        help_text=_("For coverage: which newspaper or channel. For a response: who answered."),
    )
    url = WebAddressField(_("link"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True, help_text=_("In Markdown."))

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        ordering = ["letter", "day", "id"]
        constraints = [
            models.CheckConstraint(
                name="timeline_delivery_has_a_place",
                condition=~Q(kind="delivery") | ~Q(place=""),
                violation_error_message=_("Enter where the letter was delivered."),
            ),
            models.CheckConstraint(
                name="timeline_coverage_has_an_outlet",
                condition=~Q(kind="coverage") | ~Q(outlet=""),
                violation_error_message=_("Enter which outlet reported on the letter."),
            ),
            models.CheckConstraint(
                name="timeline_response_and_update_say_something",
                condition=~Q(kind__in=["response", "update"]) | ~Q(note=""),
                violation_error_message=_("Enter what was answered or what is new."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"

    @property
    def note_html(self) -> SafeString:
        return render_markdown(self.note)
