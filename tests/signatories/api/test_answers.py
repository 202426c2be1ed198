"""The API's responses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from letters.models import Letter
from signatories.models import Organisation, Signature
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
)

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
HERE = "http://testserver"
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"


def names(client, address: str) -> list[str]:
    return [row["name"] for row in client.get(address).json()["data"]]


def by_id(*found: str) -> list[str]:
    """These names in the order of their organisations' ids."""
    organisations = Organisation.objects.filter(name__in=found).order_by("public_id")
    return [one.name for one in organisations]


def test_the_index_links_to_everything(client):
    links = client.get("/api/").json()
    assert links.pop("licence") == LICENCE
    assert {client.get(link.removeprefix(HERE)).status_code for link in links.values()} == {200}
    assert set(links) == {"openapi", "documentation", "campaigns", "letters", "organisations"}


def test_a_letter_has_its_editions_and_counts(client, letter):
    answer = client.get(f"{V1}/letters/speak").json()
    assert (answer["signatories"], answer["countries"], answer["not_named"]) == (5, 2, 2)
    assert [row["label"] for row in answer["revisions"]] == ["1", "2"]
    assert (answer["revision"], answer["sha256"]) == ("2", letter.revision.digest)
    assert answer["editions"] == [
        {
            "language": "en",
            "is_original": True,
            "title": "Let everyone speak",
            "url": f"{HERE}/en/letters/speak/",
            "summary": "",
            "translator": "",
        }
    ]
    assert answer["addressees"] == [{"name": "Ada Example", "office": "President"}]
    addresses = [answer["url"], *answer["files"].values()]
    assert [client.get(one.removeprefix(HERE)).status_code for one in addresses] == [302] + 5 * [
        200
    ]
    assert answer["takes_signatures"] is True


def test_only_what_is_public_is_listed(client, letter):
    LetterFactory(slug="draft", status="draft", campaign=letter.campaign)
    hidden = LetterFactory(slug="hidden", campaign__slug="hid", campaign__published=False)
    SignatureFactory(letter=hidden, organisation__name="Hidden Forum")
    SignatureFactory(letter=letter, organisation__name="In Review", in_review=True)
    assert [row["slug"] for row in client.get(f"{V1}/letters").json()["data"]] == ["speak"]
    assert [row["slug"] for row in client.get(f"{V1}/campaigns").json()["data"]] == ["speech"]
    everyone = by_id("Forum", "Union", "Ассоциация")
    assert names(client, f"{V1}/organisations") == everyone
    assert names(client, f"{V1}/letters/speak/signatories") == everyone
    for nothing in ("letters/draft", "letters/hidden", "campaigns/hid"):
        assert client.get(f"{V1}/{nothing}").status_code == 404
    for name in ("Hidden Forum", "In Review", "Secret withheld", "Secret counted"):
        key = Organisation.objects.get(name=name).public_id
        assert client.get(f"{V1}/organisations/{key}").status_code == 404


def test_letters_can_be_filtered_by_campaign(client, letter):
    LetterFactory(slug="other", campaign=CampaignFactory(slug="other"))
    link = client.get(f"{V1}/campaigns/speech").json()["letters"].removeprefix(HERE)
    assert link == f"{V1}/letters?campaign=speech"
    assert [row["slug"] for row in client.get(link).json()["data"]] == ["speak"]


@pytest.mark.parametrize("address", [f"{V1}/letters/speak/signatories", f"{V1}/organisations"])
@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("country=DE", ["Forum", "Union"]),
        ("country=FR", []),
        ("scope=international", ["Union"]),
        ("text=uni", ["Union"]),
        ("text=ФОРУМ", ["Forum"]),
        ("text=assots", ["Ассоциация"]),
        ("text=%00uni%00", ["Union"]),
        ("country=DE&scope=national&text=o", ["Forum"]),
        ("text=secret", []),
        ("country=BY", []),
    ],
)
def test_signatories_and_organisations_are_found(client, letter, address, question, found):
    assert names(client, f"{address}?{question}") == by_id(*found)


def test_an_organisation_lists_what_it_signed_publicly(client, letter):
    forum = Organisation.objects.get(name="Forum")
    for visibility, slug in (("withheld", "quiet"), ("public", "aloud")):
        SignatureFactory(letter=LetterFactory(slug=slug), organisation=forum, visibility=visibility)
    unpublished = LetterFactory(slug="hidden", campaign__published=False)
    SignatureFactory(letter=unpublished, organisation=forum)
    answer = client.get(f"{V1}/organisations/{forum.public_id}").json()
    published = Signature.objects.get(letter=letter, organisation=forum).published_at
    assert [row["letter"] for row in answer["signed"]] == ["aloud", "speak"]
    assert answer["signed"][1] == {
        "letter": "speak",
        "revision": "1",
        "language": "en",
        "published": published.date().isoformat(),
        "statement": "Forum agrees.",
        "source": "",
    }
    del answer["signed"]
    assert answer == {
        "id": forum.public_id,
        "url": f"{HERE}/en/organisations/forum-{forum.public_id}/",
        "name": "Forum",
        "acronym": "",
        "country": "DE",
        "scope": "national",
        "translations": [{"language": "ru", "name": "Форум"}],
        "identifiers": [
            {
                "scheme": "XI-ROR",
                "register": "ror",
                "name": "ROR",
                "value": "05a28rw58",
                "url": "https://ror.org/05a28rw58",
            }
        ],
        "licence": LICENCE,
    }


def test_an_organisation_that_was_merged_away_is_gone(client, letter):
    forum, union = (Organisation.objects.get(name=name) for name in ("Forum", "Union"))
    Organisation.objects.filter(pk=forum.pk).update(merged_into=union)
    assert client.get(f"{V1}/organisations/{forum.public_id}").status_code == 404


# Pages


def pages(client, address: str) -> list[list[str]]:
    """The ids on each page, by following the links."""
    found = []
    following: str | None = address
    while following:
        response = client.get(following)
        answer = response.json()
        keys = ("organisation", "id", "slug")
        found.append([next(row[key] for key in keys if key in row) for row in answer["data"]])
        link = f'<{answer["next"]}>; rel="next", ' if answer["next"] else ""
        assert response["Link"] == f'{link}<{LICENCE}>; rel="license"'
        following = answer["next"] and answer["next"].removeprefix(HERE)
    return found


@pytest.mark.parametrize(
    "address",
    [
        f"{V1}/letters/speak/signatories?limit=2",
        f"{V1}/organisations?limit=2",
        f"{V1}/letters?limit=2",
        f"{V1}/campaigns?limit=2",
    ],
)
def test_pagination_returns_each_row_once(client, letter, address):
    for number in range(2):
        LetterFactory(slug=f"letter-{number}", campaign=CampaignFactory(slug=f"C_{number}"))
    first, second = pages(client, address)
    assert (len(first), len(second)) == (2, 1)
    assert [*first, *second] == sorted({*first, *second})


def test_filters_stay_from_page_to_page(client, letter):
    assert pages(client, f"{V1}/organisations?limit=1&country=DE") == [
        [one.public_id] for one in Organisation.objects.filter(country="DE").order_by("public_id")
    ]


def test_a_cursor_stays_good_when_rows_come_and_go(client, letter):
    shown = sorted(Organisation.objects.filter(country__in=["DE", "KZ"]), key=lambda o: o.public_id)
    first = client.get(f"{V1}/letters/speak/signatories?limit=2").json()
    # A row before the cursor is added, and the cursor's own row is removed.
    SignatureFactory(letter=letter, organisation=OrganisationFactory(public_id="2222222222"))
    Signature.objects.filter(organisation=shown[1]).update(visibility="withheld")
    Letter.objects.bump_public_version()
    second = client.get(first["next"].removeprefix(HERE)).json()
    assert [row["organisation"] for row in second["data"]] == [shown[2].public_id]
    assert second["next"] is None


def test_pages_cursors_and_etags_reveal_no_hidden_names(client, letter):
    """Hidden signatures before and between: every byte and the ETag stay the same."""
    addresses = [
        f"{V1}/letters/speak/signatories?limit=1",
        f"{V1}/organisations?limit=1",
        f"{V1}/organisations/{Organisation.objects.get(name='Forum').public_id}",
    ]

    def told() -> list[tuple[bytes, str]]:
        answers = [client.get(address) for address in addresses]
        return [(answer.content, answer["ETag"]) for answer in answers]

    before, followed = told(), pages(client, addresses[0])
    for number in range(2, 10):
        organisation = OrganisationFactory(public_id=10 * str(number))
        SignatureFactory(letter=letter, organisation=organisation, visibility="counted")
    forum = Organisation.objects.get(name="Forum")
    SignatureFactory(letter=LetterFactory(), organisation=forum, visibility="withheld")
    assert told() == before
    assert pages(client, addresses[0]) == followed


# Caches and queries


@pytest.mark.parametrize(
    "address", ["letters", "letters/speak", "letters/speak/signatories", "campaigns/speech"]
)
def test_responses_are_cached_while_they_are_current(client, letter, address):
    etag = client.get(f"{V1}/{address}")["ETag"]
    known = {"If-None-Match": etag}
    assert client.get(f"{V1}/{address}", headers=known).status_code == 304
    Letter.objects.bump_public_version()
    letter.campaign.__class__.objects.bump_public_version()
    assert client.get(f"{V1}/{address}", headers=known).status_code == 200


@pytest.mark.parametrize("address", ["letters", "letters/speak"])
def test_a_letter_that_closes_by_the_clock_gets_a_new_etag(client, letter, address):
    etag = client.get(f"{V1}/{address}")["ETag"]
    Letter.objects.update(closes_at=letter.opens_at + timedelta(days=1))
    response = client.get(f"{V1}/{address}", headers={"If-None-Match": etag})
    assert response.status_code == 200
    row = response.json()
    assert (row["data"][0] if "data" in row else row)["takes_signatures"] is False


def test_a_new_name_of_an_organisation_is_returned_at_once(client, letter):
    """Changes to the register are not counted, so these ETags depend on the content."""
    key = Organisation.objects.get(name="Forum").public_id
    for address in (f"{V1}/organisations", f"{V1}/organisations/{key}"):
        known = {"If-None-Match": client.get(address)["ETag"]}
        assert client.get(address, headers=known).status_code == 304
        Organisation.objects.filter(public_id=key).update(acronym=f"X{len(address)}")
        assert client.get(address, headers=known).status_code == 200


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("campaigns", 1),
        ("letters", 2),
        ("letters/speak", 4),
        ("letters/speak/signatories?text=o", 2),
        ("organisations?text=o", 3),
        ("organisations/{key}", 4),
    ],
)
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(
    client, letter, address, queries, django_assert_num_queries
):
    forum = Organisation.objects.get(name="Forum")
    address = f"{V1}/{address.format(key=forum.public_id)}"
    with django_assert_num_queries(queries):
        client.get(address)
    for _number in range(2):
        other = LetterFactory()
        SignatureFactory(letter=other, organisation=forum)
        SignatureFactory(letter=letter)
    with django_assert_num_queries(queries):
        client.get(address)
