"""Japanese and Korean loan words from English, recognised by their consonants.

"インプラント" is "implant" in Japanese syllables: vowels are added, r and l are one, and an r
after a vowel is silent. What is left of both is "nprnt".
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.fuzz import ratio

MARK = "^"
"""Begins a token that is a loan word, written as its consonants."""

RUN = re.compile("[\u30a1-\u30fa\u30fc]{3,}|[\uac00-\ud7af]{2,}")
"""Letters that may form a loan word: katakana and hangul."""

_LATIN = tuple(
    (re.compile(pattern), heard)
    for pattern, heard in (
        ("tch|ch|tion|ti(?=a|o)", "t"),
        ("ssion|sion|sh|sc(?=[eiy])|c(?=[eiy])|th", "s"),
        ("dg(?=[eiy])|g(?=[eiy])", "j"),
        ("z", "s"),
        ("ph", "f"),
        ("gh|^k(?=n)|g(?=n)", ""),
        ("ck|c|q", "k"),
        ("x", "ks"),
        ("l", "r"),
        ("v", "b"),
        ("m(?=[pb])", "n"),
        ("(?<=[aeiouy])r(?![aeiouyr])", ""),
        ("[aeiouyw]|(?<=.)h", ""),
    )
)
_HEARD = tuple(
    (re.compile(pattern), heard)
    for pattern, heard in (
        ("ch|ts", "t"),
        ("sh", "s"),
        ("z", "s"),
        ("l", "r"),
        ("v", "b"),
        ("m(?=[pb])", "n"),
        ("[aeiouyw]|(?<=.)h", ""),
    )
)
_DOUBLE = re.compile(r"(.)\1+")

_SAME = 0.9
_BEGINS = 0.8
_NEARLY = 0.65


@lru_cache(maxsize=20_000)
def consonants(word: str) -> str:
    """The consonants of a folded word in Latin letters, as a loan word would have them."""
    for pattern, heard in _LATIN:
        word = pattern.sub(heard, word)
    return _DOUBLE.sub(r"\1", word)


def loan_token(run: str) -> str:
    """The token of a run of katakana or hangul; "" if too little is left to recognise a word."""
    heard = anyascii(run.replace("\u30c3", "")).lower()
    for pattern, sound in _HEARD:
        heard = pattern.sub(sound, heard)
    heard = _DOUBLE.sub(r"\1", re.sub("[^a-z]", "", heard))
    return MARK + heard if len(heard) >= 3 else ""


def loan_similarity(token: str, word: str) -> float:
    """How well a token of `loan_token` fits a word in Latin letters or another token: 0 to 1."""
    one = token[len(MARK) :]
    other = word[len(MARK) :] if word.startswith(MARK) else consonants(word)
    if len(other) < 3:
        return 0.0
    if one == other:
        return _SAME
    shorter = min(len(one), len(other))
    if one.startswith(other) or other.startswith(one):
        return _BEGINS if shorter >= 4 else _NEARLY
    return _NEARLY if shorter >= 4 and ratio(one, other) >= 80 else 0.0
