from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from campaigns.errors import SLUG_TAKEN
from campaigns.images import ImageUploadField
from campaigns.models import Campaign, FormerAddress
from config.mail.mailboxes import AddressField
from config.models import Invitation
from config.staff.invitations import already_invited, may_invite
from config.staff.reauthentication import ReauthenticationFields
from config.staff.roles import EXPLAINED, Role
from config.text.slugs import SlugForm


class CampaignForm(SlugForm):
    class Meta:
        model = Campaign
        exclude = ["public_version"]
        field_classes = {"image": ImageUploadField, "organiser_email": AddressField}

    former = FormerAddress.objects
    owner = "campaign"
    taken = SLUG_TAKEN

    def is_public(self) -> bool:
        return bool(self.cleaned_data.get("published"))


class InvitationForm(forms.ModelForm[Invitation], ReauthenticationFields):
    email = AddressField(
        label=capfirst(_("email")),
        help_text=_("We email this person a link to choose a username and a password."),
    )
    role = forms.TypedChoiceField(
        label=capfirst(_("role")),
        choices=EXPLAINED,
        coerce=Role,
        initial=Role.VIEWER,
        widget=forms.RadioSelect,
    )
    campaigns = forms.ModelMultipleChoiceField(
        Campaign.objects.all(),
        label=capfirst(_("campaigns")),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The campaigns this person will work on. Administrators see all campaigns."),
    )

    class Meta:
        model = Invitation
        fields = ["email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drop_unneeded_fields()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.check_identity()
        return data

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if not may_invite(email):
            raise ValidationError(already_invited())
        return email
