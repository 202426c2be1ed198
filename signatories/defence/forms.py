"""Forms for staff to block or allow a sender."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.text.reasons import ReasonField
from signatories.defence.lists import clean_domain, clean_network
from signatories.errors import SignatureError
from signatories.models import Listing


class ListingForm(forms.ModelForm[Listing]):
    """A domain or network to block or allow."""

    comment = ReasonField(label=_("Why"), rows=2)

    class Meta:
        model = Listing
        fields = ["verdict", "kind", "value", "comment", "expires_at"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        now = timezone.now()
        if cleaned.get("expires_at") and cleaned["expires_at"] <= now:
            self.add_error("expires_at", _("It would expire before it starts."))
        if not {"verdict", "kind", "value"} <= cleaned.keys():
            return cleaned
        read = clean_domain if cleaned["kind"] == Listing.Kind.DOMAIN else clean_network
        try:
            cleaned["value"] = read(cleaned["value"])
        except SignatureError as error:
            self.add_error("value", str(error.message))
            return cleaned
        same = Listing.objects.in_force(now).filter(
            verdict=cleaned["verdict"], kind=cleaned["kind"], value=cleaned["value"]
        )
        if same.exists():
            self.add_error("value", _("It is already listed. Lift that entry first."))
        return cleaned
