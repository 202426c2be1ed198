"""Candidates in review, likely duplicates and merges, as staff see and decide them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.models import AuditEntry
from signatories.admin.candidates import mark_differences
from signatories.models import Merge, Organisation, OrganisationName, Pair, Signature
from signatories.register.actions import compare_new
from tests.factories import OrganisationFactory, SignatureFactory
from tests.signatories.admin.test_admin import address, messages, organisation_data, reviewer

pytestmark = pytest.mark.django_db
KNOWN = "Council on Refugees and Exiles"
SIGNED = "Council of Refugees and Exile"


@pytest.fixture
def known() -> Organisation:
    return SignatureFactory(organisation__name=KNOWN).organisation


@pytest.fixture
def signature(known) -> Signature:
    return SignatureFactory(organisation__name=SIGNED, in_review=True)


def answer(client, signature: Signature, known: Organisation, word: str):
    data = {"organisation": known.pk, "answer": word}
    return client.post(address(signature, "candidate"), data, follow=True)


def test_review_shows_candidates_with_reasons_and_differences(staff_client, signature, known):
    response = staff_client.get(address(signature, "change"))
    (row,) = response.context["candidates"]
    assert (row.organisation, row.other_country) == (known, False)
    assert row.reasons
    assert row.reasons[0] in response.content.decode()
    assert row.name == (
        "<span>Council</span> <mark>on</mark> <span>Refugees and</span> <mark>Exiles</mark>"
    )


def test_the_same_merges_into_the_one_on_the_register(staff_client, signature, known):
    answer(staff_client, signature, known, "same")
    signature.refresh_from_db()
    assert signature.organisation == known
    assert Merge.objects.get().kept == known


def test_different_is_remembered_and_not_shown_again(staff_client, signature, known):
    answer(staff_client, signature, known, "different")
    assert Pair.objects.get().decision == Pair.Decision.DIFFERENT
    page = staff_client.get(address(signature, "change")).content.decode()
    assert "Is it one of these organisations on the register?" not in page


def test_a_section_names_its_federation(staff_client, signature, known):
    answer(staff_client, signature, known, "section")
    signature.organisation.refresh_from_db()
    assert signature.organisation.parent == known


@pytest.mark.parametrize("word", ["", "other"])
def test_another_answer_is_refused_in_words(staff_client, signature, known, word):
    response = answer(staff_client, signature, known, word)
    assert messages(response) == ["Say whether it is the same, different, or a section of it."]
    assert Organisation.objects.on_register().count() == 2


@pytest.mark.parametrize("number", ["", "0", "x", "999999"])
def test_a_candidate_that_no_longer_exists_gets_a_message(staff_client, signature, number):
    response = staff_client.post(
        address(signature, "candidate"), {"organisation": number, "answer": "same"}, follow=True
    )
    assert messages(response) == ["This organisation is no longer on the register."]


def test_staff_record_that_they_verified_the_authority(staff_client, signature):
    staff_client.post(address(signature, "verify"))
    signature.refresh_from_db()
    assert signature.authority == Signature.Authority.STAFF_VERIFIED


def test_likely_duplicates_are_listed_and_decided(staff_client, signature, known):
    compare_new()
    pair = Pair.objects.get()
    page = staff_client.get(reverse("admin:signatories_pair_changelist")).content.decode()
    assert f"{pair.first} / {pair.second}" in page
    page = staff_client.get(reverse("admin:signatories_pair_change", args=[pair.pk]))
    assert "Same: keep this one" in page.content.decode()
    staff_client.post(
        reverse("admin:signatories_pair_decide", args=[pair.pk]),
        {"keep": known.pk, "answer": "same"},
    )
    assert Merge.objects.get().kept == known


def test_only_signatures_under_ones_own_letters_are_shown(signature, known):
    compare_new()
    client = reviewer(signature.letter.campaign)
    page = client.get(reverse("admin:signatories_pair_change", args=[Pair.objects.get().pk]))
    letters = {str(side["organisation"]): side["letters"] for side in page.context["sides"]}
    assert letters == {KNOWN: [], SIGNED: [signature.letter.original.title]}


def test_a_merge_is_undone_by_a_button(staff_client, signature, known):
    own = signature.organisation
    answer(staff_client, signature, known, "same")
    merge = Merge.objects.get()
    page = staff_client.get(reverse("admin:signatories_merge_change", args=[merge.pk]))
    assert "Undo this merge" in page.content.decode()
    staff_client.post(reverse("admin:signatories_merge_undo", args=[merge.pk]))
    signature.refresh_from_db()
    assert signature.organisation == own


@pytest.mark.parametrize("name", ["pair_decide", "merge_undo"])
def test_deciding_on_the_register_needs_the_permission(name, signature):
    client = reviewer(signature.letter.campaign)
    User.objects.get().user_permissions.clear()
    assert client.post(reverse(f"admin:signatories_{name}", args=[1])).status_code == 403


def test_an_organisation_that_never_signed_can_be_deleted_on_the_record(staff_client, known):
    unused = OrganisationFactory(name="Mistyped Forum")
    for organisation, code in ((unused, 302), (known, 403)):
        url = reverse("admin:signatories_organisation_delete", args=[organisation.pk])
        assert staff_client.post(url, {"post": "yes"}).status_code == code
    assert list(Organisation.objects.all()) == [known]
    assert AuditEntry.objects.get().detail == {"name": "Mistyped Forum"}


def test_other_names_are_stored_found_and_cleaned(staff_client, known):
    url = reverse("admin:signatories_organisation_change", args=[known.pk])
    data = organisation_data(name=KNOWN) | {
        "names-TOTAL_FORMS": "1",
        "names-0-name": "  Совет по   беженцам ",
        "names-0-kind": "translation",
        "names-0-language": "ru",
        "names-0-organisation": str(known.pk),
    }
    staff_client.post(url, data)
    assert OrganisationName.objects.get().name == "Совет по беженцам"


def test_a_list_in_a_language_shows_the_names_in_it(client):
    signature = SignatureFactory(letter__slug="speak", organisation__name="Совет")
    OrganisationName.objects.create(
        organisation=signature.organisation, name="Council", kind="translation", language="en"
    )
    page = client.get("/en/letters/speak/").content.decode()
    assert '<bdi class="signatory-name">Council</bdi>' in page
    found = client.get("/en/letters/speak/signatories/", {"q": "council"})
    assert list(found.context["page"]) == [signature]


@pytest.mark.parametrize(
    ("own", "other", "marked"),
    [
        ("Forum", "Forum", "<span>Forum</span>"),
        ("Forum of Europe", "Forum of Asia", "<span>Forum of</span> <mark>Asia</mark>"),
        ("forum", "FORUM", "<span>FORUM</span>"),
        ("", "<b>x</b>", "<mark>&lt;b&gt;x&lt;/b&gt;</mark>"),
        ("Forum", "", ""),
    ],
)
def test_differences_are_marked_by_word(own, other, marked):
    assert mark_differences(own, other) == marked


@pytest.mark.parametrize("name", ["pair", "merge"])
def test_these_lists_ask_the_same_number_of_queries_for_one_and_three_rows(
    name, staff_client, staff, django_assert_num_queries
):
    def add() -> None:
        one, other = OrganisationFactory(), OrganisationFactory()
        if name == "pair":
            Pair.objects.create(first=one, second=other, score=0.7)
        else:
            Merge.objects.create(kept=one, merged=other, at=timezone.now(), by=staff)

    url = reverse(f"admin:signatories_{name}_changelist")
    add()
    staff_client.get(url)
    with CaptureQueriesContext(connection) as one_row:
        staff_client.get(url)
    add()
    add()
    with django_assert_num_queries(len(one_row)):
        staff_client.get(url)
