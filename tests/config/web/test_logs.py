"""What logs may contain."""

from __future__ import annotations

import io
import json
import logging
import re
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from config.models import Invitation
from config.staff.invitation_links import make_token as invite
from config.web.logs import JsonLines, WithoutErrorTexts, WithoutTokens
from signatories.signing.links import CONFIRM, MANAGE, make_token, new_nonce
from signatories.views import private
from tests.config.test_settings import run
from tests.factories import SignatureFactory

SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings"}
NAME, ADDRESS = "Zenobia Quill", "zenobia@quill.example.org"


def written(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert WithoutTokens().filter(record)
    return record.getMessage()


NONCE, SIGNED = "Xy3kPq0aB-9_ZtLmN4vR2w", "q9Kd0sPz-Tn4_bYv7RhLwE2mXc8uJf1aGo6iMl5HkQe"
TOKEN = f"us_12~{NONCE}~1x2Y3z~{SIGNED}"
EVERY_CHARACTER = "".join(f"%{ord(character):02X}" for character in TOKEN)


@pytest.mark.parametrize(
    ("logged", "line"),
    [
        (f"Gone: /en/confirm/{TOKEN}/", "Gone: /en/confirm/…/"),
        (f"/en/confirm//{TOKEN}/", "/en/confirm//…/"),
        (f"/en/Confirm/{TOKEN}/", "/en/Confirm/…/"),
        (f"/EN/CONFIRM/{TOKEN.upper()}/", "/EN/CONFIRM/…/"),
        (f"/en/{TOKEN}/", "/en/…/"),
        (f"/en/confirm{TOKEN}/", "/en/…/"),
        (f"/{TOKEN}/withdraw/again/", "/…/withdraw/again/"),
        (f"/en/signature/{TOKEN};jsessionid=1", "/en/signature/…;jsessionid=1"),
        (f"/en/?next=/en/confirm/{TOKEN}&x=1", "/en/?next=/en/confirm/…&x=1"),
        (f"/en/?next=%2Fen%2Fconfirm%2F{TOKEN}%2F", "/en/?next=%2Fen%2Fconfirm%2F…%2F"),
        (f"/en/confirm/{TOKEN.replace('~', '%7E')}/", "/en/confirm/…/"),
        (f"/en/confirm/{TOKEN.replace('~', '%257e')}/", "/en/confirm/…/"),
        (f"/en/confirm/{TOKEN.replace('_', '%5F')}/", "/en/confirm/…/"),
        (f"/en/confirm/{EVERY_CHARACTER}/", "/en/confirm/…/"),
        (f"/en/confirm/{EVERY_CHARACTER.replace('%', '%2525')}/", "/en/confirm/…/"),
        (f'{{"u": "{TOKEN.replace("~", chr(92) + "u007e")}"}}', '{"u": "…"}'),
        (f"<a href='/{TOKEN.replace('~', '&#126;')}'>", "<a href='/…'>"),
        (f"<a href='/{TOKEN.replace('_', '&#x5F;')}'>", "<a href='/…'>"),
        # cut off at the end, and at the beginning
        (f"/en/confirm/{TOKEN[:40]}", "/en/confirm/…"),
        (f"/en/confirm/{TOKEN[:9]}", "/en/confirm/…"),
        (f"/en/confirm/{TOKEN[3:]}/", "/en/confirm/…/"),
        (f"/en/confirm/{TOKEN[12:]}/", "/en/confirm/…/"),
        (f"/en/confirm/s_{TOKEN[3:]}/", "/en/confirm/…/"),
        (f"/en/confirm/us_/{SIGNED}/", "/en/confirm/us_/…/"),
        (f"/en/confirm/us_12{NONCE}1x2Y3z{SIGNED}/", "/en/confirm/…/"),
        (f"GET {TOKEN} and {TOKEN}", "GET … and …"),
    ],
)
def test_a_token_never_reaches_the_log(logged, line):
    assert written("%s", logged) == line


@pytest.mark.parametrize(
    ("logged", "line"),
    [
        (f"refused: <{ADDRESS}>", "refused: <…>"),
        (f"refused: {{'{ADDRESS}': 550}}", "refused: {'…': 550}"),
        (f"/en/ {ADDRESS.replace('@', '%40')}", "/en/ …"),
    ],
)
def test_an_e_mail_address_never_reaches_the_log(logged, line):
    assert written("%s", logged) == line


@pytest.mark.parametrize(
    "logged",
    [
        "Not Found: /en/letters/speak/",
        "Not Found: /en/letters/an-open-letter-to-the-president-about-the-law-of-2014-on-agents/",
        "100 % plain",
        "bus_stop, status_code: previous_page of /~editor/",
        "/static/site.3f9a0c1d2e4b.css?v=5c1f6d9e8a7b",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "/en/%D0%9F%D0%B8%D1%81%D1%8C%D0%BC%D0%BE/?q=%20%20100%25",
    ],
)
def test_text_that_is_no_token_stays_readable(logged):
    assert written("%s", logged) == logged


def test_a_message_stays_on_one_line():
    assert written("/en/%s", "a\nERROR forged\r\x1b[1m\u2028") == (
        r"/en/a\x0aERROR forged\x0d\x1b[1m\x2028"
    )


def test_a_message_whose_arguments_do_not_fit_is_written_all_the_same():
    assert written("%d of %s", "two") == "%d of %s"


def test_long_nonsense_is_handled_quickly():
    for nonsense in ("~" * 60_000, "%25" * 20_000, "a" * 60_000, "us_" * 20_000, "@a" * 30_000):
        begin = time.process_time()
        written("%s", nonsense)
        assert time.process_time() - begin < 1


def test_both_kinds_of_tokens_have_the_shape():
    signature = SignatureFactory.build(pk=7, link_nonce=new_nonce())
    invitation = Invitation(pk=3, link_nonce=new_nonce())
    tokens = [make_token(signature, CONFIRM), make_token(signature, MANAGE), invite(invitation)]
    for token in tokens:
        assert re.fullmatch(r"us_[A-Za-z0-9_~-]+", token)
        assert written("/%s/", token) == "/…/"


def test_every_handler_takes_tokens_out(settings):
    assert {
        name: handler.get("filters") for name, handler in settings.LOGGING["handlers"].items()
    } == {"console": ["without_tokens"], "access": ["without_tokens"]}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The output of the site's own handler."""
    handlers = logging.getLogger("django").handlers
    (handler,) = [one for one in handlers if type(one) is logging.StreamHandler]
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield stream
    if before:
        handler.setStream(before)


@pytest.mark.django_db
def test_an_error_in_a_private_page_is_logged_without_what_it_was_about(log, monkeypatch):
    """Neither its text, nor its cause's, nor values of variables, nor the link."""
    signature = SignatureFactory(representative_name=NAME, representative_email=ADDRESS)
    token = make_token(signature, MANAGE)

    def break_down(*, signature, now):
        name = signature.representative_name
        try:
            raise KeyError(f"{name} behind {token}")
        except KeyError as error:
            raise ValueError(f"no mail to {ADDRESS} for {name}") from error

    monkeypatch.setattr(private, "withdraw_signature", break_down)
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


@pytest.mark.parametrize(
    "name", ["", "django", "django.server", "undersigned", "django_tasks", "_granian"]
)
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


def test_json_lines_have_errors_without_their_text():
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
        f"logging.getLogger('undersigned').warning('%s at %s', '{ADDRESS}', '/join/us_1~abc/x')"
    )
    result = run("-c", program, data=tmp_path, LOG_FORMAT=wanted, **SETTINGS)
    (line,) = result.stderr.splitlines()
    if wanted == "json":
        told = json.loads(line)
        assert (told["level"], told["message"]) == ("WARNING", "… at /join/…/x")
    else:
        assert re.fullmatch(r"[\d-]+ [\d:,]+ WARNING undersigned: … at /join/…/x", line)
