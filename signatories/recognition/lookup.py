"""The blocking keys of entries, and those to look up for a query."""

from __future__ import annotations

from .domains import name_labels, registrable
from .entries import Entry
from .keys import build_keys
from .loanwords import MARK, consonants
from .normalise import NormalForm
from .spoofing import skeleton

_BORROWING = frozenset({"JP", "KR"})
"""Countries whose names contain English loan words in their own script."""


def entry_keys(entry: Entry) -> tuple[str, ...]:
    """All keys of an entry's names and domains."""
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
    return tuple(dict.fromkeys((*of_names, *build_keys(keys))))


def query_keys(name: str, form: NormalForm, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """The keys to look up: those of the name, of the hosts, and of the name within a domain."""
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
    return tuple(dict.fromkeys((*form.keys, *build_keys(keys))))


def _loan_keys(form: NormalForm) -> list[tuple[str, str]]:
    """Keys of the loan words, and of the words that may be written as loan words."""
    written = [token[len(MARK) :] for token in form.tokens if token.startswith(MARK)]
    spoken = [consonants(word) for word in form.words if len(word) >= 4]
    return [("l", word[:3]) for word in (*written, *spoken) if len(word) >= 3]
