"""The languages in which a name may be written.

They are recognised by common words in organisations' names and by word endings: see
words/languages.txt. A name that is not in Latin letters gives its script instead. This can tell
whether two names are in the same language; it says nothing about names made only of proper words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from .folding import plain
from .spoofing import script_of
from .words import listed_lines

_WORD = re.compile(r"[^\W\d_]+")

_ENDING = 0.5
"""Weight of an ending; a whole word weighs 1."""

_NEAR = 0.75
"""Share of the highest count from which a second language is likely too."""

_SHORTEST = 3
"""Letters, at least, before an ending."""


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Languages by word, and by ending."""
    whole: dict[str, set[str]] = {}
    endings: dict[str, set[str]] = {}
    for language, listed in listed_lines("languages.txt"):
        for raw in listed.split(","):
            word = plain(raw.strip()).lower()
            table = endings if word.startswith("-") else whole
            table.setdefault(word.lstrip("-"), set()).add(language)
    for kind, listed in listed_lines("dropped.txt"):
        if kind.startswith("stop"):
            for raw in listed.split(","):
                word = plain(raw.strip()).lower()
                whole.setdefault(word, set()).add(kind.removeprefix("stop "))
    return whole, endings


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[frozenset[str], float]:
    whole, endings = _tables()
    if word in whole:
        return frozenset(whole[word]), 1.0
    for size in range(min(len(word) - _SHORTEST, 12), 1, -1):
        found = endings.get(word[-size:])
        if found:
            return frozenset(found), _ENDING
    return frozenset(), 0.0


def scripts_of(languages: Iterable[str]) -> frozenset[str]:
    """The scripts among the results of `languages_of`."""
    return frozenset(one for one in languages if one.isupper())


@lru_cache(maxsize=1)
def _spoken() -> dict[str, frozenset[str]]:
    """The main languages of countries, by ISO 3166 code in lower case."""
    return {
        country: frozenset(languages.split())
        for languages, countries in listed_lines("spoken.txt")
        for country in countries.split()
    }


def spoken_in(country: str) -> frozenset[str]:
    """The main languages of a country (ISO 3166 code); "xx" for languages without a table."""
    return _spoken().get(country.lower(), frozenset({"xx"}))


def languages_of(text: str) -> tuple[str, ...]:
    """The most likely languages of `text`, sorted; empty if nothing indicates one.

    A text with half or more of its letters outside Latin gives only its script: "CYRILLIC".
    """
    scripts = [script for script in map(script_of, text) if script]
    other = [script for script in scripts if script != "LATIN"]
    if other and 2 * len(other) >= len(scripts):
        return (max(sorted(set(other)), key=other.count),)
    hits: dict[str, float] = {}
    for word in _WORD.findall(text.lower()):
        languages, worth = _of_word(word)
        for language in languages:
            hits[language] = hits.get(language, 0.0) + worth
    most = max(hits.values(), default=0.0)
    return tuple(sorted(one for one, count in hits.items() if count >= most * _NEAR))
