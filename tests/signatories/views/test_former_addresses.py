"""Addresses that letters, campaigns and organisations had before lead to them for ever."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.urls import get_resolver

from campaigns.actions import save_campaign
from campaigns.errors import SlugTaken as CampaignSlugTaken
from campaigns.models import Campaign
from campaigns.models import FormerAddress as FormerCampaignAddress
from letters.actions import delete_draft, save_letter
from letters.errors import SlugTaken
from letters.models import FormerAddress, Letter
from signatories.models import Signature
from signatories.register.actions import index_organisation
from signatories.signing import emails
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    form_data,
)

pytestmark = pytest.mark.django_db

BELOW = [
    "",
    "in/en/",
    "sign/",
    "sign/sent/",
    "signatories/",
    "signatories/?q=forum&page=2",
    "signatories/?q=%C3%A9+%26",
    "figures/",
    "feed.atom",
    "updates.atom",
    "revisions/",
    "revisions/1/",
    "share/",
    "embed/",
]
PLAIN = [
    "/letters/{}/live.json",
    "/letters/{}/signatories.json",
    "/letters/{}/signatories.csv",
    "/letters/{}/signatories.ndjson",
    "/letters/{}/revisions/1.json",
    "/api/v1/letters/{}",
    "/api/v1/letters/{}/signatories?limit=1",
]


def renamed(letter: Letter, slug: str) -> Letter:
    letter.slug = slug
    return save_letter(letter=letter)


def address_in(mail: Any) -> str:
    assert mail is not None
    (found,) = re.findall(rf"{settings.SITE_URL}(/\w+/letters/\S+)", mail.body)
    return found


@pytest.fixture
def letter() -> Letter:
    return renamed(LetterFactory(slug="old"), "new")


# Letters


def test_the_link_in_a_mail_redirects_to_the_letter(client):
    letter = LetterFactory(slug="old")
    path = address_in(emails.published(SignatureFactory(letter=letter).pk))
    renamed(letter, "new")
    response = client.get(path, follow=True)
    assert response.redirect_chain == [("/en/letters/new/", 301)]
    assert response.status_code == 200


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_below_redirects_with_its_query(client, letter, language, below):
    response = client.get(f"/{language}/letters/old/{below}")
    assert (response.status_code, response["Location"]) == (301, f"/{language}/letters/new/{below}")


@pytest.mark.parametrize("path", PLAIN)
def test_every_format_redirects_with_its_query(client, letter, path):
    response = client.get(path.format("old"))
    assert (response.status_code, response["Location"]) == (301, path.format("new"))
    assert client.get(response["Location"]).status_code == 200


def test_no_pattern_with_a_letter_in_it_is_left_out(client, letter):
    """Whatever is added below a letter leads on, too."""
    patterns = {str(one.pattern) for one in walked(get_resolver().url_patterns)}
    below = {one for one in patterns if re.search(r"letters/(<slug:|\(\?P<slug>)", one)}
    assert len(below) >= 25
    for pattern in below:
        path = "/" + re.sub(r"<slug:\w+>|\(\?P<slug>[^)]*\)", "old", pattern, count=1)
        path = re.sub(r"<\w+:\w+>|\(\?P<label>(?:[^()]|\([^()]*\))*\)", "1", path)
        path = path.replace("^", "").replace("$", "").replace("\\", "")
        response = client.get(path)
        assert (response.status_code, response.get("Location")) == (
            301,
            path.replace("/old", "/new"),
        ), pattern


def walked(patterns: Any, prefix: str = "") -> Any:
    for one in patterns:
        text = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from walked(one.url_patterns, text)
        else:
            yield type("Found", (), {"pattern": text})


def test_the_short_url_redirects_to_the_letter(client, letter):
    assert client.get("/letters/old", follow=True).redirect_chain[-1][0] == "/en/letters/new/"


def test_an_open_form_can_still_be_sent(client, letter):
    response = client.post("/en/letters/old/sign/", form_data())
    assert (response.status_code, response["Location"]) == (308, "/en/letters/new/sign/")
    client.post(response["Location"], form_data())
    assert Signature.objects.get().letter == letter


def test_scripts_of_other_sites_may_follow(client, letter):
    response = client.get("/letters/old/signatories.json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_frame_and_an_oembed_link_of_a_partner_go_on(client, letter):
    frame = client.get("/en/letters/old/embed/card/?accent=005f50")
    assert frame["Location"] == "/en/letters/new/embed/card/?accent=005f50"
    url = f"{settings.SITE_URL}/en/letters/old/"
    answer = client.get("/oembed", {"url": url})
    assert answer.status_code == 200
    assert "/letters/new/" in answer.json()["html"]


def test_feeds_identify_the_letter_by_its_first_url_for_ever(client):
    letter = LetterFactory(slug="old")
    SignatureFactory(letter=letter)
    paths = ["letters/{}/feed.atom", "letters/{}/updates.atom", "letters/feed.atom"]

    def ids(slug: str) -> list[str]:
        pages = [client.get(f"/en/{path.format(slug)}").content.decode() for path in paths]
        return [found for page in pages for found in re.findall(r"<id>(.*?)</id>", page)[1:]]

    before = ids("old")
    renamed(renamed(letter, "newer"), "newest")
    assert ids("newest") == before


def test_after_two_changes_both_urls_redirect_to_the_current_one(client, letter):
    renamed(letter, "newest")
    for slug in ("old", "new"):
        assert client.get(f"/en/letters/{slug}/")["Location"] == "/en/letters/newest/"


def test_a_slug_that_is_restored_serves_and_the_other_redirects_to_it(client, letter):
    renamed(letter, "old")
    assert client.get("/en/letters/old/").status_code == 200
    assert client.get("/en/letters/new/")["Location"] == "/en/letters/old/"


def test_browsers_do_not_cache_the_redirect(client, letter):
    assert "max-age=0" in client.get("/en/letters/old/")["Cache-Control"]


@pytest.mark.parametrize("hidden", ["campaign", "draft"])
def test_a_hidden_letter_gets_the_same_404_as_a_missing_one(client, hidden):
    if hidden == "draft":
        letter = LetterFactory(slug="old", status="draft")
    else:
        letter = LetterFactory(slug="old", campaign__published=False)
    renamed(letter, "new")
    answers = [client.get(f"/en/letters/{slug}/") for slug in ("old", "new", "nothing")]
    assert [one.status_code for one in answers] == [404, 404, 404]
    pages = [
        one.content.decode().replace(slug, "?")
        for one, slug in zip(answers, ("old", "new", "nothing"), strict=True)
    ]
    assert pages[0] == pages[1] == pages[2]


def test_a_letter_that_becomes_public_again_is_found_at_its_former_address(client, letter):
    Campaign.objects.update(published=False)
    assert client.get("/en/letters/old/").status_code == 404
    Campaign.objects.update(published=True)
    assert client.get("/en/letters/old/").status_code == 301


def test_unknown_pages_below_a_former_url_are_not_found(client, letter):
    assert client.get("/en/letters/old/nowhere/", follow=True).status_code == 404
    assert client.get("/en/letters/nothing/").status_code == 404
    assert client.get("/en/campaigns/old/").status_code == 404


def test_no_other_letter_can_use_a_former_slug(letter):
    with pytest.raises(SlugTaken):
        renamed(LetterFactory(slug="other"), "old")
    assert Letter.objects.filter(slug="other").exists()
    with pytest.raises(SlugTaken):
        save_letter(letter=Letter(campaign=letter.campaign, slug="old"))
    assert Letter.objects.count() == 2


def test_a_drafts_former_slug_is_free():
    renamed(LetterFactory(slug="old", status="draft"), "new")
    renamed(LetterFactory(slug="other"), "old")
    assert set(FormerAddress.objects.values_list("slug", flat=True)) == {"other"}


def test_two_letters_cannot_share_a_former_slug(letter):
    with pytest.raises(IntegrityError):
        FormerAddress.objects.create(letter=LetterFactory(), slug="old")


def test_a_deleted_drafts_slug_is_free(now):
    delete_draft(letter=LetterFactory(slug="old", status="draft"), now=now)
    assert save_letter(letter=Letter(campaign=CampaignFactory(), slug="old")).pk


# Campaigns


def moved_campaign(now: Any, slug: str = "old", to: str = "new", **values: Any) -> Campaign:
    campaign = CampaignFactory(slug=slug, **values)
    campaign.slug = to
    return save_campaign(campaign=campaign, now=now, changed=["slug"])


@pytest.mark.parametrize(
    "path", ["/en/campaigns/{}/?a=1", "/kk/campaigns/{}/", "/api/v1/campaigns/{}"]
)
def test_the_former_url_of_a_campaign_redirects(client, now, path):
    moved_campaign(now)
    response = client.get(path.format("old"))
    assert (response.status_code, response["Location"]) == (301, path.format("new"))


def test_letters_are_found_by_the_former_slug_of_their_campaign(client, now):
    LetterFactory(slug="speak", campaign=moved_campaign(now))
    rows = client.get("/api/v1/letters?campaign=old").json()["data"]
    assert [row["slug"] for row in rows] == ["speak"]


def test_a_campaign_that_is_not_published_is_not_found_as_nothing_is(client, now):
    moved_campaign(now, published=False)
    assert client.get("/en/campaigns/old/").status_code == 404


def test_no_other_campaign_can_use_a_former_slug(now):
    campaign = moved_campaign(now)
    with pytest.raises(CampaignSlugTaken):
        moved_campaign(now, slug="other", to="old")
    assert Campaign.objects.filter(slug="other").exists()
    campaign.slug = "old"
    assert save_campaign(campaign=campaign, now=now, changed=["slug"]).slug == "old"


def test_two_campaigns_cannot_share_a_former_slug(now):
    moved_campaign(now)
    with pytest.raises(IntegrityError):
        FormerCampaignAddress.objects.create(campaign=CampaignFactory(), slug="old")


# Organisations


def test_a_former_url_of_a_renamed_organisation_redirects_to_its_page(client):
    organisation = OrganisationFactory(name="Forum")
    SignatureFactory(organisation=organisation)
    path = organisation.get_absolute_url()
    organisation.set_name("Assembly")
    organisation.save()
    index_organisation(organisation)
    response = client.get(f"{path}?page=2")
    assert response.status_code == 301
    assert response["Location"] == f"{organisation.get_absolute_url()}?page=2"
    assert "max-age=0" in response["Cache-Control"]
