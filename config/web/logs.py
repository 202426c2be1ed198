"""Keeps access tokens, e-mail addresses and the texts of errors out of logs."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Sequence
from copy import copy
from datetime import UTC, datetime
from typing import Any

# One character, however often it was encoded: “~” is also %7E, %257E, \x7e, \u007e, &#126;.
_ENCODED = re.compile(
    r"%(?:25)*([0-9a-f]{2})|\\+x([0-9a-f]{2})|\\+u00([0-9a-f]{2})"
    r"|&#x0*([0-9a-f]{2});|&#0*([0-9]{2,3});",
    re.IGNORECASE,
)
# What begins like a token, possibly cut off at the end, in upper or lower case.
_BEGINS = re.compile(r"us_[0-9]+~[\w~-]*|(?<![a-z0-9])us_[\w~-]+", re.IGNORECASE | re.ASCII)
# What may be a token without its beginning, and what may be the secret part of one.
_RUN = re.compile(r"[\w~-]{20,}", re.ASCII)
_SIGNED = re.compile(r"~[\w-]{16}", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ADDRESS = re.compile(r"(?<![^\s@<>\"'(),;:])[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")


def without_secrets(text: str) -> str:
    """The text with “…” for each token and e-mail address, even if encoded or cut off."""
    plain, places = _decoded(text)
    spans = [found.span() for found in _BEGINS.finditer(plain)]
    spans += [run.span() for run in _RUN.finditer(plain) if _may_open_something(run[0])]
    spans += [found.span() for found in _ADDRESS.finditer(plain)]
    parts, at = [], 0
    for begin, end in sorted(spans):
        if places[end] > at:
            parts += [text[at : max(at, places[begin])], "…" if places[begin] >= at else ""]
            at = places[end]
    return "".join(parts) + text[at:]


def on_one_line(text: str) -> str:
    """The text with line breaks and other control characters escaped, as in “\\x0a”."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _may_open_something(run: str) -> bool:
    """Whether it is a value with a signature, or as long and random as a signature."""
    if _SIGNED.search(run):
        return True
    kinds = (str.islower, str.isupper, str.isdigit)
    return any(
        len(part) >= 40 and all(any(map(kind, part)) for kind in kinds) for part in run.split("~")
    )


def _decoded(text: str) -> tuple[str, Sequence[int]]:
    """The decoded text, and the position of each of its characters, and of its end, in `text`."""
    characters: list[str] = []
    places: list[int] = []
    at = 0
    for found in _ENCODED.finditer(text):
        characters += text[at : found.start()]
        places += range(at, found.start())
        code = next(group for group in found.groups() if group)
        characters.append(chr(int(code, 10 if found[5] else 16)))
        places.append(found.start())
        at = found.end()
    if not characters and not at:
        return text, range(len(text) + 1)
    characters += text[at:]
    places += range(at, len(text) + 1)
    return "".join(characters), places


class WithoutTokens(logging.Filter):
    """Removes tokens and e-mail addresses from messages, so that readers of logs cannot use them.

    A message stays on one line, so that the path of a request cannot forge another.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):  # arguments that do not fit their message
            message = str(record.msg)
        record.msg, record.args = on_one_line(without_secrets(message)), ()
        return True


class WithoutErrorTexts(logging.Formatter):
    """Logs an error by its class and traceback.

    Its text can contain anything: a row that the database rejects, a recipient, a link. So it is
    left out, as are the texts of the errors that caused it.
    """

    def format(self, record: logging.LogRecord) -> str:
        record = copy(record)
        record.exc_text = None  # another handler may have written it with the text
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        parts: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines = traceback.format_tb(error.__traceback__)
            name = f"{type(error).__module__}.{type(error).__qualname__}"
            parts.append(f"Traceback (most recent call last):\n{''.join(lines)}{name}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nwhich led to\n\n".join(reversed(parts))


class JsonLines(WithoutErrorTexts):
    """Each line is a JSON object for log collectors, with `at` in UTC and errors as above."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
