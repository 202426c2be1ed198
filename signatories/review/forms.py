"""Forms for staff's decisions on signatures."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.core import signing
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from config.text.hosts import LONGEST as LONGEST_HOST
from config.text.reasons import ReasonField
from letters.models import Letter
from signatories.errors import SignatureError
from signatories.review.invalidation import INVALIDATABLE, Rule

_seal = "signatories.invalidation"


class InvalidationForm(forms.Form):
    """The letter and the rule that selects signatures. All criteria given must match."""

    letter = forms.ModelChoiceField(label=_("Letter"), queryset=Letter.objects.none())
    network = forms.CharField(
        label=_("Network"),
        max_length=50,
        required=False,
        help_text=_("For example, 192.0.2.0/24 or 2001:db8::/48."),
    )
    email_domain = forms.CharField(
        label=_("Email domain"),
        max_length=LONGEST_HOST,
        required=False,
        help_text=_("For example, example.org. Includes all its subdomains."),
    )
    signed_from = forms.DateTimeField(
        label=_("Signed from"),
        required=False,
        help_text=_("In the letter’s time zone, for example 2026-05-04 12:00."),
    )
    signed_until = forms.DateTimeField(
        label=_("Signed until"), required=False, help_text=_("If empty: until now.")
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=lambda: [("", _("Any")), *((one.value, one.label) for one in INVALIDATABLE)],
    )
    declared_only = forms.BooleanField(label=_("Authority declared only"), required=False)

    def __init__(self, *args: Any, user: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        letters = self.fields["letter"]
        if isinstance(letters, forms.ModelChoiceField):
            letters.queryset = Letter.objects.visible_to(user).exclude(status=Letter.Status.DRAFT)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.rule = self._typed(cleaned).cleaned()
            except SignatureError as error:
                self.add_error(None, str(error.message))
        return cleaned

    @staticmethod
    def _typed(cleaned: dict[str, Any]) -> Rule:
        """Read the times as entered in the letter's time zone."""
        typed = {field.name: cleaned[field.name] for field in fields(Rule)}
        for name in ("signed_from", "signed_until"):
            if typed[name]:
                typed[name] = typed[name].replace(tzinfo=cleaned["letter"].zone)
        return Rule(**typed)


class ConfirmForm(forms.Form):
    """The reason, and the sealed preview that it applies to."""

    reason = ReasonField(
        label=_("Reason"),
        error_messages={"required": _("Give a reason.")},
        help_text=_("No email is sent. Anyone with a private link can read the reason there."),
    )
    shown = forms.CharField(widget=forms.HiddenInput)


def seal(*, letter: Letter, rule: Rule, seen: str) -> str:
    """Sign the preview for a hidden field of the form below it. Each one has its own key."""
    criteria = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(rule).items()
    }
    shown = {"letter": letter.pk, "rule": criteria, "seen": seen, "key": get_random_string(32)}
    return signing.dumps(shown, salt=_seal)


def unseal(text: str) -> dict[str, Any]:
    """The arguments for invalidate_signatures from `seal`, with the letter's primary key.

    Raises BadSignature if it was not made by `seal`.
    """
    shown: dict[str, Any] = signing.loads(text, salt=_seal)
    criteria = shown["rule"]
    for name in ("signed_from", "signed_until"):
        criteria[name] = datetime.fromisoformat(criteria[name]) if criteria[name] else None
    return shown | {"rule": Rule(**criteria)}


class DeclineForm(forms.Form):
    """The reason for declining."""

    reason = ReasonField(
        label=_("Reason"),
        error_messages={"required": _("Give a reason.")},
        help_text=_("The representative will see it in the email."),
    )
