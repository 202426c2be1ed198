from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from letters.models import Demand, Edition, Letter

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and "Etc" not in zone)
INSTANTS = ("opens_at", "closes_at")


class LetterForm(forms.ModelForm[Letter]):
    class Meta:
        model = Letter
        exclude = ["public_version", "status"]  # noqa: DJ006 - the admin page lists the fields
        widgets = {"time_zone": forms.Select(choices=[("UTC", "UTC"), *((z, z) for z in ZONES)])}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show opening and closing as the clocks in the letter's own time zone do."""
        super().__init__(*args, **kwargs)
        for name in INSTANTS:
            instant = getattr(self.instance, name)
            if instant:
                self.initial[name] = instant.astimezone(self.instance.zone).replace(tzinfo=None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._read_instants(cleaned)
        if cleaned.get("reported_signatories") or cleaned.get("reported_countries"):
            self._require(
                ["reported_signatories", "reported_by", "reported_url"],
                _("A reported number needs its source."),
            )
        return cleaned

    def _read_instants(self, cleaned: dict[str, Any]) -> None:
        """Read opening and closing as the clocks in the letter's own time zone do."""
        zone = ZoneInfo(cleaned.get("time_zone") or "UTC")
        for name in INSTANTS:
            if cleaned.get(name):
                cleaned[name] = cleaned[name].replace(tzinfo=zone)
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The letter closes before it opens."))
        if self.instance.status != Letter.Status.DRAFT:
            self._require(INSTANTS, _("A letter out of draft needs this."))

    def _require(self, names: Sequence[str], message: Any) -> None:
        for name in names:
            if name in self.fields and name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, message)


class EditionForm(forms.ModelForm[Edition]):
    """An edition and its demands, one a line."""

    demands = forms.CharField(
        label=_("demands"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
        help_text=_("What the letter asks for, one demand a line, in order."),
    )

    class Meta:
        model = Edition
        fields = ["language", "title", "salutation", "body", "demands", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Browsers send a textarea's lines back so; what nobody touched has not changed.
            self.initial["demands"] = "\r\n".join(
                demand.text for demand in self.instance.demands.all()
            )

    def clean_demands(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["demands"].splitlines()]
        longest = Demand._meta.get_field("text").max_length or 0
        for line in lines:
            if len(line) > longest:
                raise forms.ValidationError(
                    _("Keep each demand below %(longest)s characters."),
                    params={"longest": longest},
                )
        return [line for line in lines if line]
