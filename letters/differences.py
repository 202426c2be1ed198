"""Differences between two texts, word by word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest

from django.utils.translation import gettext_lazy as _

from letters.wording import EditionWording, Wording, paragraphs

SAME, REMOVED, ADDED = "same", "removed", "added"
ALIKE = 0.3  # below this share of common words, a pair is shown as one removed and one added

# Scripts without spaces between words: characters are compared one by one.
_UNSPACED = ("THAI", "LAO", "KHMER", "MYANMAR", "CJK", "HIRAGANA", "KATAKANA")


@dataclass(frozen=True)
class Piece:
    """Words that are the same, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One part of an edition that changed: a paragraph, the title, a demand …"""

    part: str
    pieces: tuple[Piece, ...]

    @property
    def label(self) -> str:
        return str(PARTS[self.part])


# The parts of an edition, in reading order.
PARTS = {
    "addressees": _("Addressees"),
    "title": _("Title"),
    "salutation": _("Salutation"),
    "body": _("Text"),
    "demands": _("Demand"),
    "call_to_sign": _("Call to sign"),
    "summary": _("Summary for sharing"),
    "translator": _("Translator"),
    "note": _("Editors’ note"),
}


def parts_of(edition: EditionWording) -> dict[str, list[str]]:
    """The texts of each part, paragraph by paragraph; an empty part has none."""
    return {
        "addressees": [str(addressee) for addressee in edition.addressees],
        "title": [edition.title],
        "salutation": [edition.salutation] if edition.salutation else [],
        "body": paragraphs(edition.body),
        "demands": list(edition.demands),
        "call_to_sign": [edition.call_to_sign] if edition.call_to_sign else [],
        "summary": [edition.summary] if edition.summary else [],
        "translator": [edition.translator] if edition.translator else [],
        "note": paragraphs(edition.note),
    }


def changes_between(before: Wording, after: Wording, language: str) -> list[Change]:
    """The changes in one language, in reading order; a missing edition counts as empty."""
    texts = [_texts(wording, language) for wording in (before, after)]
    return [
        Change(part, word_pieces(old, new))
        for part in PARTS
        for old, new in changed_pairs(texts[0].get(part, []), texts[1].get(part, []))
    ]


def _texts(wording: Wording, language: str) -> dict[str, list[str]]:
    edition = wording.edition(language)
    return parts_of(edition) if edition else {}


def changed_pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of changed paragraphs, old and new; an added or removed one is paired with ""."""
    for verb, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb != "equal":
            yield from zip_longest(before[a:b], after[c:d], fillvalue="")


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words that are the same, removed and added, in reading order."""
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return _pieces([(REMOVED, before), (ADDED, after)])
    steps: list[tuple[str, str]] = []
    for verb, a, b, c, d in matcher.get_opcodes():
        if verb == "equal" and steps and not _is_word("".join(old[a:b])) and b < len(old):
            # A space or comma between two changes: they are easier to read as one.
            steps += [(REMOVED, "".join(old[a:b])), (ADDED, "".join(new[c:d]))]
        elif verb == "equal":
            steps.append((SAME, "".join(old[a:b])))
        else:
            steps += [(REMOVED, "".join(old[a:b])), (ADDED, "".join(new[c:d]))]
    return _pieces(steps)


def _pieces(steps: list[tuple[str, str]]) -> tuple[Piece, ...]:
    """Merge steps: between two unchanged pieces, everything removed, then everything added."""
    pieces: list[Piece] = []
    for is_same, run in groupby(steps, key=lambda step: step[0] == SAME):
        run_steps = list(run)
        for kind in (SAME,) if is_same else (REMOVED, ADDED):
            text = "".join(text for its_kind, text in run_steps if its_kind == kind)
            if text:
                pieces.append(Piece(kind, text))
    return tuple(pieces)


def _words(text: str) -> list[str]:
    """Words, spaces and punctuation; joined, they are the text again."""
    words = []
    for kind, run in groupby(text, key=_kind):
        letters = "".join(run)
        words += [letters] if kind in ("word", "space") else _characters(letters)
    return words


def _characters(text: str) -> list[str]:
    """The characters, each with its combining marks."""
    characters: list[str] = []
    for character in text:
        if characters and unicodedata.category(character).startswith("M"):
            characters[-1] += character
        else:
            characters.append(character)
    return characters


def _kind(character: str) -> str:
    if character.isspace():
        return "space"
    if unicodedata.category(character)[0] in "LMN":
        name = unicodedata.name(character, "")
        return "unspaced" if name.startswith(_UNSPACED) else "word"
    return "sign"


def _is_word(text: str) -> bool:
    return any(_kind(character) in ("word", "unspaced") for character in text)
