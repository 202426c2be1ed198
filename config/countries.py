"""Names and order of countries in each language, by ICU from CLDR.

django-countries uses these, so that forms, lists, the map, data and mails agree.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import icu
from django.utils.functional import lazy
from django_countries.data import COUNTRIES

from config.languages import language_here, order_key

KOSOVO = "XK"
"""Not in ISO 3166, but widely used under this code, which ISO reserves for users."""

SHORT = {"HK", "MO", "PS"}
"""Use the short name of these; the full one adds who administers them."""

IN_ENGLISH = {"CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo"}
"""CLDR has “Congo - Kinshasa” and “Congo - Brazzaville”, which English texts do not use."""


def country_name(code: str) -> str:
    """The name of a country in the page's language."""
    return _name(code, language_here())


@cache
def _name(code: str, language: str) -> str:
    if language == "en":
        return IN_ENGLISH.get(code) or _by_icu(code, "en-GB").replace(" & ", " and ")
    return _by_icu(code, language)


def _by_icu(code: str, language: str) -> str:
    length = icu.UDisplayContext.LENGTH_SHORT if code in SHORT else icu.UDisplayContext.LENGTH_FULL
    names = icu.LocaleDisplayNames.createInstance(icu.Locale(language), [length])
    return str(names.regionDisplayName(code))


_name_here = lazy(country_name, str)

NAMES: dict[str, Any] = {code: _name_here(code) for code in [*COUNTRIES, KOSOVO]}


def by_name(country: tuple[str, str]) -> bytes:
    """The sort key of a country, given as code and name, in the page's language."""
    return order_key(country[1])
