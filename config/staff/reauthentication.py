"""Asks for password and code again before changes to accounts and access.

An abandoned session or a stolen cookie is not enough: to change roles, accounts, invitations,
second factors or sessions, a user must have entered password and code within RECENT. Otherwise they
are asked for in the same form or on an intermediate page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.durations import whole_minutes
from config.staff import factor, sessions
from config.staff.errors import TooManyAttempts, WrongCode, WrongPassword
from config.staff.pages import page

RECENT = timedelta(minutes=10)


def is_recent(request: HttpRequest, now: datetime) -> bool:
    """Whether password and code were entered in this session within RECENT."""
    age = int(now.timestamp()) - int(request.session.get(sessions.PROVED, 0))
    return 0 <= age <= RECENT.total_seconds()


def show_password(*, request: HttpRequest, password: str, now: datetime) -> None:
    """Check the password of the logged-in user. Raises WrongPassword or TooManyAttempts.

    Attempts are counted for this session only, so that guesses at the log-in page do not block it.
    """
    user = cast(User, request.user)
    found = sessions.check_password(
        request=request,
        username=user.get_username(),
        password=password,
        now=now,
        device=f"session:{request.session.session_key}",
    )
    if found != user:
        raise WrongPassword(_("This is not your password."))


class ReauthenticationFields(forms.Form):
    """Fields for password and code, if they were not entered recently.

    Forms set `request`, call `drop_unneeded_fields` in __init__ and `check_identity` in clean.
    """

    own_password = forms.CharField(
        label=gettext_lazy("Your own password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    own_code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("The six-digit code your app shows now, or a recovery code."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    request: HttpRequest

    def drop_unneeded_fields(self) -> None:
        """Remove the fields that are not required."""
        for name in set(FIELDS) - set(required_fields(self.request, timezone.now())):
            self.fields.pop(name, None)

    def check_identity(self) -> None:
        """Add an error to the wrong field; if all is right, it is valid for RECENT."""
        data, now = self.cleaned_data, timezone.now()
        names = [name for name in FIELDS if name in self.fields]
        if not names or any(name not in data for name in names):
            return
        try:
            show_password(request=self.request, password=data["own_password"], now=now)
            if "own_code" in names:
                user = cast(User, self.request.user)
                # A new timestamp, as checking the password takes time.
                factor.prove(user=user, code=data["own_code"], now=timezone.now())
        except (WrongPassword, TooManyAttempts) as error:
            self.add_error("own_password", str(error.message))
        except WrongCode as error:
            self.add_error("own_code", str(error.message))
        else:
            sessions.note_identity(request=self.request, now=now)


FIELDS = list(ReauthenticationFields.base_fields)


def required_fields(request: HttpRequest, now: datetime) -> list[str]:
    """The names of the fields that are required now."""
    if is_recent(request, now):
        return []
    return FIELDS if factor.in_use(cast(User, request.user)) else FIELDS[:1]


class ReauthenticationForm(ReauthenticationFields):
    """Only password and code, before the action of a button."""

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request
        self.drop_unneeded_fields()

    def clean(self) -> dict[str, Any]:
        self.check_identity()
        return self.cleaned_data


def reauthentication_page(
    request: HttpRequest, *, title: str, subtitle: str | None = None
) -> HttpResponse | None:
    """A page that asks for password and code and posts to the same URL; None if not needed.

    `title` names the button's action, `subtitle` its object.
    """
    form = ReauthenticationForm(request)
    if not form.fields:
        return None
    if "own_password" in request.POST:
        form = ReauthenticationForm(request, request.POST)
        if form.is_valid():
            return None
    status = 422 if form.errors else 200
    return page(
        request,
        "staff/reauthenticate",
        status,
        title=title,
        subtitle=subtitle,
        form=form,
        minutes=whole_minutes(RECENT),
    )
