"""The list as plain data."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from letters.actions import publish_revision
from letters.models import Edition
from signatories.models import Signature
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/letters/speak/signatories.json"


def test_each_entry_names_the_revision_and_the_language_signed(client):
    letter = LetterFactory(slug="speak")
    organisation = OrganisationFactory(name="Forum", acronym="F", country="DE")
    first = SignatureFactory(letter=letter, organisation=organisation, statement="Now.")
    Edition.objects.update(body="We demand.")
    publish_revision(letter=letter, substantive=True, reason="A new law.", now=timezone.now())
    letter.refresh_from_db()
    SignatureFactory(letter=letter, organisation__name="Union")
    data = json.loads(client.get(ADDRESS).content)
    assert [(row["label"], row["sha256"], row["reason"]) for row in data["revisions"]] == [
        ("1", first.revision.digest, ""),
        ("2", letter.revision.digest, "A new law."),
    ]
    assert data["revision"] == "2"
    assert data["signatories"][0] == {
        "name": "Forum",
        "acronym": "F",
        "country": "DE",
        "scope": "national",
        "revision": "1",
        "language": "en",
        "published": first.published_at.date().isoformat(),
        "statement": "Now.",
        "source": "",
    }
    assert data["signatories"][1]["revision"] == "2"


def test_names_that_are_not_shown_are_a_number_alone(client):
    letter = LetterFactory(slug="speak")
    SignatureFactory(letter=letter, visibility="withheld")
    SignatureFactory(letter=letter, visibility="counted")
    data = json.loads(client.get(ADDRESS).content)
    assert (data["count"], data["not_named"], data["signatories"]) == (2, 2, [])


def test_it_is_kept_by_caches_as_long_as_it_is_true(client):
    letter = LetterFactory(slug="speak")
    etag = client.get(ADDRESS)["ETag"]
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304
    SignatureFactory(letter=letter)
    type(letter).objects.filter(pk=letter.pk).bump_public_version()
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 200


def test_a_draft_has_no_data(client):
    LetterFactory(slug="speak", status="draft")
    assert client.get(ADDRESS).status_code == 404


def test_the_number_of_queries_does_not_depend_on_the_number_of_names(
    client, django_assert_num_queries
):
    letter = LetterFactory(slug="speak")
    SignatureFactory(letter=letter)
    with django_assert_num_queries(5):
        client.get(ADDRESS)
    SignatureFactory.create_batch(2, letter=letter)
    assert Signature.objects.count() == 3
    with django_assert_num_queries(5):
        client.get(ADDRESS)
