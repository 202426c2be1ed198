"""Showing anew that it is oneself, before what would let somebody into the site or keep one out.

A session that was left open, or whose cookie was stolen, shows neither password nor code. So roles,
accounts, invitations, second factors and sessions are changed only by whoever has shown both
within RECENT; everybody else is asked for them in the same form, or on a page between.
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
    """Whether this session has shown password and code within RECENT."""
    age = int(now.timestamp()) - int(request.session.get(sessions.PROVED, 0))
    return 0 <= age <= RECENT.total_seconds()


def show_password(*, request: HttpRequest, password: str, now: datetime) -> None:
    """Check the password of whoever is logged in. Raises WrongPassword or TooManyAttempts.

    Guesses count for this session alone: what others guess at the log-in keeps nobody from it.
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
    """The fields of any form that asks for password and code, if they were not just shown.

    The form gets its `request`, calls `ask` when it is made and `check` when it is cleaned.
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

    def ask(self) -> None:
        """Leave out what need not be asked."""
        for name in set(FIELDS) - set(asked(self.request, timezone.now())):
            self.fields.pop(name, None)

    def check_identity(self) -> None:
        """Tell beside its field what is wrong; what is right counts for RECENT from now on."""
        data, now = self.cleaned_data, timezone.now()
        names = [name for name in FIELDS if name in self.fields]
        if not names or any(name not in data for name in names):
            return
        try:
            show_password(request=self.request, password=data["own_password"], now=now)
            if "own_code" in names:
                user = cast(User, self.request.user)
                # Looking at the password took its time.
                factor.prove(user=user, code=data["own_code"], now=timezone.now())
        except (WrongPassword, TooManyAttempts) as error:
            self.add_error("own_password", str(error.message))
        except WrongCode as error:
            self.add_error("own_code", str(error.message))
        else:
            sessions.note_identity(request=self.request, now=now)


FIELDS = list(ReauthenticationFields.base_fields)


def asked(request: HttpRequest, now: datetime) -> list[str]:
    """Which of the fields have to be filled in."""
    if is_recent(request, now):
        return []
    return FIELDS if factor.in_use(cast(User, request.user)) else FIELDS[:1]


class ReauthenticationForm(ReauthenticationFields):
    """Nothing but password and code, before a button does what it says."""

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request
        self.ask()

    def clean(self) -> dict[str, Any]:
        self.check_identity()
        return self.cleaned_data


def page_between(
    request: HttpRequest, *, title: str, subtitle: str | None = None
) -> HttpResponse | None:
    """The page that asks, after which the same address is called again; None once it is shown.

    `title` says what the button does, `subtitle` to whom.
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
