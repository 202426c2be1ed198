"""Checks that revisions have not changed since they were frozen."""

from __future__ import annotations

from letters.models import Revision
from letters.wording import digest_of


def altered_revisions() -> list[str]:
    """A sentence for each revision whose digest no longer matches its text."""
    revisions = Revision.objects.select_related("letter").order_by("letter", "number", "correction")
    return [
        f"Revision {revision.label} of the letter {revision.letter.slug} is not what was frozen."
        for revision in revisions.iterator()
        if digest_of(revision.canonical) != revision.digest
    ]
