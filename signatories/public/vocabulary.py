"""The words of public names, to find what somebody meant who typed a word wrongly."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4  # characters; of shorter words too many are alike
LONG = 8  # characters from which on two slips are allowed
MOST = 6  # words that one word may have meant


class Vocabulary:
    """What a process keeps of the words, for one state of what is public.

    Not a moment longer: a word of a name that is hidden now must make no difference.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._words: list[str] = []
        self._state: object = None

    def alike(self, word: str, names: Iterable[str], state: object) -> list[str]:
        """Words that `word` may have meant, itself left out, the most alike first.

        A slip is a letter too many, too few, another one, or two that changed places. `names` are
        all folded names in this `state`, and are read only where it is another one than before.
        """
        if len(word) < SHORTEST:
            return []
        slips = 2 if len(word) >= LONG else 1
        known = self._known(names, state)
        found = process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=MOST)
        return [other for other, distance, _place in found if distance]

    def _known(self, names: Iterable[str], state: object) -> list[str]:
        with self._lock:
            if state != self._state:
                words = {word for name in names for word in name.split() if len(word) >= SHORTEST}
                self._words, self._state = sorted(words), state
            return self._words


vocabulary = Vocabulary()
