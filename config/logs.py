"""What must not stand in a log."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/(?:confirm|signature)/)[^/\s]+")


class WithoutTokens(logging.Filter):
    """Takes the tokens out of addresses: whoever reads a log could use them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _TOKEN.sub(r"\1…", record.getMessage()), ()
        return True
