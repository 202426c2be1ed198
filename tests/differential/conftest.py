from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import signing
from django.db import transaction
from django.utils import timezone

from signatories.public.ordering import list_cache
from signatories.public.signatories import tallies
from signatories.public.vocabulary import vocabulary
from tests.differential.second_signer import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the clock, so that equal responses are equal to the byte."""
    clock = Clock(datetime(2026, 5, 4, 12, 0, tzinfo=UTC))
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    monkeypatch.setattr(signing.time, "time", lambda: clock.now.timestamp())
    return clock


@pytest.fixture
def in_a_world(outbox: Any, clock: Clock) -> Callable[[Callable[[Clock], Any]], Any]:
    """Run a story on the same database state each time, and roll it back."""
    start = clock.now

    def run(story: Callable[[Clock], Any]) -> Any:
        for memory in (list_cache, tallies, vocabulary):
            memory.forget()
        clock.now = start
        with transaction.atomic():
            result = story(clock)
            transaction.set_rollback(True)
        return result

    return run
