"""Data for the API's tests: two public letters, a draft, and names that must stay hidden."""

from __future__ import annotations

import pytest

from letters.models import Letter
from signatories.models import OrganisationIdentifier, OrganisationName
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    RevisionFactory,
    SignatureFactory,
)


@pytest.fixture
def letter(db: None) -> Letter:
    campaign = CampaignFactory(slug="speech", title="Speech", hashtag="#Speak")
    letter = LetterFactory(slug="speak", campaign=campaign)
    for name, country, scope in (
        ("Forum", "DE", "national"),
        ("Union", "DE", "international"),
        ("Ассоциация", "KZ", "national"),
    ):
        SignatureFactory(
            letter=letter,
            organisation=OrganisationFactory(name=name, country=country, scope=scope),
            statement=f"{name} agrees.",
        )
    forum = letter_signatory("Forum")
    OrganisationName.objects.create(
        organisation=forum, kind="translation", language="ru", name="Форум"
    )
    OrganisationIdentifier.objects.create(organisation=forum, scheme="XI-ROR", value="05a28rw58")
    for visibility in ("withheld", "counted"):
        SignatureFactory(
            letter=letter,
            visibility=visibility,
            organisation=OrganisationFactory(name=f"Secret {visibility}", country="BY"),
        )
    RevisionFactory(letter=letter, number=2)
    return letter


def letter_signatory(name: str):
    return OrganisationFactory._meta.model.objects.get(name=name)
