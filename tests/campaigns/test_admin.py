"""Campaigns in the admin."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from campaigns.actions import save_campaign
from campaigns.models import Campaign
from config.models import AuditEntry
from tests.factories import CampaignFactory, LetterFactory, StaffFactory

pytestmark = pytest.mark.django_db
INDEX = "/admin/campaigns/campaign/"


@pytest.fixture
def member() -> User:
    """A staff user who may do everything with campaigns of their teams, in none yet."""
    user = StaffFactory(is_superuser=False)
    permissions = Permission.objects.filter(content_type__app_label="campaigns")
    user.user_permissions.set(permissions.exclude(codename="view_all_campaigns"))
    return user


@pytest.fixture
def member_client(member: User) -> Client:
    client = Client()
    client.force_login(member)
    return client


def data(**changes: Any) -> dict[str, Any]:
    written = {
        "title": "#SpeakOut",
        "language": "en",
        "slug": "speakout",
        "hashtag": "#SpeakOut",
        "summary": "What it is about.",
        "description": "More of it.",
        "organiser_name": "Coalition",
        "organiser_url": "example.org",
        "organiser_email": "coalition@example.org",
        "image_text": "",
        "first_day": "2026-05-01",
        "last_day": "",
        "published": "on",
    }
    return written | changes


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def change(campaign: Campaign) -> str:
    return f"{INDEX}{campaign.pk}/change/"


def image_file(name: str = "Crowd.PNG") -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (30, 20), "red").save(written, "PNG")
    return SimpleUploadedFile(name, written.getvalue(), content_type="image/png")


def test_a_campaign_is_added_and_its_image_re_encoded(staff_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    written = data(image=image_file(), image_text="A crowd with banners.")
    assert staff_client.post(f"{INDEX}add/", written).headers["Location"] == INDEX
    campaign = Campaign.objects.get()
    assert (campaign.title, campaign.hashtag, campaign.published) == (
        "#SpeakOut",
        "#SpeakOut",
        True,
    )
    assert campaign.organiser_url == "https://example.org"
    assert re.fullmatch(r"campaigns/[0-9a-f]{32}\.webp", str(campaign.image.name))
    assert (tmp_path / str(campaign.image.name)).read_bytes()[8:12] == b"WEBP"


def test_what_staff_type_is_cleaned_before_it_is_measured(staff_client):
    title = "e\u0301" * 200
    words = "\u202eنمی\u200cدانم\u200b 👩\u200d🚒\r\nFo\u200drum"
    sent = data(title=title, organiser_name=f" {words}", description=f"{words}  \r\n")
    assert staff_client.post(f"{INDEX}add/", sent).headers["Location"] == INDEX
    campaign = Campaign.objects.get()
    assert campaign.title == "é" * 200
    assert campaign.organiser_name == "نمی\u200cدانم 👩\u200d🚒 Forum"
    assert campaign.description == "نمی\u200cدانم 👩\u200d🚒\nForum"
    too_long = staff_client.post(f"{INDEX}add/", data(slug="other", title="é" * 201))
    assert errors(too_long) == {"title": ["Use at most 200 characters. You have used 201."]}


def test_an_edit_raises_the_version_and_is_on_record(staff, staff_client):
    campaign = CampaignFactory()
    written = data(slug=campaign.slug, title="Speak out", first_day="")
    assert staff_client.post(change(campaign), written).headers["Location"] == INDEX
    campaign.refresh_from_db()
    assert (campaign.title, campaign.public_version) == ("Speak out", 2)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.subject_id) == ("campaign changed", staff, campaign.pk)
    assert sorted(entry.detail["fields"]) == ["description", "hashtag", "organiser_url", "title"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"last_day": "2026-04-30"}, "last_day", "The last day is before the first day."),
        (
            {"hashtag": "Speak Out"},
            "hashtag",
            "A hashtag is # followed by letters, digits or underscores, without spaces.",
        ),
        ({"title": ""}, "title", "This field is required."),
        (
            {"organiser_url": "no address"},
            "organiser_url",
            "Enter a web address, such as example.org.",
        ),
    ],
)
def test_a_wrong_value_is_reported_beside_its_field_and_changes_nothing(
    staff_client, changes, field, message
):
    response = staff_client.post(f"{INDEX}add/", data(**changes))
    assert errors(response) == {field: [message]}
    assert (Campaign.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG" + b"x" * 20_000_000, "This image is too large. Choose one smaller than 20 MB."),
        (b"GIF89a" + b"x" * 60, "The image must be a JPEG, PNG or WebP file."),
    ],
    ids=["too many bytes", "another kind"],
)
def test_a_refused_file_is_reported_beside_its_field_and_the_text_stays(
    staff_client, content, message
):
    upload = SimpleUploadedFile("crowd.png", content, content_type="image/png")
    response = staff_client.post(f"{INDEX}add/", data(image=upload, image_text="A crowd."))
    assert errors(response) == {"image": [message]}
    assert 'value="A crowd."' in response.content.decode()
    assert Campaign.objects.count() == 0


def test_saving_a_campaign_again_keeps_its_image(staff_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    written = data(image=image_file(), image_text="A crowd with banners.")
    staff_client.post(f"{INDEX}add/", written)
    name = Campaign.objects.get().image.name
    again = data(title="Another title", image_text="A crowd with banners.")
    staff_client.post(f"{INDEX}{Campaign.objects.get().pk}/change/", again)
    campaign = Campaign.objects.get()
    assert (campaign.title, campaign.image.name) == ("Another title", name)


def test_an_image_without_a_description_is_reported_beside_its_field(staff_client):
    response = staff_client.post(f"{INDEX}add/", data(image=image_file()))
    assert errors(response) == {"image_text": ["Describe what the image shows."]}


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("a.png", b"not an image")],
)
def test_a_file_that_is_not_an_image_is_reported_beside_its_field(staff_client, name, content):
    written = data(image=SimpleUploadedFile(name, content), image_text="A crowd.")
    assert list(errors(staff_client.post(f"{INDEX}add/", written))) == ["image"]
    assert Campaign.objects.count() == 0


def test_another_teams_campaign_is_not_listed_and_cannot_be_opened(member, member_client):
    own, other = CampaignFactory(title="Ours"), CampaignFactory(title="Theirs")
    own.team.add(member)
    listed = member_client.get(INDEX).context["cl"].queryset
    assert list(listed) == [own]
    for page in ("change", "delete", "history"):
        response = member_client.get(f"{INDEX}{other.pk}/{page}/")
        assert (response.status_code, response["Location"]) == (302, "/admin/"), page
        assert member_client.get(f"{INDEX}{own.pk}/{page}/").status_code == 200, page


def test_another_teams_campaign_cannot_be_changed_or_deleted(member_client):
    other = CampaignFactory(title="Theirs")
    member_client.post(change(other), data())
    member_client.post(f"{INDEX}{other.pk}/delete/", {"post": "yes"})
    other.refresh_from_db()
    assert (other.title, other.public_version) == ("Theirs", 1)


def test_a_campaign_that_both_of_two_members_work_on_is_listed_once(member, member_client):
    campaign = CampaignFactory()
    campaign.team.add(member, StaffFactory())
    assert list(member_client.get(INDEX).context["cl"].queryset) == [campaign]


def test_a_member_who_adds_a_campaign_joins_its_team(member, member_client):
    member_client.post(f"{INDEX}add/", data())
    assert list(Campaign.objects.get().team.all()) == [member]


def test_a_superuser_who_adds_a_campaign_does_not_join_its_team(staff_client):
    staff_client.post(f"{INDEX}add/", data())
    assert Campaign.objects.get().team.count() == 0


def test_staff_without_permission_see_no_campaigns():
    client = Client()
    user = StaffFactory(is_superuser=False)
    CampaignFactory().team.add(user)
    client.force_login(user)
    assert client.get(INDEX).status_code == 403


def test_a_campaign_without_letters_is_deleted_and_stays_on_record(staff, staff_client):
    campaign = CampaignFactory()
    staff_client.post(f"{INDEX}{campaign.pk}/delete/", {"post": "yes"})
    assert Campaign.objects.count() == 0
    assert list(AuditEntry.objects.values_list("verb", "by")) == [("campaign deleted", staff.pk)]


def test_a_campaign_with_letters_cannot_be_deleted(staff_client):
    campaign = LetterFactory().campaign
    staff_client.post(f"{INDEX}{campaign.pk}/delete/", {"post": "yes"})
    assert Campaign.objects.get() == campaign


def test_campaigns_cannot_be_deleted_in_bulk(staff_client):
    campaign = CampaignFactory()
    written = {"action": "delete_selected", "_selected_action": [campaign.pk], "post": "yes"}
    staff_client.post(INDEX, written)
    assert Campaign.objects.get() == campaign


@pytest.mark.parametrize("number", ["abc", "0", "99999"])
def test_an_unknown_campaign_redirects_to_the_list(staff_client, number):
    assert staff_client.get(f"{INDEX}{number}/change/").headers["Location"] == "/admin/"


def test_a_former_slug_of_another_campaign_is_refused_beside_its_field(staff_client, now):
    other = CampaignFactory(slug="other")
    other.slug = "another"
    save_campaign(campaign=other, now=now, changed=["slug"])
    assert errors(staff_client.post(f"{INDEX}add/", data(slug="other"))) == {
        "slug": [
            "This URL already redirects to another campaign, which used it before."
            " Choose another one."
        ]
    }
