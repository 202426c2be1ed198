"""Whatever the request, the API responds as its OpenAPI document describes."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.openapi.loaders import from_wsgi

from config.wsgi import application
from tests.factories import CampaignFactory, LetterFactory, OrganisationFactory, SignatureFactory
from tests.fuzz.conftest import EXAMPLES, answers

pytestmark = pytest.mark.django_db
# Compressed answers are not unpacked where no web server is between.
UNPACKED = {"Accept-Encoding": "identity"}
PARTS = {"letter": "speak", "campaign": "speech", "organisation": "bcdfghjkmn"}


@pytest.fixture(autouse=True)
def _public(open_connection: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    letter = LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))
    organisation = OrganisationFactory(name="Forum", public_id="bcdfghjkmn")
    SignatureFactory(letter=letter, organisation=organisation)


def test_every_response_matches_the_document() -> None:
    schema = from_wsgi("/api/openapi.json", application)
    paths = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        paths.add(operation.path)

        @settings(settings.get_profile("fuzz"), max_examples=4 * EXAMPLES)
        @given(case=cases(operation))
        def holds(case: Case) -> None:
            with transaction.atomic():
                response = case.call_and_validate(headers=UNPACKED)
                transaction.set_rollback(True)
            answers[case.operation.path, response.status_code] += 1

        holds()
    seen = {status for (page, status) in answers if page in paths}
    assert {200, 400, 404} <= seen


def cases(operation: Any) -> st.SearchStrategy[Case]:
    """Half of the time with path parameters that exist."""

    def known(case: Case) -> Case:
        case.path_parameters = {name: PARTS[name] for name in case.path_parameters or {}}
        return case

    modes = schemathesis.GenerationMode
    made = st.one_of(
        operation.as_strategy(generation_mode=modes.POSITIVE),
        operation.as_strategy(generation_mode=modes.NEGATIVE),
    )
    return st.one_of(made, made.map(known))
