"""Storing what searching needs."""

from __future__ import annotations

from signatories.models import LetterWords
from signatories.public.search import revisions_to_index, words_of


def index_letters() -> int:
    """Store the folded words of revisions that are now public. The worker calls it."""
    rows = [words_of(revision) for revision in revisions_to_index()]
    LetterWords.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
