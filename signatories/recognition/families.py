"""Whether a name fits the organisation registered at its email domain.

A domain says who may speak for a family of bodies, not which one: a prefecture's police and its
government, a society and its foundation, or a federation and its local groups may share one. So a
name fits only by what it has besides the words of the domain: the same words, an acronym that can
be read from them, or another language or script with nothing against it.

Words that each name has and the other lacks count against a match. The name with fewer of them
decides, so a longer form of a name still fits. How much may differ depends on the languages and on
whether both names are the same kind of body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from .domains import name_labels, names_parts, registrable
from .entries import Reason
from .languages import scripts_of, spoken_in
from .normalise import NormalForm, normal_form
from .scoring import abridged, acronym_similarity, domain_fit, matched
from .sisters import same_word
from .words import concepts_of, country_concept, weight_of, words

_LIGHT = 0.2
_LITTLE = 0.55
_ONE_WORD = 1.05
"""Weights of what each name has and the other lacks: almost nothing, a light word, one word."""

_SOMETHING = 0.3
_ENOUGH = 0.9
_MUCH = 1.9
"""Weights of what two names share besides the domain: a kind of body, one word, two words."""

_PLACE = 2
"""Words, at most, after a name that name its local group: "Bristol Group"."""

_SHORTEST = 5
"""Letters, at least, in the name of a place."""

_ROMAN = frozenset(["ii", "iii", "iv", "vi", "vii", "viii", "ix"])
"""Roman numerals, except those that are also words."""

_READABLE = 0.5
"""Similarity from which an acronym can be read from a name."""

_MADE_OF_NAME = 0.6
"""Similarity from which a domain is built from a name."""

_ALIKE = (
    frozenset(["~association", "~society", "~federation", "~union", "~league", "~club"]),
    frozenset(["~council", "~committee", "~commission", "~board"]),
    frozenset(["~foundation", "~fund"]),
    frozenset(["~institute", "~center", "~laboratory", "~academy"]),
    frozenset(["~ministry", "~department"]),
    frozenset(["~agency", "~authority", "~administration", "~service", "~office"]),
)
"""Kinds of bodies that are often translated as one another."""


class _Kinds(Enum):
    """How the kinds of bodies in two names compare."""

    SAME = "same"
    OTHER = "other"
    ONE_SILENT = "one silent"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two names without the words of the domain that both have.

    shared    weight of what both have
    apart     weight of what only one has, on the side with less
    bare      whether nothing is left of one of them
    own_site  whether the domain is built from the registered name
    """

    shared: float
    apart: float
    bare: bool
    own_site: bool


def fits_domain(query: NormalForm, known: NormalForm, host: str, country: str) -> bool:
    """Whether a queried name may be the registered body `known` at `host`.

    The query comes from an address at `host`. `country` is the registered body's, an ISO 3166 code
    or "". Sister names are not checked here.
    """
    if query.key == known.key or "".join(query.words) == "".join(known.words):
        return True
    inside = query.acronym in known.words or known.acronym in query.words
    if not inside and _readable(query, known):
        return True
    if _adds_place(query, known, host) or _numbers(query) != _numbers(known):
        return False
    own_site = _is_own_site(known, host, country)
    languages, others = set(query.languages), set(known.languages)
    other_script = scripts_of(languages) != scripts_of(others)
    if query.acronym and not inside and not other_script:
        # An acronym that does not fit the name may come from another language of the country.
        return own_site or (bool(others) and not spoken_in(country) <= others)
    if other_script:
        return not _is_government(query, known)
    found = _compare(query, known, host, country, own_site=own_site)
    if not languages or not others:
        return _fits_silent(found, _kinds(query, known))
    if languages & others:
        return _fits_language(found, _kinds(query, known))
    return _fits_translation(found, _kinds(query, known, loosely=True))


def _fits_language(found: _Compared, kinds: _Kinds) -> bool:
    """Names in one language: their words were chosen to tell bodies apart."""
    shared, apart = found.shared, found.apart
    if kinds is _Kinds.OTHER:
        return False
    if kinds is _Kinds.SAME:
        if apart <= _LIGHT or (apart <= _LITTLE and shared >= _ENOUGH):
            return True
        if found.own_site and (apart <= _LITTLE or shared < _SOMETHING):
            return True
        return apart <= _ONE_WORD and (shared >= _MUCH or shared < _SOMETHING)
    if kinds is _Kinds.ONE_SILENT and not found.own_site:
        return shared >= _ENOUGH and apart <= _LITTLE
    if found.bare:
        return found.own_site
    if kinds is _Kinds.ONE_SILENT:
        return shared >= _SOMETHING and apart <= _LITTLE
    return apart <= _LIGHT and (shared >= _MUCH or shared < _ENOUGH)


def _fits_translation(found: _Compared, kinds: _Kinds) -> bool:
    """Names in two languages: unknown words count neither for nor against."""
    shared, apart = found.shared, found.apart
    if kinds is _Kinds.SAME:
        return found.own_site or apart <= _ONE_WORD or shared >= _ENOUGH
    if kinds is _Kinds.ONE_SILENT:
        return True
    if kinds is _Kinds.SILENT:
        return apart <= _LIGHT or shared >= _SOMETHING
    if found.own_site:
        return shared >= _SOMETHING
    return apart <= _LIGHT or shared >= _MUCH


def _fits_silent(found: _Compared, kinds: _Kinds) -> bool:
    """Names of which at least one has no word that reveals its language."""
    if kinds is _Kinds.OTHER:
        return False
    if kinds is _Kinds.SILENT:
        return found.apart <= _LITTLE or found.shared >= _SOMETHING
    if found.apart <= _LIGHT or found.own_site:
        return True
    return kinds is _Kinds.ONE_SILENT and found.shared >= _ENOUGH


def _readable(query: NormalForm, known: NormalForm) -> bool:
    """Whether one name is an acronym of the other, or both have the same acronym."""
    return any(
        one.score >= _READABLE and Reason.PART_OF_NAME not in one.reasons
        for one in (acronym_similarity(query, known), acronym_similarity(known, query))
    )


def _numbers(form: NormalForm) -> set[str]:
    return {word for word in form.words if word.isdigit() or word in _ROMAN}


def _adds_place(query: NormalForm, known: NormalForm, host: str) -> bool:
    """Whether the domain is built from one name, and the other adds a proper word or two to it.

    Local groups are named like that. Words that appear in the domain, and acronyms, do not count.
    """
    short, long = sorted((query, known), key=lambda form: len(form.words))
    extra = long.words[len(short.words) :]
    if not 1 <= len(extra) <= _PLACE or long.words[: len(short.words)] != short.words:
        return False
    labels = name_labels(host)
    shown = {*_shown(long, labels)}
    placed = any(
        len(token) >= _SHORTEST and token[0] not in "~@" and token not in shown
        for token in normal_form(" ".join(extra)).tokens
    )
    return placed and domain_fit(labels, short, short, "") >= _MADE_OF_NAME


def _is_own_site(known: NormalForm, host: str, country: str) -> bool:
    """Whether the domain is the registered body's own: built from its name, and not of a part."""
    if host != registrable(host) or names_parts(host):
        return False
    return domain_fit(name_labels(host), known, known, country) >= _MADE_OF_NAME


def _is_government(query: NormalForm, known: NormalForm) -> bool:
    """Whether exactly one of two names is a government's, and the other names a body too."""
    kinds = [_bodies(form) for form in (query, known)]
    return all(kinds) and ("~government" in kinds[0]) != ("~government" in kinds[1])


def _bodies(form: NormalForm) -> frozenset[str]:
    return (words().bodies | {"~police"}) & set(form.tokens)


def _compare(
    query: NormalForm, known: NormalForm, host: str, country: str, *, own_site: bool
) -> _Compared:
    own = frozenset({country_concept(country)}) if country else frozenset()
    query, known = abridged(query, known), abridged(known, query)
    both = {*_words_of_domain(query, known, host), *_words_of_domain(known, query, host)}
    left, right = _without(query, both), _without(known, both)
    weight, other, shared, only_left, only_right = matched(left, right, own)
    # Opposite another word, the country's name counts too: "of Canada", "of Ontario".
    apart = min(sum(weight_of(token) for token in only) for only in (only_left, only_right))
    return _Compared(shared, apart, min(weight, other) <= _SOMETHING, own_site)


def _without(form: NormalForm, gone: set[str]) -> tuple[str, ...]:
    remaining = [word for word in form.words if word not in gone]
    return normal_form(" ".join(remaining)).tokens if remaining else ()


def _words_of_domain(form: NormalForm, other: NormalForm, host: str) -> Iterator[str]:
    """The words of a name that the domain and the other name also have."""
    shown = set(_shown(form, name_labels(host)))
    for word in form.words:
        if word in shown and any(
            same_word(word, one) or concepts_of(word) == concepts_of(one) for one in other.words
        ):
            yield word


def _shown(form: NormalForm, labels: tuple[str, ...]) -> Iterator[str]:
    """The words of a name that appear in a domain, whole, shortened or as first letters."""
    parts = {part for label in labels for part in (label.replace("-", ""), *label.split("-"))}
    below = len(labels) > 1
    for part in parts:
        if len(part) < 2:
            continue
        for word in form.full:
            whole = word == part or (len(word) >= 4 and word in part)
            short = len(part) >= 4 or (len(part) == 2 and len(word) > 4 and below)
            if len(word) >= 2 and (whole or (short and word.startswith(part))):
                yield word
        if len(part) >= 3 or below:
            for listed in (form.full, form.words):
                place = "".join(word[0] for word in listed).find(part)
                if place >= 0:
                    yield from listed[place : place + len(part)]


def _kinds(query: NormalForm, known: NormalForm, *, loosely: bool = False) -> _Kinds:
    """Whether two names have the same kind of body; `loosely` allows for translation."""
    one, other = _bodies(query), _bodies(known)
    if not one and not other:
        return _Kinds.SILENT
    if not one or not other:
        return _Kinds.ONE_SILENT
    if one & other or (loosely and any(one & alike and other & alike for alike in _ALIKE)):
        return _Kinds.SAME
    return _Kinds.OTHER
