"""The form for the reader's Mastodon server."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from django.utils.translation import gettext_lazy as _

from config.fields import Line
from config.text.hosts import ascii_host

HELP = _("The server your account is on, such as mastodon.social.")
WRONG = _("Enter the name of a server, such as mastodon.social.")


class ServerForm(forms.Form):
    server = Line(
        label=_("Your Mastodon server"),
        help_text=HELP,
        error_messages={"required": WRONG},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )

    def clean_server(self) -> str:
        """Extract the ASCII host name from a URL or a full account name."""
        entered = self.cleaned_data["server"]
        name = entered.partition("://")[2] or entered
        name = ascii_host(name.partition("/")[0].rpartition("@")[2])
        try:
            DomainNameValidator(accept_idna=False)(name)
        except ValidationError as error:
            raise ValidationError(WRONG) from error
        return name
