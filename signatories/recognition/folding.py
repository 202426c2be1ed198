"""Folding: one plain spelling for all spellings that differ only visually.

`fold` is the first step of every comparison. It keeps the order of words and everything that is
pronounced.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_ARTICLE = re.compile(r"\b(l|d|qu|dell|nell|all|sull|dall|un|n|s|t|m|j)'(?=\w)")
"""French, Italian and Catalan articles before an apostrophe: l'eau, dell'acqua."""
_SEPARATOR = re.compile(r"[^a-z0-9]+")
_ARABIC_ARTICLE = re.compile("(?<![\u0621-\u064a])(?:وال|بال|لل|ال)(?=[\u0621-\u064a]{3})")
_INITIALS = re.compile(r"(?<![a-z0-9])(?:[a-z] )+[a-z](?![a-z0-9])")
APOSTROPHES = "'’‘‛ʼʻʽʹʾʿˈˊˋꞌꞋ`´′‵՚׳ʺ″᾽᾿῾΄＇｀ߴߵ\u0374"
"""Everything typed as an apostrophe, okina, prime, geresh or soft sign."""
_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))


def plain(text: str) -> str:
    """`text` in NFKC, without invisible format characters, with one kind of apostrophe."""
    text = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES))
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c in "\t\n")


def fold(text: str) -> str:
    """Lower-case a-z and 0-9, in words separated by one space. Idempotent.

    Removes case, diacritics, punctuation and script: "Комитет «Наш дом»" gives "komitet nash dom".
    Consecutive single letters become one word, so that "T. L. L." equals "TLL".
    """
    text = plain(text)
    text = _ARABIC_ARTICLE.sub("", text)
    text = text.replace("&", " and ").replace("+", " plus ")
    text = anyascii(text).lower()
    text = _ARTICLE.sub(r"\1 ", text).replace("'", "")
    text = _SEPARATOR.sub(" ", text).strip()
    return _INITIALS.sub(lambda match: match.group().replace(" ", ""), text)


_SOUNDS = (
    ("sch", "s"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("ch", "k"),
    ("qu", "k"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
    ("c", "k"),
    ("q", "k"),
    ("z", "s"),
    ("w", "v"),
    ("y", "i"),
    ("j", "i"),
    ("x", "ks"),
    ("h", ""),
    ("ae", "e"),
    ("oe", "o"),
    ("ue", "u"),
)
_DOUBLE = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """A rough common spelling for a word that many languages share: psychologie, psykologia.

    `word` is folded. Different spellings of one sound become one letter.
    """
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _DOUBLE.sub(r"\1", word)
