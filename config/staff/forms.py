from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm, UsernameField
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.models import Invitation
from config.staff.accounts import is_last_administrator
from config.staff.errors import AccountError
from config.staff.reauthentication import ReauthenticationFields, is_recent, show_password
from config.staff.roles import EXPLAINED, Role, role_of


class LoginForm(AdminAuthenticationForm):
    """Does not check the password: the view does, and counts attempts."""

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("The six-digit code your app shows now, or a recovery code."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class OwnFactorForm(CodeForm):
    """A code, and the password if it was not entered recently."""

    own_password = ReauthenticationFields.base_fields["own_password"]

    def __init__(self, request: HttpRequest, data: QueryDict | None = None) -> None:
        super().__init__(data)
        if is_recent(request, timezone.now()):
            del self.fields["own_password"]

    field_order = ["own_password", "code"]


class ConfirmForm(CodeForm):
    """The first code of a new app, not a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The six-digit code your app shows now."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class JoinForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new colleague chooses a username and a password."""

    username = UsernameField(
        label=_("Username"),
        max_length=150,
        validators=[User.username_validator],
        help_text=_("You use it to log in. It can contain letters, digits and @ . + - _"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)

    field_order = ["username", "first_name", "last_name", "new_password1", "new_password2"]

    def __init__(self, invitation: Invitation, data: QueryDict | None) -> None:
        """The password must not resemble the name or the address."""
        super().__init__(invitation.account, data)
        self.user.email = invitation.email

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("That username is already taken."))
        self.user.username = username
        return username


class PasswordForm(PasswordChangeForm):
    """Change one's own password. Guesses of the old one are limited as at log-in."""

    def __init__(self, request: HttpRequest, data: QueryDict | None) -> None:
        super().__init__(cast(User, request.user), data)
        self.request = request

    def clean_old_password(self) -> str:
        typed: str = self.cleaned_data["old_password"]
        try:
            show_password(request=self.request, password=typed, now=timezone.now())
        except AccountError as error:
            raise ValidationError(str(error.message)) from None
        return typed


class AccountForm(forms.ModelForm[User], ReauthenticationFields):
    role = forms.TypedChoiceField(
        label=_("role"), choices=EXPLAINED, coerce=Role, widget=forms.RadioSelect
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drop_unneeded_fields()
        self.was_last = bool(self.instance.pk) and is_last_administrator(self.instance)
        if "role" in self.fields:
            self.initial["role"] = role_of(self.instance)
            self.fields["is_active"].help_text = _(
                "Accounts are never deleted, because the audit trail refers to them. Inactive"
                " accounts cannot log in."
            )

    def clean(self) -> dict[str, Any]:
        """The action checks this again under a lock."""
        data = super().clean() or {}
        text = _("This is the only administrator. Make somebody else an administrator first.")
        if self.was_last and data.get("role") not in (None, Role.ADMINISTRATOR):
            self.add_error("role", text)
        if self.was_last and not data.get("is_active"):
            self.add_error("is_active", text)
        self.check_identity()
        return data
