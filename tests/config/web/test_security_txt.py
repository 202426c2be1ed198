"""Where vulnerabilities are reported."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

ADDRESS = "/.well-known/security.txt"


def fields() -> dict[str, str]:
    response = Client().get(ADDRESS)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


def test_it_names_the_operators_address_and_ends_within_a_year(settings):
    settings.SECURITY_CONTACT = "security@example.org"
    found = fields()
    assert found["Contact"] == "mailto:security@example.org"
    assert found["Canonical"] == "http://testserver/.well-known/security.txt"
    left = datetime.fromisoformat(found["Expires"]) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)


def test_the_contact_may_be_a_page(settings):
    settings.SECURITY_CONTACT = "https://example.org/report"
    assert fields()["Contact"] == "https://example.org/report"


def test_without_a_contact_there_is_none(settings):
    settings.SECURITY_CONTACT = ""
    assert Client().get(ADDRESS).status_code == 404
