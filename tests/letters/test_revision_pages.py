"""What the public reads of a letter's revisions."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from letters.models import Letter, Revision
from tests.factories import EditionFactory, LetterFactory, RevisionFactory
from tests.letters.conftest import seen

pytestmark = pytest.mark.django_db
LIST = "/en/letters/speak/revisions/"
ADDRESSES = [LIST, f"{LIST}1/", "/letters/speak/revisions/1.json"]
NONSENSE = [
    "0",
    "01",
    "1.0",
    "99",
    "x",
    "1.1",
    "-1",
    "1.",
    ".1",
    "1.1.1",
    "+1",
    " 1",
    "1e0",
    "99999",
]


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(slug="speak", time_zone="Europe/Brussels")


def page(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def text(response) -> list[str]:
    """The lines of the page."""
    return [line.strip() for line in seen(page(response)).splitlines()]


def headings(response) -> list[str]:
    return re.findall("<h1[^>]*>([^<]+)</h1>", page(response))


def shown_labels(response) -> list[str]:
    return [row["revision"].label for row in response.context["rows"]]


# The list


def test_the_newest_revision_comes_first_each_with_its_reason_and_digest(client, letter):
    RevisionFactory(letter=letter, correction=1, title="Let all speak", reason="It was <wrong>.")
    RevisionFactory(letter=letter, number=2, title="Speak", reason="It was weak.")
    response = client.get(LIST)
    assert shown_labels(response) == ["2", "1.1", "1"]
    lines = text(response)
    reasons = [line for line in lines if "reason-name" in line]
    assert reasons == [
        '<p><span class="reason-name">Reason:</span> <bdi>It was weak.</bdi></p>',
        '<p><span class="reason-name">Reason:</span> <bdi>It was &lt;wrong&gt;.</bdi></p>',
    ]
    for revision in letter.revisions.all():
        assert page(response).count(revision.digest) == 1
        assert page(response).count(f'href="/letters/speak/revisions/{revision.label}.json"') == 1


def test_each_revision_shows_what_changed_since_the_one_before(client, letter):
    RevisionFactory(letter=letter, correction=1, title="Let all speak")
    response = client.get(LIST)
    (changed,) = [line for line in text(response) if line.startswith("<dd")]
    assert changed == ('<dd lang="en" dir="ltr">Let <del>everyone</del><ins>all</ins> speak')
    assert [row["by_language"] == [] for row in response.context["rows"]] == [False, True]


def test_changes_are_listed_by_language_the_readers_own_first(client, letter):
    for language in ("ar", "fr"):
        EditionFactory(letter=letter, language=language, is_original=False)
    RevisionFactory(letter=letter, correction=1, kind="translation")
    for here, order in [("en", ["ar", "fr"]), ("fr", ["fr", "ar"])]:
        row, _first = client.get(f"/{here}/letters/speak/revisions/").context["rows"]
        assert [one.language for one in row["by_language"]] == order
    names = re.findall("<summary>What changed: ([^<]+)</summary>", page(client.get(LIST)))
    assert names == ["العربية", "Français"]


def test_what_is_not_published_is_not_shown(client, letter):
    letter.editions.update(title="Secret")
    for address in ADDRESSES:
        assert page(client.get(address)).count("Secret") == 0


def test_another_letters_revisions_are_not_listed(client, letter):
    RevisionFactory(letter=LetterFactory(), number=2)
    assert shown_labels(client.get(LIST)) == ["1"]


@pytest.mark.parametrize("address", [LIST, f"{LIST}1/", "/en/letters/speak/"])
def test_pages_need_the_same_number_of_queries_for_one_and_three_revisions(
    client, letter, django_assert_num_queries, address
):
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for correction in (1, 2):
        RevisionFactory(letter=letter, correction=correction, title=f"Title {correction}")
    with django_assert_num_queries(len(one)):
        response = client.get(address)
    assert response.status_code == 200


# One revision


def test_an_old_revision_is_read_as_it_was_and_says_that_it_is_old(client, letter):
    RevisionFactory(letter=letter, number=2, title="Speak")
    old, present = client.get(f"{LIST}1/"), client.get(f"{LIST}2/")
    assert headings(old) == ["Let everyone speak"]
    assert headings(present) == ["Speak"]
    notice = (
        "This is revision 1, as it was signed. The current text is <a"
        ' href="/en/letters/speak/">revision 2</a>.'
    )
    assert (page(old).count(notice), page(present).count("as it was signed")) == (1, 0)
    assert page(old).count(old.context["revision"].digest) == 1


def test_a_correction_has_its_own_url(client, letter):
    RevisionFactory(letter=letter, correction=1, title="Let all speak")
    assert headings(client.get(f"{LIST}1.1/")) == ["Let all speak"]
    assert Revision.objects.get(correction=1).get_absolute_url() == f"{LIST}1.1/"


def test_the_whole_letter_can_be_read(client, letter):
    letter.editions.update(note="From *2014*.")
    RevisionFactory(letter=letter, correction=1)
    shown = page(client.get(f"{LIST}1.1/"))
    for words in (
        "<bdi>Ada Example</bdi>, <bdi>President</bdi>",
        '<div class="letter-note"><p>From <em>2014</em>.</p>',
        '<p class="salutation">Dear President,</p>',
        "<p>We write to you.</p>",
        "Repeal the law.",
    ):
        assert shown.count(words) == 1, words


def test_a_reader_gets_the_edition_of_their_language_or_the_original(client, letter):
    EditionFactory(letter=letter, language="fr", is_original=False, title="Laissez parler")
    RevisionFactory(letter=letter, correction=1, kind="translation")
    for language, title in [
        ("fr", "Laissez parler"),
        ("en", "Let everyone speak"),
        ("ar", "Let everyone speak"),
    ]:
        assert headings(client.get(f"/{language}/letters/speak/revisions/1.1/")) == [title]
    assert headings(client.get("/fr/letters/speak/revisions/1/")) == ["Let everyone speak"]


def test_what_staff_wrote_cannot_break_out_of_the_page(client, letter):
    RevisionFactory(letter=letter, correction=1, title='"><script>alert(1)</script>')
    for address in (LIST, f"{LIST}1.1/"):
        assert page(client.get(address)).count("<script>") == 0


# The canonical form


def test_the_bytes_are_those_that_were_digested(client, letter):
    letter.editions.update(title="Écoutez “Ada” – Мир")
    revision = RevisionFactory(letter=letter, correction=1)
    response = client.get("/letters/speak/revisions/1.1.json")
    assert response["Content-Type"] == "application/json"
    assert hashlib.sha256(response.content).hexdigest() == revision.digest
    content = json.loads(response.content)
    assert [edition["title"] for edition in content["editions"]] == ["Écoutez “Ada” – Мир"]


def test_they_stay_the_same_when_the_letter_goes_on(client, letter):
    before = client.get("/letters/speak/revisions/1.json")
    RevisionFactory(letter=letter, number=2, title="Speak")
    Letter.objects.filter(pk=letter.pk).bump_public_version()
    after = client.get("/letters/speak/revisions/1.json")
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])


# What is not found


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_draft_is_not_found(client, address):
    LetterFactory(slug="speak", status=Letter.Status.DRAFT)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_letters_of_an_unpublished_campaign_are_not_found(client, address):
    LetterFactory(slug="speak", campaign__published=False)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unknown_letter_is_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("label", NONSENSE)
def test_an_unknown_label_is_not_found(client, letter, label):
    assert client.get(f"{LIST}{label}/").status_code == 404
    assert client.get(f"/letters/speak/revisions/{label}.json").status_code == 404


def test_a_label_of_another_letter_is_not_found(client, letter):
    RevisionFactory(letter=LetterFactory(slug="other"), number=2)
    assert client.get(f"{LIST}2/").status_code == 404
    assert client.get("/letters/speak/revisions/2.json").status_code == 404


@pytest.mark.parametrize("status", sorted(set(Letter.Status) - {Letter.Status.DRAFT}))
def test_revisions_stay_readable_whatever_becomes_of_the_letter(client, status):
    LetterFactory(slug="speak", status=status)
    assert [client.get(address).status_code for address in ADDRESSES] == [200, 200, 200]


# Caches


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_that_is_known_is_not_sent_again(client, letter, address):
    etag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("address", ADDRESSES[:2])
def test_a_page_is_sent_again_once_the_letter_has_changed(client, letter, address):
    etag = client.get(address)["ETag"]
    Letter.objects.filter(pk=letter.pk).bump_public_version()
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again["ETag"] == etag) == (200, False)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_can_only_be_read(client, letter, address):
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ADDRESSES)
def test_any_cache_may_keep_the_page_and_no_cookie_is_set(client, letter, address):
    response = client.get(address)
    assert sorted(response["Cache-Control"].split(", ")) == [
        "max-age=1",
        "public",
    ]
    assert (response.cookies, "Cookie" in response.get("Vary", "")) == ({}, False)
