"""A partner's choices for a frame."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.languages import own_name
from signatories.embedding import colours
from signatories.embedding.frames import Kind


class ColourField(forms.CharField):
    """Six hexadecimal digits, or empty."""

    widget = forms.TextInput(
        attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
    )

    def clean(self, value: Any) -> str:
        written = super().clean(value)
        try:
            return colours.colour(written) if written else ""
        except ValueError as error:
            raise ValidationError(_("Enter a colour code, such as #1b3f78.")) from error


class EmbedForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What to show"),
        choices=Kind.choices,
        initial=Kind.CARD,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: [(code, own_name(code)) for code, _name in settings.LANGUAGES],
    )
    accent = ColourField(
        label=_("Colour of links and buttons"),
        required=False,
        max_length=7,
        help_text=_("A colour code, such as #1b3f78. If empty, this site’s own colours are used."),
    )
    ground = ColourField(label=_("Background colour"), required=False, max_length=7)

    def clean(self) -> dict[str, Any]:
        written = self.cleaned_data
        if "accent" not in written or "ground" not in written:
            return written
        if written["accent"] or written["ground"]:
            written["accent"] = written["accent"] or colours.ACCENT
            written["ground"] = written["ground"] or colours.GROUND
            theme = colours.Theme(written["accent"], written["ground"])
            if not theme.is_readable:
                message = gettext(
                    "These two colours are hard to read together. Their contrast is %(found)s; it"
                    " must be at least %(least)s."
                ) % {
                    "found": number_format(theme.contrast, 2),
                    "least": number_format(colours.READABLE, 1),
                }
                self.add_error("accent", message)
        return written

    @property
    def usable(self) -> dict[str, str]:
        """Valid kind and language, even if the colours are not."""
        written: dict[str, str] = getattr(self, "cleaned_data", {})
        return {name: written[name] for name in ("kind", "language") if name in written}
