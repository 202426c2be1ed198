"""The one cleaner for all text that people type or paste: names, roles, statements, letters.

It composes (NFC), removes invisible characters, and keeps those that a script or an emoji needs, by
the Unicode properties of ICU:

- joiners that change how letters join (RFC 5892, appendix A; Unicode Standard Annex 31), and those
  between the pictures of one emoji (Technical Standard 51);
- variation selectors and flag tags after a character that has variants;
- direction marks in bidirectional lines, beside characters without a direction of their own.

Embeddings, overrides and isolates are removed. Nothing is rejected; cleaning is idempotent.
"""

from __future__ import annotations

import re
import unicodedata

import icu

_ZWNJ, _ZWJ, _KEYCAP, _BLACK_FLAG = "\u200c", "\u200d", "\u20e3", "\U0001f3f4"
AROUND = 40  # characters of context on each side
_MARKS = frozenset("\u061c\u200e\u200f")
_EMOJI_STYLES = frozenset("\ufe0e\ufe0f")
_TAGS = re.compile("[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
_BREAK = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def one_of(pattern: str) -> re.Pattern[str]:
    """A regular expression for one character of an ICU set."""
    found = icu.UnicodeSet(pattern)
    ranges = [
        (found.getRangeStart(place), found.getRangeEnd(place))
        for place in range(found.getRangeCount())
    ]
    return re.compile(f"[{''.join(f'{re.escape(a)}-{re.escape(b)}' for a, b in ranges)}]")


_IN_CONTEXT = one_of(
    r"[\u061C\u180B-\u180F\u200C-\u200F\uFE00-\uFE0F\U000E0020-\U000E007F\U000E0100-\U000E01EF]"
)
"""Characters that are kept or removed depending on their context."""
_UNSEEN = one_of(
    r"[[[:Default_Ignorable_Code_Point:][:Cc:][:Cn:][:Co:][:Cs:]\u2800\uFFF9-\uFFFC]-[\t\n]"
    r"-[\u061C\u180B-\u180F\u200C-\u200F\uFE00-\uFE0F\U000E0020-\U000E007F\U000E0100-\U000E01EF]]"
)
_PICTURE = one_of("[:Extended_Pictographic:]")
_EMOJI = one_of("[:Emoji:]")
_ON_EMOJI = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]+$")
_VIRAMA = one_of("[:Canonical_Combining_Class=Virama:]")
_KHMER_SHIFTER = re.compile("[\u17c9\u17ca]")
_TRANSPARENT = one_of("[:Joining_Type=Transparent:]")
_JOINS_ONWARDS = one_of("[[:Joining_Type=Left_Joining:][:Joining_Type=Dual_Joining:]]")
_JOINS_BACK = one_of("[[:Joining_Type=Right_Joining:][:Joining_Type=Dual_Joining:]]")
_MONGOLIAN = one_of("[:Script=Mongolian:]")
_VARIED = one_of(
    "[[:Ideographic:][:Sm:][:Script=Phags_Pa:][:Script=Myanmar:][:Script=Manichaean:]]"
)


def clean_line(text: str) -> str:
    """The text on one line, with each run of whitespace as one space."""
    return " ".join(_clean(text).split())


def clean_lines(text: str) -> str:
    """The text with LF line breaks and no trailing spaces on lines or around the text."""
    return "\n".join(line.rstrip() for line in _clean(text).split("\n")).strip()


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", _BREAK.sub("\n", text)))
    while _IN_CONTEXT.search(text):
        kept = "\n".join(_needed(line) for line in text.split("\n"))
        kept = unicodedata.normalize("NFC", kept)
        if kept == text:
            break
        text = kept
    return text


def _needed(line: str) -> str:
    """The line without contextual characters that its context does not need."""
    runs_both_ways = len({_direction(c) for c in set(line)} - {""}) > 1
    kept: list[str] = []
    place = 0
    for found in _IN_CONTEXT.finditer(line):
        if found.start() < place:  # a tag already handled with the first one
            continue
        kept.extend(line[place : found.start()])
        c, place = found[0], found.end()
        before, behind = "".join(kept[-AROUND:]), line[place : place + AROUND]
        if c in _MARKS:
            stays = runs_both_ways and _turns(before, c, behind)
        elif c in (_ZWNJ, _ZWJ):
            stays = _joins(before, c, behind)
        elif tags := _TAGS.match(line, found.start()):
            stays, c, place = before.endswith(_BLACK_FLAG), tags[0], tags.end()
        else:
            stays = _varies(before, c, behind)
        kept.extend(c if stays else "")
    return "".join(kept) + line[place:]


def _direction(c: str) -> str:
    """L or R for a character with a strong direction, except marks; otherwise ""."""
    found = "" if not c or c in _MARKS else unicodedata.bidirectional(c)
    return {"L": "L", "R": "R", "AL": "R"}.get(found, "")


def _turns(before: str, mark: str, behind: str) -> bool:
    """Whether a mark gives a direction to its neutral neighbours, or another one to the line."""
    nearest = next((c for c in behind if c not in _MARKS), "")
    if before[-1:] in _MARKS or nearest != behind[:1]:
        return False  # of several marks in a row, only the last counts
    if not before.strip():
        first = next((found for c in behind if (found := _direction(c))), "")
        return first != ("L" if mark == "\u200e" else "R")
    return not (_direction(before[-1]) and _direction(nearest)) and bool(nearest or before)


def _joins(before: str, joiner: str, behind: str) -> bool:
    """Whether a joiner changes how its neighbours are displayed."""
    last, nearest = before[-1:], behind[:1]
    if _VIRAMA.match(last) or (before and _VIRAMA.match(nearest)):
        return True
    if joiner == _ZWJ and _PICTURE.match(nearest):
        return bool(_PICTURE.match(_ON_EMOJI.sub("", before)[-1:]))
    if joiner == _ZWNJ and _KHMER_SHIFTER.match(nearest):
        return True
    left = _JOINS_ONWARDS.match(next((c for c in before[::-1] if not _TRANSPARENT.match(c)), ""))
    right = _JOINS_BACK.match(next((c for c in behind if not _TRANSPARENT.match(c)), ""))
    if joiner == _ZWNJ:
        return bool(left and right)
    return bool(left) != bool(right) and last != joiner


def _varies(before: str, selector: str, behind: str) -> bool:
    """Whether a variation selector follows a character that has variants."""
    last = before[-1:]
    if selector in _EMOJI_STYLES:
        return bool(_EMOJI.match(last)) and (not last.isascii() or behind[:1] == _KEYCAP)
    if "\u180b" <= selector <= "\u180f":
        return bool(_MONGOLIAN.match(last))
    return bool(_VARIED.match(last))
