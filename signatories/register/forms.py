"""None"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.images import ImageUploadField
from signatories.identifiers import clean_number, clean_scheme, known_schemes
from signatories.models import (
    Organisation,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationQuerySet,
)
from signatories.names.cleaning import clean_name, name_key

LARGEST_SIDE = 480  # pixels: twice what a page shows, for sharp screens


class LogoField(ImageUploadField):
    """An uploaded logo, converted to stored form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            largest_side=LARGEST_SIDE,
            label=_("Logo"),
            help_text=_(
                "JPEG, PNG or WebP. We remove anything the camera added, such as the place."
            ),
            widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
            **kwargs,
        )


class OrganisationForm(forms.ModelForm[Organisation]):
    """An organisation on the register, as staff edit it."""

    logo = LogoField(required=False)
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    another = forms.BooleanField(
        label=_("A different organisation with the same name"),
        required=False,
        help_text=_(
            "Tick this if the register has an organisation with this name in this country, but"
            " this is a different one."
        ),
    )

    # What the user may see of the register; set by the admin page.
    register: OrganisationQuerySet = Organisation.objects.none()

    def clean_logo(self) -> bytes | None:
        """The image in stored form."""
        image = self.cleaned_data["logo"]
        return image.read() if image else None

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        """Refuse a name that another organisation visible to the user has in this country.

        Organisations that the user may not see are not revealed: this one becomes their namesake.
        """
        cleaned = super().clean() or self.cleaned_data
        if {"name", "country"} <= cleaned.keys() and not cleaned.get("another"):
            key, country = name_key(cleaned["name"]), cleaned["country"]
            before = (self.instance.name_key, self.initial.get("country"))
            same = self.register.filter(name_key=key, country=country)
            if (key, country) != before and same.exclude(pk=self.instance.pk).exists():
                self.add_error(
                    "name",
                    _("An organisation with this name in this country is already on the register."),
                )
        return cleaned


class OrganisationNames(forms.BaseInlineFormSet[OrganisationName, Organisation, Any]):
    """The other names of an organisation, without duplicates: the form does not show their keys."""

    def clean(self) -> None:
        super().clean()
        known: set[tuple[str, str, str]] = set()
        for form in self.forms:
            written = form.cleaned_data if hasattr(form, "cleaned_data") else {}
            if not {"name", "kind"} <= written.keys() or written.get("DELETE"):
                continue
            key = (name_key(written["name"]), written["kind"], written.get("language", ""))
            if key in known:
                form.add_error("name", _("This name appears twice in the list."))
            known.add(key)


class OrganisationNameForm(forms.ModelForm[OrganisationName]):
    """Another name of an organisation, as staff edit it."""

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])


class SchemeInput(forms.TextInput):
    """A register's code, typed or chosen from those we know."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        listed = f"{(attrs or {}).get('id', name)}-registers"
        written = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join(
            "",
            '<option value="{}">{}</option>',
            ((scheme.code, scheme.name) for scheme in known_schemes()),
        )
        return format_html('{}<datalist id="{}">{}</datalist>', written, listed, options)


class IdentifierForm(forms.ModelForm[OrganisationIdentifier]):
    """A number in another register, as staff edit it.

    Stored values that are not changed are not validated again, since the forms of numbers change.
    """

    class Meta:
        widgets: ClassVar[dict[str, Any]] = {"scheme": SchemeInput(attrs={"size": 16})}

    def clean_scheme(self) -> str:
        written: str = self.cleaned_data["scheme"]
        return clean_scheme(written) if self.has_changed() else written

    def clean_value(self) -> str:
        written: str = self.cleaned_data["value"]
        scheme = self.cleaned_data.get("scheme")
        return clean_number(scheme, written) if scheme and self.has_changed() else written
