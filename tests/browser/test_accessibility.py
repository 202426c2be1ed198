"""axe finds nothing, and nothing is wider than the narrowest screen, on every public page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from letters.actions import publish_revision
from letters.models import Edition, Letter, Source, TimelineEntry
from signatories.links import CONFIRM, MANAGE, make_token
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory

PAGES = [
    "/en/",
    "/en/campaigns/",
    "/en/campaigns/speech/",
    "/en/letters/speak/",
    "/en/letters/delivered/",
    "/en/letters/speak/sign/",
    "/en/letters/speak/sign/sent/",
    "/en/letters/speak/revisions/",
    "/en/letters/speak/revisions/1/",
    "/fr/letters/speak/",
    "/ar/letters/speak/",
    "/en/letters/speak/signatories/?q=forum",
    "/en/letters/speak/signatories/?q=nobody",
    "/en/letters/speak/figures/",
    "/ar/letters/speak/figures/",
    "/en/letters/delivered/figures/",
    "/en/open-data/",
    "/en/privacy/",
    "/en/confirm/{confirm}/",
    "/en/signature/{manage}/",
    "/en/signature/{manage}/withdraw/",
    "/en/signature/{behind}/",
    "/en/signature/{behind}/reaffirm/",
]


@pytest.fixture
def tokens(site) -> dict[str, str]:
    campaign = CampaignFactory(slug="speech")
    letter = LetterFactory(slug="speak", campaign=campaign, goal=100)
    delivered = LetterFactory(
        slug="delivered",
        campaign=campaign,
        status=Letter.Status.DELIVERED,
        reported_signatories=148,
        reported_countries=32,
        reported_by="A Bulletin",
        reported_url="https://bulletin.example/",
    )
    Source.objects.create(letter=delivered, publisher="A Bulletin", title="Letter handed in")
    day = timezone.now().date()
    TimelineEntry.objects.create(letter=delivered, kind="delivery", day=day, place="The gate")
    TimelineEntry.objects.create(letter=delivered, kind="coverage", day=day, outlet="A Paper")
    for country in ("DE", "KZ", "DE", "MT"):
        SignatureFactory(letter=letter, organisation__country=country, statement="We agree.")
    for days in (1, 2, 3):  # enough for a curve
        SignatureFactory(letter=letter, signed_at=timezone.now() - timedelta(days=days))
    behind = SignatureFactory(letter=letter)
    Edition.objects.filter(letter=letter).update(body="We write to all of you.\n\nPlease listen.")
    publish_revision(letter=letter, substantive=True, reason="A law.", now=timezone.now())
    letter.refresh_from_db()
    unconfirmed = SignatureFactory(letter=letter, unconfirmed=True)
    published = SignatureFactory(letter=delivered, source_url="https://bulletin.example/")
    return {
        "confirm": make_token(unconfirmed, CONFIRM),
        "manage": make_token(published, MANAGE),
        "behind": make_token(behind, MANAGE),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_public_page(scheme, open_window, tokens, axe):
    page = open_window(color_scheme=scheme, bypass_csp=True)
    found = {}
    for address in PAGES:
        page.goto(address.format(**tokens))
        found[address] = axe(page)
    assert {address: findings for address, findings in found.items() if findings} == {}


def test_axe_finds_nothing_on_a_form_with_errors_and_on_pages_of_errors(open_window, tokens, axe):
    page = open_window(bypass_csp=True)
    page.goto("/en/letters/speak/sign/")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.locator("form[method=post] button[type=submit]").first.click()
    assert axe(page) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_page_is_wider_than_320_pixels(direction, open_window, tokens):
    page = open_window(viewport={"width": 320, "height": 640})
    too_wide = []
    for address in PAGES:
        page.goto(address.format(**tokens))
        page.evaluate(f"document.documentElement.dir = {direction!r}")
        width = page.evaluate("document.documentElement.scrollWidth")
        too_wide += [(address, width)] if width > 320 else []
    assert too_wide == []
