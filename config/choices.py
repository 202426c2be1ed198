"""The countries to choose from, built once for each language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_countries import countries

from config.languages import language_here

OPTION = '<option value="{}">{}</option>\n'


def countries_here() -> list[tuple[str, str]]:
    """Codes and names of all countries, sorted by name in the page's language."""
    return _countries(language_here())


@lru_cache(maxsize=32)
def _countries(language: str) -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in countries]


class CountrySelect(forms.Select):
    """A select of countries. Django would render a template for each of the 250 options."""

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        none = format_html_join("", OPTION, [pair for pair in self.choices if not pair[0]])
        chosen = f'<option value="{escape(value or "")}"'
        options = (none + _options(language_here())).replace(f"{chosen}>", f"{chosen} selected>", 1)
        given = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        html = f"<select{given}>\n{options}</select>"
        return mark_safe(html)  # nosec B308 B703 # noqa: S308 - escaped above


@lru_cache(maxsize=32)
def _options(language: str) -> SafeString:
    return format_html_join("", OPTION, _countries(language))
