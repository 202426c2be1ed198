"""What representatives wrote, as mails to them and to others may quote it.

Mail programs make links of words that look like hosts, so that "Avaaz.org" in a mail of this site
would be a link that somebody else chose. An invisible word joiner behind the dot keeps the word
whole and no link; whoever reads it sees no difference.
"""

from __future__ import annotations

import re
from typing import Any

from signatories.models import Signature

WORD_JOINER = "\u2060"

_BEFORE_MORE = re.compile(r"([.@:/\u3002\uff0e\uff61])(?=\S)")


def unlinked(text: str) -> str:
    """The text with nothing in it that a mail program makes a link of."""
    return _BEFORE_MORE.sub(rf"\1{WORD_JOINER}", text)


class Quoted:
    """A signature as the templates of mails know it: its name and its person make no links."""

    def __init__(self, signature: Signature) -> None:
        self._signature = signature

    def __str__(self) -> str:
        return unlinked(str(self._signature))

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._signature, name)
        return unlinked(value) if name in TYPED and isinstance(value, str) else value


TYPED = {
    "signed_as",
    "website",
    "statement",
    "proposed_name",
    "proposed_statement",
    "representative_name",
    "representative_role",
}
