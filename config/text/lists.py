"""Lists in a sentence, with the separators of the reader's language: Arabic has ، and ؛."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _


def comma_list(items: Iterable[object]) -> str:
    """Such as “Rosa, Ada, Kim”. Empty for no items."""
    return _joined(items, _("%(before)s, %(after)s"))


def semicolon_list(items: Iterable[object]) -> str:
    """Such as “Forum; Union, Kyiv”, for items that may have commas. Empty for no items."""
    return _joined(items, _("%(before)s; %(after)s"))


def comma() -> str:
    """What `comma_list()` puts between two items, with its space."""
    return comma_list(["", ""])


def semicolon() -> str:
    """What `semicolon_list()` puts between two items, with its space."""
    return semicolon_list(["", ""])


def _joined(items: Iterable[object], pattern: str) -> str:
    joined = ""
    for number, item in enumerate(items):
        joined = pattern % {"before": joined, "after": item} if number else str(item)
    return joined
