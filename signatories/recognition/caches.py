"""Caches of words and names that recognition has read."""

from __future__ import annotations

import sys

PACKAGES = ("signatories.recognition", "signatories.register")


def clear_word_caches() -> None:
    """Clear the caches of words and names, but not the tables, which are read only once.

    Call it now and then when reading a hundred thousand names: words that occur once would fill
    some hundred megabytes.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGES):
            for value in list(vars(module).values()):
                parameters = getattr(value, "cache_parameters", None)
                if parameters and (parameters()["maxsize"] or 0) > 1:
                    value.cache_clear()
