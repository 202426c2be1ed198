"""A campaign's image is public as long as its campaign is; its team always sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.test import Client

from campaigns.models import Campaign
from tests.factories import CampaignFactory, StaffFactory

pytestmark = pytest.mark.django_db
PICTURE = b"RIFF....WEBP"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def campaign_with_image(**changes: Any) -> Campaign:
    campaign = CampaignFactory(image_text="A crowd.", **changes)
    campaign.image.save("raid-on-zyzzogeton.webp", ContentFile(PICTURE))
    return campaign


def staff_of(*campaigns: Campaign, may: str = "view_campaign") -> Client:
    user = StaffFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename=may))
    for campaign in campaigns:
        campaign.team.add(user)
    client = Client()
    client.force_login(user)
    return client


def in_the_admin(campaign: Campaign, page: str = "image") -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/{page}/"


def test_the_image_of_a_published_campaign_is_served(client):
    campaign = campaign_with_image()
    assert campaign.image.url.startswith("/media/campaigns/")
    response = client.get(campaign.image.url)
    assert (response.status_code, response.content) == (200, PICTURE)
    assert response.headers["Content-Type"] == "image/webp"


def test_the_image_of_an_unpublished_campaign_is_not_found(client):
    campaign = campaign_with_image(published=False)
    there, elsewhere = (
        client.get(url) for url in (campaign.image.url, "/media/campaigns/other.webp")
    )
    assert there.status_code == elsewhere.status_code == 404
    assert there.content == elsewhere.content.replace(b"other.webp", campaign.image.name.encode())


def test_hiding_the_campaign_hides_the_image_from_the_next_request_on(client):
    """Caches may store it for a second; then they revalidate it."""
    campaign = campaign_with_image()
    shown = client.get(campaign.image.url)
    assert shown.headers["Cache-Control"] == "public, max-age=1"
    known = {"If-None-Match": shown.headers["ETag"]}
    assert client.get(campaign.image.url, headers=known).status_code == 304
    Campaign.objects.update(published=False)
    hidden = client.get(campaign.image.url, headers=known)
    assert hidden.status_code == 404
    assert "ETag" not in hidden.headers
    assert "max-age=1" not in hidden.headers.get("Cache-Control", "")


def test_an_image_that_was_replaced_is_no_longer_served(client):
    campaign = campaign_with_image()
    before = campaign.image.url
    campaign.image.save("other.webp", ContentFile(PICTURE))
    statuses = [client.get(url).status_code for url in (before, campaign.image.url)]
    assert statuses == [404, 200]


def test_file_names_reveal_nothing(media):
    campaign = campaign_with_image()
    (stored,) = (path for path in media.rglob("*") if path.is_file())
    assert "zyzzogeton" not in str(stored) + campaign.image.url
    assert len(stored.stem) == 32


@pytest.mark.parametrize(
    "path",
    [
        "",
        "campaigns/",
        "campaigns/" + "a" * 5_000,
        "a" * 5_000,
        "/".join(["a"] * 2_500),
        "../../etc/passwd",
        "campaigns/../../undersigned.sqlite3",
        "campaigns/%00.webp",
        "campaigns/a b.webp",
        "pictures/secret.png",
        "undersigned.sqlite3",
    ],
    ids=lambda path: path[:30],
)
def test_nothing_else_is_served_from_the_folder(client, media, path):
    (media / "undersigned.sqlite3").write_bytes(b"rows")
    (media / "pictures").mkdir()
    (media / "pictures" / "secret.png").write_bytes(b"secret")
    CampaignFactory()
    assert client.get(f"/media/{path}").status_code == 404


def test_a_file_that_is_missing_is_not_found(client, media):
    campaign = campaign_with_image()
    (media / campaign.image.name).unlink()
    assert client.get(campaign.image.url).status_code == 404


# In the admin


def test_its_team_sees_the_image_before_it_is_public():
    campaign = campaign_with_image(published=False)
    response = staff_of(campaign).get(in_the_admin(campaign))
    assert (response.status_code, response.content) == (200, PICTURE)
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("may", ["view_campaign", "change_campaign"])
def test_the_admin_page_shows_the_image_through_the_admin(may):
    campaign = campaign_with_image(published=False)
    page = staff_of(campaign, may=may).get(in_the_admin(campaign, "change")).content.decode()
    assert f'src="{in_the_admin(campaign)}"' in page
    assert "/media/" not in page


def test_other_teams_and_staff_without_permission_do_not_see_the_image():
    campaign = campaign_with_image(published=False)
    assert staff_of().get(in_the_admin(campaign)).status_code == 404
    assert staff_of(campaign, may="view_letter").get(in_the_admin(campaign)).status_code == 403


def test_the_admin_has_no_image_of_a_campaign_without_one():
    campaign = CampaignFactory()
    client = staff_of(campaign)
    assert client.get(in_the_admin(campaign)).status_code == 404
    assert client.get(in_the_admin(campaign, "change")).status_code == 200
