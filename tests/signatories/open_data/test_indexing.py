"""Sitemaps and robots.txt for search engines."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from letters.actions import publish_revision, save_edition
from tests.factories import CampaignFactory, EditionFactory, LetterFactory, SignatureFactory

pytestmark = pytest.mark.django_db
HERE = "http://testserver"
CODES = [code for code, _name in settings.LANGUAGES]


def locations(client, address: str) -> list[str]:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return re.findall(r"<loc>([^<]+)</loc>", response.content.decode())


def test_the_index_lists_a_sitemap_of_each_kind(client):
    assert locations(client, "/sitemap.xml") == [
        f"{HERE}/sitemap-{kind}.xml" for kind in ("pages", "campaigns", "letters", "organisations")
    ]


def test_a_letter_is_listed_in_the_languages_that_it_has(client):
    letter = LetterFactory(slug="speak")
    LetterFactory(status="draft")
    LetterFactory(campaign__published=False)
    french = EditionFactory.build(letter=letter, language="fr", is_original=False)
    save_edition(edition=french, demands=[])
    publish_revision(letter=letter, substantive=False, reason="French.", now=letter.opens_at)
    assert locations(client, "/sitemap-letters.xml") == [
        f"{HERE}/en/letters/speak/",
        f"{HERE}/fr/letters/speak/",
    ]
    text = client.get("/sitemap-letters.xml").content.decode()
    found = set(re.findall(r'hreflang="([^"]+)" href="([^"]+)"', text))
    assert found == {
        ("en", f"{HERE}/en/letters/speak/"),
        ("fr", f"{HERE}/fr/letters/speak/"),
        ("x-default", f"{HERE}/letters/speak/"),
    }


def test_an_organisation_is_listed_once_its_name_is_public(client):
    listed = SignatureFactory(organisation__name="Open Forum").organisation
    for hidden in ({"visibility": "withheld"}, {"in_review": True}):
        SignatureFactory(**hidden)
    SignatureFactory(letter__campaign__published=False)
    addresses = locations(client, "/sitemap-organisations.xml")
    assert addresses == [f"{HERE}/en/organisations/{listed.slug}/"]
    assert client.get(addresses[0].removeprefix(HERE)).status_code == 200


def test_campaigns_and_pages_are_listed_in_all_languages(client):
    CampaignFactory(slug="speech")
    CampaignFactory(published=False)
    campaigns = locations(client, "/sitemap-campaigns.xml")
    assert campaigns == [f"{HERE}/{code}/campaigns/speech/" for code in CODES]
    pages = locations(client, "/sitemap-pages.xml")
    assert len(pages) == 6 * len(CODES)
    assert f"{HERE}/ar/open-data/" in pages
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)


def test_signatures_do_not_date_a_letter(client):
    """Otherwise the day on which a hidden name came would be revealed."""
    letter = LetterFactory(slug="speak")
    before = client.get("/sitemap-letters.xml")
    SignatureFactory(letter=letter, visibility="counted")
    type(letter).objects.bump_public_version()
    after = client.get("/sitemap-letters.xml")
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sitemap-letters.xml", "/robots.txt"])
def test_sitemaps_are_cached(client, address):
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("address", ["/sitemap-nowhere.xml", "/sitemap-letters.xml?p=2"])
def test_there_are_no_other_sitemaps(client, address):
    LetterFactory()
    assert client.get(address).status_code == 404


def test_robots_may_not_crawl_private_pages(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /*/confirm/",
        "Disallow: /*/signature/",
        "",
        "Sitemap: http://testserver/sitemap.xml",
    ]
