"""Finds web addresses and telephone numbers, with which a text could lure readers elsewhere.

Persons, roles and statements may contain neither. An organisation's name may look like a host, as
"Avaaz.org" does, so for names only what no name has counts, such as a path. Text that merely
resembles an address is accepted ("Dr.Müller", "e.V.", "action.Now", "г.Москва"), and so are years,
dates, sums and laws that resemble a number.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from publicsuffixlist import PublicSuffixList

from signatories.recognition.spoofing import NameProblem

_WRAPPED_DOT = re.compile(r"\s*[\[({]\s*(?:\.|dot)\s*[\])}]\s*", re.IGNORECASE)
_DOTS = str.maketrans("\u3002\uff61\uff0e\u2024\ufe52", ".....")

_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]*://|\b(?:hxxps?|mailto|tel):|\bwww\d?\.\w", re.IGNORECASE)
# Not "tod@s", which is Spanish for all of us.
_MAILBOX = re.compile(r"[\w.+-]@[\w-]+(?:\.[\w-]+)+")
_NUMERIC = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_HOST = re.compile(
    r"(?<![\w@.-])(?P<host>(?:[\w-]+\.)+(?P<end>[^\W\d_]{2,}|xn--[\w-]+))(?![\w-])"
    r"(?P<path>\.?[/:?#]\S)?",
    re.IGNORECASE,
)

# Endings that every mail program knows, and those reserved for examples.
_GENERIC = frozenset(["com", "org", "net", "info", "biz", "edu", "gov", "int", "mil"])
_RESERVED = frozenset(["example", "test", "invalid", "localhost", "local", "onion"])
_TITLES = frozenset(
    re.split(
        r"\s+",
        "dr dra prof mr mrs ms mx st ste drs mag dipl ing lic msc bsc phd jr sr rev hon fr sra srta"
        " av adv arch avv dott ir no nr art vol resp ltd inc co dept gen col sen rep др ул пр"
        " डॉ श्री ดร",
    )
)


def refuse_contact_details(text: str) -> str:
    """Return a person's name, role or statement unchanged.

    Raises ValidationError if it contains an address or a telephone number.
    """
    if contains_address(text):
        raise ValidationError(_("Use plain words, without links or code."))
    return _without_number(text)


def refuse_contact_details_in_name(text: str) -> str:
    """Return an organisation's name unchanged; it may look like a host.

    Raises ValidationError if it contains a telephone number, or an address that no name resembles.
    """
    words = _plain(text)
    found = [one for one in _HOST.finditer(words) if one["path"]]
    if any(map(_leads_somewhere, found)) or _SCHEME.search(words) or _NUMERIC.search(words):
        raise ValidationError(_(NameProblem.URL.text))
    return _without_number(text)


def _without_number(text: str) -> str:
    if contains_telephone_number(text):
        raise ValidationError(_("Leave out the telephone number."))
    return text


def contains_address(text: str) -> bool:
    """Whether the text contains a web or email address, or one that mail programs would link."""
    words = _plain(text)
    if _SCHEME.search(words) or _MAILBOX.search(words) or _NUMERIC.search(words):
        return True
    return any(_leads_somewhere(found) for found in _HOST.finditer(words))


def _plain(text: str) -> str:
    return _WRAPPED_DOT.sub(".", unicodedata.normalize("NFKC", text).translate(_DOTS))


def _leads_somewhere(found: re.Match[str]) -> bool:
    *before, end = found["host"].split(".")
    first = before[0].casefold()
    if found["path"]:
        return first not in _TITLES
    if not _is_end_of_hosts(end.casefold()):
        return False
    if end.casefold() in _GENERIC:
        return True
    # An initial, a title, or a new sentence without a space before it.
    is_short = all(len(label) == 1 for label in before)
    is_word = end[0].isupper() and not end.isupper()
    return not (is_short or first in _TITLES or is_word)


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@lru_cache(maxsize=10_000)
def _is_end_of_hosts(label: str) -> bool:
    return label in _RESERVED or label.startswith("xn--") or bool(_suffixes().publicsuffix(label))


_RUN = re.compile(r"(?<![\w+])(?:\+|00)?\(?\d(?:[\s().\-\u2010-\u2015/·]*\d)+")
_TELEPHONE = re.compile(
    r"\b(?:tel|telefon|phone|whatsapp|тел)\b[.:\s]{1,3}\+?\d(?:[\s/-]?\d){4}", re.I
)
_DAY = re.compile(r"\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{4}")
_YEARS = re.compile(r"[12]\d{3}(?:\D+[12]\d{3})+")
_LAW = re.compile(r"\d{1,5}/[12]\d{3}|[12]\d{3}/\d{1,5}")
_SUM = re.compile(r"[1-9]\d{0,2}(?:[\s.]\d{3})+")
LEAST_DIGITS = 7


def contains_telephone_number(text: str) -> bool:
    """Whether the text contains a number that can be dialled, in digits of any script."""
    words = unicodedata.normalize("NFKC", text)
    if _TELEPHONE.search(words):
        return True
    return any(_can_be_dialled(found[0]) for found in _RUN.finditer(words))


def _can_be_dialled(run: str) -> bool:
    groups = re.findall(r"\d+", run)
    digits = sum(map(len, groups))
    if digits < LEAST_DIGITS:
        return False
    if run.startswith("+"):
        return True
    if any(kind.fullmatch(run) for kind in (_DAY, _YEARS, _LAW, _SUM)):
        return False
    return len(groups) > 1 or digits > 8 or run.startswith("0")
