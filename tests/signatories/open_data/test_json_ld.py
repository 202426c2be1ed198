"""Metadata for machines in schema.org terms."""

from __future__ import annotations

import json
import re

import pytest
from django.utils.html import escape

from letters.actions import publish_revision, save_edition
from letters.models import Letter
from signatories.models import OrganisationIdentifier, OrganisationName
from signatories.open_data.json_ld import organisation_node
from tests.factories import (
    CampaignFactory,
    EditionFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
)

pytestmark = pytest.mark.django_db
HERE = "http://testserver"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
TEXT = ["Article", "Message"]


def nodes(client, address: str) -> list[dict]:
    return [json.loads(block) for block in BLOCK.findall(client.get(address).content.decode())]


@pytest.fixture
def letter() -> Letter:
    campaign = CampaignFactory(slug="speech", organiser_url="https://coalition.example.org")
    return LetterFactory(slug="speak", campaign=campaign)


def test_the_home_page_says_what_the_site_is_and_who_runs_it(client):
    site, operator = nodes(client, "/en/")
    assert (site["@context"], site["@type"]) == ("https://schema.org", "WebSite")
    assert site["publisher"] == {"@id": operator["@id"]}
    assert (operator["@type"], operator["name"]) == ("Organization", "Undersigned_Test_Desk")


def test_a_campaign_names_its_letters_and_its_organiser(client, letter):
    (page,) = nodes(client, "/en/campaigns/speech/")
    assert (page["@type"], page["url"]) == ("CollectionPage", f"{HERE}/en/campaigns/speech/")
    assert page["author"] == {
        "@type": "Organization",
        "name": "Coalition",
        "url": "https://coalition.example.org",
    }
    assert [(part["name"], part["url"]) for part in page["hasPart"]] == [
        ("Let everyone speak", f"{HERE}/en/letters/speak/")
    ]


def test_a_letter_has_its_digest_and_its_number_of_signatories(client, letter):
    SignatureFactory(letter=letter)
    SignatureFactory(letter=letter, visibility="counted")
    text, dataset = nodes(client, "/en/letters/speak/")
    assert text["@type"] == TEXT
    assert text["headline"] == "Let everyone speak"
    assert text["identifier"] == {
        "@type": "PropertyValue",
        "propertyID": "SHA-256",
        "value": letter.revision.digest,
    }
    assert text["interactionStatistic"]["userInteractionCount"] == 2
    assert text["isAccessibleForFree"] is True
    assert "license" not in text
    assert text["subjectOf"] == {"@id": dataset["@id"]}
    assert [one["contentUrl"] for one in dataset["distribution"]] == [
        f"{HERE}/letters/speak/signatories.{ending}" for ending in ("json", "csv", "ndjson")
    ]
    assert dataset["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_a_translation_and_its_original_refer_to_each_other(client, letter):
    french = EditionFactory.build(letter=letter, language="fr", is_original=False, title="Parlez")
    save_edition(edition=french, demands=[])
    publish_revision(letter=letter, substantive=False, reason="French.", now=letter.opens_at)
    original, _data = nodes(client, "/en/letters/speak/")
    translation, _data = nodes(client, "/fr/letters/speak/")
    assert [one["@id"] for one in original["workTranslation"]] == [translation["@id"]]
    assert translation["translationOfWork"]["@id"] == original["@id"]
    assert (original["inLanguage"], translation["inLanguage"]) == ("en", "fr")
    # A page in a language without an edition shows the original, and says so.
    shown, _data = nodes(client, "/ru/letters/speak/")
    assert shown["@id"] == original["@id"]


def test_the_data_page_is_a_catalogue_of_all_lists(client, letter):
    LetterFactory(status="draft")
    (catalogue,) = nodes(client, "/en/open-data/")
    assert catalogue["@type"] == "DataCatalog"
    (dataset,) = catalogue["dataset"]
    assert dataset["includedInDataCatalog"] == {"@id": catalogue["@id"]}
    assert 50 <= len(dataset["description"]) <= 5000


def test_no_value_can_close_the_script_element(client):
    title = "</script><script>alert(1)</script><!--&"
    LetterFactory(slug="speak", words__title=title)
    page = client.get("/en/letters/speak/").content.decode()
    assert "alert(1)</script>" not in page
    assert escape(title) in page
    assert nodes(client, "/en/letters/speak/")[0]["name"] == title


def test_an_organisation_has_its_other_names_and_identifiers(letter):
    organisation = OrganisationFactory(name="Forum", acronym="F")
    for language, name in (("fr", "Le Forum"), ("de", "Das Forum")):
        OrganisationName.objects.create(
            organisation=organisation, kind="translation", language=language, name=name
        )
    OrganisationIdentifier.objects.create(
        organisation=organisation, scheme="XI-WIKIDATA", value="Q42"
    )
    (node,) = organisation_node(organisation, [letter])
    address = f"{HERE}/en/organisations/forum-{organisation.public_id}/"
    assert node == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": address,
        "url": address,
        "name": "Forum",
        "alternateName": ["Das Forum", "F", "Le Forum"],
        "identifier": [
            organisation.public_id,
            {
                "@type": "PropertyValue",
                "propertyID": "XI-WIKIDATA",
                "name": "Wikidata",
                "value": "Q42",
                "url": "https://www.wikidata.org/wiki/Q42",
            },
        ],
        "address": {"@type": "PostalAddress", "addressCountry": "DE"},
        "sameAs": ["https://www.wikidata.org/entity/Q42"],
        "subjectOf": [
            {
                "@type": TEXT,
                "@id": f"{HERE}/en/letters/speak/",
                "name": "Let everyone speak",
                "url": f"{HERE}/en/letters/speak/",
                "inLanguage": "en",
            }
        ],
    }


@pytest.mark.parametrize(
    "address", ["/en/privacy/", "/en/letters/speak/sign/", "/en/nowhere/", "/en/confirm/x/"]
)
def test_pages_without_a_subject_have_no_json_ld(client, letter, address):
    assert nodes(client, address) == []


def test_lists_say_what_they_are_lists_of(client, letter):
    signed = SignatureFactory(letter=letter).organisation
    _text, dataset = nodes(client, "/en/letters/speak/")
    assert nodes(client, "/en/letters/speak/signatories/") == [dataset]
    (page,) = nodes(client, "/fr/organisations/")
    assert (page["@type"], page["url"]) == ("CollectionPage", f"{HERE}/fr/organisations/")
    (thing,) = nodes(client, f"/en/organisations/{signed.slug}/")
    assert (thing["@type"], thing["identifier"]) == ("Organization", signed.public_id)
    assert [one["url"] for one in thing["subjectOf"]] == [f"{HERE}/en/letters/speak/"]
