"""The select of countries is the same as Django's, only faster."""

from __future__ import annotations

import pytest
from django import forms
from django.test.html import parse_html
from django.utils.translation import override
from django_countries import countries

from config.choices import CountrySelect, countries_here


@pytest.mark.parametrize("language", ["en", "ar", "kk"])
@pytest.mark.parametrize("value", [None, "", "KZ", "ZZ", '"><script>'])
def test_the_select_is_the_one_that_django_would_make(language, value):
    with override(language):
        choices = [("", "Choose"), *countries_here()]
        attributes = {"autocomplete": "country", "required": True, "id": "id_country"}
        made, plain = (
            kind(attrs={"class": "wide"}, choices=choices).render("country", value, attributes)
            for kind in (CountrySelect, forms.Select)
        )
    assert parse_html(made) == parse_html(plain)


def test_the_names_and_their_order_are_those_of_the_language():
    for language in ("de", "pl", "de"):
        with override(language):
            assert countries_here() == [(code, str(name)) for code, name in countries]
