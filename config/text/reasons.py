"""The reasons that staff write for what they decide: cleaned and measured once, in one way.

Forms take them by ReasonField, so that what was typed is kept beside its message; actions read
them by `read_reason` again, since not everything that calls an action comes from a form.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.errors import DomainError
from config.text.cleaning import clean_lines

LONGEST = 500  # characters, as every column of reasons has


class ReasonTooLong(DomainError):
    """The reason has more characters than are stored."""


def read_reason(text: str) -> str:
    """A reason as it is stored, "" where nothing was written. Raises ReasonTooLong.

    Browsers send each line break as two characters, and a letter may come in pieces; what is
    measured is what is stored.
    """
    reason = clean_lines(text)
    if len(reason) > LONGEST:
        said = _("Use at most %(most)d characters. You have used %(number)d.")
        raise ReasonTooLong(said % {"most": LONGEST, "number": len(reason)})
    return reason


class ReasonField(forms.CharField):
    """A reason in a form. The browser counts line breaks as we do, and stops at the same length."""

    def __init__(self, *, rows: int = 3, cols: int = 60, **kwargs: Any) -> None:
        shown = forms.Textarea(attrs={"rows": rows, "cols": cols, "maxlength": LONGEST})
        super().__init__(widget=shown, strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return read_reason(super().to_python(value) or "")
        except ReasonTooLong as error:
            raise ValidationError(str(error.message), code="max_length") from None
