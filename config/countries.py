"""What each language calls the countries today, and in which order: by ICU, from CLDR.

django-countries takes its names and its order from here, so that forms, lists, the map, data and
mails have the same ones.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import icu
from django.utils.functional import lazy
from django_countries.data import COUNTRIES

from config.languages import language_here, order_key

KOSOVO = "XK"
"""Not in ISO 3166, but in use under this code, which ISO leaves to its users."""

SHORT = {"HK", "MO", "PS"}
"""Whose usual name is the short one; the full one says under whose administration they are."""

IN_ENGLISH = {"CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo"}
"""What CLDR writes as no English text does: Congo - Kinshasa."""


def country_name(code: str) -> str:
    """What the language of the page calls a country."""
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
    """Where a country, given by code and name, stands among others in the language of the page."""
    return order_key(country[1])
