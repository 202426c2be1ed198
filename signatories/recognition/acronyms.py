"""How well an acronym fits a name.

People build acronyms from first letters (ECRE), from the beginnings of words (MINAGRI), from parts
of a compound, and they leave articles and some words out. `acronym_fit` looks for the best
such reading; no list of acronyms is used.
"""

from __future__ import annotations

from functools import lru_cache

from .words import concepts_of, words

_SKIP = 0.16
"""Cost of a word of the name without a letter in the acronym."""
_LATE_SKIP = 0.10
"""Cost of each word after the acronym has ended: "ECRE" of "ECRE Brussels Office"."""
_SECOND = 0.12
"""Cost of a letter from the inside of a word."""


@lru_cache(maxsize=100_000)
def acronym_fit(acronym: str, full: tuple[str, ...]) -> float:
    """0..1: how naturally `acronym` is read from the folded words of a name, in their order.

    1 means every word gives its first letter, articles apart. Words may be skipped and may give
    more letters than one, at a price. 0 means that the letters are not there in this order.
    """
    if len(acronym) < 2 or not full or len(full) > 24:
        return 0.0
    if not _subsequence(acronym, "".join(full)):
        return 0.0
    stop, bodies = words().stop, words().bodies
    letters = len(acronym)
    # best[used] is the lowest cost of having read `used` letters so far, with letters from heads.
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
    # Short acronyms fit many names, so the price of each oddity is higher for them.
    return max(0.0, 1.0 - cost * (1.25 if letters <= 3 else 1.0) * 4 / (letters + 1))


def _inside(acronym: str, word: str, used: int, cost: float, after: list[float]) -> None:
    """Let `word` give further letters after its first: "min" of ministry, or "bf" of a compound."""
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
