"""Campaign, letter, list and form, as everyone sees them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign
from letters.models import Letter
from signatories.models import Signature
from signatories.public import signatories
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    form_data,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(slug="speak")


def names(response) -> list[str]:
    groups = response.context["signatories"].by_country
    return [str(signature) for group in groups for signature in group.signatures]


def shown(response) -> list[str]:
    return re.findall(r'"signatory-name">([^<]+)<', response.content.decode())


def test_the_letter_reads_as_a_letter(client, letter):
    page = client.get("/en/letters/speak/").content.decode()
    for words in (
        "Let everyone speak",
        "Dear President,",
        "<p>We write to you.</p>",
        "Repeal the law.",
        "Ada Example",
        "Coalition",
        "10 days left to sign",
    ):
        assert words in page


def test_only_published_signatures_are_listed(client, letter):
    shown = SignatureFactory(letter=letter)
    hidden = [
        SignatureFactory(letter=letter, **{state: True})
        for state in ("in_review", "withdrawn", "declined")
    ]
    SignatureFactory(letter=letter, unconfirmed=True, signed_as="Secret Forum")
    response = client.get("/en/letters/speak/")
    assert names(response) == [str(shown)]
    page = response.content.decode()
    assert "Secret Forum" not in page
    assert [str(one) for one in hidden if f">{one}<" in page] == []


def test_nothing_of_a_representative_is_on_the_page(client, letter):
    SignatureFactory(letter=letter, representative_email="rosa@forum.example.org")
    page = client.get("/en/letters/speak/").content.decode()
    for private in ("Rosa Reader", "Director", "rosa@"):
        assert private not in page


@pytest.mark.parametrize("address", ["", "signatories/"])
@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("en", ["Ärzte", "Łan", "Lob", "Zebra", "Форум"]),
        ("pl", ["Ärzte", "Lob", "Łan", "Zebra", "Форум"]),  # Ł is a letter after L
        ("ru", ["Форум", "Ärzte", "Łan", "Lob", "Zebra"]),  # its own script first
    ],
)
def test_names_are_sorted_as_in_the_pages_language(client, letter, address, language, order):
    for name in sorted(order):
        SignatureFactory(letter=letter, organisation=OrganisationFactory(name=name))
    assert shown(client.get(f"/{language}/letters/speak/{address}")) == order


def test_countries_are_sorted_by_their_names_in_the_pages_language(client, letter):
    for country in ("DE", "FR", "ES"):
        SignatureFactory(letter=letter, organisation__country=country)
    english = client.get("/en/letters/speak/").content.decode()
    german = client.get("/de/letters/speak/").content.decode()
    order = ["France", "Germany", "Spain"]
    assert sorted(order, key=english.index) == order
    order = ["Deutschland", "Frankreich", "Spanien"]
    assert sorted(order, key=german.index) == order


@pytest.mark.parametrize(
    ("status", "published", "code"),
    [
        (Letter.Status.DRAFT, True, 404),
        (Letter.Status.OPEN, False, 404),
        (Letter.Status.OPEN, True, 200),
        (Letter.Status.ARCHIVED, True, 200),
    ],
)
@pytest.mark.parametrize("address", ["", "signatories/", "sign/sent/"])
def test_what_is_not_published_is_not_found(client, status, published, code, address):
    LetterFactory(slug="speak", status=status, campaign__published=published)
    assert client.get(f"/en/letters/speak/{address}").status_code == code


def test_a_reported_number_is_shown_beside_the_names_on_file(client):
    letter = LetterFactory(
        slug="speak",
        status=Letter.Status.DELIVERED,
        reported_signatories=148,
        reported_countries=32,
        reported_by="A Bulletin",
        reported_url="https://bulletin.example/",
    )
    SignatureFactory(letter=letter)
    page = client.get("/en/letters/speak/").content.decode()
    assert "148" in page
    assert 'href="https://bulletin.example/"' in page
    assert "A Bulletin" in page


def test_a_letter_that_has_closed_shows_no_form(client):
    LetterFactory(slug="speak", closes_at=timezone.now() - timedelta(seconds=1))
    response = client.get("/en/letters/speak/")
    assert "may_sign" not in response.content.decode()
    assert client.get("/en/letters/speak/sign/").url == "/en/letters/speak/"
    assert client.post("/en/letters/speak/sign/", form_data()).url == "/en/letters/speak/"
    assert Signature.objects.count() == 0


def test_a_long_list_shows_the_newest_and_the_countries(client, letter, monkeypatch):
    monkeypatch.setattr(signatories, "WHOLE_LIST", 2)
    monkeypatch.setattr(signatories, "NEWEST", 2)
    for number in range(3):
        SignatureFactory(
            letter=letter,
            organisation__name=f"Forum {number} of all",
            published_at=timezone.now() + timedelta(minutes=number),
        )
    page = client.get("/en/letters/speak/").content.decode()
    assert "Forum 0 of all" not in page
    assert "Forum 2 of all" in page
    assert "/en/letters/speak/signatories/?country=DE" in page


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"q": "forum"}, ["Forum"]),
        ({"q": "cafe"}, ["Café Libre"]),
        ({"q": "Мемо"}, ["Мемория"]),
        ({"q": "memo"}, ["Мемория"]),
        ({"q": "fr"}, ["Café Libre", "Forum"]),
        ({"country": "DE"}, ["Forum", "Мемория"]),
        ({"country": "DE", "q": "forum"}, ["Forum"]),
        ({"country": "ES"}, []),
        ({"q": "%"}, []),
        ({"page": "99"}, ["Café Libre", "Forum", "Мемория"]),
    ],
)
def test_the_list_is_searched_by_name_acronym_and_country(client, letter, search, found):
    for name, country, acronym in (
        ("Forum", "DE", "FR"),
        ("Café Libre", "FR", "FRCL"),
        ("Мемория", "DE", "M"),
    ):
        organisation = OrganisationFactory(name=name, country=country, acronym=acronym)
        SignatureFactory(letter=letter, organisation=organisation)
    response = client.get("/en/letters/speak/signatories/", search)
    assert [str(signature) for signature in response.context["page"]] == found


def test_the_list_turns_pages(client, letter, monkeypatch):
    monkeypatch.setattr(signatories, "PAGE", 2)
    for number in range(3):
        SignatureFactory(letter=letter, organisation__name=f"Name {number}")
    response = client.get("/en/letters/speak/signatories/", {"page": 2})
    assert [str(signature) for signature in response.context["page"]] == ["Name 2"]


def test_home_and_index_show_published_campaigns(client):
    CampaignFactory(title="Shown Campaign")
    CampaignFactory(title="Hidden Campaign", published=False)
    for address in ("/en/", "/en/campaigns/"):
        page = client.get(address).content.decode()
        assert "Shown Campaign" in page
        assert "Hidden Campaign" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/en/",
        "/en/campaigns/",
        "/en/campaigns/speech/",
        "/en/letters/speak/",
        "/en/letters/speak/signatories/",
        "/en/letters/speak/figures/",
        "/letters/speak/live.json",
    ],
)
def test_list_pages_ask_the_same_number_of_queries_for_one_and_three_rows(
    client, address, django_assert_num_queries
):
    campaign = CampaignFactory(slug="speech")

    def add(number: int) -> None:
        CampaignFactory()
        SignatureFactory(letter=LetterFactory(campaign=campaign, slug=f"other-{number}"))
        organisation = OrganisationFactory(country=["DE", "FR", "PL"][number])
        SignatureFactory(letter=letter, organisation=organisation)

    letter = LetterFactory(campaign=campaign, slug="speak")
    add(0)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    add(1)
    add(2)
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_a_pages_etag_depends_on_what_it_shows(client, letter):
    address = "/en/letters/speak/"
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    Letter.objects.bump_public_version()
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200
    etag = client.get(address)["ETag"]
    Campaign.objects.bump_public_version()
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_a_page_changes_its_name_when_the_letter_closes_by_the_clock(client, letter):
    etag = client.get("/en/letters/speak/")["ETag"]
    Letter.objects.update(closes_at=timezone.now())
    answer = client.get("/en/letters/speak/", headers={"If-None-Match": etag})
    assert answer.status_code == 200


def test_the_live_resource_is_small_and_true(client, letter):
    SignatureFactory(letter=letter)
    SignatureFactory(letter=letter, in_review=True)
    response = client.get("/letters/speak/live.json")
    assert response.json() == {"version": 1, "signatories": 1, "countries": 1}
    assert len(response.content) < 100
    again = client.get("/letters/speak/live.json", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "address",
    ["/letters/speak/live.json", "/en/letters/speak/", "/en/letters/speak/sign/"],
)
def test_an_unchanged_letter_costs_one_query_without_its_words(client, letter, address):
    etag = client.get(address)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address, headers={"If-None-Match": etag})
    assert (answer.status_code, len(asked)) == (304, 1)
    assert '"canonical"' not in asked[0]["sql"]
