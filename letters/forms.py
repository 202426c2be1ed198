from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config import clocks
from config.fields import Line, Lines
from config.text.cleaning import clean_line
from config.text.reasons import ReasonField
from config.text.slugs import SlugForm
from letters.errors import SLUG_TAKEN
from letters.models import Demand, Edition, FormerAddress, Letter

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and "Etc" not in zone)
INSTANTS = ("opens_at", "closes_at")


class LetterForm(SlugForm):
    class Meta:
        model = Letter
        exclude = ["public_version", "status", "closed_at", "revision"]
        widgets = {"time_zone": forms.Select(choices=[("UTC", "UTC"), *((z, z) for z in ZONES)])}
        help_texts = {
            "opens_at": _(
                "If this time comes twice because the clocks go back, the first one counts."
            ),
            "closes_at": _(
                "If this time comes twice because the clocks go back, the second one counts."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show opening and closing in the letter's own time zone."""
        super().__init__(*args, **kwargs)
        for name in INSTANTS:
            instant = getattr(self.instance, name)
            if instant:
                self.initial[name] = instant.astimezone(self.instance.zone).replace(tzinfo=None)
            if name in self.fields and self.instance.pk:
                zone_text = _("Time zone: %(zone)s.") % {"zone": self.instance.zone}
                self.fields[name].help_text = f"{zone_text} {self.fields[name].help_text}"

    former = FormerAddress.objects
    owner = "letter"
    taken = SLUG_TAKEN

    def is_public(self) -> bool:
        return bool(self.instance.status != Letter.Status.DRAFT)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._read_instants(cleaned)
        if cleaned.get("reported_signatories") or cleaned.get("reported_countries"):
            self._require(
                ["reported_signatories", "reported_by", "reported_url"],
                _("Give a source for the reported number."),
            )
        promised = self.initial.get("country_from") or 0
        if self.is_public() and cleaned.get("country_from", 0) < promised:
            self.add_error(
                "country_from",
                _("Organisations saw %(number)s when they signed. You can only raise this number.")
                % {"number": promised},
            )
        if cleaned.get("silence") == Letter.Silence.LEAVES:
            self._require(
                ["silence_days"], _("Enter the number of days after which names are removed.")
            )
        elif cleaned.get("silence_days"):
            self.add_error("silence_days", _("Leave this empty: names stay."))
        return cleaned

    def _read_instants(self, cleaned: dict[str, Any]) -> None:
        """Read opening and closing in the letter's own time zone.

        Once public, times that were not edited stay the same instants, even if the zone changes.
        """
        zone = ZoneInfo(cleaned.get("time_zone") or "UTC")
        for name in INSTANTS:
            if cleaned.get(name):
                if self.is_public() and name not in self.changed_data:
                    cleaned[name] = getattr(self.instance, name)
                    continue
                try:
                    cleaned[name] = clocks.instant(cleaned[name], zone, last=name == "closes_at")
                except forms.ValidationError as error:
                    self.add_error(name, error)
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The closing time is before the opening time."))
        if self.is_public():
            self._require(INSTANTS, _("This is required once the letter is no longer a draft."))

    def _require(self, names: Sequence[str], message: Any) -> None:
        for name in names:
            if name in self.fields and name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, message)


WIDGETS = {
    "addressed_to": forms.Textarea(attrs={"rows": 2, "cols": 80}),
    "body": forms.Textarea(attrs={"rows": 18, "cols": 80}),
    "call_to_sign": forms.Textarea(attrs={"rows": 2, "cols": 80}),
    "summary": forms.Textarea(attrs={"rows": 2, "cols": 80}),
    "note": forms.Textarea(attrs={"rows": 4, "cols": 80}),
}
FIELDS: dict[str, type[forms.Field]] = {
    **dict.fromkeys(["title", "salutation", "call_to_sign", "summary", "translator"], Line),
    **dict.fromkeys(["addressed_to", "body", "note"], Lines),
}


class EditionForm(forms.ModelForm[Edition]):
    """An edition and its demands, one per line."""

    demands = forms.CharField(
        label=_("demands"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
        help_text=_("What the letter asks for, in order. One demand per line."),
    )

    class Meta:
        model = Edition
        fields = [
            "language",
            "title",
            "salutation",
            "body",
            "demands",
            "call_to_sign",
            "summary",
            "note",
        ]
        widgets = WIDGETS
        field_classes = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["demands"].label = capfirst(gettext("demands"))
        for field in self.fields.values():
            field.widget.attrs.setdefault("dir", "auto")
        if self.instance.pk:
            # With CRLF, as browsers send it, so that an unedited field has not changed.
            self.initial["demands"] = "\r\n".join(
                demand.text for demand in self.instance.demands.all()
            )

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        others = Edition.objects.filter(letter=self.instance.letter_id, language=language)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This letter already has an edition in this language."))
        return language

    def clean_demands(self) -> list[str]:
        lines = [clean_line(line) for line in self.cleaned_data["demands"].splitlines()]
        longest = Demand._meta.get_field("text").max_length or 0
        for line in lines:
            if len(line) > longest:
                raise forms.ValidationError(
                    _("Use at most %(longest)s characters for each demand."),
                    params={"longest": longest},
                )
        return [line for line in lines if line]


class TranslationForm(EditionForm):
    """A translation. The admin page sets `letter`."""

    letter: Letter

    follows_now = forms.BooleanField(
        label=_("This translation is up to date with the original"),
        required=False,
        help_text=_("Tick this once the translation includes every change."),
    )

    class Meta:
        model = Edition
        fields = [
            "language",
            "status",
            "translator",
            "addressed_to",
            "title",
            "salutation",
            "body",
            "demands",
            "call_to_sign",
            "summary",
            "note",
            "follows_now",
        ]
        widgets = WIDGETS
        field_classes = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.instance.letter = self.letter
            self.instance.is_original = False
            self.initial.setdefault("status", Edition.Status.DRAFT)
            self.initial["language"] = ""


class RevisionForm(forms.Form):
    """The kind of a change to a public text, and its reason."""

    CORRECTION, SUBSTANTIVE = "correction", "substantive"

    kind = forms.ChoiceField(
        label=_("What kind of change is this?"),
        choices=[
            (CORRECTION, _("A correction: the letter still says the same. All signatures stay.")),
            (
                SUBSTANTIVE,
                _("A substantive change: every organisation that signed is asked to sign again."),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of change this is.")},
    )
    reason = ReasonField(
        label=_("Reason"),
        cols=80,
        help_text=_("Everyone will see it next to the revision."),
        error_messages={"required": _("Give a reason. Everyone will see it.")},
    )

    def decision(self) -> dict[str, Any]:
        """Arguments for publish_revision, once the form is valid."""
        return {
            "substantive": self.cleaned_data["kind"] == self.SUBSTANTIVE,
            "reason": self.cleaned_data["reason"],
        }
