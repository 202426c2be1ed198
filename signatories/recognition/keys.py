"""Blocking keys: short strings that find the entries worth comparing with a query.

Names without a common key are never compared. The first letter of a key gives its kind:

    =  the whole name, words sorted        x  the whole name without spaces, or a label of a host
    w  beginning of a word, by its sound   a  acronym or initials
    i  first initials                      t  one concept        p  two concepts
    k  look-alike form of the name         h  host               r  registrable domain
    d  beginning of a label of a host      l  beginning of a loan word, by its consonants
"""

from __future__ import annotations

from .folding import sound

MAX_KEY = 80
"""Maximum length of a key in characters; tables that store keys must have room for it."""


def blocking_key(kind: str, text: str) -> str:
    """The key of one kind for a text of any length. Long texts are cut."""
    return (kind + text)[:MAX_KEY]


def name_keys(
    listed: tuple[str, ...],
    tokens: tuple[str, ...],
    initials: tuple[str, ...],
    acronym: str,
    bracket: str,
) -> tuple[str, ...]:
    """The keys of a name, from the parts of its normal form."""
    keys = [("=", " ".join(sorted(listed))), ("x", "".join(listed)[:40])]
    proper = [t for t in tokens if t[0] not in "~@"]
    keys += [("w", sound(t)[:5]) for t in proper if len(t) >= 3 or t.isdigit()]
    keys += [("w", sound(w)[:5]) for w in listed if len(w) >= 3 and w not in proper]
    known = sorted(t for t in tokens if t[0] in "~@")
    keys += [("t", t) for t in known]
    keys += [
        ("p", first[:24] + second[:24])
        for place, first in enumerate(known)
        for second in known[place + 1 :]
    ][:28]
    for short in {acronym, bracket} - {""}:
        keys += [("a", short), ("i", short[:2]), ("w", sound(short)[:5])]
    for short in initials:
        keys += [("a", short), ("i", short[:2])]
    # Looser keys, within a country only, for acronyms that skip words or use their beginnings.
    if acronym:
        keys += [("i", acronym[0])]
    else:
        keys += [("i", word[:2]) for word in listed[:1]] + [("i", word[0]) for word in listed[:2]]
    return build_keys(keys)


def build_keys(keys: list[tuple[str, str]]) -> tuple[str, ...]:
    """Unique keys from pairs of kind and text."""
    return tuple(dict.fromkeys(blocking_key(kind, text) for kind, text in keys))
