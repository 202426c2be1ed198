"""How well an acronym fits a name.

People build acronyms from first letters (ECRE), from the beginnings of words (MINAGRI) and from
parts of compounds, and they leave out articles and some words. `acronym_fit` looks for the best
such reading; it uses no list of acronyms.
"""

from __future__ import annotations

from functools import lru_cache

from .words import concepts_of, words

_SKIP = 0.16
"""Cost of a word that gives no letter to the acronym."""
_LATE_SKIP = 0.10
"""Cost of each word after the end of the acronym: "ECRE" of "ECRE Brussels Office"."""
_SECOND = 0.12
"""Cost of a letter from inside a word."""


@lru_cache(maxsize=100_000)
def acronym_fit(acronym: str, full: tuple[str, ...]) -> float:
    """How naturally `acronym` can be read from the folded words of a name, in order: 0 to 1.

    1 means that every word except articles gives its first letter. Skipping words, or taking more
    than one letter from a word, costs something. 0 means that the letters do not occur in this
    order.
    """
    if len(acronym) < 2 or not full or len(full) > 24:
        return 0.0
    if not _subsequence(acronym, "".join(full)):
        return 0.0
    stop, bodies = words().stop, words().bodies
    letters = len(acronym)
    # best[used]: the lowest cost of having read `used` letters so far.
    best: list[float] = [0.0] + [99.0] * letters
    for place, word in enumerate(full):
        free = word in stop
        after = [99.0] * (letters + 1)
        for used, cost in enumerate(best):
            if cost > 98:
                continue
            skip = 0.02 if free else (_LATE_SKIP if used == letters else _SKIP)
            if place == 0 and not free:
                skip *= 0.5 if concepts_of(word)[0] in bodies else 1.5
            after[used] = min(after[used], cost + skip)
            if used < letters and word[0] == acronym[used]:
                after[used + 1] = min(after[used + 1], cost)
                _inside(acronym, word, used, cost, after)
        best = after
    cost = best[letters]
    if cost > 98:
        return 0.0
    # Short acronyms fit many names, so every deviation costs them more.
    return max(0.0, 1.0 - cost * (1.25 if letters <= 3 else 1.0) * 4 / (letters + 1))


def _inside(acronym: str, word: str, used: int, cost: float, after: list[float]) -> None:
    """Let `word` give more letters after its first: "min" of ministry, or "bf" of a compound."""
    prefix = True
    place = 0
    taken = used + 1
    price = cost
    while taken < len(acronym):
        found = word.find(acronym[taken], place + 1)
        if found < 0:
            return
        prefix = prefix and found == place + 1
        price += _SECOND * (0.35 if prefix else 1.0)
        place = found
        taken += 1
        after[taken] = min(after[taken], price)


def _subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)
