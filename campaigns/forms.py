from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from campaigns.images import reencode
from campaigns.models import Campaign


class CampaignForm(forms.ModelForm[Campaign]):
    class Meta:
        model = Campaign
        exclude = ["public_version"]  # noqa: DJ006 - the admin page lists the fields

    def clean_image(self) -> Any:
        image = self.cleaned_data.get("image")
        return reencode(image) if isinstance(image, UploadedFile) else image
