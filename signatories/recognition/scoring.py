"""How similar two names are. Plain weights and rules; nothing is learned from data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import ratio

from .acronyms import acronym_fit
from .entries import Reason
from .folding import sound
from .loanwords import MARK, loan_similarity
from .normalise import NormalForm, normal_form
from .words import (
    PROPER,
    SUBJECT,
    concepts_of,
    country_concept,
    is_accounted_for,
    means_one_concept,
    split_compound,
    weight_of,
    without_country,
    words,
)

OWN_COUNTRY = 0.15
"""Weight of a country's name in the name of an organisation from that country."""


_SYNONYM = 0.5
"""Share of its weight that a concept loses if one language has two different words for it."""

_OTHER_WORDS = 0.92
"""Factor for the similarity of two names in one language that each have words of their own."""

_ONE_CONCEPT = 0.5
"""Maximum similarity of two different words that begin like words for one thing."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """A score, 0 to 1, and its reasons."""

    score: float
    reasons: tuple[Reason, ...]


def _by_score(similarity: Similarity) -> float:
    return similarity.score


NOTHING = Similarity(0.0, ())


@lru_cache(maxsize=200_000)
def word_similarity(first: str, second: str) -> float:
    """Similarity of two differently spelt words, 0 to 1: slips, endings, cognates."""
    for one, other in ((first, second), (second, first)):
        if one.startswith(MARK):
            return loan_similarity(one, other)
    if first[0].isdigit() or second[0].isdigit() or min(len(first), len(second)) < 3:
        return 0.0
    if first.startswith(second) or second.startswith(first):
        shorter = min(len(first), len(second))
        if shorter >= 4:
            return 0.9 if shorter >= max(len(first), len(second)) - 3 else 0.75
    one, other = sound(first), sound(second)
    if one == other:
        return 0.95
    common = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        common += 1
    alike = JaroWinkler.similarity(one, other)
    if alike >= 0.9 and common >= 3:
        return 0.85
    if common >= 5 or (common >= 4 and common >= 0.6 * min(len(one), len(other))):
        return 0.7
    if alike >= 0.88 or ratio(one, other) >= 80:
        return 0.65
    return 0.0


def token_weight(token: str, own: frozenset[str]) -> float:
    return OWN_COUNTRY if token in own else weight_of(token)


def _weighed(tokens: Iterable[str], own: frozenset[str]) -> dict[str, float]:
    """The `token_weight` of each token. Avoids a call per token, as there are many."""
    weights = words().weights
    return {
        token: OWN_COUNTRY
        if token in own
        else weights.get(token, SUBJECT)
        if token[0] in "~@"
        else weight_of(token)
        if len(token) == 1
        else PROPER
        for token in tokens
    }


def matched(
    first: Iterable[str], second: Iterable[str], own: frozenset[str]
) -> tuple[float, float, float, list[str], list[str]]:
    """Weights of `first`, of `second` and of what they share; then the words left on each side."""
    left, right = _weighed(first, own), _weighed(second, own)
    total_left, total_right = sum(left.values()), sum(right.values())
    both = left.keys() & right.keys()
    shared = 0.0
    if both:
        shared += sum(weight for token, weight in left.items() if token in both)
        left = {token: weight for token, weight in left.items() if token not in both}
        right = {token: weight for token, weight in right.items() if token not in both}
    gone: set[str] = set()
    if left and right:
        theirs = [token for token in right if token[0] not in "~@"]
        pairs = [
            (alike, one, other)
            for one in left
            if one[0] not in "~@"
            for other in theirs
            if (alike := word_similarity(one, other)) > 0
        ]
        for alike, one, other in sorted(pairs, reverse=True):
            if one in gone or other in gone:
                continue
            gone |= {one, other}
            shared += alike * (left[one] + right[other]) / 2
        # Kinds of bodies translate loosely: a Gesellschaft is a society or an association.
        bodies = words().bodies
        if not bodies.isdisjoint(left) and not bodies.isdisjoint(right):
            shared += 0.2
    return (
        total_left,
        total_right,
        shared,
        [t for t in left if t not in gone],
        [t for t in right if t not in gone],
    )


# The words alone are the cache key: hashing a whole form takes long.


@lru_cache(maxsize=100_000)
def _shorts(listed: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name that may be acronyms: short, and not words of the field."""
    return tuple(
        word
        for word in listed
        if 2 <= len(word) <= 6 and word.isalpha() and concepts_of(word) == (word,)
    )


def abridged(form: NormalForm, other: NormalForm) -> NormalForm:
    """`form` with words replaced by an acronym that stands for them in `other`.

    Beside "ALS Foundation", "Amyotrophic Lateral Sclerosis Foundation" becomes "ALS Foundation".
    """
    for short in _shorts(other.words):
        if short in form.words:
            continue
        for listed in (form.words, form.full):
            place = "".join(word[0] for word in listed).find(short)
            if place >= 0 and len(listed) > len(short):
                after = place + len(short)
                return normal_form(" ".join((*listed[:place], short, *listed[after:])))
    return form


def name_similarity(query: NormalForm, known: NormalForm, country: str = "") -> Similarity:
    """How similar two names are. Symmetric. `country`'s own name weighs nothing."""
    if query.key == known.key:
        return Similarity(1.0, (Reason.SAME_NAME,))
    joined_query, joined_known = "".join(query.words), "".join(known.words)
    if joined_query == joined_known:
        return Similarity(0.99, (Reason.SAME_NAME,))
    own = frozenset({country_concept(country)}) if country else frozenset()
    if _translated(query, known, own):
        return Similarity(0.97, (Reason.SAME_WORDS_TRANSLATED,))
    within_name = _contained(query.words, known.words)
    left, right, shared, only_left, only_right = matched(query.tokens, known.tokens, own)
    if in_one_language(query, known):
        shared -= sum(_SYNONYM * token_weight(t, own) for t in _synonyms(query, known))
    spelled = ratio(query.key, known.key) / 100
    if not shared or not left or not right:
        return Similarity(0.25 * spelled, (Reason.SIMILAR_NAME,)) if spelled > 0.5 else NOTHING
    dice = min(1.0, 2 * shared / (left + right))
    within = min(1.0, shared / min(left, right))
    # Being part of a longer name means little if the part has only words of the field.
    telling = min(1.0, shared / PROPER)
    score = 0.62 * dice + 0.26 * within * telling + 0.08 * spelled
    apart = min(sum(token_weight(t, own) for t in only) for only in (only_left, only_right))
    if apart > OWN_COUNTRY and in_one_language(query, known):
        score *= _OTHER_WORDS
    score = max(score, within_name)
    if len({*query.tokens, *known.tokens} - own) == 1:
        score = min(score, _ONE_CONCEPT)
    if spelled > 0.9:
        score = max(score, spelled)
    reason = Reason.PART_OF_NAME if within > 0.95 and dice < 0.9 else Reason.SIMILAR_NAME
    return Similarity(min(score, 0.96), (reason,))


def in_one_language(query: NormalForm, known: NormalForm) -> bool:
    """Whether both names are in one language, so that different words mean different bodies."""
    return bool(set(query.languages) & set(known.languages))


def _translated(query: NormalForm, known: NormalForm, own: frozenset[str]) -> bool:
    """Whether each name says in its own words exactly what the other says.

    A word that only begins like one of the field may be a proper name ("AlpineLab"), and in one
    language two words for a thing are two words ("software", "internet").
    """
    telling = set(query.tokens) - own
    if telling != set(known.tokens) - own or not any(weight_of(t) >= 0.5 for t in telling):
        return False
    if in_one_language(query, known) and _synonyms(query, known):
        return False
    words_of_both = {*query.words, *known.words}
    if len(telling) == 1 and not telling & own:
        return all(means_one_concept(word) for word in words_of_both)
    return all(is_accounted_for(word) for word in words_of_both)


def _synonyms(query: NormalForm, known: NormalForm) -> list[str]:
    """The concepts that two names share through words that are not similar."""
    ours = _by_concept(query.words, query.tokens)
    theirs = _by_concept(known.words, known.tokens)
    return [
        concept
        for concept in ours.keys() & theirs.keys()
        if not any(
            one == other or word_similarity(one, other) > 0
            for one in ours[concept]
            for other in theirs[concept]
        )
    ]


@lru_cache(maxsize=50_000)
def _by_concept(listed: tuple[str, ...], tokens: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in listed:
        for concept in concepts_of(word):
            if concept[0] in "~@" and concept in tokens:
                found.setdefault(concept, []).append(word)
    return found


def _contained(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """Whether one whole name ends or begins the other: a part named with its parent.

    The part usually comes last ("Department of Energy Office of Science"), so that counts more.
    """
    short, long = sorted((first, second), key=len)
    if len(short) < 2 or not any(weight_of(w) >= 0.5 for w in short):
        return 0.0
    if long[-len(short) :] == short:
        return 0.9
    return 0.75 if long[: len(short)] == short else 0.0


def acronym_similarity(short: NormalForm, long: NormalForm) -> Similarity:
    """How well `short` is an acronym of `long`; call it both ways round."""
    best = NOTHING
    for acronym in {short.acronym, short.bracket} - {""}:
        if acronym in {long.acronym, long.bracket}:
            return Similarity(0.93, (Reason.ACRONYM,))
        if short.acronym and acronym in long.initials:
            best = max(best, Similarity(0.92, (Reason.INITIALS,)), key=_by_score)
        if short.acronym and len(long.full) > 1:
            readings = _readings(long.full)
            fit = max(acronym_fit(acronym, reading) for reading in readings)
            parts = short.full if len(short.full) > 1 else ()
            # "NSF DUE": the parent's acronym, then the part's.
            for last in parts[-1:]:
                if len(last) >= 2:
                    fit = max(
                        fit, 0.9 * max(acronym_fit(last, one) for one in _readings(long.full))
                    )
            if fit > 0.3:
                best = max(best, Similarity(0.9 * fit, (Reason.INITIALS,)), key=_by_score)
        if short.acronym and acronym in long.words and len(acronym) >= 2:
            inside = 0.8 if _leads(acronym, long) else 0.7
            best = max(best, Similarity(inside, (Reason.PART_OF_NAME,)), key=_by_score)
    return best


def _leads(word: str, form: NormalForm) -> bool:
    """Whether only kinds of bodies come before `word` in a name."""
    before = form.words[: form.words.index(word)]
    return all(concept in words().bodies for one in before for concept in concepts_of(one))


@lru_cache(maxsize=50_000)
def _readings(full: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The words that acronyms are built from: all, without a country's name, compounds split."""
    apart = tuple(part for word in full for part in split_compound(word))
    home = without_country(full)
    return tuple(dict.fromkeys(one for one in (full, apart, home) if one))


def domain_similarity(query: NormalForm, labels: tuple[str, ...], country: str) -> Similarity:
    """How well a name shows in an organisation's domain: "SMK" in smk.dk, "Oxfam" in oxfam.org.

    `labels` come from `domains.name_labels`. Domains are chosen freely, so this is only a hint.
    """
    joined = "".join(query.words)
    best = 0.0
    for place, label in enumerate(labels):
        depth = 1.0 if place == 0 else 0.92
        bare = label.replace("-", "")
        parts = {bare, *label.split("-")}
        if country:
            parts |= {p.removesuffix(country.lower()) for p in parts if len(p) > 4}
        if joined in parts or (query.acronym and query.acronym in parts):
            best = max(best, 0.86 * depth if bare == joined else 0.8 * depth)
        elif query.acronym and len(bare) >= 3:
            best = max(best, depth * _label_of_acronym(query.acronym, bare))
        elif len(joined) >= 6 and len(bare) >= 5:
            if joined.startswith(bare) or bare.startswith(joined):
                best = max(best, 0.7 * depth)
            elif bare in query.words:
                best = max(best, 0.6 * depth)
            elif len(bare) >= 7:
                alike = ratio(joined, bare) / 100
                if alike > 0.7:
                    best = max(best, 0.75 * alike * depth)
            if not best and len(query.words) > 1:
                best = max(best, 0.75 * depth * acronym_fit(bare, query.words))
        elif 3 <= len(bare) <= 8 and len(query.words) > 1:
            best = max(best, 0.72 * depth * acronym_fit(bare, query.words))
    return Similarity(best, (Reason.NAME_IN_DOMAIN,)) if best > 0.3 else NOTHING


def _label_of_acronym(acronym: str, label: str) -> float:
    if len(acronym) >= 3 and (label.startswith(acronym) or label.endswith(acronym)):
        return 0.7 if len(acronym) >= 0.5 * len(label) else 0.6
    if len(label) >= 3 and acronym.startswith(label):
        return 0.6
    if len(acronym) >= 4 and acronym in label:
        return 0.55
    alike = ratio(acronym, label) / 100
    return 0.55 * alike if alike >= 0.7 else 0.0


def domain_fit(
    labels: tuple[str, ...], query: NormalForm, known: NormalForm, country: str
) -> float:
    """How well a domain is built from one of two names or from their common words: 0 to 1.

    A label that is a word of the field ("energy", "army") or a country is nobody's name.
    """
    forms = (query, known)
    if any(_spelled(label.replace("-", ""), form.full) for label in labels for form in forms):
        return 0.8
    telling = tuple(label for label in labels if any(c[0] not in "~@" for c in concepts_of(label)))
    if not telling:
        return 0.0
    best = max(domain_similarity(form, telling, country).score for form in forms)
    common = tuple(word for word in known.words if word in query.words)
    for start in range(len(common) - 2):
        if max(acronym_fit(label, common[start:]) for label in telling) >= 0.9:
            best = max(best, 0.8)
    return best


def _spelled(label: str, full: tuple[str, ...]) -> bool:
    """Whether `label` consists of two or more words of a name, or their beginnings, in order."""
    used = 0
    for word in full:
        if len(word) >= 2 and label.startswith(word):
            label, used = label[len(word) :], used + 1
        elif len(label) >= 4 and used and word.startswith(label):
            return True
    # Up to three letters may follow, usually a place or country: "lawfoundationbc".
    return len(label) <= 3 and used >= 2
