"""All operations of the API. Only what is listed here is served and described."""

from __future__ import annotations

from django.urls import path, re_path

from signatories.api import examples, files, responses, views
from signatories.api.endpoint import open_to_all
from signatories.api.openapi import describe
from signatories.api.operations import Operation
from signatories.api.parameters import LetterParameters, OrganisationParameters, PageParameters
from signatories.open_data.tables import SignatoryFile, csv_of, ndjson_of

FIRST_SLUG = "$response.body#/data/0/slug"

OPERATIONS = [
    Operation(
        name="api-index",
        path="/api/",
        tag="About",
        summary="API index",
        description="The starting point for following links.",
        view=views.index,
        response=responses.Index,
        example=examples.INDEX,
    ),
    Operation(
        name="api-campaigns",
        path="/api/v1/campaigns",
        tag="Campaigns",
        summary="List campaigns",
        description="All public campaigns.",
        view=views.campaigns,
        parameters=PageParameters,
        response=responses.CampaignPage,
        example=examples.CAMPAIGNS,
        links={"api-campaign": FIRST_SLUG},
    ),
    Operation(
        name="api-campaign",
        path="/api/v1/campaigns/{campaign}",
        tag="Campaigns",
        summary="Get a campaign",
        description="One campaign by its slug.",
        view=views.campaign,
        response=responses.Campaign,
        example=examples.CAMPAIGN,
    ),
    Operation(
        name="api-letters",
        path="/api/v1/letters",
        tag="Letters",
        summary="List letters",
        description="All public letters, with the number of signatories.",
        view=views.letters,
        parameters=LetterParameters,
        response=responses.LetterPage,
        example=examples.LETTERS,
        links={
            "api-letter": FIRST_SLUG,
            "api-signatories": FIRST_SLUG,
            "open-data-json": FIRST_SLUG,
            "open-data-csv": FIRST_SLUG,
            "open-data-ndjson": FIRST_SLUG,
        },
    ),
    Operation(
        name="api-letter",
        path="/api/v1/letters/{letter}",
        tag="Letters",
        summary="Get a letter",
        description="One letter by its slug, with all its revisions.",
        view=views.letter,
        response=responses.LetterWithRevisions,
        example=examples.WHOLE_LETTER,
    ),
    Operation(
        name="api-signatories",
        path="/api/v1/letters/{letter}/signatories",
        tag="Letters",
        summary="List signatories of a letter",
        description=(
            "The organisations that have publicly signed the letter, page by page. Organisations"
            " counted without their names appear on no page and in no search."
        ),
        view=views.signatories,
        parameters=OrganisationParameters,
        response=responses.SignatoryPage,
        example=examples.SIGNATORIES,
    ),
    Operation(
        name="api-organisations",
        path="/api/v1/organisations",
        tag="Organisations",
        summary="List organisations",
        description="Organisations that have publicly signed at least one letter.",
        view=views.organisations,
        parameters=OrganisationParameters,
        response=responses.OrganisationPage,
        example=examples.ORGANISATIONS,
        links={"api-organisation": "$response.body#/data/0/id"},
    ),
    Operation(
        name="api-organisation",
        path="/api/v1/organisations/{organisation}",
        tag="Organisations",
        summary="Get an organisation",
        description="One organisation by its identifier, with everything it has publicly signed.",
        view=views.organisation,
        response=responses.OrganisationWithLetters,
        example=examples.WHOLE_ORGANISATION,
    ),
    Operation(
        name="open-data-json",
        path="/letters/{letter}/signatories.json",
        tag="Files",
        summary="All signatories as JSON",
        description="The whole public list at once, with the letter's revisions.",
        view=files.json_file,
        response=SignatoryFile,
        example=examples.FILE,
    ),
    Operation(
        name="open-data-csv",
        path="/letters/{letter}/signatories.csv",
        tag="Files",
        summary="All signatories as CSV",
        description=(
            "RFC 4180 in UTF-8, for spreadsheets. A cell that a spreadsheet would read as a"
            " formula starts with an apostrophe."
        ),
        view=files.csv_file,
        media_type=files.CSV,
        example=csv_of([examples.SIGNATORY]).decode(),
    ),
    Operation(
        name="open-data-ndjson",
        path="/letters/{letter}/signatories.ndjson",
        tag="Files",
        summary="All signatories as JSON Lines",
        description="One signatory per line, each following the schema Signatory.",
        view=files.ndjson_file,
        media_type=files.NDJSON,
        example=ndjson_of([examples.SIGNATORY]).decode(),
    ),
]

urlpatterns = [
    *(operation.url for operation in OPERATIONS),
    path("api/openapi.json", open_to_all(describe(OPERATIONS)), name="api-openapi"),
    # All other paths beside them return an error that programs understand.
    re_path(r"^api/", open_to_all(views.not_found)),
    re_path(r"^letters/[\s\S]*/signatories\.(?:csv|json|ndjson)$", open_to_all(views.not_found)),
]
