"""How far a translation lags behind the original, paragraph by paragraph.

A translation remembers the parts of the original that it was last checked against. Where the
original says something else now, the translation lags until staff have looked at that part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
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
    """One paragraph of the original that changed since the translation was checked against it."""

    part: str
    before: str
    after: str
    translation: str

    @property
    def key(self) -> str:
        """Names this change in a form; another change of the same paragraph has another key."""
        return hashlib.sha256("\0".join((self.part, self.before, self.after)).encode()).hexdigest()[
            :16
        ]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return word_pieces(self.before, self.after)


def parts_to_follow(original: Edition) -> list[Part]:
    """What a translation of this original has to say, in the form that `followed` stores."""
    parts = parts_of(original.wording)
    return [(name, text) for name in TRANSLATED for text in parts[name]]


def lags(translation: Edition, original: Edition) -> list[Lag]:
    """Where the translation is behind, in reading order."""
    counts: dict[str, int] = {}
    own = parts_of(translation.wording)
    found = []
    for part, before, after, is_same in _steps(translation, original):
        place = counts.get(part, 0)
        if not is_same:
            beside = own[part][place : place + 1] if before else []
            found.append(Lag(part, before, after, "".join(beside)))
        if before:
            counts[part] = place + 1
    return found


def followed_after(translation: Edition, original: Edition, checked: Collection[str]) -> list[Part]:
    """`followed` as it is once the changes with these keys have been looked at."""
    parts = []
    for part, before, after, is_same in _steps(translation, original):
        done = is_same or Lag(part, before, after, "").key in checked
        text = after if done else before
        if text:
            parts.append((part, text))
    return parts


def _steps(translation: Edition, original: Edition) -> Iterator[tuple[str, str, str, bool]]:
    """Each paragraph as it was checked and as it is: part, before, after, whether it stayed."""
    was = [(str(name), str(text)) for name, text in translation.followed]
    present = parts_to_follow(original)
    for part in TRANSLATED:
        if part == "addressees" and not translation.addressed_to:
            continue  # it shows those of the letter
        old = [text for name, text in was if name == part]
        new = [text for name, text in present if name == part]
        for verb, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            for before, after in zip_longest(old[a:b], new[c:d], fillvalue=""):
                yield part, before, after, verb == "equal"
