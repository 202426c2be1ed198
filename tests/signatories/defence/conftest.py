"""Signing again and again at a fixed instant near the start of a window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from letters.models import Letter
from signatories.defence.limits import SUSTAINED, window_start
from signatories.signing.actions import sign_letter
from tests.factories import FIRST, LetterFactory, entry

Sign = Callable[..., None]


@pytest.fixture
def now() -> datetime:
    """Four minutes into tomorrow: both windows have just begun, and the time alone shows which
    mails wait and which were due before.
    """
    return window_start(timezone.now(), SUSTAINED) + timedelta(days=1, minutes=4)


@pytest.fixture
def letter(db: None) -> Letter:
    return LetterFactory(
        slug="speak",
        opens_at=timezone.now() - timedelta(days=20),
        closes_at=timezone.now() + timedelta(days=20),
    )


@pytest.fixture
def sign(letter: Letter, now: datetime) -> Sign:
    """Sign the letter, by default each time as somebody else at another free mail address."""
    number = 0
    at = now

    def sign_once(*, network: str = "192.0.2.0/24", now: datetime = at, proof="", **changes):
        nonlocal number
        number += 1
        written = {"email": f"{number}@gmail.com", "organisation": f"Forum {number}"} | changes
        on = written.pop("on", letter)
        sign_letter(
            letter=on,
            entry=entry(**written),
            shown=FIRST,
            network=network,
            language="en",
            now=now,
            proof=proof,
        )

    return sign_once
