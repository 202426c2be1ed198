"""What recognition remembers of words and names that it has read, to answer sooner."""

from __future__ import annotations

import sys

ROOMS = ("signatories.recognition", "signatories.register")


def forget_words() -> None:
    """Give back the memory for words and names. Tables that are read once are kept.

    Whoever reads a hundred thousand names calls it now and then: the words of names that come once
    fill some hundreds of megabytes.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith(ROOMS):
            for value in list(vars(module).values()):
                parameters = getattr(value, "cache_parameters", None)
                if parameters and (parameters()["maxsize"] or 0) > 1:
                    value.cache_clear()
