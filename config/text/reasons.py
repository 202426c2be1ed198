"""The reasons that staff give for decisions, always cleaned and measured in the same way.

Forms use ReasonField, so that errors appear beside what was typed; actions call `read_reason`
again, since not every call of an action comes from a form.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.errors import DomainError
from config.text.cleaning import clean_lines

LONGEST = 500  # characters, as in all database columns for reasons


class ReasonTooLong(DomainError):
    """The reason has more than LONGEST characters."""


def read_reason(text: str) -> str:
    """A reason in the form to store, or "". Raises ReasonTooLong.

    It is measured after cleaning: browsers send a line break as two characters, and a letter may be
    sent decomposed.
    """
    reason = clean_lines(text)
    if len(reason) > LONGEST:
        message = _("Use at most %(most)d characters. You have used %(number)d.")
        raise ReasonTooLong(message % {"most": LONGEST, "number": len(reason)})
    return reason


class ReasonField(forms.CharField):
    """A form field for a reason. Its maxlength counts line breaks as `read_reason` does."""

    def __init__(self, *, rows: int = 3, cols: int = 60, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "cols": cols, "maxlength": LONGEST})
        super().__init__(widget=widget, strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return read_reason(super().to_python(value) or "")
        except ReasonTooLong as error:
            raise ValidationError(str(error.message), code="max_length") from None
