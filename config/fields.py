"""Fields for text, hosts and web addresses, stored in one normalised form.

Input is cleaned first and measured afterwards.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from config.text.cleaning import clean_line, clean_lines
from config.text.hosts import ascii_host, web_address

_AROUND = re.compile(r"^[a-z]+://|^.*@|[/?#].*$", re.IGNORECASE)
"""What surrounds the host in a web or e-mail address."""


def _too_long_here(limit: int) -> str:
    return ngettext(
        "Use at most %(number)s character.", "Use at most %(number)s characters.", limit
    ) % {"number": limit}


_too_long = lazy(_too_long_here, str)


class Counted:
    """A form field that browsers do not truncate; static/js/counter.js shows the count.

    With maxlength, browsers measure before cleaning and silently cut off pasted text.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "max_length": ngettext_lazy(
            "Use at most %(limit_value)d character. You have used %(show_value)d.",
            "Use at most %(limit_value)d characters. You have used %(show_value)d.",
            "limit_value",
        )
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)  # type: ignore[misc]
        if limit := int(attrs.pop("maxlength", 0)):
            attrs |= {"data-limit": limit, "data-too-long": _too_long(limit)}
        return attrs


class Line(Counted, forms.CharField):
    """A form field for one line of text, cleaned by clean_line."""

    def to_python(self, value: Any) -> str | None:
        return clean_line(super().to_python(value) or "") or self.empty_value


class Lines(Counted, forms.CharField):
    """A form field for several lines of text, cleaned by clean_lines."""

    def to_python(self, value: Any) -> str | None:
        return clean_lines(super().to_python(value) or "") or self.empty_value


class WebAddress(Counted, forms.URLField):
    """A form field for a web address, with a normalised host. example.org is enough."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Enter a web address, such as example.org.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https", **kwargs})

    def to_python(self, value: Any) -> str:
        written = super().to_python(clean_line(value or ""))
        if not written:
            return ""
        address = web_address(written)
        if not address:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return address


class WebAddressField(models.URLField[str, str]):
    """A web address, stored with a normalised host (config/text/hosts.py)."""

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"form_class": WebAddress, **kwargs})

    def get_prep_value(self, value: Any) -> Any:
        written = super().get_prep_value(value)
        return (web_address(written) or written) if written else written


class Host(forms.CharField):
    """A form field for a host, normalised. Web and e-mail addresses are reduced to their host."""

    default_error_messages = {"invalid": _("Enter a domain, such as example.org.")}

    def to_python(self, value: Any) -> str:
        written = clean_line(super().to_python(value) or "")
        host = ascii_host(_AROUND.sub("", written))
        if written and not host:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return host


class HostField(models.CharField[str, str]):
    """A host, stored in its normalised form (config/text/hosts.py)."""

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"form_class": Host, **kwargs})

    def get_prep_value(self, value: Any) -> Any:
        written = super().get_prep_value(value)
        return (ascii_host(written) or written) if written else written


class BytewiseField(models.CharField[str, str]):
    """A column whose index serves prefix searches and sorting on both engines.

    It compares byte by byte, whatever the database's locale.
    """

    def db_parameters(self, connection: Any) -> Any:
        collation = "C" if connection.vendor == "postgresql" else "BINARY"
        return {**super().db_parameters(connection), "collation": collation}
