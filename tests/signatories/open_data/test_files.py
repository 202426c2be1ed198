"""The list as data files."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from config.licence import LICENCES
from letters.actions import publish_revision
from letters.models import Edition, Letter, TimelineEntry
from signatories.models import Signature
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db
FILE = "/letters/speak/signatories."
ADDRESS = f"{FILE}json"


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
        "organisation": organisation.public_id,
        "page": f"http://testserver/en/organisations/forum-{organisation.public_id}/",
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


def test_hidden_names_are_only_a_number(client):
    letter = LetterFactory(slug="speak")
    SignatureFactory(letter=letter, visibility="withheld")
    SignatureFactory(letter=letter, visibility="counted")
    data = json.loads(client.get(ADDRESS).content)
    assert (data["count"], data["not_named"], data["signatories"]) == (2, 2, [])


def test_hidden_names_change_nothing_but_the_numbers(client):
    """However many rows come in between, and whenever: not a byte reveals them."""
    letter = LetterFactory(slug="speak")
    for name in "CAB":
        SignatureFactory(letter=letter, organisation__name=name)
    before = {ending: client.get(f"{FILE}{ending}").content for ending in ("csv", "ndjson")}
    list_before = json.loads(client.get(ADDRESS).content)
    for visibility in ("withheld", "counted"):
        SignatureFactory(letter=letter, visibility=visibility, organisation__name=visibility)
    SignatureFactory(letter=letter, in_review=True)
    Letter.objects.bump_public_version()
    assert {ending: client.get(f"{FILE}{ending}").content for ending in before} == before
    list_after = json.loads(client.get(ADDRESS).content)
    changed = {key for key in list_after if list_after[key] != list_before[key]}
    assert changed == {"count", "not_named", "version"}
    assert [row["name"] for row in list_after["signatories"]] == ["A", "B", "C"]


@pytest.mark.parametrize(
    "address",
    [
        *(f"{FILE}{ending}" for ending in ("json", "csv", "ndjson")),
        "/api/v1/letters/speak",
        "/api/v1/letters/speak/signatories?limit=1",
        "/api/v1/organisations?limit=1",
        "/api/v1/organisations/7kq2m9xw4d",
        "/en/letters/speak/feed.atom",
        "/en/letters/speak/updates.atom",
    ],
)
def test_no_database_key_and_no_instant_of_a_signature_is_shown(client, address):
    letter = LetterFactory(pk=987654321, slug="speak")
    organisation = OrganisationFactory(pk=987654322, public_id="7kq2m9xw4d")
    instant = datetime(2026, 5, 4, 13, 57, 59, tzinfo=UTC)
    SignatureFactory(pk=987654323, letter=letter, organisation=organisation, signed_at=instant)
    SignatureFactory(letter=letter)
    TimelineEntry.objects.create(pk=987654324, letter=letter, kind="update", day=instant, note="A.")
    response = client.get(address)
    assert response.status_code == 200
    answer = f"{response.headers} {response.content.decode()}"
    keys = [number for number in range(987654321, 987654325) if f"{number}" in answer]
    encoded = [
        number for number in range(987654321, 987654325) if f"{number}".encode().hex() in answer
    ]
    assert (keys, encoded) == ([], [])
    assert "57:59" not in answer


def test_all_files_have_the_same_entries(client):
    letter = LetterFactory(slug="speak")
    SignatureFactory(letter=letter, organisation__name="Śląsk, “Forum”", statement='So "they" say')
    SignatureFactory(letter=letter, organisation__name="منتدى")
    entries = json.loads(client.get(ADDRESS).content)["signatories"]
    lines = client.get(f"{FILE}ndjson").content.decode().splitlines()
    assert [json.loads(line) for line in lines] == entries
    table = client.get(f"{FILE}csv").content
    assert table.startswith(b"\xef\xbb\xbf")
    text = table.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n") == 3
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == entries


@pytest.mark.parametrize(
    "first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−"]
)
def test_no_cell_of_a_spreadsheet_is_a_formula(client, first):
    letter = LetterFactory(slug="speak")
    text = f'{first}HYPERLINK("http://evil.example.org";"A, B")'
    SignatureFactory(letter=letter, statement=text)
    table = client.get(f"{FILE}csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table, newline=""))
    assert row["statement"] == f"'{text}"
    (line,) = client.get(f"{FILE}ndjson").content.splitlines()
    assert json.loads(line)["statement"] == text  # programs get it unchanged


@pytest.mark.parametrize("name", ["+1 Group", "=Equal", "555", "1000.org"])
def test_odd_names_are_exported_unchanged_and_never_calculated(client, name):
    letter = LetterFactory(slug="speak")
    SignatureFactory(letter=letter, organisation__name=name)
    table = client.get(f"{FILE}csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table, newline=""))
    assert row["name"] == (f"'{name}" if name[0] in "+=" else name)
    (line,) = client.get(f"{FILE}ndjson").content.splitlines()
    assert json.loads(line)["name"] == name


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("json", "application/json"),
        ("csv", "text/csv; charset=utf-8; header=present"),
        ("ndjson", "application/x-ndjson"),
    ],
)
def test_a_file_says_what_it_is_and_under_which_licence(client, ending, kind):
    LetterFactory(slug="speak")
    response = client.get(f"{FILE}{ending}")
    assert response["Content-Type"] == kind
    licence = "https://creativecommons.org/publicdomain/zero/1.0/"
    assert response["Link"] == f'<{licence}>; rel="license"'
    if ending == "json":
        assert response.json()["licence"] == licence


def test_the_operator_can_choose_another_licence(client, settings):
    LetterFactory(slug="speak")
    before = client.get(ADDRESS)["ETag"]
    settings.OPEN_DATA_LICENCE = LICENCES["ODbL-1.0"]
    response = client.get(ADDRESS, headers={"If-None-Match": before})
    assert response.json()["licence"] == "https://opendatacommons.org/licenses/odbl/1-0/"


def test_a_file_is_cached_until_it_changes(client):
    letter = LetterFactory(slug="speak")
    etag = client.get(ADDRESS)["ETag"]
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304
    SignatureFactory(letter=letter)
    type(letter).objects.filter(pk=letter.pk).bump_public_version()
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 200


def test_a_draft_has_no_data(client):
    LetterFactory(slug="speak", status="draft")
    assert client.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(("ending", "queries"), [("json", 4), ("csv", 2), ("ndjson", 2)])
def test_the_number_of_queries_does_not_depend_on_the_number_of_names(
    client, django_assert_num_queries, ending, queries
):
    letter = LetterFactory(slug="speak")
    SignatureFactory(letter=letter)
    with django_assert_num_queries(queries):
        client.get(f"{FILE}{ending}")
    SignatureFactory.create_batch(2, letter=letter)
    assert Signature.objects.count() == 3
    with django_assert_num_queries(queries):
        client.get(f"{FILE}{ending}")
