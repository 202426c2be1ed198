"""What a log may hold."""

from __future__ import annotations

import logging

import pytest

from config.logs import WithoutTokens


def written(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert WithoutTokens().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    ("message", "args", "line"),
    [
        ("Gone: %s", ("/en/confirm/1~abc~def/",), "Gone: /en/confirm/…/"),
        (
            "Not Found: %s",
            ("/en/signature/1~abc/withdraw/",),
            "Not Found: /en/signature/…/withdraw/",
        ),
        (
            "Internal Server Error: %s",
            ("/fr/signature/x",),
            "Internal Server Error: /fr/signature/…",
        ),
        ("Not Found: %s", ("/en/letters/speak/",), "Not Found: /en/letters/speak/"),
        ("100 % plain", (), "100 % plain"),
    ],
)
def test_a_token_never_reaches_the_log(message, args, line):
    assert written(message, *args) == line


def test_every_handler_takes_tokens_out(settings):
    assert {
        name: handler.get("filters") for name, handler in settings.LOGGING["handlers"].items()
    } == {"console": ["without_tokens"]}
