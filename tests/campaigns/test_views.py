"""The root URL, which has no language."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize("accepted", ["", "en", "nl,en;q=0.5", "xx", "*"])
def test_the_root_redirects_to_the_home_page_in_the_readers_language(accepted):
    response = Client().get("/", headers={"Accept-Language": accepted})
    assert (response.status_code, response.headers["Location"]) == (302, "/en/")
    assert response["Vary"] == "Accept-Language"


def test_the_root_redirects_to_each_language_of_the_site():
    headers = {"Accept-Language": "fr-BE,fr;q=0.9,en;q=0.5"}
    assert Client().get("/", headers=headers)["Location"] == "/fr/"


def test_the_root_accepts_only_get_and_head():
    assert Client().post("/").status_code == 405
    assert Client().head("/").status_code == 302
