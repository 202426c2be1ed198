"""Names of organisations: how they are cleaned, compared and sorted."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.text.cleaning import clean_line, one_of
from signatories.names.contact_details import refuse_contact_details
from signatories.recognition import check_name
from signatories.recognition.folding import APOSTROPHES
from signatories.recognition.spoofing import LONGEST_NAME

LONGEST = LONGEST_NAME
LONGEST_OF_PERSON = 150  # characters of a name or of a role
LONGEST_SEARCH = 100  # characters

DIGEST = 16  # hexadecimal digits: 64 bits tell long keys apart once they are cut

_IGNORED = re.compile(
    # Also a stray accent; but upper case makes a letter of an iota subscript.
    f"[{re.escape(APOSTROPHES)}][\u0300-\u0344\u0346-\u036f]*| [\u0300-\u0344\u0346-\u036f]+"
    f"|{one_of('[:Default_Ignorable_Code_Point:]').pattern}"
)
_GERSHAYIM = re.compile('(?<=[\u05d0-\u05ea])["“”„‟״″＂](?=[\u05d0-\u05ea])')
_I_WITH_DOT = re.compile("[ij][\u0300-\u036f]*\u0307")
_IOTA_AFTER_MARKS = re.compile("([αηω])([\u0300-\u036f]+)ι")
_COMPOSED_WITH_IOTA = "\u0300\u0301\u0313\u0314\u0342"  # accents and breathings
_MARKS = one_of("[[:M:]-[:Me:]]")

_MARKUP = re.compile(r"<[^>]*>|\[[^\]]*\]\([^)]*\)")


def clean_name(text: str) -> str:
    """An organisation's name in stored form.

    Raises ValidationError for the problem that spoofing.check_name finds.
    """
    checked = check_name(text)
    if checked.refused:
        raise ValidationError(_(checked.refused.text))
    return checked.name


def clean_person(text: str) -> str:
    """A person's name or role, cleaned with clean_line.

    Raises ValidationError for markup, web and email addresses, and telephone numbers.
    """
    words = clean_line(text)
    if _MARKUP.search(words):
        raise ValidationError(_("Use plain words, without links or code."))
    return refuse_contact_details(words)


def clean_search(text: str) -> str:
    """A search term, cleaned with clean_line; "" if nothing is left.

    Punctuation alone counts as nothing, because every name would match it.
    """
    words = clean_line(text[:200])[:LONGEST_SEARCH].strip()
    return words if sort_key(words) else ""


def name_key(name: str) -> str:
    """What all spellings of one name share: its letters and their marks, in one case.

    Punctuation and spacing only separate words; apostrophes inside a word are ignored. Letters keep
    their script and accents: whether “Müller” and “Muller” are one is for recognition to say. If
    two keys are equal, so are the keys of both names in upper or lower case, composed or
    decomposed, in whatever order these were applied.
    """
    text, before = _GERSHAYIM.sub("", name), ""
    while text != before:
        text, before = _in_one_case(text), text
    return shortened(_words(text) or text.strip(), LONGEST)


def _in_one_case(text: str) -> str:
    """NFKC and lower case, without apostrophes and invisible characters; I has no dot.

    Goes through upper case, because some lower-case letters differ in nothing else: ς and σ, ſ and
    s, ı and i.
    """
    text = unicodedata.normalize("NFKD", _IGNORED.sub("", text)).upper().casefold()
    text = _IOTA_AFTER_MARKS.sub(_in_composed_order, text)
    text = _I_WITH_DOT.sub(lambda match: match[0].replace("\u0307", ""), text)
    return unicodedata.normalize("NFKC", _IGNORED.sub("", text))


def _in_composed_order(match: re.Match[str]) -> str:
    """A vowel and its iota subscript, which upper case has made a letter, with their other marks.

    In composed text those come after the iota, in decomposed text before it.
    """
    vowel, marks = match.groups()
    own = "".join(mark for mark in marks if mark in _COMPOSED_WITH_IOTA)
    others = "".join(mark for mark in marks if mark not in _COMPOSED_WITH_IOTA)
    return f"{vowel}{own}ι{others}"


def _words(text: str) -> str:
    """Letters and digits with their marks; each run of other characters becomes one space."""
    result = ""
    for character in text:
        if character.isalnum() or (result[-1:].strip() and _MARKS.match(character)):
            result += character
        else:
            result += " "
    return " ".join(result.split())


_NO_APOSTROPHES = str.maketrans("", "", "'`")


def sort_key(name: str) -> str:
    """The name in Latin letters without accents, so that all scripts sort in one order."""
    return fold(name).strip()[:LONGEST]


def fold(text: str) -> str:
    """Text of any script in lower-case Latin letters without accents, for searching.

    Each character is folded separately, so a part of a text folds to a part of its folded form.
    Apostrophes are dropped, including those that stand for letters of other scripts.
    """
    return anyascii(text).casefold().translate(_NO_APOSTROPHES)


def shortened(key: str, longest: int) -> str:
    """A key of at most `longest` characters: a longer one is cut and a digest of it added."""
    if len(key) <= longest:
        return key
    digest = sha256(key.encode()).hexdigest()[:DIGEST]
    return f"{key[: longest - DIGEST - 1].rstrip()} {digest}"
