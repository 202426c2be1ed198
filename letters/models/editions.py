"""The working text of a letter: editions, demands, addressees."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.languages import LONGEST_LANGUAGE, language_validator
from letters.wording import AddresseeWording, EditionWording, clean_text


class Edition(models.Model):
    """The letter in one language, as staff are working on it.

    One edition is the original, the others translate it. The public reads the present revision.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft: not part of the next revision")
        PUBLISHED = "published", pgettext_lazy("edition", "Published: part of the next revision")

    letter = models.ForeignKey("letters.Letter", on_delete=models.CASCADE, related_name="editions")
    language = models.CharField(
        _("language"),
        max_length=LONGEST_LANGUAGE,
        default="en",
        validators=[language_validator],
        help_text=_("The language code, such as en or pt-br."),
    )
    is_original = models.BooleanField(_("original"), default=True, editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.PUBLISHED
    )
    addressed_to = models.TextField(
        _("addressees in this language"),
        blank=True,
        help_text=_("One per line: name; office. If empty, the letter's own addressees are shown."),
    )
    title = models.CharField(_("title"), max_length=200)
    salutation = models.CharField(
        _("salutation"), max_length=200, blank=True, help_text=_("For example: Dear Mr President,")
    )
    body = models.TextField(_("text"), help_text=_("The letter, in Markdown."))
    call_to_sign = models.CharField(
        _("call to sign"),
        max_length=300,
        blank=True,
        help_text=_("A sentence above the form, asking organisations to sign."),
    )
    summary = models.CharField(
        _("summary for sharing"),
        max_length=300,
        blank=True,
        help_text=_("One sentence for search engines and link previews."),
    )
    translator = models.CharField(
        _("translator"),
        max_length=200,
        blank=True,
        help_text=_("Who is credited with the translation."),
    )
    note = models.TextField(
        _("editors' note"),
        blank=True,
        help_text=_("Shown above the text, for example to say where it comes from. In Markdown."),
    )
    followed = models.JSONField(
        default=list,
        editable=False,
        help_text=_("For a translation: the parts of the original it was checked against."),
    )

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["letter", "-is_original", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "language"],
                name="edition_once_per_letter_and_language",
                violation_error_message=_("This letter already has an edition in this language."),
            ),
            models.UniqueConstraint(
                fields=["letter"],
                condition=Q(is_original=True),
                name="edition_one_original_per_letter",
            ),
            models.CheckConstraint(
                name="edition_original_is_published",
                condition=Q(is_original=False) | Q(status="published"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def wording(self) -> EditionWording:
        """The text as a revision would freeze it."""
        return EditionWording(
            language=self.language,
            is_original=self.is_original,
            addressees=tuple(self._addressees()),
            title=clean_text(self.title),
            salutation=clean_text(self.salutation),
            body=clean_text(self.body),
            demands=tuple(clean_text(demand.text) for demand in self.demands.all()),
            call_to_sign=clean_text(self.call_to_sign),
            summary=clean_text(self.summary),
            translator=clean_text(self.translator),
            note=clean_text(self.note),
        )

    def _addressees(self) -> Iterator[AddresseeWording]:
        lines = clean_text(self.addressed_to).splitlines()
        for line in filter(None, lines):
            name, _sign, office = line.partition(";")
            yield AddresseeWording(name=name.strip(), office=office.strip())
        for one in [] if lines else self.letter.addressees.all():
            yield AddresseeWording(name=clean_text(one.name), office=clean_text(one.office))


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
    letter = models.ForeignKey(
        "letters.Letter", on_delete=models.CASCADE, related_name="addressees"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=200)
    office = models.CharField(_("office"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("addressee")
        verbose_name_plural = _("addressees")
        ordering = ["letter", "position", "id"]

    def __str__(self) -> str:
        return self.name
