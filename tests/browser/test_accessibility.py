"""axe finds nothing, and nothing is wider than the narrowest screen, on every public page."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from letters.actions import publish_revision
from letters.models import Edition, Letter, Source, TimelineEntry
from signatories.signing.links import CONFIRM, MANAGE, make_token
from tests.browser.signing import fill_in
from tests.factories import CampaignFactory, LetterFactory, OrganisationFactory, SignatureFactory

# Pages that no public page links to, and pages that look different in another state.
MORE = [
    "letters/delivered/",
    "letters/delivered/figures/",
    "letters/speak/sign/sent/",
    "letters/speak/signatories/?q=forum",
    "letters/speak/signatories/?q=nobody",
    "privacy/erased/",
    "confirm/{confirm}/",
    "confirm/nonsense/",
    "signature/{manage}/",
    "signature/{manage}/withdraw/",
    "signature/{manage}/data/",
    "signature/{behind}/",
    "signature/{behind}/reaffirm/",
    "nowhere/",
    "letters/speak/share/?server=mastodon.social",
    "letters/speak/share/?server=nonsense",
    "letters/speak/embed/?kind=list&language=en",
    "letters/speak/embed/?kind=card&language=ar&accent=ff0000&ground=00ff00",
    "letters/speak/embed/card/?accent=ffd166&ground=12263f",
    "letters/delivered/embed/count/",
    "letters/speak/embed/list/?accent=8a0f4d&ground=fff4e6",
    "letters/speak/embed/sign/?accent=767676&ground=ffffff",
    "letters/speak/embed/sign/",
    "letters/speak/embed/sign/sent/",
    "letters/speak/signatories/?order=country",
    "letters/speak/signatories/?order=newest",
    "organisations/forum-of-all-bcdfghjkmn/",
    "search/?q=forum+everyone",
    "search/?q=forun",
]
# Width, colours and language: each combined with each of the others at least once.
VIEWS = [(360, "light", "en"), (1280, "dark", "en"), (360, "dark", "ar")]


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
    SignatureFactory(letter=letter, visibility="withheld")
    behind = SignatureFactory(
        letter=letter,
        organisation=OrganisationFactory(
            name="Forum of all",
            public_id="bcdfghjkmn",
            acronym="FA",
            website="https://forum.example.org",
        ),
    )
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


@pytest.fixture
def pages(tokens) -> list[str]:
    """The URL of every kind of page, without its language: new pages are found by their links."""
    client = Client()
    found: dict[str, str] = {}
    waiting = ["/en/"]
    seen = set(waiting)
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        with suppress(Resolver404):
            found.setdefault(resolve(address).url_name or "", address)
        links = (
            set(re.findall(r'(?:href|action)="(/en/[^"#?]*)"', response.content.decode())) - seen
        )
        seen |= links
        waiting += sorted(links)
    linked = [address.removeprefix("/en/") for address in found.values()]
    assert {"home", "campaign", "letter", "sign", "signatories", "revisions"} <= set(found)
    return [*linked, *(address.format(**tokens) for address in MORE)]


@pytest.mark.parametrize(("width", "scheme", "code"), VIEWS)
def test_axe_finds_nothing_on_any_public_page(open_window, pages, axe, width, scheme, code):
    page = open_window(
        color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 780}
    )
    found = {}
    for address in pages:
        page.goto(f"/{code}/{address}")
        found[address] = axe(page)
    assert {address: findings for address, findings in found.items() if findings} == {}


@pytest.mark.parametrize(("width", "scheme", "code"), VIEWS)
def test_axe_finds_nothing_on_forms_with_errors(open_window, tokens, axe, width, scheme, code):
    page = open_window(
        color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 780}
    )
    page.goto(f"/{code}/letters/speak/sign/")
    page.locator("form[method=post] button[type=submit]").click()
    expect(page.locator("#errors")).to_be_visible()  # once the browser has computed its proof
    assert page.locator("#errors a").count() >= 7
    assert axe(page) == []
    page.goto(f"/{code}/signature/{tokens['manage']}/")
    page.fill("[name=name]", "")
    page.locator("form[novalidate] button[type=submit]").first.click()
    assert page.locator("#errors a").count() == 1
    assert axe(page) == []
    page.set_input_files("#id_logo", {"name": "a.svg", "mimeType": "", "buffer": b"<svg/>"})
    page.locator("form[enctype] button").click()
    assert page.locator("#errors a").get_attribute("href") == "#id_logo"
    assert axe(page) == []


@pytest.mark.parametrize(("width", "scheme", "code"), VIEWS)
def test_a_logo_is_proposed_seen_and_taken_back(open_window, tokens, axe, width, scheme, code):
    page = open_window(
        color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 780}
    )
    page.goto(f"/{code}/signature/{tokens['manage']}/")
    picture = BytesIO()
    Image.new("RGB", (1200, 300), "teal").save(picture, "PNG")
    page.set_input_files(
        "#id_logo", {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    page.locator("form[enctype] button").click()
    shown = page.locator("img.organisation-logo")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
    page.locator("button[name=take_back]").click()
    assert page.locator("img.organisation-logo").count() == 0


def test_axe_finds_nothing_where_the_text_changed_while_the_form_was_filled_in(
    open_window, tokens, axe
):
    page = open_window(bypass_csp=True)
    page.goto("/en/letters/speak/sign/")
    page.evaluate("document.querySelector('[name=revision]').value = '1'")
    fill_in(page)
    page.locator("form[method=post] button[type=submit]").click()
    assert page.locator("#changed-title").count() == 1
    assert axe(page) == []


@pytest.mark.parametrize("code", ["en", "ar"])
def test_no_page_is_wider_than_320_pixels(open_window, pages, code):
    """A window of 1280 pixels at 400 % zoom."""
    page = open_window(viewport={"width": 320, "height": 256})
    too_wide = []
    for address in pages:
        page.goto(f"/{code}/{address}")
        width = page.evaluate("document.documentElement.scrollWidth")
        too_wide += [(address, width)] if width > 320 else []
    assert too_wide == []
