"""Normal forms: what names are compared by.

A normal form is stored beside each name. It depends only on the name and on these rules: when the
rules change, raise `VERSION` and recompute the stored forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .folding import fold, plain
from .keys import name_keys
from .languages import languages_of
from .loanwords import MARK
from .words import MAX_PHRASE, UNSPACED, concepts_of, segment_unspaced, split_compound, words

VERSION = 2

MAX_NAME = 300
"""Characters of a name that are read; the rest is ignored."""

MAX_ACRONYM = 11
"""Letters: a longer single word is a name, not an acronym."""


@dataclass(frozen=True, slots=True)
class NormalForm:
    """A name in comparable form.

    text      folded words in order, without articles and legal forms
    key       the same words sorted: equal keys are equal names
    words     `text` split
    full      folded words in order, with articles and legal forms
    tokens    concepts and proper words in order: "~health", "@fr", "kone"
    initials  acronyms the name can be shortened to, lower case
    acronym   the name itself as an acronym, lower case, or ""
    bracket   an acronym in brackets within the name, lower case, or ""
    languages likely languages of its words, or its script: see languages.py
    keys      blocking keys: names without a common key are never compared
    """

    text: str
    key: str
    words: tuple[str, ...]
    full: tuple[str, ...]
    tokens: tuple[str, ...]
    initials: tuple[str, ...]
    acronym: str
    bracket: str
    languages: tuple[str, ...]
    keys: tuple[str, ...]


_BRACKET = re.compile(r"[(\[（]([^()\[\]（）]{1,40})[)\]）]")
_MARKED = re.compile("\ue000([^\ue001]*)\ue001")
_CASED = re.compile(r"[^\W\d_]", re.UNICODE)


def looks_like_acronym(text: str) -> bool:
    """Whether `text` may be an acronym, in any case: ECRE, unhcr, SFCardio, NSF DUE, WWF-UK.

    That is one word of two to `MAX_ACRONYM` letters, or up to three words of at most five.
    """
    if UNSPACED.search(text):
        return False
    parts = re.split(r"[\s/–-]+", plain(text).strip())
    longest = MAX_ACRONYM if len(parts) == 1 else 5
    sizes = [sum(bool(_CASED.match(c)) for c in part) for part in parts]
    return len(parts) <= 3 and sum(sizes) >= 2 and max(sizes) <= longest


def _without_dropped(listed: list[str]) -> list[str]:
    """Leave out articles and legal forms, unless nothing would be left."""
    table = words()
    remaining: list[str] = []
    place = 0
    while place < len(listed):
        for size in (4, 3, 2, 1):
            if tuple(listed[place : place + size]) in table.legal:
                place += size
                break
        else:
            if listed[place] not in table.stop:
                remaining.append(listed[place])
            place += 1
    return remaining or listed


def _settled(text: str) -> tuple[str, ...]:
    """Fold and drop until nothing changes: a dropped word can bring two initials together."""
    current = fold(text)
    while True:
        after = fold(" ".join(_without_dropped(current.split())))
        if after == current:
            return tuple(current.split())
        current = after


def _tokens(listed: list[str]) -> list[str]:
    """Concepts, the longest phrases from the left first, then single words."""
    table = words()
    tokens: list[str] = []
    place = 0
    while place < len(listed):
        word = listed[place]
        for size in range(min(MAX_PHRASE, len(listed) - place), 1, -1):
            concept = table.phrases.get(tuple(listed[place : place + size]))
            if concept:
                tokens.append(concept)
                place += size
                break
        else:
            for pattern, concept in table.stem_phrases.get(word[:3], ()):
                if _fits(pattern, listed[place : place + len(pattern)]):
                    tokens.append(concept)
                    place += len(pattern)
                    break
            else:
                if word not in table.stop and (word,) not in table.legal:
                    tokens.extend(concepts_of(word))
                place += 1
    return tokens


def _fits(pattern: tuple[str, ...], listed: list[str]) -> bool:
    if len(listed) != len(pattern):
        return False
    return all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part
        for part, word in zip(pattern, listed, strict=True)
    )


def _concept_sequence(name: str) -> tuple[str, ...]:
    """The tokens of a name in any script, each once."""
    tokens: list[str] = []
    for index, chunk in enumerate(_MARKED.split(segment_unspaced(name))):
        if index % 2 and chunk[0] in ("~", "@", MARK):
            tokens.append(chunk)
        else:
            tokens.extend(_tokens(fold(chunk).split()))
    return tuple(dict.fromkeys(tokens))


def _initials(listed: list[str], full: list[str]) -> tuple[str, ...]:
    """Acronyms of a name: first letters without articles, with them, and of parts of compounds."""
    if len(full) < 2:
        return ()
    short = "".join(word[0] for word in listed)
    long = "".join(word[0] for word in full)
    found = [short, long]
    parts = "".join(part[0] for word in listed for part in split_compound(word))
    found.append(parts)
    return tuple(dict.fromkeys(text for text in found if 2 <= len(text) <= MAX_ACRONYM))


@lru_cache(maxsize=1)
def _unspaced_legal() -> tuple[str, ...]:
    unspaced = words().unspaced.items()
    return tuple(form for form, concept in unspaced if not concept and len(form) > 1)


def _strip_unspaced_legal(name: str) -> str:
    """Strip legal forms from both ends of a name in a script without spaces."""
    for form in _unspaced_legal():
        if len(name) > len(form) + 1:
            if name.startswith(form):
                name = name[len(form) :]
            if name.endswith(form):
                name = name[: -len(form)]
    return name.strip()


def normal_form(name: str) -> NormalForm:
    """The normal form of a name of any length and script; never raises."""
    return _normal_form(name[:MAX_NAME])


@lru_cache(maxsize=20_000)
def _normal_form(name: str) -> NormalForm:
    clean = plain(name)
    bracket = ""
    for match in _BRACKET.finditer(clean):
        inside = match.group(1)
        rest = (clean[: match.start()] + " " + clean[match.end() :]).strip()
        if looks_like_acronym(inside) and fold(rest) and " " not in fold(inside):
            bracket = fold(inside)
            clean = rest
            break
    spaced = _strip_unspaced_legal(clean)
    listed = _settled(spaced)
    full = fold(clean).split()
    tokens = _concept_sequence(clean) or listed
    acronym = ""
    if looks_like_acronym(clean):
        acronym = "".join(full)
    initials = _initials(list(listed), full)
    text = " ".join(listed)
    return NormalForm(
        text=text,
        key=" ".join(sorted(listed)),
        words=listed,
        full=tuple(full),
        tokens=tokens,
        initials=initials,
        acronym=acronym,
        bracket=bracket,
        languages=languages_of(clean),
        keys=name_keys(listed, tokens, initials, acronym, bracket),
    )
