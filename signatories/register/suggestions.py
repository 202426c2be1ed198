"""Suggestions from the register while a representative types."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from signatories.models import NameStart, Organisation
from signatories.models.starts import LONGEST_START
from signatories.names.cleaning import sort_key

SHORTEST = 2
"""Minimum length of the typed text, folded, in characters."""

STARTS_OF_ONE = 20
"""Expected maximum of similar rows per organisation: spellings of its name."""

_WORD = re.compile(r"(?<![a-z0-9])[a-z0-9]")


def starts_of(names: Iterable[str]) -> set[str]:
    """The names, folded, from the start of each word on: "rights watch" of "Human Rights Watch"."""
    keys = [sort_key(name) for name in names]
    starts = {key[match.start() :][:LONGEST_START] for key in keys for match in _WORD.finditer(key)}
    return {start.strip() for start in starts} | {key[:LONGEST_START].strip() for key in keys} - {
        ""
    }


def starting_with(key: str) -> Q:
    """Rows of `NameStart` or a similar model whose `start` begins with a folded text.

    As a range, which both engines answer from the index.
    """
    key = key[:LONGEST_START]
    return Q(start__gte=key, start__lt=key[:-1] + chr(ord(key[-1]) + 1))


def suggest(text: str, *, limit: int = 8) -> list[Organisation]:
    """Organisations to suggest while a representative types: only those already public.

    By the start of any word of their names, in any script. Needs at least two characters. If there
    are more than `limit`, those whose words come first alphabetically.
    """
    key = sort_key(text)
    if len(key) < SHORTEST:
        return []
    public = Organisation.objects.public().filter(pk=OuterRef("organisation"))
    rows = NameStart.objects.filter(starting_with(key)).filter(Exists(public))
    found = rows.order_by("start", "organisation").values_list("organisation", flat=True)
    first = list(dict.fromkeys(found[: limit * STARTS_OF_ONE]))[:limit]
    return list(Organisation.objects.filter(pk__in=first or [0]).order_by("sort_key", "pk"))
