"""The pages that staff pass before the admin: guarded, accessible, the same without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from config.staff.factor import begin_set_up
from config.staff.invitation_links import make_token
from config.staff.invitations import invite
from config.staff.roles import Role
from tests.config.staff.conftest import browser, set_up
from tests.config.web.test_logs import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(account, guarded) -> dict[str, str]:
    """The text of each page, by name."""
    administrator, reviewer = account(Role.ADMINISTRATOR), account(Role.REVIEWER)
    invitation = invite(
        email="bea@example.org",
        role=Role.EDITOR,
        language="en",
        by=administrator,
        now=timezone.now(),
    )
    begin_set_up(user=reviewer, now=timezone.now())
    set_up(administrator)
    found = {
        "log in": Client().get("/admin/login/"),
        "join": Client().get(f"/admin/join/{make_token(invitation)}/"),
        "ended": Client().get("/admin/join/x/"),
        "begin": browser(account(Role.REVIEWER)).get("/admin/second-factor/"),
        "set up": browser(reviewer).get("/admin/second-factor/"),
        "verify": browser(administrator).get("/admin/verify/"),
    }
    for response in found.values():
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]
        assert {cookie["path"] for cookie in response.cookies.values()} <= {"/admin/"}
    return {name: response.content.decode() for name, response in found.items()}


def test_no_page_has_anything_inline_or_from_elsewhere(pages):
    bad = re.compile(r"<style| style=| on\w+=|<script>|(?:src|href)=\"(?:https?:)?//")
    assert {name: bad.findall(page) for name, page in pages.items()} == {name: [] for name in pages}


def test_every_field_has_a_label_and_every_form_a_button_and_a_token(pages):
    for name, page in pages.items():
        fields = re.findall(r'<input type="(?:text|password)"[^>]* id="(\w+)"', page)
        assert [one for one in fields if f'<label for="{one}"' not in page] == [], name
        forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
        assert [form for form in forms if "csrfmiddlewaretoken" not in form] == [], name
        assert [form for form in forms if 'type="submit"' not in form] == [], name


def test_every_page_names_itself_and_its_language(pages):
    for name, page in pages.items():
        assert '<html lang="en' in page, name
        assert re.search(r"<title>\s*\S+", page), name


def test_no_url_contains_personal_data(pages):
    for page in pages.values():
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', page):
            assert "@" not in address
            assert "bea" not in address


def test_an_error_is_tied_to_its_field(account, guarded):
    user = account(Role.REVIEWER)
    set_up(user)
    page = browser(user).post("/admin/verify/", {"code": ""}).content.decode()
    (field,) = re.findall(r'<input type="text" name="code"[^>]*>', page)
    assert 'aria-invalid="true"' in field
    for described in re.findall(r'aria-describedby="([^"]+)"', field)[0].split():
        assert f'id="{described}"' in page
    assert "<title>Error:" in re.sub(r">\s+", ">", page)


def test_invitation_tokens_are_not_logged():
    assert written("Not Found: %s", "/admin/join/us_1~abc~def/") == "Not Found: /admin/join/…/"
