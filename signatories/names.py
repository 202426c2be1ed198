"""Names of organisations: how they are cleaned, compared and put in order."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.texts import clean_line
from signatories.recognition import check_name
from signatories.recognition.spoofing import LONGEST_NAME as LONGEST

LONGEST_SEARCH = 100  # characters

_MARKUP = re.compile(r"<[^>]*>|\[[^\]]*\]\([^)]*\)")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S", re.IGNORECASE)


def clean_name(text: str) -> str:
    """An organisation's name as it may be stored and shown.

    Raises ValidationError with what spoofing.check_name has against it.
    """
    checked = check_name(text)
    if checked.refused:
        raise ValidationError(_(checked.refused.text))
    return checked.name


def clean_person(text: str) -> str:
    """A person's name or role, as clean_line has it.

    Raises ValidationError for markup and for web and mail addresses.
    """
    words = clean_line(text)
    if _MARKUP.search(words) or _ADDRESS.search(words):
        raise ValidationError(_("Write it in plain words, without links or code."))
    return words


def clean_search(text: str) -> str:
    """What somebody looks for, as clean_line has it; "" where nothing is left.

    A text of signs alone is nothing, as it would be found in every name.
    """
    words = clean_line(text[:200])[:LONGEST_SEARCH].strip()
    return words if sort_key(words) else ""


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
    return fold(name).strip()[:LONGEST]


def fold(text: str) -> str:
    """Text of any script in small Latin letters without accents, for finding words in it.

    Each character is folded by itself, so parts of a text fold to parts of its folded form.
    """
    return anyascii(text).casefold()
