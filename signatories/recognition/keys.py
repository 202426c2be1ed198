"""Blocking keys: short strings that find the entries worth comparing with a question.

Two names without a common key are never compared. The first letter of a key says of which kind it
is:

    =  the whole name, its words sorted     x  the whole name without spaces, or a label of a host
    w  beginning of a word by its sound     a  acronym or initials
    i  first initials                       t  one concept        p  two concepts
    k  look-alike form of the name          h  host               r  registrable domain
    d  beginning of a label of a host       l  beginning of a loan word by its consonants
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .domains import name_labels, registrable
from .folding import sound
from .loanwords import MARK, consonants
from .spoofing import skeleton

if TYPE_CHECKING:
    from .entries import Entry
    from .normalise import NormalForm

MAX_KEY = 80
"""Characters of a key, at most: what a register that stores keys must have room for."""


_BORROWING = frozenset({"JP", "KR"})
"""Countries where names are written with loan words from English in a script of their own."""


def blocking_key(kind: str, text: str) -> str:
    """The key of one kind for a text of any length. A long text is found by its beginning."""
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
    # Looser keys for acronyms with beginnings of words or words left out; within a country only.
    if acronym:
        keys += [("i", acronym[0])]
    else:
        keys += [("i", word[:2]) for word in listed[:1]] + [("i", word[0]) for word in listed[:2]]
    return _made(keys)


def entry_keys(entry: Entry) -> tuple[str, ...]:
    """All keys of an entry: of its names and of its domains."""
    keys = [("k", skeleton(name.name)) for name in entry.names]
    if entry.country in _BORROWING:
        keys += [key for name in entry.names for key in _loan_keys(name.form)]
    for host in entry.domains:
        keys += [("h", host), ("r", registrable(host))]
        for label in name_labels(host):
            bare = label.replace("-", "")
            keys += [("x", bare[:40]), ("d", bare[:3]), ("a", bare[:12]), ("w", bare[:5])]
            keys += [("x", part) for part in label.split("-") if len(part) >= 2]
            if entry.country and bare.endswith(entry.country.lower()) and len(bare) > 4:
                keys.append(("x", bare[:-2]))
    of_names = [key for name in entry.names for key in name.form.keys]
    return tuple(dict.fromkeys((*of_names, *_made(keys))))


def question_keys(name: str, form: NormalForm, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """The keys to look for: those of the name, of the hosts, and of the name inside a domain."""
    keys = []
    for host in hosts:
        keys += [("h", host), ("r", registrable(host))]
        keys += [("x", label.replace("-", "")[:40]) for label in name_labels(host)]
    keys += [("x", word) for word in form.words if len(word) >= 3]
    keys += [("d", word[:3]) for word in (form.acronym, form.bracket, *form.initials) if word]
    if form.words:
        keys.append(("d", form.words[0][:3]))
    keys.append(("k", skeleton(name)))
    keys += _loan_keys(form)
    return tuple(dict.fromkeys((*form.keys, *_made(keys))))


def _loan_keys(form: NormalForm) -> list[tuple[str, str]]:
    """Keys of the words that may be written as loan words, and of those that are."""
    written = [token[len(MARK) :] for token in form.tokens if token.startswith(MARK)]
    spoken = [consonants(word) for word in form.words if len(word) >= 4]
    return [("l", word[:3]) for word in (*written, *spoken) if len(word) >= 3]


def _made(keys: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(blocking_key(kind, text) for kind, text in keys))
