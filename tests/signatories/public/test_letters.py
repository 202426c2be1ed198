"""The home page and campaign pages: what is open now, and the outcome of the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign
from letters.models import Letter, TimelineEntry
from signatories.views import overview
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory

pytestmark = pytest.mark.django_db
Status = Letter.Status


@pytest.fixture
def campaign() -> Campaign:
    return CampaignFactory(slug="speech", hashtag="#Speech")


def add(campaign: Campaign, title: str, **values: object) -> Letter:
    return LetterFactory(campaign=campaign, words__title=title, **values)


def titles(response) -> list[tuple[str, list[str]]]:
    return [
        (group.standing.value, [row.letter.words_here.title for row in group.rows])
        for group in response.context["groups"]
    ]


@pytest.mark.parametrize("address", ["/en/", "/en/campaigns/speech/"])
def test_letters_are_grouped_by_standing_with_urgent_ones_first(client, campaign, address):
    now = timezone.now()
    week = timedelta(days=7)
    add(campaign, "Closes later", closes_at=now + 3 * week)
    add(campaign, "Closes first", closes_at=now + week)
    add(campaign, "Opens later", opens_at=now + 2 * week, closes_at=now + 3 * week)
    add(campaign, "Opens first", opens_at=now + week, closes_at=now + 4 * week)
    for status in (Status.ARCHIVED, Status.CLOSED, Status.DELIVERED, Status.ANSWERED):
        add(campaign, f"Older {status}", status=status, closes_at=now - 2 * timedelta(days=1))
        add(campaign, f"Newer {status}", status=status, closes_at=now - timedelta(days=1))
    add(campaign, "Draft", status=Status.DRAFT)
    assert titles(client.get(address)) == [
        ("open", ["Closes first", "Closes later"]),
        ("coming", ["Opens first", "Opens later"]),
        ("answered", ["Newer answered", "Older answered"]),
        ("delivered", ["Newer delivered", "Older delivered"]),
        ("closed", ["Newer closed", "Older closed"]),
        ("archived", ["Newer archived", "Older archived"]),
    ]


@pytest.mark.parametrize("address", ["/en/", "/en/campaigns/speech/"])
def test_a_letter_shows_its_time_its_signatories_and_its_outcome(client, campaign, address):
    letter = add(campaign, "Still open", words__summary="Why we write.")
    for country in ("DE", "FR"):
        SignatureFactory(letter=letter, organisation__country=country)
    delivered = add(campaign, "Handed in", status=Status.DELIVERED)
    TimelineEntry.objects.create(
        letter=delivered, kind="delivery", day=timezone.now().date(), place="The gate"
    )
    page = client.get(address).content.decode()
    for words in (
        "10 days left to sign",
        '<span class="card-number">2</span>',
        "organisations have signed from 2 countries",
        "Why we write.",
        "Ada Example",
        "The gate",
        f'href="/en/letters/{letter.slug}/#sign"',
    ):
        assert words in page


def test_only_a_single_open_letter_asks_for_a_signature_at_once(client, campaign):
    for number in range(2):
        add(campaign, f"Letter {number}")
    assert "#sign" not in client.get("/en/").content.decode()


@pytest.mark.parametrize("address", ["/en/", "/en/campaigns/speech/"])
def test_hidden_names_only_count(client, campaign, address):
    letter = add(campaign, "Careful")
    hidden = SignatureFactory(letter=letter, visibility="withheld", organisation__country="KZ")
    page = client.get(address).content.decode()
    assert '<span class="card-number">1</span>' in page
    assert "from 1 country" not in page
    assert str(hidden) not in page


def test_home_names_the_campaign_of_each_letter(client, campaign):
    add(campaign, "Still open")
    page = client.get("/en/").content.decode()
    cards = page[page.index('id="open-title"') : page.index('id="campaigns-title"')]
    assert '<a href="/en/campaigns/speech/"><bdi>#Speech</bdi></a>' in cards
    campaign_page = client.get("/en/campaigns/speech/").content.decode()
    assert "#Speech" not in campaign_page.rsplit("Still open", 1)[1]


def test_home_shows_no_letter_of_a_hidden_campaign(client, campaign):
    add(CampaignFactory(published=False), "Hidden words")
    response = client.get("/en/")
    assert titles(response) == []
    assert "Hidden words" not in response.content.decode()


def test_home_says_when_nothing_is_open_and_when_there_is_nothing_at_all(client):
    page = client.get("/en/").content.decode()
    assert "No letters are open for signing at the moment." in page
    assert "There are no campaigns yet." in page
    add(CampaignFactory(), "Over", status=Status.CLOSED)
    assert "No letters are open" in client.get("/en/").content.decode()
    add(CampaignFactory(), "Now")
    assert "No letters are open" not in client.get("/en/").content.decode()


def test_a_campaign_without_letters_says_so(client, campaign):
    page = client.get("/en/campaigns/speech/").content.decode()
    assert "No letter has been published yet." in page


def test_home_shows_all_open_letters_and_the_newest_closed_ones(client, campaign, monkeypatch):
    monkeypatch.setattr(overview, "AT_MOST", 2)
    for number in range(3):
        over = timezone.now() - timedelta(days=number + 1)
        add(campaign, f"Open {number}")
        add(campaign, f"Over {number}", status=Status.CLOSED, closes_at=over)
    response = client.get("/en/")
    assert [len(group.rows) for group in response.context["groups"]] == [3, 2]
    page = response.content.decode()
    assert "All 3 letters, by campaign" in page
    assert "Over 2" not in page
    assert "Over 2" in client.get("/en/campaigns/speech/").content.decode()


@pytest.mark.parametrize("address", ["/en/", "/en/campaigns/speech/"])
@pytest.mark.parametrize("status", [Status.OPEN, Status.DELIVERED])
def test_three_letters_take_as_many_queries_as_one(
    client, campaign, address, status, django_assert_num_queries
):
    def add_one() -> None:
        letter = add(campaign, "A letter", status=status)
        SignatureFactory(letter=letter)
        day = timezone.now().date()
        TimelineEntry.objects.create(letter=letter, kind="delivery", day=day, place="The gate")

    add_one()
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    add_one()
    add_one()
    with django_assert_num_queries(len(one)):
        client.get(address)


@pytest.mark.parametrize("address", ["/en/", "/en/campaigns/speech/"])
def test_the_etag_covers_all_that_the_page_shows_and_the_time(client, campaign, address):
    letter = add(campaign, "Still open")
    changes = (
        lambda: Letter.objects.bump_public_version(),
        lambda: Campaign.objects.bump_public_version(),
        lambda: Letter.objects.update(closes_at=timezone.now() + timedelta(days=5)),
        lambda: Letter.objects.update(closes_at=timezone.now()),
        lambda: add(campaign, "Another"),
    )
    for change in changes:
        etag = client.get(address)["ETag"]
        unchanged = client.get(address, headers={"If-None-Match": etag})
        assert unchanged.status_code == 304
        change()
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 200
    assert Letter.objects.exclude(pk=letter.pk).count() == 1


def test_an_unchanged_home_page_loads_no_wordings(client, campaign, django_assert_num_queries):
    add(campaign, "Still open")
    etag = client.get("/en/")["ETag"]
    with django_assert_num_queries(2):
        client.get("/en/", headers={"If-None-Match": etag})


def test_the_home_page_links_to_the_search_page(client):
    page = client.get("/fr/").content.decode()
    form = page[page.index("search-site") : page.index('id="site-search"')]
    assert 'action="/fr/search/"' in form
    assert 'method="get"' in form
