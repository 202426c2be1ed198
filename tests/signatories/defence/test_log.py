"""What the log shows of an attack: counts and the letter's slug, and nothing about people."""

from __future__ import annotations

import logging
from contextlib import suppress

import pytest
from django.test import Client

from signatories.defence.actions import list_sender
from signatories.defence.limits import FLOOD, LIMITS, Limit
from signatories.errors import SigningRefused
from tests.factories import form_data

pytestmark = pytest.mark.django_db
MANY = 10_000


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="undersigned.defence")

    def read() -> list[str]:
        records = [one for one in caplog.records if one.name == "undersigned.defence"]
        assert {one.levelno for one in records} <= {logging.WARNING}
        return [one.getMessage() for one in records]

    return read


@pytest.fixture
def only(monkeypatch):
    def set_limit(kind: str, burst: int) -> None:
        for other in LIMITS:
            monkeypatch.setitem(LIMITS, other, Limit(MANY, MANY))
        monkeypatch.setitem(LIMITS, kind, Limit(burst, MANY))

    return set_limit


def test_nothing_is_logged_within_the_limits(sign, lines):
    for _n in range(5):
        sign()
    assert lines() == []


def test_a_limit_is_logged_each_time_it_is_used_up(only, sign, lines):
    only("network", burst=3)
    for _n in range(3 * 3 + 1):
        sign()
    assert lines() == [
        f"signings limited: {number} within 10 minutes of one network, letter speak"
        for number in (4, 7, 10)
    ]


def test_a_flood_is_logged_as_refused(only, sign, lines):
    only("letter", burst=1)
    for _n in range(FLOOD + 1):
        with suppress(SigningRefused):
            sign()
    assert lines()[0] == "signings limited: 2 within 10 minutes of one letter, letter speak"
    assert lines()[-1] == "signings refused: 11 within 10 minutes of one letter, letter speak"


@pytest.mark.parametrize(("kind", "value"), [("network", "192.0.2.0/24"), ("domain", "gmail.com")])
def test_a_blocked_sender_is_logged_without_identity(sign, lines, staff, now, kind, value):
    list_sender(verdict="blocked", kind=kind, value=value, comment="why", by=staff, now=now)
    with pytest.raises(SigningRefused):
        sign()
    assert lines() == ["signing refused: the sender is blocked, letter speak"]


def test_a_filled_honeypot_is_logged(letter, lines):
    Client().post("/en/letters/speak/sign/", form_data(fax="1"))
    assert lines() == ["signing returned: the trap was filled in, letter speak"]
