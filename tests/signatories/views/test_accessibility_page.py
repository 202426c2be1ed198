"""What the site says of its own accessibility."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.django_db


def test_every_page_links_to_the_statement(client):
    for address in ("/en/", "/en/privacy/"):
        assert '<a href="/en/accessibility/">' in client.get(address).content.decode()


def test_the_statement_names_the_standard_the_gaps_and_its_day(client):
    page = client.get("/en/accessibility/").content.decode()
    assert "(WCAG) 2.2, level AA" in page
    assert "Known problems" in page
    assert re.search(r'<time datetime="20\d\d-\d\d-\d\d">', page)


def test_the_statement_gives_an_email_address(client, settings):
    settings.OPERATOR_EMAIL = "desk@example.org"
    assert 'href="mailto:desk@example.org">' in client.get("/en/accessibility/").content.decode()
    settings.OPERATOR_EMAIL = ""
    page = client.get("/en/accessibility/").content.decode()
    assert "mailto:" not in page
    assert "Tell Undersigned" in page
