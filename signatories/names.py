"""Names of organisations: how they are cleaned, compared and put in order."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 200  # characters

_MARKUP = re.compile(r"<[^>]*>|\[[^\]]*\]\([^)]*\)")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S", re.IGNORECASE)


def clean_name(text: str) -> str:
    """The name as it may be shown: NFC, without invisible characters, single spaces.

    Raises ValidationError for what is no name: markup, web and mail addresses, formulas, or
    nothing that is a letter.
    """
    kept = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    name = " ".join(kept.split())
    if _MARKUP.search(name) or _ADDRESS.search(name):
        raise ValidationError(_("Write the name alone, without links or code."))
    if name[:1] in "=+-@" and name:
        raise ValidationError(_("A name does not start with “%(sign)s”.") % {"sign": name[0]})
    if not any(character.isalpha() for character in name):
        raise ValidationError(_("Write the organisation's name in letters."))
    return name


def name_key(name: str) -> str:
    """What two spellings of one name share: NFKC without case, punctuation and spacing.

    Letters keep their script and accents; that “Müller” and “Muller” may be one is for
    recognition to say.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    letters = "".join(character if character.isalnum() else " " for character in text)
    return " ".join(letters.split())[:LONGEST] or text.strip()[:LONGEST]


def sort_key(name: str) -> str:
    """The name in Latin letters without accents, so that one order holds over all scripts."""
    return anyascii(name).casefold().strip()[:LONGEST]
