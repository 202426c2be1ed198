"""Campaigns, letters, organisations and datasets in schema.org terms.

An open letter is an Article and also a Message, the type that has recipients. An addressee may be a
person or a body, so it is an Audience, which implies neither. Only the dataset has a licence: the
text of a letter belongs to its organiser, who has not given one.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.models import Campaign
from config.languages import language_here
from config.web.json_ld import Node, node, operator, top, website
from letters.models import Letter
from letters.queries import edition_url
from letters.wording import EditionWording
from signatories.models import Organisation, OrganisationIdentifier
from signatories.open_data.absolute_urls import (
    absolute,
    file_url,
    letter_url,
    organisation_url,
)
from signatories.open_data.tables import COLUMNS
from signatories.public.signatories import SignatoryList

TEXT = ["Article", "Message"]


def _organiser(campaign: Campaign) -> Node:
    return node("Organization", name=campaign.organiser_name, url=campaign.organiser_url)


def _reference(letter: Letter, edition: EditionWording) -> Node:
    """A letter as other nodes refer to it."""
    return node(
        TEXT,
        identified=absolute(edition_url(letter, edition.language)),
        name=edition.title,
        url=absolute(edition_url(letter, edition.language)),
        inLanguage=edition.language,
    )


def campaign_node(campaign: Campaign, letters: Iterable[Letter]) -> list[Node]:
    """A campaign's page; the letters need their revisions."""
    url = absolute(campaign.get_absolute_url())
    days = [day.isoformat() if day else ".." for day in (campaign.first_day, campaign.last_day)]
    page = node(
        "CollectionPage",
        identified=url,
        url=url,
        name=campaign.title,
        description=campaign.summary,
        inLanguage=language_here(),
        isPartOf=website(),
        author=_organiser(campaign),
        publisher=operator(),
        keywords=campaign.hashtag,
        image=absolute(campaign.image.url) if campaign.image else None,
        temporalCoverage="/".join(days) if campaign.first_day else None,
        hasPart=[_reference(letter, letter.words_here) for letter in letters if letter.revision],
    )
    return [top(page)]


def letter_nodes(letter: Letter, edition: EditionWording, signatories: SignatoryList) -> list[Node]:
    """The letter in the edition shown, and its signatories as a dataset."""
    revision = letter.revision
    if revision is None:
        return []
    wording = revision.wording
    first = letter.revisions.values_list("frozen_at", flat=True).earliest("frozen_at")
    others = [_reference(letter, other) for other in wording.editions if other != edition]
    text = _reference(letter, edition) | node(
        TEXT,
        headline=edition.title,
        genre="open letter",
        description=edition.summary,
        author=_organiser(letter.campaign),
        publisher=operator(),
        recipient=[
            node("Audience", name=one.name, audienceType=one.office) for one in edition.addressees
        ],
        about=[node("Thing", name=demand) for demand in edition.demands],
        isPartOf=node(
            "CollectionPage",
            name=letter.campaign.title,
            url=absolute(letter.campaign.get_absolute_url()),
        ),
        datePublished=first.isoformat(),
        dateModified=revision.frozen_at.isoformat(),
        version=revision.label,
        isAccessibleForFree=True,
        identifier=node("PropertyValue", propertyID="SHA-256", value=revision.digest),
        workTranslation=others if edition.is_original else None,
        translationOfWork=None if edition.is_original else _reference(letter, wording.original),
        interactionStatistic=node(
            "InteractionCounter",
            interactionType="https://schema.org/EndorseAction",
            userInteractionCount=signatories.counts.signatories,
        ),
        subjectOf={"@id": _dataset_id(letter)},
        mainEntityOfPage=absolute(edition_url(letter, edition.language)),
    )
    return [top(text), top(dataset_node(letter, edition))]


def list_nodes(letter: Letter, edition: EditionWording) -> list[Node]:
    """The page with the letter's whole list."""
    return [top(dataset_node(letter, edition))]


def register_nodes() -> list[Node]:
    """The index of organisations."""
    page = node(
        "CollectionPage",
        name=_("Organisations"),
        url=absolute(reverse("organisations")),
        inLanguage=language_here(),
        isPartOf=website(),
    )
    return [top(page)]


def _dataset_id(letter: Letter) -> str:
    return f"{letter_url(letter)}#signatories"


def dataset_node(letter: Letter, edition: EditionWording) -> Node:
    """A letter's signatories as a dataset, with its files."""
    about = _(
        "The organisations that signed the open letter “%(title)s” and show their names: the"
        " name, the country, the day and which text each of them signed."
    )
    ends = letter.signing_ends_at
    closes = ends.date().isoformat() if ends else ".."
    files = {"json": "application/json", "csv": "text/csv", "ndjson": "application/x-ndjson"}
    return node(
        "Dataset",
        identified=_dataset_id(letter),
        name=_("Who signed “%(title)s”") % {"title": edition.title},
        description=about % {"title": edition.title},
        url=absolute(reverse("signatories", args=[letter.slug])),
        inLanguage=language_here(),
        creator=operator(),
        license=settings.OPEN_DATA_LICENCE.url,
        isAccessibleForFree=True,
        includedInDataCatalog={"@id": _catalog_id()},
        temporalCoverage=f"{letter.opens_at.date().isoformat()}/{closes}"
        if letter.opens_at
        else None,
        variableMeasured=list(COLUMNS),
        distribution=[
            node("DataDownload", encodingFormat=kind, contentUrl=file_url(letter, ending))
            for ending, kind in files.items()
        ],
    )


def _catalog_id() -> str:
    with override("en"):
        return f"{absolute(reverse('open-data'))}#catalog"


def catalog_node(letters: Iterable[Letter]) -> list[Node]:
    """All datasets of the site."""
    catalog = node(
        "DataCatalog",
        identified=_catalog_id(),
        name=_("Open data"),
        url=absolute(reverse("open-data")),
        inLanguage=language_here(),
        publisher=operator(),
        license=settings.OPEN_DATA_LICENCE.url,
        isAccessibleForFree=True,
        dataset=[dataset_node(letter, letter.words_here) for letter in letters],
    )
    return [top(catalog)]


def _number_node(number: OrganisationIdentifier) -> Node:
    """A number in another register, with that register's code from org-id.guide."""
    return node(
        "PropertyValue",
        propertyID=number.scheme,
        name=number.register,
        value=number.value,
        url=number.url,
    )


def _linked_data_uri(number: OrganisationIdentifier) -> str:
    """The organisation's URI in linked data, if that differs from its page."""
    return number.url.replace("https://www.wikidata.org/wiki/", "https://www.wikidata.org/entity/")


def organisation_node(organisation: Organisation, letters: Iterable[Letter]) -> list[Node]:
    """A public organisation's page, with the letters it has publicly signed.

    Prefetch `names` and `identifiers`; select the `revision` of the letters.
    """
    url = organisation_url(organisation.slug)
    translations = {other.name for other in organisation.names.all() if other.language}
    numbers = [_number_node(one) for one in organisation.identifiers.all()]
    thing = node(
        "Organization",
        identified=url,
        url=url,
        name=organisation.name_here,
        alternateName=sorted(
            {organisation.name, organisation.acronym, *translations} - {"", organisation.name_here}
        ),
        identifier=[organisation.public_id, *numbers] if numbers else organisation.public_id,
        address=node("PostalAddress", addressCountry=organisation.country.code),
        sameAs=[_linked_data_uri(one) for one in organisation.identifiers.all() if one.url],
        subjectOf=[_reference(letter, letter.words_here) for letter in letters if letter.revision],
    )
    return [top(thing)]
