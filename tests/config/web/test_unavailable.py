"""What people see while the database is unavailable, and that nothing they typed is lost."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from config.databases.patience import patience, patience_here
from config.web.unavailable import what_was_typed
from signatories.models import Signature
from tests.factories import LetterFactory, form_data

SIGN = "/fr/letters/speak/sign/"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@contextmanager
def nobody_can_write() -> Iterator[None]:
    """Another connection holds the lock that every change needs."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        other: Any = sqlite3.connect(name, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        entry = connection.get_connection_params()
        place = {name: entry[name] for name in ("host", "port", "user", "dbname")}
        other = psycopg.connect(**place)
        other.execute("LOCK TABLE signatories_signature, signatories_ratecount IN EXCLUSIVE MODE")
    try:
        yield
    finally:
        other.close()


def typed(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {unescape(name): unescape(value) for name, value in found}


@pytest.mark.django_db(transaction=True)
def test_a_form_that_met_a_fault_comes_back_with_all_that_was_typed(client, settings):
    settings.REQUEST_DATABASE_SECONDS = 0.7
    LetterFactory(slug="speak")
    data = form_data(statement='Nous <b>demandons</b> "tout" & plus\r\nvite, 人権')
    begun = monotonic()
    with nobody_can_write():
        answer = client.post(SIGN, data)
    assert monotonic() - begun < 15  # seconds; without the limit it is 20 and more
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    page = answer.content.decode()
    assert '<html lang="fr" dir="ltr">' in page
    assert f'<form class="form" method="post" action="{SIGN}">' in page
    assert typed(page) == {name: str(value) for name, value in data.items()}
    connection.close()  # as Django does at the end of each request, but not in tests
    settings.REQUEST_DATABASE_SECONDS = 60
    again = client.post(SIGN, typed(page))
    assert again.status_code == 303
    assert Signature.objects.get().statement == data["statement"].replace("\r\n", " ")


@pytest.mark.django_db
def test_the_page_itself_needs_no_database(client, django_assert_num_queries):
    path = "/en/letters/speak/sign/"
    with django_assert_num_queries(0):
        answer = client.post(path, form_data(), **{"undersigned.refused": 503})
    assert answer.status_code == 503


def test_a_page_that_is_read_offers_to_try_again(client):
    answer = client.get("/de/search/?q=a%22b", **{"undersigned.refused": 503})
    assert '<a class="button" href="/de/search/?q=a%22b">' in answer.content.decode()


@pytest.mark.parametrize("path", ["/letters/speak/live.json", "/api/", "/api/letters/"])
def test_programs_get_json(client, path):
    answer = client.get(path, **{"undersigned.refused": 503})
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert (answer["Retry-After"], answer.json()["status"]) == ("10", 503)


def test_a_form_in_a_frame_of_another_site_stays_in_it(client):
    refused = {"undersigned.refused": 503}
    framed = client.post("/en/letters/speak/embed/sign/", form_data(), **refused)
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    alone = client.post("/en/letters/speak/sign/", form_data(), **refused)
    assert "frame-ancestors 'none'" in alone["Content-Security-Policy"]
    assert alone["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "path",
    [
        "/admin/login/",
        "/admin/join/token/",
        "/admin/verify/",
        "/admin/second-factor/confirm/",
        "/admin/password_change/",
        "/admin/auth/user/1/password/",
        "/admin/auth/user/add/",
        "/admin/config/invitation/add/",
        "/admin/nothing/here/",
    ],
)
def test_passwords_and_codes_are_never_given_back(path):
    request = RequestFactory().post(path, {"password": "secret", "code": "123456"})
    assert what_was_typed(request) == ([], False)


def test_what_staff_write_on_letters_is_given_back():
    request = RequestFactory().post("/admin/letters/letter/1/change/", {"slug": "speak"})
    assert what_was_typed(request) == ([("slug", "speak")], False)


@pytest.mark.django_db
def test_other_errors_are_not_called_temporary(client, monkeypatch):
    def mistaken(*_, **__):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    monkeypatch.setattr("signatories.views.signing.suggest", mistaken)
    assert client.get("/organisations.json?q=a").status_code == 500


# Time limits


def test_patience_within_patience_can_only_be_shorter():
    with patience(statement=2, seconds=5):
        with patience(statement=9, seconds=9):
            inner = patience_here()
        outer = patience_here()
    assert inner == outer
    assert patience_here() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="it is about PostgreSQL")
class TestPostgreSQL:
    @pytest.fixture(autouse=True)
    def _the_next_test_has_a_connection(self) -> Iterator[None]:
        yield
        connection.close()

    def sleep(self, seconds: float) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [seconds])

    def test_a_statement_that_takes_too_long_is_given_up_and_the_next_one_works(self):
        self.sleep(0)
        begun = monotonic()
        with patience(statement=0.3), pytest.raises(OperationalError):
            self.sleep(20)
        assert monotonic() - begun < 15
        connection.close_if_unusable_or_obsolete()  # as at the end of each request
        self.sleep(0)

    def test_many_short_ones_may_not_take_too_long_together(self):
        self.sleep(0)
        with patience(statement=60, seconds=3):
            self.sleep(1)
            with pytest.raises(OperationalError):
                self.sleep(2.5)

    def test_commands_wait_as_long_as_their_work_takes(self):
        self.sleep(0.7)

    def test_the_server_gives_up_as_well(self):
        connection.close()
        with patience(statement=2), connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
            )
            assert cursor.fetchone() == ("2s", "1500ms")
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)
