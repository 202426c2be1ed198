"""A colleague joins by invitation and sets up the second factor, without JavaScript."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from config.models import SecondFactor
from config.staff.invitation_links import link
from config.staff.invitations import invite
from config.staff.roles import Role
from tests.config.staff.conftest import PASSWORD, code
from tests.factories import StaffFactory


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_colleague_joins_and_passes_the_second_factor(open_window, site, axe, settings, scheme):
    settings.STAFF_SECOND_FACTOR = True
    invitation = invite(
        email="bea@forum.example.org",
        role=Role.REVIEWER,
        language="en",
        by=StaffFactory(),
        now=timezone.now(),
    )
    page = open_window(java_script_enabled=False, color_scheme=scheme)
    seen = open_window(color_scheme=scheme)  # with scripts, as axe is one
    page.goto(link(invitation))
    seen.goto(link(invitation))
    assert axe(seen) == []
    page.get_by_label("Username").fill("bea")
    page.get_by_label("New password", exact=False).first.fill(PASSWORD)
    page.get_by_label("New password confirmation").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Two-factor authentication")).to_be_visible()
    page.get_by_role("button", name="Set it up").press("Enter")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    factor = SecondFactor.objects.get()
    page.get_by_role("textbox", name="Code").fill(code(factor))
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem")).to_have_count(10)
    codes = [text.strip() for text in page.get_by_role("listitem").all_inner_texts()]
    page.get_by_role("link", name="I have saved them").click()
    expect(page.get_by_role("heading", name="Open letters")).to_be_visible()

    seen.goto("/admin/login/")
    assert axe(seen) == []
    seen.get_by_label("Username").fill("bea")
    seen.get_by_label("Password").fill(PASSWORD)
    seen.keyboard.press("Enter")
    expect(seen.get_by_role("textbox", name="Code")).to_be_focused()
    assert axe(seen) == []
    seen.keyboard.type(codes[0])
    seen.keyboard.press("Enter")
    seen.get_by_role("link", name="Two-factor authentication").click()
    expect(seen.get_by_text("You have 9 recovery codes left")).to_be_visible()
    assert axe(seen) == []
    seen.get_by_role("textbox", name="Code").fill(codes[1])
    seen.get_by_role("button", name="Use another app or phone").click()
    expect(seen.get_by_role("img", name="QR code")).to_be_visible()
    assert axe(seen) == []
    assert User.objects.get(username="bea").is_active
