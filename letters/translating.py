"""How far a translation lags behind the original, paragraph by paragraph.

A translation stores the parts of the original that it was last checked against. If the original has
changed since, the translation lags until staff have checked that part.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from letters.differences import Piece, parts_of, word_pieces
from letters.models import Edition

TRANSLATED = (
    "addressees",
    "title",
    "salutation",
    "body",
    "demands",
    "call_to_sign",
    "summary",
    "note",
)

Part = tuple[str, str]  # the name of the part and one paragraph of it


@dataclass(frozen=True)
class Lag:
    """One paragraph of the original, as it was when the translation was checked and as it is now.

    `number` distinguishes equal changes in one part.
    """

    part: str
    before: str
    after: str
    number: int
    translation: str = ""

    @property
    def key(self) -> str:
        """Identifies this change in a form; another change of the paragraph has another key."""
        named = "\0".join((self.part, self.before, self.after, str(self.number)))
        return hashlib.sha256(named.encode()).hexdigest()[:16]

    @property
    def is_behind(self) -> bool:
        return self.before != self.after

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return word_pieces(self.before, self.after)


def parts_to_follow(original: Edition) -> list[Part]:
    """The parts of the original that a translation must follow, as stored in `followed`."""
    parts = parts_of(original.wording)
    return [(name, text) for name in TRANSLATED for text in parts[name]]


def lags(translation: Edition, original: Edition) -> list[Lag]:
    """The parts where the translation is behind, in reading order, with its own text."""
    places: Counter[str] = Counter()
    own = parts_of(translation.wording)
    found = []
    for step in _steps(translation, original):
        place = places[step.part]
        if step.is_behind:
            beside = own[step.part][place : place + 1] if step.before else []
            found.append(replace(step, translation="".join(beside)))
        if step.before:
            places[step.part] += 1
    return found


def followed_after(translation: Edition, original: Edition, checked: Collection[str]) -> list[Part]:
    """The new value of `followed` after the changes with these keys have been checked."""
    texts = [
        (step.part, step.after if step.key in checked else step.before)
        for step in _steps(translation, original)
    ]
    return [(part, text) for part, text in texts if text]


def _steps(translation: Edition, original: Edition) -> Iterator[Lag]:
    """Each paragraph as it was when checked and as it is now, changed or not."""
    was = [(str(name), str(text)) for name, text in translation.followed]
    present = parts_to_follow(original)
    for part in TRANSLATED:
        old = [text for name, text in was if name == part]
        new = [text for name, text in present if name == part]
        if part == "addressees" and not translation.addressed_to:
            new = old  # it shows the letter's own addressees, so it cannot be behind
        numbers: Counter[tuple[str, str]] = Counter()
        for _verb, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            for before, after in zip_longest(old[a:b], new[c:d], fillvalue=""):
                yield Lag(part, before, after, numbers[before, after])
                numbers[before, after] += 1
