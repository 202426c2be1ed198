"""What representatives typed, as emails to them and to others may quote it.

Mail programs link words that look like hosts, so "Avaaz.org" in an email from this site would be a
link chosen by somebody else. An invisible word joiner after the dot prevents the link without
changing what readers see.
"""

from __future__ import annotations

import re
from typing import Any

from signatories.models import Signature

WORD_JOINER = "\u2060"

_BEFORE_MORE = re.compile(r"([.@:/\u3002\uff0e\uff61])(?=\S)")


def unlinked(text: str) -> str:
    """The text with nothing that mail programs would link."""
    return _BEFORE_MORE.sub(rf"\1{WORD_JOINER}", text)


class Quoted:
    """A signature for email templates, with its name and person unlinked."""

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
