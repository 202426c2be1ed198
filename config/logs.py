"""What must not stand in a log: links that open something, addresses, and the texts of errors."""

from __future__ import annotations

import json
import logging
import re
import traceback
from copy import copy
from datetime import UTC, datetime
from typing import Any

_TOKEN = re.compile(r"(/(?:confirm|signature|join)/)[^/\s]+")
_ADDRESS = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")


class WithoutTokens(logging.Filter):
    """Takes tokens and e-mail addresses out of messages: whoever reads a log could use them."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = _TOKEN.sub(r"\1…", record.getMessage())
        record.msg, record.args = _ADDRESS.sub("…", message), ()
        return True


class WithoutErrorTexts(logging.Formatter):
    """Tells an error by its class and the lines of code that it came through.

    Its text can hold anything: a row that the database refuses, a recipient, a whole link. So it
    is left out, as are those of the errors that caused it.
    """

    def format(self, record: logging.LogRecord) -> str:
        record = copy(record)
        record.exc_text = None  # another handler may have written it with the text
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        told: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines = traceback.format_tb(error.__traceback__)
            name = f"{type(error).__module__}.{type(error).__qualname__}"
            told.append(f"Traceback (most recent call last):\n{''.join(lines)}{name}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nwhich led to\n\n".join(reversed(told))


class JsonLines(WithoutErrorTexts):
    """Each line an object, for programs that gather logs: `at` in UTC, and an error as above."""

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
