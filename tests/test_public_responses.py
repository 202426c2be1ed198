"""What holds for every response of the public site, whatever its URL, method and outcome."""

from __future__ import annotations

import re

import pytest

from signatories.mailing.stopping import make_stop_token
from signatories.models import Signature
from signatories.signing.links import CONFIRM, MANAGE, make_token
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    form_data,
)

pytestmark = pytest.mark.django_db

GETS = [
    "/",
    "/healthz",
    "/readyz",
    "/en/",
    "/en/campaigns/",
    "/en/campaigns/speech/",
    "/en/letters/speak/",
    "/en/letters/speak/sign/",
    "/en/letters/speak/sign/sent/",
    "/en/letters/speak/signatories/",
    "/en/letters/speak/signatories/?q=a&country=DE&page=2",
    "/en/letters/speak/figures/",
    "/letters/speak/live.json",
    "/en/accessibility/",
    "/en/letters/feed.atom",
    "/en/letters/speak/feed.atom",
    "/en/letters/speak/updates.atom",
    "/en/open-data/",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-letters.xml",
    "/en/letters/speak/share/?server=mastodon.social",
    "/en/letters/speak/embed/?kind=sign&language=ar&accent=005f50&ground=f2fff9",
    "/oembed?url=http://testserver/en/letters/speak/",
    "/oembed?format=yaml",
    "/embed.css?accent=ffffff&ground=ffffff",
    "/en/letters/speak/embed/nothing/",
    "/en/letters/speak/signatories/?order=newest",
    "/en/organisations/",
    "/en/organisations/?country=DE",
    "/en/organisations/forum-bcdfghjkmn/",
    "/en/organisations/nonsense/",
    "/en/search/",
    "/en/search/?q=forum",
    "/en/privacy/",
    "/en/privacy/erased/",
    "/en/confirm/{confirm}/",
    "/en/confirm/nonsense/",
    "/en/signature/{manage}/",
    "/en/signature/{manage}/withdraw/",
    "/en/signature/{manage}/data/",
    "/en/signature/{manage}/logo/proposed.webp",
    "/en/mail/{stop}/",
    "/en/mail/nonsense/",
    "/en/nowhere/",
    "/nowhere",
]
# What other sites may read, too; tests/signatories/api/ says how.
DATA = [
    "/letters/speak/signatories.json",
    "/letters/speak/signatories.csv",
    "/letters/speak/signatories.ndjson",
    "/api/",
    "/api/openapi.json",
    "/api/v1/campaigns",
    "/api/v1/letters",
    "/api/v1/letters/speak",
    "/api/v1/letters/speak/signatories?limit=1",
    "/api/v1/organisations",
    "/api/v1/nowhere",
    "/api/v1/letters?nowhere=1",
]
# What other sites may load, and what they may show in a frame besides.
LOADED_ELSEWHERE = [
    "/en/preview.png",
    "/en/letters/speak/preview.png?v=1-1",
    "/en/letters/speak/in/en/preview.png",
    "/en/letters/speak/qr.svg",
    "/embed.css?accent=005f50&ground=f2fff9",
    "/embed.js",
]
FRAMED_ELSEWHERE = [
    "/en/letters/speak/embed/card/",
    "/en/letters/speak/embed/count/?accent=005f50&ground=f2fff9",
    "/en/letters/speak/embed/list/",
    "/en/letters/speak/embed/sign/",
    "/en/letters/speak/embed/sign/sent/",
]
ELSEWHERE = LOADED_ELSEWHERE + FRAMED_ELSEWHERE
POSTS = [
    "/en/letters/speak/sign/",
    "/en/confirm/{confirm}/",
    "/en/confirm/{confirm}/again/",
    "/en/confirm/{confirm}/erase/",
    "/en/signature/{manage}/",
    "/en/signature/{manage}/withdraw/",
    "/en/signature/{manage}/logo/",
    "/en/signature/{manage}/data/download/",
    "/en/signature/{manage}/data/erase/",
    "/en/mail/{stop}/",
    "/en/letters/speak/",
]
KEPT = r"letters/|campaigns|organisations|search|open-data|sitemap|robots|preview|/embed\.|/api/$"
CACHEABLE = [
    address
    for address in (*GETS, *DATA, *ELSEWHERE)
    if re.search(KEPT, address)
    and not re.search(r"/embed/nothing/|nonsense|ffffff&|\?nowhere", address)
]


@pytest.fixture(autouse=True)
def tokens() -> dict[str, str]:
    letter = LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))
    unconfirmed: Signature = SignatureFactory(letter=letter, unconfirmed=True)
    organisation = OrganisationFactory(name="Forum", public_id="bcdfghjkmn")
    published: Signature = SignatureFactory(letter=letter, organisation=organisation)
    return {
        "confirm": make_token(unconfirmed, CONFIRM),
        "manage": make_token(published, MANAGE),
        "stop": make_stop_token(published),
    }


def check_headers(
    response, *, loaded: bool = False, framed: bool = False, read: bool = False
) -> None:
    """Guarded; other sites may load it as a picture or sheet, frame it, or read it by script."""
    assert "Set-Cookie" not in response
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert ("frame-ancestors *" in policy) == framed
    assert ("frame-ancestors 'none'" in policy) != framed
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    resources = "cross-origin" if loaded or read else "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == resources
    assert response.get("Access-Control-Allow-Origin") == ("*" if read else None)
    assert "camera=()" in response["Permissions-Policy"]
    assert response.get("X-Frame-Options") == (None if framed else "DENY")


@pytest.mark.parametrize("address", LOADED_ELSEWHERE)
def test_what_other_sites_may_load_is_guarded_otherwise(client, address):
    check_headers(client.get(address), loaded=True)


@pytest.mark.parametrize("address", FRAMED_ELSEWHERE)
def test_what_other_sites_may_frame_is_guarded_otherwise(client, address):
    check_headers(client.get(address), loaded=True, framed=True)


def test_a_form_that_was_sent_in_a_frame_is_guarded_otherwise(client):
    for data in (form_data(), form_data(email=""), form_data(revision="0")):
        response = client.post("/en/letters/speak/embed/sign/", data)
        check_headers(response, loaded=True, framed=True)


@pytest.mark.parametrize("address", GETS)
def test_no_page_sets_a_cookie_and_every_page_is_guarded(client, address, tokens):
    check_headers(client.get(address.format(**tokens)))


@pytest.mark.parametrize("address", DATA)
def test_data_is_guarded_as_pages_are_but_may_be_read_by_other_sites(client, address):
    for response in (client.get(address), client.post(address), client.options(address)):
        check_headers(response, read=True)


@pytest.mark.parametrize("address", POSTS)
def test_no_form_sets_a_cookie(client, address, tokens):
    check_headers(client.post(address.format(**tokens), form_data()))


@pytest.mark.parametrize("address", GETS)
def test_staff_who_are_signed_in_get_no_other_page(staff_client, client, address, tokens):
    address = address.format(**tokens)
    seen, answer = client.get(address), staff_client.get(address)
    check_headers(answer)
    assert answer.get("ETag") == seen.get("ETag")


@pytest.mark.parametrize("address", CACHEABLE)
def test_public_pages_can_be_kept_by_any_cache(client, address):
    response = client.get(address)
    assert "public" in response["Cache-Control"]
    assert response["ETag"]


@pytest.mark.parametrize("address", GETS + FRAMED_ELSEWHERE)
def test_nothing_is_loaded_from_elsewhere_and_nothing_is_inline(client, address, tokens):
    page = client.get(address.format(**tokens)).content.decode()
    for forbidden in ("<style", " style=", " onclick=", "<script>", "csrfmiddlewaretoken"):
        assert forbidden not in page
    for loading in ('src="http', 'rel="stylesheet" href="http'):
        assert loading not in page


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/"])
def test_the_admin_is_guarded_alike(client, address):
    response = client.get(address)
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
