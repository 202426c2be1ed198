"""Forms for representatives. They check only the input's shape."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.choices import CountrySelect, countries_here
from config.fields import Line, WebAddress
from config.languages import LONGEST_LANGUAGE
from config.mail.mailboxes import LONGEST as LONGEST_ADDRESS
from config.mail.mailboxes import AddressField
from config.text.reasons import ReasonField
from letters.models import Letter
from signatories.models import Signature
from signatories.models.signatures import LONGEST_STATEMENT, LONGEST_WEBSITE
from signatories.names.cleaning import LONGEST, LONGEST_OF_PERSON, clean_name, clean_person
from signatories.names.contact_details import refuse_contact_details, refuse_contact_details_in_name
from signatories.names.misspelt import intended_host
from signatories.register.forms import LogoField
from signatories.signing.actions.signatures import SigningEntry
from signatories.signing.agreement import Shown

_stamp = signing.Signer(salt="signatories.form")


def _seconds_open(stamp: str, now: datetime) -> float | None:
    """Age of the form by its stamp; None if the stamp is not ours."""
    try:
        return now.timestamp() - int(_stamp.unsign(stamp))
    except (signing.BadSignature, ValueError):
        return None


def withheld_country_note(letter: Letter) -> str:
    """Whether the list shows the country of withheld names, in a sentence."""
    return ngettext(
        "The list shows the country of a withheld name.",
        "The list shows the country of withheld names only if at least %(number)s organisations"
        " from that country withhold theirs.",
        letter.country_from,
    ) % {"number": letter.country_from}


class SigningForm(forms.Form):
    """The signing form. The same for everyone, so it can be on a cached page."""

    organisation = Line(
        label=_("Organisation"),
        max_length=LONGEST,
        help_text=_("The name as it should appear on the list."),
        error_messages={"required": _("Enter the organisation’s name.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: [("", _("Choose a country")), *countries_here()],
        error_messages={"required": _("Choose the organisation’s country.")},
        widget=CountrySelect(attrs={"autocomplete": "country"}),
    )
    website = WebAddress(
        label=_("Website"),
        max_length=LONGEST_WEBSITE,
        required=False,
        help_text=_(
            "Helps the organiser to recognise you. Leave this empty if you do not have one."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url"}),
    )
    name = Line(
        label=_("Your name"),
        max_length=LONGEST_OF_PERSON,
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = Line(
        label=_("Your role"),
        max_length=LONGEST_OF_PERSON,
        help_text=_("For example, director or board member."),
        error_messages={"required": _("Enter your role.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = AddressField(
        label=_("Your work email"),
        max_length=LONGEST_ADDRESS,
        help_text=_("We will email you a link to confirm. Your address is never shown."),
        error_messages={
            "required": _("Enter your work email address."),
            "invalid": _("Enter an email address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    statement = Line(
        label=_("Statement"),
        max_length=LONGEST_STATEMENT,
        required=False,
        help_text=_("A sentence or two, shown next to your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    visibility = forms.ChoiceField(
        label=_("What everyone can see"),
        choices=Signature.Visibility.choices,
        initial=Signature.Visibility.PUBLIC,
        required=False,
        widget=forms.RadioSelect,
    )
    may_sign = forms.BooleanField(
        label=_("I am authorised to sign for this organisation."),
        error_messages={
            "required": _("Only someone authorised to sign for the organisation can sign.")
        },
    )
    privacy = forms.BooleanField(
        error_messages={"required": _("Read the privacy notice and tick this box.")},
    )
    # A honeypot: hidden, but programs that fill in every field fill it in too. A password manager
    # may do so, so the form is shown again with an explanation.
    # may be one of them, so that a form that comes back shows it.
    fax = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    # Which text the page showed: only this can be signed.
    revision = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    edition = forms.CharField(required=False, max_length=LONGEST_LANGUAGE, widget=forms.HiddenInput)
    # The address whose host was queried as a likely misspelling.
    email_asked = forms.CharField(required=False, widget=forms.HiddenInput)
    # Filled in by static/js/proof.js.
    proof = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, now: datetime, shown: Shown, letter: Letter, **kwargs: Any
    ) -> None:
        self.now, self.letter = now, letter
        stamp = _stamp.sign(str(int(now.timestamp())))
        self.seconds_open = _seconds_open(data.get("opened", ""), now) if data else None
        # Whether the hidden field was filled in.
        self.is_trapped = bool(data and data.get("fax"))
        if data and (self.seconds_open is None or self.is_trapped):
            data = data.copy()
            data["fax"] = ""
            if self.seconds_open is None:
                data["opened"] = stamp
        super().__init__(data, **kwargs)
        self.initial.update(opened=stamp, revision=shown.revision, edition=shown.language)
        note = gettext(
            "You can change this at any time with your private link. It takes effect at once."
        )
        self.fields["visibility"].help_text = f"{withheld_country_note(letter)} {note}"
        self.fields["privacy"].label = format_html(
            gettext('I have read the <a href="{}">privacy notice</a>.'), reverse("privacy")
        )

    def clean_fax(self) -> str:
        if self.is_trapped:
            raise forms.ValidationError(
                _(
                    "This field must stay empty. A program filled it in, perhaps your password"
                    " manager, so nothing has been saved yet. We have emptied it. Please press"
                    " the button again."
                )
            )
        return ""

    def clean_organisation(self) -> str:
        return refuse_contact_details_in_name(clean_name(self.cleaned_data["organisation"]))

    def clean_name(self) -> str:
        return clean_person(self.cleaned_data["name"])

    def clean_role(self) -> str:
        return clean_person(self.cleaned_data["role"])

    def clean_email(self) -> str:
        """Query an address that looks misspelt once, then accept it."""
        email: str = self.cleaned_data["email"]
        meant = intended_host(email)
        if meant and self.data.get("email_asked") != email:
            data: Any = QueryDict(mutable=True)
            data.update(self.data)
            data["email_asked"] = email
            self.data = data
            raise forms.ValidationError(
                _("Did you mean %(meant)s? If %(written)s is right, press the button again."),
                params={"meant": meant, "written": email.rpartition("@")[2]},
            )
        return email

    def clean_statement(self) -> str:
        return refuse_contact_details(self.cleaned_data["statement"])

    def clean_visibility(self) -> str:
        return self.cleaned_data["visibility"] or Signature.Visibility.PUBLIC

    def clean(self) -> dict[str, Any]:
        """Reject forms submitted within SIGNING_MINIMUM_SECONDS, which nobody can fill in."""
        cleaned = super().clean() or self.cleaned_data
        least = settings.SIGNING_MINIMUM_SECONDS
        if least and (self.seconds_open is None or self.seconds_open < least):
            self.add_error(
                None, _("That was very quick. Check your answers and press the button again.")
            )
        return cleaned

    def shown(self) -> Shown:
        """The text shown with the form. Only valid forms."""
        return Shown(self.cleaned_data["revision"], self.cleaned_data["edition"])

    def for_text(self, shown: Shown) -> SigningForm:
        """The same form with the same input, for another text."""
        data = dict(self.data.items()) | {"revision": shown.revision, "edition": shown.language}
        return SigningForm(data, now=self.now, shown=shown, letter=self.letter)

    def entry(self) -> SigningEntry:
        """The cleaned input. Only valid forms."""
        names = [field.name for field in fields(SigningEntry)]
        return SigningEntry(**{name: self.cleaned_data[name] for name in names})


class CorrectionForm(forms.Form):
    """What a representative can correct behind the private link."""

    organisation_name = Line(
        label=_("Organisation"),
        max_length=LONGEST,
        error_messages={"required": _("Enter the organisation’s name.")},
    )
    name = Line(
        label=_("Your name"),
        max_length=LONGEST_OF_PERSON,
        error_messages={"required": _("Enter your name.")},
    )
    role = Line(
        label=_("Your role"),
        max_length=LONGEST_OF_PERSON,
        error_messages={"required": _("Enter your role.")},
    )
    statement = Line(
        label=_("Statement"),
        max_length=LONGEST_STATEMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_organisation_name(self) -> str:
        return refuse_contact_details_in_name(clean_name(self.cleaned_data["organisation_name"]))

    def clean_name(self) -> str:
        return clean_person(self.cleaned_data["name"])

    def clean_role(self) -> str:
        return clean_person(self.cleaned_data["role"])

    def clean_statement(self) -> str:
        return refuse_contact_details(self.cleaned_data["statement"])


class VisibilityForm(forms.Form):
    """Change the signature's visibility behind the private link."""

    visibility = forms.ChoiceField(
        label=_("What everyone can see"),
        choices=Signature.Visibility.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, letter: Letter, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["visibility"].help_text = withheld_country_note(letter)


class LogoForm(forms.Form):
    """A representative's proposed logo."""

    logo = LogoField(error_messages={"required": _("Choose a file.")})

    @classmethod
    def refused(cls, message: str) -> LogoForm:
        """An empty form with this error; what was sent is not read."""
        form = cls({}, empty_permitted=True, use_required_attribute=False)
        form.add_error("logo", message)
        return form

    def clean_logo(self) -> bytes:
        content: bytes = self.cleaned_data["logo"].read()
        return content


class ReaffirmForm(forms.Form):
    """How staff know that the organisation agrees to the current text."""

    reason = ReasonField(
        label=_("How the organisation told you that it signs the current text"),
        rows=2,
        error_messages={"required": _("Enter how the organisation told you.")},
    )
