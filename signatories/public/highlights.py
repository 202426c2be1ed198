"""Finds search words in text of any script, and marks them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from signatories.names.cleaning import fold

Span = tuple[int, int]


def spans(text: str, words: Sequence[str]) -> list[Span]:
    """Where the folded words occur in the text, in order and without overlap."""
    pieces = [fold(character) for character in text]
    folded = "".join(pieces)
    ends = list(accumulate(len(piece) for piece in pieces))
    # The position in the text of each character of its folded form.
    origins = [place for place, piece in enumerate(pieces) for _letter in piece]
    if not ends:
        return []
    found: list[Span] = []
    for word in words:
        start = folded.find(word)
        while word and start >= 0:
            found.append((origins[start], origins[start + len(word) - 1] + 1))
            start = folded.find(word, start + len(word))
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text as HTML, with the search words in <mark>."""
    return _html(text, spans(text, words))


def excerpt(text: str, words: Sequence[str], *, around: int = 90) -> SafeString | None:
    """The surroundings of the first match; None if there is none."""
    text = " ".join(text.split())
    found = spans(text, words)
    if not found:
        return None
    first = found[0][0]
    start = 0 if first <= around else text.rfind(" ", 0, first - around) + 1
    end = first + 2 * around
    end = len(text) if end >= len(text) else max(text.rfind(" ", 0, end), found[0][1])
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in found if start <= a < end]
    html = _html(text[start:end], inside)
    return format_html("{}{}{}", "… " if start else "", html, " …" if end < len(text) else "")


def _html(text: str, found: Sequence[Span]) -> SafeString:
    """The text as escaped HTML, with each span in <mark>."""
    begins = [0, *(end for _start, end in found)]
    pieces = [
        (text[begin:start], text[start:end])
        for begin, (start, end) in zip(begins, found, strict=False)
    ]
    return format_html(
        "{}{}", format_html_join("", "{}<mark>{}</mark>", pieces), text[begins[-1] :]
    )
