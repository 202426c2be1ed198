"""Names that are similar because they are parts of one body, not one body named twice.

"Division of Ocean Sciences" and "Division of Earth Sciences" share a domain, a country and most
words. Both names are in one language, so the words they do not share were chosen to tell them
apart.
"""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.fuzz import ratio

from .normalise import NormalForm
from .scoring import word_similarity
from .words import concepts_of, country_concept, without_country, words

_UNITS = frozenset(
    "~" + unit
    for unit in (
        "center",
        "department",
        "division",
        "office",
        "laboratory",
        "library",
        "museum",
        "school",
        "faculty",
        "institute",
        "committee",
        "hospital",
        "archive",
        "commission",
        "program",
        "agency",
        "service",
        "network",
        "group",
    )
)
"""Bodies that are often part of another: after a known name they name a part of it."""

_PARENTS = frozenset({"~government", "~ministry", "~university", "~academy", "~state"})
"""Bodies that are rarely part of another: after a name they name what it belongs to."""

_TITLES = frozenset({"~ministry", "~department", "~division", "~directorate", "~office"})
"""Bodies named only by their field: another field is another body."""

_RANKS = frozenset(["under", "vice", "deputy", "sub", "assistant"])
"""Words that make a different office of the same title."""

_ALIKE = 0.85
"""Similarity from which two words are one word in two spellings."""


def sister_names(
    query: NormalForm, known: NormalForm, country: str = "", *, own_domain: bool = False
) -> bool:
    """Whether two names look like two bodies of one family. Symmetric in the names.

    They do if their numbers differ; if one has a further rank, part or country; or, unless the
    domain is built from the name (`own_domain`), if they share words of the field in one language
    and each has words of its own in the same place. `country` is the organisation's own, an ISO
    3166 code.
    """
    if query.key == known.key or 1 in (len(query.words), len(known.words)):
        return False
    numbers = [{w for w in form.words if w.isdigit()} for form in (query, known)]
    if numbers[0] and numbers[1] and numbers[0] != numbers[1]:
        return True
    own = country_concept(country) if country else ""
    bare = [
        list(without_country(form.words, own) if own else form.words) for form in (query, known)
    ]
    left, right, common = _apart(*bare)
    if not common:
        return False
    if set(left + right) & _RANKS:
        return True
    if not (left and right):
        longer, extra = (query, left) if left else (known, right)
        return _names_part(longer, extra, common, own_domain=own_domain)
    if own_domain or set(query.tokens) == set(known.tokens) or _languages_differ(query, known):
        return False
    literal = [w for w in common if w in query.words and w in known.words and _of_the_field(w)]
    telling = [[w for w in side if not _is_body(w)] for side in (left, right)]
    if len(common) == 1 and _is_body(common[0]) and concepts_of(common[0])[0] not in _TITLES:
        return False
    if not (literal and telling[0] and telling[1]):
        return False
    if not _one_frame(bare[0], bare[1], len(common)):
        return False
    enough = 0.5 * min(len(bare[0]), len(bare[1]))
    return len(common) >= enough or any(concepts_of(w)[0] in _TITLES for w in literal)


def _one_frame(left: list[str], right: list[str], common: int) -> bool:
    """Whether all shared words but one come before or after those that are not shared."""
    before = 0
    for one, other in zip(left, right, strict=False):
        if not same_word(one, other):
            break
        before += 1
    behind = 0
    for one, other in zip(left[before:][::-1], right[before:][::-1], strict=False):
        if not same_word(one, other):
            break
        behind += 1
    return before + behind >= max(2, common - 1)


def _languages_differ(query: NormalForm, known: NormalForm) -> bool:
    return bool(query.languages and known.languages) and not (
        set(query.languages) & set(known.languages)
    )


def _of_the_field(word: str) -> bool:
    return concepts_of(word)[0][0] == "~"


def _is_body(word: str) -> bool:
    return all(concept in words().bodies for concept in concepts_of(word))


def _names_part(
    longer: NormalForm, extra: list[str], common: list[str], *, own_domain: bool
) -> bool:
    """Whether the extra words of the longer name name a part or a section of the other."""
    if not extra or len(common) < 2:
        return False
    named = [concept for word in extra for concept in concepts_of(word)]
    if not own_domain and any(concept[0] == "@" for concept in named):
        return True
    if all(_is_body(word) for word in extra):
        return False
    if _PARENTS & set(named):
        return False
    return longer.words[-1] in extra and bool(_UNITS & set(named))


def _apart(left: list[str], right: list[str]) -> tuple[list[str], list[str], list[str]]:
    """The words only in `left`, only in `right`, and in both, despite spelling or abbreviation."""
    common = [w for w in left if w in right]
    left = [w for w in left if w not in common]
    right = [w for w in right if w not in common]
    for one in list(left):
        for other in right:
            if same_word(one, other) or _abbreviates(one, other):
                left.remove(one)
                right.remove(other)
                common.append(one)
                break
    for short, rest in ((left, right), (right, left)):
        for one in list(short):
            heads = "".join(word[0] for word in rest)
            place = heads.find(one)
            if 2 <= len(one) <= 6 and place >= 0:
                short.remove(one)
                del rest[place : place + len(one)]
    return left, right, common


@lru_cache(maxsize=100_000)
def same_word(one: str, other: str) -> bool:
    if word_similarity(one, other) >= _ALIKE:
        return True
    if one[0] == other[0] and 1 in (len(one), len(other)):
        return True  # "G." for a given name
    return one[0] == other[0] and len(one) > 3 and ratio(one, other) >= 80


def _abbreviates(one: str, other: str) -> bool:
    """Whether one word is a usual abbreviation of the other: dept, govt, assn, mts, intl."""
    short, long = sorted((one, other), key=len)
    if not (2 <= len(short) <= 5 and len(long) >= len(short) + 2 and short[0] == long[0]):
        return False
    rest = iter(long)
    return all(letter in rest for letter in short) and (
        short[-1] == long[-1] or long.startswith(short[:-1])
    )
