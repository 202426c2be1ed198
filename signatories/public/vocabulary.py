"""The words of public names, to correct misspelt search words."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4  # characters; too many shorter words are similar
LONG = 8  # characters from which two slips are allowed
MOST = 6  # suggestions per word


class Vocabulary:
    """A process's cache of the words, for one public state.

    It is dropped at once when the state changes: a word of a name now hidden must have no effect.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._words: list[str] = []
        self._state: object = None

    def similar(self, word: str, names: Iterable[str], state: object) -> list[str]:
        """Words that `word` may have meant, without itself, the most similar first.

        A slip is one letter added, missing or replaced, or two swapped. `names` are all folded
        names in this `state`, and are read only if the state has changed.
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
