"""What a log may hold."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from config.logs import JsonLines, WithoutErrorTexts, WithoutTokens
from signatories import actions
from signatories.links import MANAGE, make_token
from tests.config.test_settings import run
from tests.factories import SignatureFactory

SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings"}
NAME, ADDRESS = "Zenobia Quill", "zenobia@quill.example.org"


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
        ("refused: %s", (f"<{ADDRESS}>",), "refused: <…>"),
        ("refused: {'%s': 550}", (ADDRESS,), "refused: {'…': 550}"),
    ],
)
def test_a_token_never_reaches_the_log(message, args, line):
    assert written(message, *args) == line


def test_every_handler_takes_tokens_out(settings):
    assert {
        name: handler.get("filters") for name, handler in settings.LOGGING["handlers"].items()
    } == {"console": ["without_tokens"]}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site's own handler writes."""
    handlers = logging.getLogger("django").handlers
    (handler,) = [one for one in handlers if type(one) is logging.StreamHandler]
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield stream
    if before:
        handler.setStream(before)


@pytest.mark.django_db
def test_an_error_in_a_private_page_is_logged_without_what_it_was_about(log, monkeypatch):
    """Neither its text, nor its cause's, nor what the variables held, nor the link."""
    signature = SignatureFactory(representative_name=NAME, representative_email=ADDRESS)
    token = make_token(signature, MANAGE)

    def break_down(*, signature, now):
        name = signature.representative_name
        try:
            raise KeyError(f"{name} behind {token}")
        except KeyError as error:
            raise ValueError(f"no mail to {ADDRESS} for {name}") from error

    monkeypatch.setattr(actions, "withdraw_signature", break_down)
    client = Client(raise_request_exception=False)
    response = client.post(f"/en/signature/{token}/withdraw/")
    assert response.status_code == 500
    written = log.getvalue()
    assert "ERROR django.request: Internal Server Error: /en/signature/…/withdraw/\n" in written
    assert "in break_down" in written
    assert "\nbuiltins.KeyError\n\nwhich led to\n" in written
    assert written.endswith("\nbuiltins.ValueError\n")
    for secret in (NAME, "Zenobia", ADDRESS, token):
        assert secret not in written
        assert secret not in response.content.decode()


def failed(error: BaseException) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__)
    return logging.LogRecord("undersigned", logging.ERROR, "", 0, "failed", (), exc_info)


def test_a_text_that_another_handler_has_written_is_not_taken_over():
    record = failed(ValueError(NAME))
    logging.Formatter().format(record)
    assert NAME in (record.exc_text or "")
    assert NAME not in WithoutErrorTexts().format(record)


def test_what_was_meant_to_be_hidden_stays_hidden_and_a_circle_of_errors_ends():
    inner, outer = KeyError(NAME), ValueError(NAME)
    outer.__context__, inner.__context__ = inner, outer
    assert WithoutErrorTexts().format(failed(outer)).count("Traceback") == 2
    outer.__suppress_context__ = True
    assert WithoutErrorTexts().format(failed(outer)).count("Traceback") == 1


@pytest.mark.parametrize("name", ["", "django", "django.server", "undersigned", "django_tasks"])
def test_every_logger_that_writes_leaves_these_out(name):
    logger = logging.getLogger(name)
    handlers = [one for one in logger.handlers if type(one) is logging.StreamHandler]
    for handler in handlers:
        assert isinstance(handler.formatter, WithoutErrorTexts)
        assert [type(one) for one in handler.filters] == [WithoutTokens]
    assert handlers or logger.propagate


# The same for programs


def test_a_line_for_programs_is_one_object_that_cannot_be_forged():
    record = logging.LogRecord("undersigned", logging.WARNING, "", 0, 'a\n"b": %s', ("ü",), None)
    record.created = 1780000000.5
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line) == {
        "at": "2026-05-28T20:26:40.500+00:00",
        "level": "WARNING",
        "logger": "undersigned",
        "message": 'a\n"b": ü',
    }


def test_it_tells_an_error_without_its_text():
    try:
        raise ValueError(f"no mail to {ADDRESS} for {NAME}")
    except ValueError as error:
        record = failed(error)
    logging.Formatter().format(record)  # another handler may have written it with the text
    line = JsonLines().format(record)
    told = json.loads(line)
    assert told["error"].splitlines()[-1] == "builtins.ValueError"
    assert [secret for secret in (NAME, "Zenobia", ADDRESS) if secret in line] == []


@pytest.mark.parametrize("wanted", [None, "line", "json"])
def test_the_environment_says_how_lines_are_written(tmp_path, wanted):
    program = (
        "import django, logging; django.setup();"
        f"logging.getLogger('undersigned').warning('%s at %s', '{ADDRESS}', '/join/1~abc/x')"
    )
    result = run("-c", program, data=tmp_path, LOG_FORMAT=wanted, **SETTINGS)
    (line,) = result.stderr.splitlines()
    if wanted == "json":
        told = json.loads(line)
        assert (told["level"], told["message"]) == ("WARNING", "… at /join/…/x")
    else:
        assert re.fullmatch(r"[\d-]+ [\d:,]+ WARNING undersigned: … at /join/…/x", line)
