"""Logging in and out: the same answer for all, limited attempts, and what is recorded."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config.models import AuditEntry, LoginAttempt
from config.staff import devices, limits
from config.staff.limits import (
    PER_NAME,
    PER_NAME_AND_NETWORK,
    PER_NETWORK,
    WINDOW,
    begin_attempt,
)
from config.staff.roles import Role
from tests.config.staff.conftest import PASSWORD, browser, verbs

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
ANOTHER = "some other password"
WRONG = (
    "Please enter the correct username and password for a staff account."
    " Note that both fields may be case-sensitive."
)
WAIT = "Too many attempts. Wait 15 minutes and try again."


@pytest.fixture
def ada(account):
    user = account(Role.EDITOR, username="ada")
    user.set_password(PASSWORD)
    user.save()
    return user


def attempt(name: str = "ada", password: str = ANOTHER, network: str = "192.0.2.1", **data: str):
    client = Client(REMOTE_ADDR=network)
    return client.post(LOGIN, {"username": name, "password": password} | data)


def errors(response) -> list[str]:
    assert response.status_code == 200
    return list(response.context["form"].non_field_errors())


def test_name_and_password_begin_a_session_and_redirect(ada):
    client = Client()
    client.get(LOGIN)
    typed = {"username": "ada", "password": PASSWORD, "next": "/admin/letters/letter/"}
    response = client.post(LOGIN, typed)
    assert response.headers["Location"] == "/admin/letters/letter/"
    assert client.get("/admin/").status_code == 200
    assert (verbs(), AuditEntry.objects.get().by) == (["logged in"], ada)


@pytest.mark.parametrize("elsewhere", ["https://evil.example.net/", "//evil.example.net", ""])
def test_it_never_redirects_to_another_site(ada, elsewhere):
    response = attempt(password=PASSWORD, next=elsewhere)
    assert response.headers["Location"] == "/admin/"


def test_a_session_has_a_new_key_after_the_log_in(ada):
    client = Client()
    session = client.session
    session["anything"] = 1
    session.save()
    key = session.session_key
    client.post(LOGIN, {"username": "ada", "password": PASSWORD})
    assert client.session.session_key != key


def test_everybody_else_gets_the_same_answer(ada, account):
    for name, fields in {"gone": {"is_active": False}, "guest": {"is_staff": False}}.items():
        user = account(**fields, username=name)
        user.set_password(PASSWORD)
        user.save()
    answers = [attempt("ada"), attempt("nobody"), attempt("gone", PASSWORD)]
    answers.append(attempt("guest", PASSWORD))
    assert [errors(answer) for answer in answers] == [[WRONG]] * 4
    assert verbs() == ["log-in failed"] * 4


def test_known_and_unknown_names_have_to_wait_alike(ada):
    for name in ("ada", "nobody"):
        answers = [errors(attempt(name)) for _n in range(PER_NAME_AND_NETWORK + 1)]
        assert answers == [[WRONG]] * PER_NAME_AND_NETWORK + [[WAIT]]


def test_past_the_limit_not_even_the_right_password_is_checked(ada):
    for _n in range(PER_NAME_AND_NETWORK):
        attempt(network="192.0.2.1")
    assert errors(attempt(password=PASSWORD, network="192.0.2.200")) == [WAIT]
    LoginAttempt.objects.update(at=timezone.now() - WINDOW)
    assert attempt(password=PASSWORD).status_code == 302


def test_guessing_with_a_name_does_not_lock_out_its_owner(ada):
    for _n in range(PER_NAME_AND_NETWORK + 1):
        refused = attempt(network="192.0.2.1")
    assert errors(refused) == [WAIT]
    assert attempt(password=PASSWORD, network="203.0.113.1").status_code == 302


def test_a_name_guessed_from_everywhere_waits_except_in_its_owners_browser(ada, now):
    known = Client(REMOTE_ADDR="203.0.113.1")
    typed = {"username": "ada", "password": PASSWORD}
    assert known.post(LOGIN, typed).status_code == 302
    known.post("/admin/logout/")
    for number in range(PER_NAME):
        begin_attempt(name="ada", network=f"network {number}", now=timezone.now())
    assert errors(attempt(password=PASSWORD, network="198.51.100.1")) == [WAIT]
    assert known.post(LOGIN, typed).status_code == 302


def test_guesses_from_a_network_do_not_lock_out_known_browsers(ada):
    known = Client(REMOTE_ADDR="192.0.2.1")
    typed = {"username": "ada", "password": PASSWORD}
    known.post(LOGIN, typed)
    for number in range(PER_NETWORK):
        begin_attempt(name=f"name {number}", network="192.0.2.0/24", now=timezone.now())
    assert errors(attempt(password=PASSWORD, network="192.0.2.1")) == [WAIT]
    assert known.post(LOGIN, typed).status_code == 302


def test_a_known_browser_has_the_same_limit(ada):
    known = Client()
    known.post(LOGIN, {"username": "ada", "password": PASSWORD})
    guess = {"username": "ada", "password": ANOTHER}
    answers = [errors(known.post(LOGIN, guess)) for _n in range(PER_NAME_AND_NETWORK + 1)]
    assert answers == [[WRONG]] * PER_NAME_AND_NETWORK + [[WAIT]]


@pytest.mark.parametrize("forge", [lambda value: "x", lambda value: value[:-1] + "~", str.upper])
def test_a_forged_cookie_is_not_accepted(ada, rf, forge):
    request = rf.get(LOGIN)
    known = Client()
    known.post(LOGIN, {"username": "ada", "password": PASSWORD})
    value = known.cookies[devices.cookie_name()].value
    request.COOKIES[devices.cookie_name()] = value
    assert devices.device_of(request, "ADA") is not None
    assert devices.device_of(request, "bea") is None
    request.COOKIES[devices.cookie_name()] = forge(value)
    assert devices.device_of(request, "ada") is None


def test_the_device_cookie_is_for_the_log_in_page_only_and_names_nobody(ada, settings):
    settings.SESSION_COOKIE_SECURE = True
    known = Client()
    known.post(LOGIN, {"username": "ada", "password": PASSWORD})
    cookie = known.cookies["__Secure-device"]
    assert (cookie["path"], cookie["samesite"]) == (LOGIN, "Strict")
    assert (cookie["httponly"], cookie["secure"]) == (True, True)
    assert re.fullmatch(r"[0-9a-f]{32}\.[\w-]{22}:[\w-]+:[\w-]+", cookie.value)
    assert Client().get(LOGIN).cookies.keys() == {"csrftoken"}


@pytest.mark.parametrize(
    ("most", "what"),
    [
        ("PER_NAME_AND_NETWORK", "a name from one place"),
        ("PER_NAME", "a name"),
        ("PER_NETWORK", "a network"),
    ],
)
def test_the_log_names_the_limit_and_no_person(ada, monkeypatch, caplog, most, what):
    monkeypatch.setattr(limits, most, 1)
    attempt(network="192.0.2.1")
    caplog.clear()
    attempt(network="192.0.2.1")
    assert [record.getMessage() for record in caplog.records] == [
        f"log-in refused: more than 1 attempts of {what}"
    ]


def test_names_are_counted_regardless_of_case(ada):
    for _n in range(PER_NAME_AND_NETWORK):
        attempt("ada")
    assert errors(attempt("ADA")) == [WAIT]


def test_a_network_has_to_wait_whatever_names_it_tries(ada, monkeypatch):
    monkeypatch.setattr(limits, "PER_NETWORK", 3)
    for number in range(3):
        assert errors(attempt(f"name{number}", network=f"192.0.2.{number}")) == [WRONG]
    assert errors(attempt("another", network="192.0.2.77")) == [WAIT]
    assert errors(attempt("another", network="198.51.100.1")) == [WRONG]


def test_a_successful_log_in_does_not_count(ada):
    for _n in range(PER_NAME_AND_NETWORK + 5):
        assert attempt(password=PASSWORD).status_code == 302
    assert LoginAttempt.objects.count() == 0


def test_refused_attempts_are_not_stored_or_counted(now):
    for _n in range(PER_NAME_AND_NETWORK + 5):
        begin_attempt(name="ada", network="n", now=now)
    assert LoginAttempt.objects.count() == PER_NAME_AND_NETWORK
    assert begin_attempt(name="ada", network="n", now=now + WINDOW) is not None
    assert LoginAttempt.objects.count() == 1


def test_attempts_stop_counting_one_after_the_other(now):
    for minute in range(PER_NAME_AND_NETWORK):
        begin_attempt(name="ada", network="n", now=now + timedelta(minutes=minute))
    assert begin_attempt(name="ada", network="n", now=now + WINDOW - timedelta(seconds=1)) is None
    assert begin_attempt(name="ada", network="n", now=now + WINDOW) is not None
    assert begin_attempt(name="ada", network="n", now=now + WINDOW) is None


def test_attempts_hold_neither_name_nor_network(ada):
    attempt("ada", network="192.0.2.1")
    (row,) = LoginAttempt.objects.values("name_key", "network_key")
    assert [len(str(value)) for value in row.values()] == [64, 64]
    assert row["name_key"] != row["network_key"]


def test_log_and_trail_name_nobody_and_repeat_nothing_that_was_typed(ada, caplog):
    with caplog.at_level(logging.INFO, logger="undersigned.staff"):
        attempt("ada", "secret words")
        attempt("nobody@example.net", "secret words")
        attempt("ada", PASSWORD)
    assert [record.getMessage() for record in caplog.records] == [
        f"log-in failed: account {ada.pk}",
        "log-in failed: account unknown",
        f"logged in: account {ada.pk}",
    ]
    trail = list(
        AuditEntry.objects.values_list("verb", "subject_id", "by", "detail").order_by("pk")
    )
    assert trail == [
        ("log-in failed", ada.pk, None, {}),
        ("log-in failed", 0, None, {}),
        ("logged in", ada.pk, ada.pk, {}),
    ]


def test_logging_out_ends_the_session_and_is_on_record(ada):
    client = browser(ada)
    assert client.get("/admin/logout/").status_code == 405
    response = client.post("/admin/logout/")
    assert response.headers["Location"] == LOGIN
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/admin/").status_code == 302
    assert verbs() == ["logged out"]
    client.post("/admin/logout/")
    assert verbs() == ["logged out"]


def test_the_log_in_page_redirects_logged_in_users(ada):
    assert browser(ada).get(LOGIN).headers["Location"] == "/admin/"


def test_another_site_cannot_log_anybody_in(ada):
    client = Client(enforce_csrf_checks=True)
    typed = {"username": "ada", "password": PASSWORD}
    assert client.post(LOGIN, typed).status_code == 403
    assert "sessionid" not in client.cookies
