"""Views of the API's operations. Parameters have been checked; see operations.Operation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from campaigns.models import Campaign
from campaigns.queries import present_slug as present_campaign
from letters.deadlines import words_version
from letters.models import Letter
from letters.views import public_letter
from signatories.api import responses
from signatories.api.operations import data_response, paginate, record_response
from signatories.api.parameters import (
    LetterParameters,
    OrganisationParameters,
    PageParameters,
    Parameters,
    page_and_next,
)
from signatories.api.problems import NOT_FOUND, Refused
from signatories.api.records import (
    campaign_record,
    letter_records,
    organisation_record,
    whole_letter_record,
    whole_organisation_record,
)
from signatories.models import Organisation
from signatories.open_data.absolute_urls import absolute
from signatories.open_data.entries import Signatory, signatories_in
from signatories.public.signatories import SignatoryList, named_like


def not_found(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Any other path below /api/."""
    raise Refused(404, NOT_FOUND)


def index(request: HttpRequest, parameters: Parameters) -> HttpResponseBase:
    with override("en"):
        documentation = reverse("open-data")
    record = responses.Index(
        openapi=absolute(reverse("api-openapi")),
        documentation=absolute(documentation),
        licence=settings.OPEN_DATA_LICENCE.url,
        campaigns=absolute(reverse("api-campaigns")),
        letters=absolute(reverse("api-letters")),
        organisations=absolute(reverse("api-organisations")),
    )
    return data_response(request, version=(), build=lambda: record_response(record))


def campaigns(request: HttpRequest, parameters: PageParameters) -> HttpResponseBase:
    found = list(page_and_next(Campaign.objects.published(), "slug", parameters))
    page, following = paginate(request, found, parameters.limit, lambda one: one.slug)

    def build() -> HttpResponse:
        data = [campaign_record(one) for one in page]
        return _page_response(responses.CampaignPage, data, following)

    version = tuple((one.slug, one.public_version) for one in page)
    return data_response(request, version=(*version, following), build=build)


def campaign(request: HttpRequest, parameters: Parameters, campaign: str) -> HttpResponseBase:
    one = get_object_or_404(Campaign.objects.published(), slug=campaign)
    return data_response(
        request,
        version=(one.public_version,),
        build=lambda: record_response(campaign_record(one)),
    )


def letters(request: HttpRequest, parameters: LetterParameters) -> HttpResponseBase:
    public = Letter.objects.public().select_related("campaign", "revision")
    if parameters.campaign:
        slug = present_campaign(parameters.campaign) or parameters.campaign
        public = public.filter(campaign__slug=slug)
    found = list(page_and_next(public, "slug", parameters))
    page, following = paginate(request, found, parameters.limit, lambda one: one.slug)
    now = timezone.now()

    def build() -> HttpResponse:
        return _page_response(responses.LetterPage, letter_records(page, now), following)

    version = tuple((one.slug, *words_version(one), one.is_open(now)) for one in page)
    return data_response(request, version=(*version, following), build=build)


def letter(request: HttpRequest, parameters: Parameters, letter: str) -> HttpResponseBase:
    one, now = public_letter(letter), timezone.now()
    return data_response(
        request,
        version=(*words_version(one), one.is_open(now)),
        build=lambda: record_response(whole_letter_record(one, now)),
    )


def signatories(
    request: HttpRequest, parameters: OrganisationParameters, letter: str
) -> HttpResponseBase:
    one = public_letter(letter)

    def build() -> HttpResponse:
        found = SignatoryList(one, text=parameters.words, country=parameters.country).signatures
        if parameters.scope:
            found = found.filter(organisation__scope=parameters.scope)
        rows = page_and_next(found, "organisation__public_id", parameters)
        page, following = paginate(request, list(signatories_in(rows)), parameters.limit, _id_of)
        return _page_response(responses.SignatoryPage, page, following)

    return data_response(request, version=(one.public_version,), build=build)


def _id_of(signatory: Signatory) -> str:
    return signatory.organisation


def organisations(request: HttpRequest, parameters: OrganisationParameters) -> HttpResponseBase:
    """The version is the content itself, as changes to the register are not counted."""
    found = Organisation.objects.public()
    if parameters.words:
        found = found.filter(named_like(parameters.words))
    if parameters.country:
        found = found.filter(country=parameters.country)
    if parameters.scope:
        found = found.filter(scope=parameters.scope)
    rows = page_and_next(found.prefetch_related("names", "identifiers"), "public_id", parameters)
    page, following = paginate(request, list(rows), parameters.limit, lambda one: one.public_id)
    data = [organisation_record(one) for one in page]
    response = _page_response(responses.OrganisationPage, data, following)
    return data_response(request, version=(response.content,), build=lambda: response)


def organisation(
    request: HttpRequest, parameters: Parameters, organisation: str
) -> HttpResponseBase:
    public = Organisation.objects.public().prefetch_related("names", "identifiers")
    one: Organisation = get_object_or_404(public, public_id=organisation)
    response = record_response(whole_organisation_record(one))
    return data_response(request, version=(response.content,), build=lambda: response)


def _page_response(kind: Any, data: list[Any], following: str | None) -> HttpResponse:
    licence = settings.OPEN_DATA_LICENCE.url
    return record_response(kind(data=data, next=following, licence=licence))
