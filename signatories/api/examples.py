"""Example responses for the OpenAPI document. All names are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec import structs

from config.licence import LICENCES
from signatories.api import responses
from signatories.open_data.entries import Signatory
from signatories.open_data.tables import RevisionEntry, SignatoryFile

SITE = "https://letters.example.org"
LICENCE = LICENCES["CC0-1.0"].url
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

SIGNATORY = Signatory(
    organisation="7kq2m9xw4d",
    name="Forum for Clean Rivers",
    acronym="FCR",
    country="PL",
    scope="national",
    page=f"{SITE}/en/organisations/forum-for-clean-rivers-7kq2m9xw4d/",
    revision="1",
    language="en",
    published=date(2026, 5, 4),
    statement="Rivers know no borders.",
    source="",
)
REVISION = RevisionEntry(
    label="1",
    kind="opening",
    published=datetime(2026, 5, 1, 8, 0, tzinfo=UTC),
    reason="",
    sha256=DIGEST,
    canonical=f"{SITE}/letters/clean-rivers/revisions/1.json",
)
FILE = SignatoryFile(
    letter=f"{SITE}/letters/clean-rivers/",
    licence=LICENCE,
    version=12,
    revision="1",
    revisions=[REVISION],
    count=3,
    not_named=2,
    signatories=[SIGNATORY],
)
CAMPAIGN = responses.Campaign(
    slug="rivers",
    url=f"{SITE}/campaigns/rivers/",
    title="Rivers",
    language="en",
    hashtag="#CleanRivers",
    organiser="Coalition for Rivers",
    organiser_url="https://rivers.example.org",
    summary="Organisations ask for clean rivers.",
    first_day=date(2026, 5, 1),
    last_day=None,
    letters=f"{SITE}/api/v1/letters?campaign=rivers",
)
LETTER = responses.Letter(
    slug="clean-rivers",
    url=f"{SITE}/letters/clean-rivers/",
    campaign="rivers",
    status="open",
    takes_signatures=True,
    opens=datetime(2026, 5, 1, 8, 0, tzinfo=UTC),
    closes=datetime(2026, 6, 1, 22, 0, tzinfo=UTC),
    time_zone="Europe/Warsaw",
    revision="1",
    sha256=DIGEST,
    addressees=[responses.Addressee(name="Ada Example", office="Minister for Water")],
    editions=[
        responses.Edition(
            language="en",
            is_original=True,
            title="Clean our rivers",
            url=f"{SITE}/en/letters/clean-rivers/",
            summary="An open letter for clean rivers.",
            translator="",
        )
    ],
    signatories=3,
    countries=1,
    files=responses.Files(
        json=f"{SITE}/letters/clean-rivers/signatories.json",
        csv=f"{SITE}/letters/clean-rivers/signatories.csv",
        ndjson=f"{SITE}/letters/clean-rivers/signatories.ndjson",
        feed=f"{SITE}/en/letters/clean-rivers/feed.atom",
        updates=f"{SITE}/en/letters/clean-rivers/updates.atom",
    ),
)
WHOLE_LETTER = responses.LetterWithRevisions(
    **structs.asdict(LETTER), not_named=2, revisions=[REVISION], licence=LICENCE
)
ORGANISATION = responses.Organisation(
    id=SIGNATORY.organisation,
    url=SIGNATORY.page,
    name=SIGNATORY.name,
    acronym=SIGNATORY.acronym,
    country=SIGNATORY.country,
    scope=SIGNATORY.scope,
    translations=[responses.TranslatedName(language="pl", name="Forum Czystych Rzek")],
    identifiers=[
        responses.Identifier(
            scheme="GB-CHC",
            register="GB-CHC",
            name="Charity Commission for England and Wales",
            value="1234567",
            url=(
                "https://register-of-charities.charitycommission.gov.uk/charity-details/"
                "?regid=1234567&subid=0"
            ),
        )
    ],
)
WHOLE_ORGANISATION = responses.OrganisationWithLetters(
    **structs.asdict(ORGANISATION),
    signed=[
        responses.Signed(
            letter="clean-rivers",
            revision="1",
            language="en",
            published=SIGNATORY.published,
            statement=SIGNATORY.statement,
            source="",
        )
    ],
    licence=LICENCE,
)
CAMPAIGNS = responses.CampaignPage(data=[CAMPAIGN], next=None, licence=LICENCE)
LETTERS = responses.LetterPage(data=[LETTER], next=None, licence=LICENCE)
SIGNATORIES = responses.SignatoryPage(
    data=[SIGNATORY],
    next=f"{SITE}/api/v1/letters/clean-rivers/signatories"
    f"?limit=1&cursor={SIGNATORY.organisation.encode().hex()}",
    licence=LICENCE,
)
ORGANISATIONS = responses.OrganisationPage(data=[ORGANISATION], next=None, licence=LICENCE)
INDEX = responses.Index(
    openapi=f"{SITE}/api/openapi.json",
    documentation=f"{SITE}/en/open-data/",
    licence=LICENCE,
    campaigns=f"{SITE}/api/v1/campaigns",
    letters=f"{SITE}/api/v1/letters",
    organisations=f"{SITE}/api/v1/organisations",
)
