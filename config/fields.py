"""Fields for what has one form: hosts and web addresses."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.hosts import ascii_host, web_address

_AROUND = re.compile(r"^[a-z]+://|^.*@|[/?#].*$", re.IGNORECASE)
"""What stands before and after the host in a web or mail address."""


class WebAddress(forms.URLField):
    """A web address in a form, with its host as hosts are compared. example.org is enough."""

    default_error_messages = {"invalid": _("Write a web address such as example.org.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https", **kwargs})

    def to_python(self, value: Any) -> str:
        written = super().to_python(value)
        if not written:
            return ""
        address = web_address(written)
        if not address:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return address


class WebAddressField(models.URLField[str, str]):
    """A web address, stored with its host as hosts are compared."""

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"form_class": WebAddress, **kwargs})

    def get_prep_value(self, value: Any) -> Any:
        written = super().get_prep_value(value)
        return (web_address(written) or written) if written else written


class Host(forms.CharField):
    """A host in a form, as hosts are compared. A web or mail address stands for its host."""

    default_error_messages = {"invalid": _("Write a domain such as example.org.")}

    def to_python(self, value: Any) -> str:
        written = super().to_python(value)
        host = ascii_host(_AROUND.sub("", written))
        if written and not host:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return host


class HostField(models.CharField[str, str]):
    """A host, stored as hosts are compared."""

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"form_class": Host, **kwargs})

    def get_prep_value(self, value: Any) -> Any:
        written = super().get_prep_value(value)
        return (ascii_host(written) or written) if written else written
