"""The words of public names, to find what somebody meant who typed a word wrongly.

Only a hint: what is searched for under the words found here is read anew, so a process may keep
them for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

KEPT = 300.0  # seconds
SHORTEST = 4  # characters; of shorter words too many are alike
LONG = 8  # characters from which on two slips are allowed
MOST = 6  # words that one word may have meant


class Vocabulary:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._words: list[str] = []
        self._read_at = float("-inf")

    def alike(self, word: str, names: Iterable[str]) -> list[str]:
        """Words that `word` may have meant, itself left out, the most alike first.

        A slip is a letter too many, too few, another one, or two that changed places. `names` are
        folded names, and are read only where the words that are kept are too old.
        """
        if len(word) < SHORTEST:
            return []
        slips = 2 if len(word) >= LONG else 1
        found = process.extract(
            word, self._known(names), scorer=OSA.distance, score_cutoff=slips, limit=MOST
        )
        return [other for other, distance, _place in found if distance]

    def _known(self, names: Iterable[str]) -> list[str]:
        with self._lock:
            if time.monotonic() - self._read_at > KEPT:
                words = {word for name in names for word in name.split() if len(word) >= SHORTEST}
                self._words, self._read_at = sorted(words), time.monotonic()
            return self._words


vocabulary = Vocabulary()
