from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from letters.models import Letter, TimelineEntry
from seeds.loader import load_seeds
from signatories.models import Organisation, Signature

LOADED_AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Story:
    """A loaded letter with all that belongs to it, read into memory."""

    letter: Letter
    signatures: list[Signature]

    def having(self, status: str) -> list[Signature]:
        return [signature for signature in self.signatures if signature.status == status]

    @property
    def published(self) -> list[Signature]:
        return self.having(Signature.Status.PUBLISHED)

    @property
    def organisations(self) -> list[Organisation]:
        """Those on the public list."""
        return [signature.organisation for signature in self.published if signature.organisation]

    def timeline(self, kind: str) -> list[TimelineEntry]:
        return [entry for entry in self.letter.timeline.all() if entry.kind == kind]


@pytest.fixture(scope="module")
def stories(django_db_setup: None, django_db_blocker: Any) -> dict[str, Story]:
    """Both letters, loaded once for all tests that only read them, then rolled back."""
    letters = Letter.objects.select_related("campaign", "revision").prefetch_related(
        "addressees", "timeline", "sources", "editions__demands"
    )
    with django_db_blocker.unblock(), transaction.atomic():
        load_seeds(now=LOADED_AT)
        signatures = list(
            Signature.objects.select_related("organisation").prefetch_related("organisation__names")
        )
        found = {
            letter.slug: Story(letter, [one for one in signatures if one.letter_id == letter.pk])
            for letter in letters
        }
        transaction.set_rollback(True)
    return found


@pytest.fixture
def speakout(stories: dict[str, Story]) -> Story:
    return stories["speakout"]


@pytest.fixture
def invented(stories: dict[str, Story]) -> Story:
    return stories["open-assembly"]
