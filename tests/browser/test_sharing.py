"""The buttons that a script adds, and the page where partners choose a frame."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.factories import CampaignFactory, LetterFactory

SHARE = "navigator.share = async (what) => { window.shared = what; };"


@pytest.fixture(autouse=True)
def letter(site):
    campaign = CampaignFactory(slug="speech", hashtag="#SpeakOut")
    return LetterFactory(slug="speak", campaign=campaign)


def test_copying_the_link_announces_that_it_is_done(open_window, site):
    page = open_window(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/en/letters/speak/")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator(".share [role=status]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{site}/en/letters/speak/"


def test_the_devices_own_sharing_is_offered_where_there_is_one(open_window, site):
    page = open_window()
    page.goto("/en/letters/speak/")
    button = page.get_by_role("button", name="Share", exact=True)
    if not page.evaluate("Boolean(navigator.share)"):
        expect(button).to_have_count(0)
    page.add_init_script(SHARE)
    page.reload()
    button.click()
    assert page.evaluate("window.shared") == {
        "url": f"{site}/en/letters/speak/",
        "text": "Let everyone speak #SpeakOut",
    }


def test_without_javascript_there_are_links_and_no_buttons(open_window):
    page = open_window(java_script_enabled=False)
    page.goto("/en/letters/speak/")
    expect(page.locator(".share button")).to_have_count(2)
    for place in range(2):
        expect(page.locator(".share button").nth(place)).to_be_hidden()
    page.locator(".share").get_by_role("link", name="Mastodon").click()
    page.fill("[name=server]", "mastodon.social")
    page.get_by_role("button", name="Show the link").click()
    link = page.get_by_role("link", name="Post on mastodon.social")
    assert (link.get_attribute("href") or "").startswith("https://mastodon.social/share?text=")


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_partner_chooses_a_frame_and_sees_it(open_window, java_script_enabled):
    page = open_window(java_script_enabled=java_script_enabled)
    page.goto("/en/letters/speak/embed/")
    page.get_by_label("The number of signatories").check()
    page.get_by_label("Colour of links and buttons").fill("#005f50")
    page.get_by_role("button", name="Update the preview").click()
    frame = page.frame_locator(".embed-preview iframe")
    expect(frame.get_by_text("No organisation has signed yet.")).to_be_visible()
    expect(page.locator("#snippet")).to_have_value(
        f'<iframe src="{page.url.partition("/en/")[0]}/en/letters/speak/embed/count/'
        '?accent=005f50&amp;ground=ffffff" title="Let everyone speak" width="100%" height="170"'
        ' frameborder="0" loading="lazy"></iframe>\n'
        f'<script src="{page.url.partition("/en/")[0]}/embed.js" async></script>'
    )
