"""The words of a letter as staff write them: editions, demands, addressees."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from config.markdown import render_markdown
from letters.models.letters import Letter

language_validator = RegexValidator(
    r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$", _("A language code is written like en or pt-br.")
)


class Edition(models.Model):
    """The letter in one language. One edition is the original, others will translate it."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="editions")
    language = models.CharField(
        _("language"),
        max_length=12,
        default="en",
        validators=[language_validator],
        help_text=_("Its code, such as en or pt-br."),
    )
    is_original = models.BooleanField(_("original"), default=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    salutation = models.CharField(
        _("salutation"), max_length=200, blank=True, help_text=_("Such as: Dear Mr President,")
    )
    body = models.TextField(_("text"), help_text=_("The letter, in Markdown."))
    note = models.TextField(
        _("note of the editors"),
        blank=True,
        help_text=_("Shown above the text, such as where it comes from. In Markdown."),
    )

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["letter", "-is_original", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "language"], name="edition_once_per_letter_and_language"
            ),
            models.UniqueConstraint(
                fields=["letter"],
                condition=Q(is_original=True),
                name="edition_one_original_per_letter",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def body_html(self) -> SafeString:
        return render_markdown(self.body)

    @property
    def note_html(self) -> SafeString:
        return render_markdown(self.note)


class Demand(models.Model):
    """One thing that the letter asks for, in the words of its edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="demands")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("text"), max_length=500)

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "position"], name="demand_one_per_edition_and_position"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Addressee(models.Model):
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="addressees")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=200)
    office = models.CharField(_("office"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("addressee")
        verbose_name_plural = _("addressees")
        ordering = ["letter", "position", "id"]

    def __str__(self) -> str:
        return self.name
