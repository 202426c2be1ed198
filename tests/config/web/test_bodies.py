"""Bodies that are too large are refused before they are read."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from config.web.bodies import FORM, STAFF_FORM, largest_body
from tests.factories import LetterFactory, form_data

FIELDS = 1001  # one more than settings allow


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def form(db: None) -> str:
    LetterFactory(slug="speak")
    return "/en/letters/speak/sign/"


def send(client: Client, path: str, size: int):
    return client.generic("POST", path, b"x" * size, "application/x-www-form-urlencoded")


def test_a_form_takes_what_it_needs_and_refuses_more_unread(client, form):
    assert send(client, form, FORM).status_code == 422
    answer = send(client, form, FORM + 1)
    assert answer.status_code == 413
    assert len(answer.wsgi_request.read()) == FORM + 1


def test_a_form_with_too_many_fields_is_refused(client, form):
    fields = {str(number): "" for number in range(FIELDS)}
    assert client.post(form, fields).status_code == 413
    urlencoded = "&".join(f"{name}=" for name in fields)
    answer = client.post(form, urlencoded, "application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "You sent more than this page accepts." in answer.content.decode()


def test_more_files_than_any_form_has_are_refused(client, form):
    files = {str(number): BytesIO(b"x") for number in range(11)}
    assert client.post(form, files).status_code == 413


def test_the_refusal_is_in_the_pages_language_and_not_cached(client, form):
    answer = send(client, form.replace("/en/", "/ar/"), FORM + 1)
    assert '<html lang="ar" dir="rtl">' in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert "Retry-After" not in answer


def test_programs_get_json(client, db):
    answer = send(client, "/letters/speak/live.json", FORM + 1)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["status"] == 413


def test_a_body_without_a_length_is_refused_rather_than_read_as_empty(client, form):
    answer = client.post(form, form_data(), headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 303, "it has a length all the same"
    answer = client.generic("POST", form, b"", headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


@pytest.mark.parametrize(
    ("path", "largest"),
    [
        ("/en/letters/speak/sign/", FORM),
        ("/kk/letters/speak/embed/sign/", FORM),
        ("/en/confirm/token/", FORM),
        ("/en/signature/token/", FORM),
        ("/ar/signature/token/logo/", 20_100_000),
        ("/nothing/here", FORM),
        ("/admin/login/", FORM),
        ("/admin/join/token/", FORM),
        ("/admin/letters/letter/1/change/", STAFF_FORM),
        ("/admin/campaigns/campaign/add/", 20_100_000),
        ("/admin/signatories/organisation/1/change/", 20_100_000),
        ("/admin/auth/user/1/change/", STAFF_FORM),
    ],
)
def test_each_url_accepts_what_its_forms_need(path, largest):
    assert largest_body(path) == largest


def test_staff_can_save_a_long_letter(staff_client):
    answer = send(staff_client, reverse("admin:letters_letter_add"), FORM + 1)
    assert answer.status_code != 413
