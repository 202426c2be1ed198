"""Names of organisations: how they are cleaned, compared and put in order."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.text.cleaning import clean_line, one_of
from signatories.names.lures import refuse_lures
from signatories.recognition import check_name
from signatories.recognition.folding import APOSTROPHES
from signatories.recognition.spoofing import LONGEST_NAME

LONGEST = LONGEST_NAME
LONGEST_OF_PERSON = 150  # characters of a name or of a role
LONGEST_SEARCH = 100  # characters

DIGEST = 16  # hexadecimal digits: what is lost when a key is cut is told by 64 bits

_UNHEARD = re.compile(
    f"[{re.escape(APOSTROPHES)}][\u0300-\u036f]*| [\u0300-\u036f]+"  # also an accent by itself
    f"|{one_of('[:Default_Ignorable_Code_Point:]').pattern}"
)
_GERSHAYIM = re.compile('(?<=[\u05d0-\u05ea])["“”„‟״″＂](?=[\u05d0-\u05ea])')
_I_WITH_DOT = re.compile("[ij][\u0300-\u036f]*\u0307")
_MARKS = one_of("[[:M:]-[:Me:]]")

_MARKUP = re.compile(r"<[^>]*>|\[[^\]]*\]\([^)]*\)")


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

    Raises ValidationError for markup, for web and mail addresses and for telephone numbers.
    """
    words = clean_line(text)
    if _MARKUP.search(words):
        raise ValidationError(_("Use plain words, without links or code."))
    return refuse_lures(words)


def clean_search(text: str) -> str:
    """What somebody looks for, as clean_line has it; "" where nothing is left.

    A text of signs alone is nothing, as it would be found in every name.
    """
    words = clean_line(text[:200])[:LONGEST_SEARCH].strip()
    return words if sort_key(words) else ""


def name_key(name: str) -> str:
    """What two spellings of one name share: its letters and their marks, in one case.

    Punctuation and spacing count as nothing but an end of a word, an apostrophe within a word not
    even as that. Letters keep their script and accents; that “Müller” and “Muller” may be one is
    for recognition to say. Where two keys are equal, so are those of both names in capitals or
    small letters, composed or decomposed, whatever was done first.
    """
    text, before = _GERSHAYIM.sub("", name), ""
    while text != before:
        text, before = _in_one_case(text), text
    return shortened(_words(text) or text.strip(), LONGEST)


def _in_one_case(text: str) -> str:
    """In NFKC and small letters, without apostrophes and what nobody sees; I has no dot.

    By way of capitals, as some small letters differ in nothing else: ς and σ, ſ and s, ı and i.
    """
    text = unicodedata.normalize("NFKD", _UNHEARD.sub("", text)).upper().casefold()
    text = _I_WITH_DOT.sub(lambda match: match[0].replace("\u0307", ""), text)
    return unicodedata.normalize("NFKC", _UNHEARD.sub("", text))


def _words(text: str) -> str:
    """The letters and digits with the marks on them, and one space where there is anything else."""
    kept = ""
    for character in text:
        if character.isalnum() or (kept[-1:].strip() and _MARKS.match(character)):
            kept += character
        else:
            kept += " "
    return " ".join(kept.split())


_NO_APOSTROPHES = str.maketrans("", "", "'`")


def sort_key(name: str) -> str:
    """The name in Latin letters without accents, so that one order holds over all scripts."""
    return fold(name).strip()[:LONGEST]


def fold(text: str) -> str:
    """Text of any script in small Latin letters without accents, for finding words in it.

    Each character is folded by itself, so parts of a text fold to parts of its folded form.
    Apostrophes count as nothing, those that stand for letters of other scripts, too.
    """
    return anyascii(text).casefold().translate(_NO_APOSTROPHES)


def shortened(key: str, longest: int) -> str:
    """A key that fits: of a longer one its beginning, and a digest that tells the rest."""
    if len(key) <= longest:
        return key
    digest = sha256(key.encode()).hexdigest()[:DIGEST]
    return f"{key[: longest - DIGEST - 1].rstrip()} {digest}"
