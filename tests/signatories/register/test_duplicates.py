"""Likely duplicates as staff see them: what both signed, and how many queries it takes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from signatories.models import Organisation, Pair, Signature
from signatories.review.actions import merge_organisations, undo_merge
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory
from tests.signatories.admin.test_admin import reviewer

pytestmark = pytest.mark.django_db
PAIRS = reverse("admin:signatories_pair_changelist")
MERGES = reverse("admin:signatories_merge_changelist")
REGISTER = reverse("admin:signatories_organisation_changelist")
NOW = timezone.now()


def signed_both(**changes) -> tuple[Pair, Signature, Signature]:
    """Two organisations that signed one letter."""
    letter = LetterFactory()
    one = SignatureFactory(letter=letter, **changes)
    other = SignatureFactory(letter=letter, in_review=True)
    pair = Pair.objects.create(first=one.organisation, second=other.organisation, score=0.8)
    return pair, one, other


def page_of(pair: Pair) -> str:
    return reverse("admin:signatories_pair_change", args=[pair.pk])


def rows(client, url: str, **query: str) -> list:
    return list(client.get(url, query).context["cl"].result_list)


def numbers_of_queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# Letters that both signed


def test_a_letter_that_both_have_signed_is_named(staff_client):
    pair, one, _other = signed_both()
    one.letter.editions.update(title="Free the press")
    assert [row.both_signed for row in rows(staff_client, PAIRS)] == [[one.letter]]
    assert "Free the press" in staff_client.get(PAIRS).content.decode()
    page = staff_client.get(page_of(pair))
    assert page.context["both_signed"] == ["Free the press"]
    assert "Both have signed: Free the press." in page.content.decode()


def test_no_letter_is_named_once_one_has_withdrawn(staff_client):
    pair, _one, other = signed_both()
    SignatureFactory(organisation=pair.first)
    SignatureFactory(organisation=pair.second, letter=LetterFactory())
    Signature.objects.filter(pk=other.pk).update(status="withdrawn", withdrawn_at=NOW)
    assert [row.both_signed for row in rows(staff_client, PAIRS)] == [[]]
    assert "Both have signed" not in staff_client.get(page_of(pair)).content.decode()


def test_another_teams_letter_is_not_named():
    pair, _one, other = signed_both()
    Signature.objects.filter(pk=other.pk).update(status="published", published_at=NOW)
    own = LetterFactory()
    client = reviewer(own.campaign)
    assert [row.both_signed for row in rows(client, PAIRS)] == [[]]
    assert "Both have signed" not in client.get(page_of(pair)).content.decode()


def test_the_pages_of_pairs_run_as_many_queries_for_many_as_for_few(staff_client):
    pair, _one, _other = signed_both()
    few = numbers_of_queries(staff_client, PAIRS), numbers_of_queries(staff_client, page_of(pair))
    for _ in range(4):
        signed_both()
    for organisation in (pair.first, pair.second):
        SignatureFactory(organisation=organisation)
    many = numbers_of_queries(staff_client, PAIRS), numbers_of_queries(staff_client, page_of(pair))
    assert many == few


# One row per organisation, however many signatures


def sign(organisation: Organisation, number: int) -> None:
    """Signatures of the organisation on one letter, all but one of them withdrawn."""
    letter = LetterFactory()
    SignatureFactory(letter=letter, organisation=organisation)
    for _ in range(number - 1):
        SignatureFactory(letter=letter, organisation=organisation, withdrawn=True)


@pytest.mark.parametrize("number", [1, 2, 50])
def test_an_organisation_is_listed_once_however_often_it_signed(number, staff_client):
    organisation = OrganisationFactory()
    sign(organisation, number)
    pair = Pair.objects.create(first=organisation, second=OrganisationFactory(), score=0.8)
    assert rows(staff_client, REGISTER, q=organisation.name) == [organisation]
    assert rows(staff_client, PAIRS) == [pair]


def test_the_page_of_an_organisation_runs_as_many_queries_for_fifty_signatures_as_for_one(
    staff_client,
):
    organisation = OrganisationFactory()
    url = reverse("admin:signatories_organisation_change", args=[organisation.pk])
    queries = []
    for number in (1, 1, 48):
        sign(organisation, number)
        queries.append(numbers_of_queries(staff_client, url))
    assert queries == [queries[0]] * 3


def test_a_team_opens_an_organisation_that_signed_twice():
    organisation = OrganisationFactory()
    signatures = [SignatureFactory(organisation=organisation) for _ in range(2)]
    client = reviewer(signatures[0].letter.campaign)
    for name in ("change", "history"):
        url = reverse(f"admin:signatories_organisation_{name}", args=[organisation.pk])
        assert client.get(url).status_code == 200


# Merges of organisations that only another team may see


@pytest.fixture
def hidden() -> Organisation:
    return SignatureFactory(visibility="withheld").organisation


def test_a_merge_of_a_hidden_organisation_is_not_listed_for_another_team(hidden, staff):
    merge_organisations(kept=hidden, merged=OrganisationFactory(), by=staff, now=NOW)
    assert rows(reviewer(), MERGES) == []


def test_a_hidden_merge_stays_hidden_after_a_merge_into_a_third(hidden, staff):
    second, third = OrganisationFactory(), OrganisationFactory()
    merge_organisations(kept=second, merged=hidden, by=staff, now=NOW)
    merge_organisations(kept=third, merged=second, by=staff, now=NOW)
    assert rows(reviewer(), MERGES) == []


def test_a_hidden_merge_stays_hidden_after_undoing(hidden, staff):
    merge = merge_organisations(kept=OrganisationFactory(), merged=hidden, by=staff, now=NOW)
    undo_merge(merge=merge, by=staff, now=NOW)
    client = reviewer()
    assert rows(client, MERGES) == []
    assert client.get(reverse("admin:signatories_merge_change", args=[merge.pk])).status_code == 302


def test_its_own_team_sees_the_merge(hidden, staff):
    merge = merge_organisations(kept=OrganisationFactory(), merged=hidden, by=staff, now=NOW)
    assert rows(reviewer(Signature.objects.get().letter.campaign), MERGES) == [merge]
