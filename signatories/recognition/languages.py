"""In which languages a name may be written.

Told from the words that names of organisations have, and from their endings: see
words/languages.txt. A name in other letters than Latin ones gives its script instead. Good for
saying that two names are in one language or in two, and silent where a name has only proper words.
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
"""What an ending says of a language, beside 1 for a whole word."""

_NEAR = 0.75
"""Share of the most hits from which a second language is likely too."""

_SHORTEST = 3
"""Letters that stand before an ending, at least."""


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
    """Those of `languages_of` that are scripts."""
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
    """The main languages of a country, an ISO 3166 code; "xx" for those that no table has."""
    return _spoken().get(country.lower(), frozenset({"xx"}))


def languages_of(text: str) -> tuple[str, ...]:
    """The languages that `text` is most likely written in, sorted; empty if nothing tells.

    A text of which half or more is not in Latin letters gives its script alone: "CYRILLIC".
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
