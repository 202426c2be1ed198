"""Known bodies are suggested while a representative types, whether or not they have signed in
secret.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from signatories.known.actions import import_register, link_waiting, undo_import
from signatories.known.suggestions import Offer, suggest
from signatories.models import KnownStart, Signature
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory
from tests.signatories.known.conftest import FILES

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ENGLISH, GERMAN = "Institute of Clear Waters", "Institut für klare Gewässer"
WATERS = Offer(ENGLISH, "ICW", "DE", "https://www.clearwaters.example.org/home")


def linked(name: str, **signature: object) -> Signature:
    signed = SignatureFactory(organisation__name=name, **signature)
    while link_waiting(now=NOW):
        pass
    return signed


@pytest.mark.parametrize(
    "text", ["inst", "clear wat", "Waters", "Gewäss", "ICW", "清水", "qingshui", "clearw"]
)
def test_a_known_body_is_suggested_by_the_start_of_any_word_of_its_names(registry, text):
    assert suggest(text) == [WATERS]


@pytest.mark.parametrize("text", ["", "i", "ears", "nstitute"])
def test_shorter_input_gets_no_suggestions(registry, text):
    assert suggest(text) == []


def test_a_public_organisation_replaces_its_known_body(registry):
    linked(GERMAN)
    assert [one.name for one in suggest("clear")] == [GERMAN]


def test_a_public_organisation_with_the_same_name_is_suggested_once_before_it_is_linked(registry):
    SignatureFactory(organisation__name=ENGLISH)
    assert [one.name for one in suggest("clear")] == [ENGLISH]


@pytest.mark.parametrize("visibility", ["withheld", "counted"])
@pytest.mark.parametrize("name", [ENGLISH, GERMAN])
def test_suggestions_do_not_reveal_a_secret_signature(registry, client, name, visibility):
    """The same answer with the same number of queries, with and without the signature."""

    def answers() -> list[tuple[bytes, int]]:
        found = []
        for text in ("clear", "inst", "icw", "gew", "silent", "waters of"):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(reverse("suggestions"), {"q": text})
            assert response.status_code == 200
            found.append((response.content, len(queries)))
        return found

    before = answers()
    assert ENGLISH.encode() in before[0][0]
    linked(name, visibility=visibility)
    assert answers() == before


def test_a_body_in_review_or_withdrawn_is_suggested_as_known(registry):
    signature = linked(ENGLISH, in_review=True)
    assert suggest("clear") == [WATERS]
    Signature.objects.filter(pk=signature.pk).update(status="withdrawn", withdrawn_at=NOW)
    assert suggest("clear") == [WATERS]


def test_a_body_in_two_registers_is_suggested_once(registry, tmp_path):
    table = tmp_path / "ours.csv"
    table.write_text(f"scheme,number,name,country\nGB-CHC,1071557,{ENGLISH},DE\n")
    import_register(path=table, register="Ours", now=NOW)
    assert [one.name for one in suggest("clear")] == [ENGLISH]


def test_a_body_gone_or_undone_is_no_longer_suggested(registry):
    newer = import_register(path=FILES / "v2-second.json", now=NOW)
    assert suggest("ocean") == []
    assert [one.name for one in suggest("mountain")] == ["Mountain Radio Circle"]
    undo_import(imported=newer, now=NOW)
    assert [one.name for one in suggest("ocean")] == ["Ocean Night Watch"]
    assert suggest("mountain") == []
    undo_import(imported=registry, now=NOW)
    assert not KnownStart.objects.exists()


def test_public_organisations_come_first_up_to_the_limit(registry):
    letter = LetterFactory()
    for number in range(7):
        organisation = OrganisationFactory(name=f"Clear Voice {number}")
        SignatureFactory(letter=letter, organisation=organisation)
    assert len(suggest("clear")) == 8
    assert suggest("clear")[-1] == WATERS
    assert len(suggest("clear", limit=3)) == 3
