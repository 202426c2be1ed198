"""The word tables that the rules use, read once from the text files beside this module.

A line is ``concept: word, word, two words, stem*``. Words may be in any script; they are folded
with the same `fold` as names, so that both compare equal. A trailing ``*`` allows any ending of at
most `MAX_ENDING` letters. The files hold general knowledge of the supported languages, nothing from
any single organisation's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .folding import fold
from .loanwords import RUN, loan_token

FOLDER = Path(__file__).parent / "words"

MAX_ENDING = 6
"""Letters: a longer ending is another word of a compound."""

MAX_INFLECTION = 4
"""Letters that may follow a stem in a word that certainly matches."""

MAX_PHRASE = 5
"""Words in the longest phrase of the tables."""

BODY = 0.35
QUALIFIER = 0.5
SUBJECT = 0.8
COUNTRY = 0.9
PROPER = 1.0
"""Weights of words in a comparison: a word of the field says little, a proper name the most."""


@dataclass(frozen=True, slots=True)
class Words:
    """All tables, folded.

    `phrases` maps a tuple of folded words to its concept, or to "" if it has none; `stems` maps the
    beginning of a word; `weights` gives each concept's weight, 0 to 1; `unspaced` maps words of
    scripts without spaces to a concept, to English words, or to "" if they are dropped.
    """

    phrases: dict[tuple[str, ...], str]
    stems: dict[str, str]
    stem_phrases: dict[str, list[tuple[tuple[str, ...], str]]]
    weights: dict[str, float]
    unspaced: dict[str, str]
    stop: frozenset[str]
    legal: frozenset[tuple[str, ...]]
    bodies: frozenset[str]
    country_stems: dict[str, str]


def country_concept(code: str) -> str:
    """The concept of a country, from its ISO 3166 code in any case."""
    return f"@{code.lower()}"


def listed_lines(name: str) -> Iterator[tuple[str, str]]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            concept, _, rest = line.partition(":")
            yield concept.strip(), rest.strip()


def _add(words: Words, concept: str, listed: str, *, inflect: bool = False) -> None:
    for raw in listed.split(","):
        word = raw.strip()
        parts = tuple(fold(word.replace("*", "\ue000")).split())
        if not parts:
            continue
        if "*" in word:
            pattern = tuple(fold(part) + ("*" if "*" in part else "") for part in word.split())
            pattern = tuple(part for part in pattern if part.strip("*"))
            if len(pattern) == 1:
                words.stems.setdefault(pattern[0].rstrip("*"), concept)
            elif pattern:
                words.stem_phrases.setdefault(pattern[0].rstrip("*")[:3], []).append(
                    (pattern, concept)
                )
        else:
            words.phrases.setdefault(parts, concept)
            if inflect and len(parts) == 1 and len(parts[0]) >= 6:
                # A country's name takes case endings: Österreich, Österreichs; Украина, Украины.
                words.country_stems.setdefault(parts[0].rstrip("aeiouy"), concept)


def _add_unspaced(table: Words) -> None:
    # The glossary comes first, as it is more precise; its English words are read later.
    for name in ("glossary_unspaced.txt", "places_unspaced.txt", "readings.txt"):
        for english, listed in listed_lines(name):
            for word in listed.split():
                table.unspaced.setdefault(word, english)
    for concept, listed in listed_lines("unspaced.txt"):
        known = "~" + concept
        if concept == "-":
            known = ""
        elif len(concept) == 2:
            known = country_concept(concept)
        for word in listed.split():
            table.unspaced.setdefault(word, known)


@lru_cache(maxsize=1)
def words() -> Words:
    """Read the tables. Takes about 0.3 s, once per process."""
    stop: set[str] = set()
    legal: set[tuple[str, ...]] = set()
    for kind, listed in listed_lines("dropped.txt"):
        for word in listed.split(","):
            parts = tuple(fold(word).split())
            if parts and kind.startswith("stop"):
                stop.update(parts)
            elif parts:
                legal.add(parts)
    table = Words({}, {}, {}, {}, {}, frozenset(stop), frozenset(legal), frozenset(), {})
    bodies = frozenset("~" + concept for concept, _ in listed_lines("bodies.txt"))
    for concept, listed in listed_lines("exact.txt"):
        _add(table, "~" + concept if concept != "-" else "", listed)
    # Subjects first: "red cross" must win over "red", the Spanish word for a network.
    for name, weight in (
        ("subjects.txt", SUBJECT),
        ("bodies.txt", BODY),
        ("qualifiers.txt", QUALIFIER),
    ):
        for concept, listed in listed_lines(name):
            table.weights.setdefault("~" + concept, weight)
            _add(table, "~" + concept, listed)
    for concept, listed in listed_lines("further_scripts.txt"):
        _add(table, "~" + concept, listed)
    # Countries last: the Nordic name of Iceland is the English word for an island.
    for concept, listed in listed_lines("adjectives.txt"):
        _add(table, country_concept(concept), listed)
    for concept, listed in listed_lines("countries.txt"):
        _add(table, country_concept(concept), listed, inflect=True)
        table.weights[country_concept(concept)] = COUNTRY
    _add_unspaced(table)
    return Words(
        table.phrases,
        table.stems,
        table.stem_phrases,
        table.weights,
        table.unspaced,
        table.stop,
        table.legal,
        bodies,
        table.country_stems,
    )


def weight_of(token: str) -> float:
    """How much a token says: 0 to 1."""
    if token[0] in "~@":
        return words().weights.get(token, SUBJECT)
    if len(token) == 1:
        return 0.4
    return PROPER


def _country(word: str) -> str | None:
    """The country whose name is `word` with a case ending of at most three letters."""
    stems = words().country_stems
    for size in range(len(word), max(3, len(word) - 4), -1):
        concept = stems.get(word[:size])
        if concept and size >= 5:
            return concept
    return None


_LINKERS = ("", "s", "n", "en", "es", "e", "er", "ns", "i", "o")
"""Letters that join the parts of a German, Dutch or Scandinavian compound."""


def _ending(word: str) -> tuple[str, str] | None:
    """The concept whose stem begins `word`, and the letters after the stem."""
    stems = words().stems
    for size in range(len(word), 1, -1):
        concept = stems.get(word[:size])
        if concept and (size >= 3 or size == len(word)):
            return concept, word[size:]
    return None


@lru_cache(maxsize=200_000)
def concepts_of(word: str) -> tuple[str, ...]:
    """The concepts in one folded word, in order; the word itself if it has none."""
    table = words()
    exact = table.phrases.get((word,))
    if exact is not None:
        return (exact or word,)
    country = _country(word)
    if country:
        return (country,)
    found = _ending(word)
    if found:
        concept, rest = found
        if len(rest) >= 4 and concept[0] != "@":
            later = _tail(rest)
            if later:
                return (concept, later)
        stem = len(word) - len(rest)
        # A short stem with a long ending is chance: "art" does not begin "artemis".
        if len(rest) <= min(MAX_ENDING, 2 * stem - 3):
            return (concept,)
    if len(word) >= 8 and not word.isdigit():
        for cut in range(3, len(word) - 3):
            tail = _whole(word[cut:])
            if tail:
                head = word[:cut]
                for linker in ("s", "n", ""):
                    if head.endswith(linker):
                        bare = head[: len(head) - len(linker)] if linker else head
                        first = _whole(bare)
                        if first:
                            return (first, tail)
                if len(word) - cut >= 5:
                    return (head, tail)
    return (word,)


@lru_cache(maxsize=50_000)
def is_accounted_for(word: str) -> bool:
    """Whether a folded word is fully understood or a proper word, so that no stem matched by
    chance.

    A stem may have an ending of `MAX_INFLECTION` letters; a longer rest is another word.
    """
    concepts = concepts_of(word)
    if concepts == (word,) or (word,) in words().phrases or concepts[0][0] == "@":
        return True
    if len(concepts) > 1:
        return all(concept[0] in "~@" for concept in concepts)
    found = _ending(word)
    return found is not None and len(found[1]) <= MAX_INFLECTION


@lru_cache(maxsize=50_000)
def means_one_concept(word: str) -> bool:
    """Whether a folded word is in the tables, with an ending of at most two letters."""
    if (word,) in words().phrases or word in words().stop:
        return True
    found = _ending(word)
    return found is not None and len(found[1]) <= 2 and len(word) - len(found[1]) >= 4


def _whole(part: str) -> str | None:
    """The concept of a part of a compound that is a word of the field by itself."""
    if len(part) < 4:
        return None
    exact = words().phrases.get((part,))
    if exact is not None:
        return exact if exact and exact[0] != "@" else None
    found = _ending(part)
    if found and found[0][0] != "@" and len(found[1]) <= 3 and len(part) - len(found[1]) >= 4:
        return found[0]
    return None


def _tail(rest: str) -> str | None:
    """The concept of the rest of a compound after its joining letters."""
    for linker in _LINKERS:
        if rest.startswith(linker):
            part = rest[len(linker) :]
            if len(part) >= 4:
                concept = _whole(part)
                if concept:
                    return concept
    return None


@lru_cache(maxsize=50_000)
def split_compound(word: str) -> tuple[str, ...]:
    """A compound that ends with another word of the field, in two parts."""
    if len(word) >= 9:
        for cut in range(4, len(word) - 3):
            if words().phrases.get((word[cut:],)):
                return (word[:cut], word[cut:])
    return (word,)


@lru_cache(maxsize=100_000)
def without_country(listed: tuple[str, ...], country: str = "") -> tuple[str, ...]:
    """Folded words without the name of `country`, or of any country if that is ""."""
    table = words()
    remaining: list[str] = []
    place = 0
    while place < len(listed):
        for size in range(min(MAX_PHRASE, len(listed) - place), 0, -1):
            part = listed[place : place + size]
            concept = table.phrases.get(part) or (concepts_of(part[0])[0] if size == 1 else "")
            if concept and concept[0] == "@" and concept == (country or concept):
                place += size
                break
        else:
            remaining.append(listed[place])
            place += 1
    return tuple(remaining)


UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u30fc々]+"
)


def _marked_loan(match: re.Match[str]) -> str:
    token = loan_token(match.group())
    return f" \ue000{token}\ue001 " if token else match.group()


def segment_unspaced(text: str) -> str:
    """Insert spaces into runs of Japanese, Chinese, Korean and Thai, around words of the table.

    The longest known word from the left wins. Known words and loan words become their concept
    between U+E000 and U+E001, so that folding preserves them; other letters stay together as one
    word.
    """
    table = words().unspaced

    def cut(match: re.Match[str]) -> str:
        run = match.group()
        parts: list[str] = []
        unknown = ""
        place = 0
        while place < len(run):
            for size in range(min(12, len(run) - place), 0, -1):
                concept = table.get(run[place : place + size])
                if concept is not None:
                    if unknown:
                        parts.append(unknown)
                        unknown = ""
                    parts.append(f"\ue000{concept}\ue001" if concept else "")
                    place += size
                    break
            else:
                unknown += run[place]
                place += 1
        if unknown:
            parts.append(unknown)
        return " " + " ".join(RUN.sub(_marked_loan, part) for part in parts) + " "

    return UNSPACED.sub(cut, text)
