"""Build API responses from rows, with few queries however many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from msgspec import structs

from campaigns.models import Campaign
from letters.models import Letter
from letters.models.revisions import label_of
from letters.queries import edition_url
from letters.wording import EditionWording
from signatories.api import responses
from signatories.models import Organisation, OrganisationName, Signature
from signatories.open_data.absolute_urls import (
    absolute,
    feed_url,
    file_url,
    letter_url,
    organisation_url,
)
from signatories.open_data.entries import Scope
from signatories.open_data.tables import revision_entries
from signatories.public.signatories import Counts, SignatoryList, counts_by_letter
from signatories.signing.agreement import present_revision

FORMER_CODES = {
    "XI-ROR": "ror",
    "XI-WIKIDATA": "wikidata",
    "EU-TRANSPARENCY": "eu_transparency",
}
"""What `register` said before registers went by their codes of org-id; v1 renames nothing."""


def campaign_record(campaign: Campaign) -> responses.Campaign:
    letters = f"{reverse('api-letters')}?{urlencode({'campaign': campaign.slug})}"
    return responses.Campaign(
        slug=campaign.slug,
        url=absolute(f"/campaigns/{campaign.slug}/"),
        title=campaign.title,
        language=campaign.language,
        hashtag=campaign.hashtag,
        organiser=campaign.organiser_name,
        organiser_url=campaign.organiser_url,
        summary=campaign.summary,
        first_day=campaign.first_day,
        last_day=campaign.last_day,
        letters=absolute(letters),
    )


def letter_records(letters: Sequence[Letter], now: datetime) -> list[responses.Letter]:
    """Letters with their counts, in one query. Expects campaign and revision to be prefetched."""
    counts = counts_by_letter(list(letters))
    return [_letter_record(letter, counts[letter.pk], now) for letter in letters]


def _letter_record(letter: Letter, counts: Counts, now: datetime) -> responses.Letter:
    revision = present_revision(letter)
    return responses.Letter(
        slug=letter.slug,
        url=letter_url(letter),
        campaign=letter.campaign.slug,
        status=cast("responses.Status", letter.status),
        takes_signatures=letter.is_open(now),
        opens=letter.opens_at,
        closes=letter.signing_ends_at,
        time_zone=letter.time_zone,
        revision=revision.label,
        sha256=revision.digest,
        addressees=[
            responses.Addressee(name=one.name, office=one.office)
            for one in revision.wording.original.addressees
        ],
        editions=[_edition_record(letter, edition) for edition in revision.wording.editions],
        signatories=counts.signatories,
        countries=counts.countries,
        files=responses.Files(
            json=file_url(letter, "json"),
            csv=file_url(letter, "csv"),
            ndjson=file_url(letter, "ndjson"),
            feed=feed_url(letter, "feed"),
            updates=feed_url(letter, "updates"),
        ),
    )


def _edition_record(letter: Letter, edition: EditionWording) -> responses.Edition:
    return responses.Edition(
        language=edition.language,
        is_original=edition.is_original,
        title=edition.title,
        url=absolute(edition_url(letter, edition.language)),
        summary=edition.summary,
        translator=edition.translator,
    )


def whole_letter_record(letter: Letter, now: datetime) -> responses.LetterWithRevisions:
    everyone = SignatoryList(letter)
    return responses.LetterWithRevisions(
        **structs.asdict(_letter_record(letter, everyone.counts, now)),
        not_named=everyone.hidden.signatories,
        revisions=revision_entries(letter),
        licence=settings.OPEN_DATA_LICENCE.url,
    )


def organisation_record(organisation: Organisation) -> responses.Organisation:
    """Expects names and identifiers to be prefetched."""
    return responses.Organisation(
        id=organisation.public_id,
        url=organisation_url(organisation.slug),
        name=organisation.name,
        acronym=organisation.acronym,
        country=organisation.country.code,
        scope=cast("Scope", organisation.scope),
        translations=[
            responses.TranslatedName(language=other.language, name=other.name)
            for other in organisation.names.all()
            if other.kind == OrganisationName.Kind.TRANSLATION
        ],
        identifiers=[
            responses.Identifier(
                scheme=one.scheme,
                register=FORMER_CODES.get(one.scheme, one.scheme),
                name=one.register,
                value=one.value,
                url=one.url,
            )
            for one in organisation.identifiers.all()
        ],
    )


def whole_organisation_record(organisation: Organisation) -> responses.OrganisationWithLetters:
    signed = (
        Signature.objects.readable()
        .filter(organisation=organisation)
        .select_related("letter", "revision")
        .defer("revision__canonical")
        .order_by("letter__slug")
    )
    return responses.OrganisationWithLetters(
        **structs.asdict(organisation_record(organisation)),
        signed=[_signed_record(signature) for signature in signed],
        licence=settings.OPEN_DATA_LICENCE.url,
    )


def _signed_record(signature: Signature) -> responses.Signed:
    if signature.published_at is None:
        raise ValueError("A published signature has its instant.")
    return responses.Signed(
        letter=signature.letter.slug,
        revision=label_of(signature.revision.number, signature.revision.correction),
        language=signature.edition_language,
        published=signature.published_at.date(),
        statement=signature.statement,
        source=signature.source_url,
    )
