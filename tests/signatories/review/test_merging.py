"""Merging two organisations and undoing it: nothing is lost, nothing is left over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from config.models import AuditEntry
from signatories.errors import SignatureError
from signatories.models import (
    Organisation,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    Pair,
    RecognitionKey,
    Signature,
)
from signatories.register.actions import compare_new, index_organisation, keep_apart, make_section
from signatories.register.duplicates import different_from
from signatories.review.actions import CannotMerge, merge_organisations, undo_merge
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()
# What a merge and its undoing add on purpose: themselves, their record, mails and versions.
GROWING = {"signatories_merge", "config_auditentry", "django_tasks_database_dbtaskresult"}


def every_row() -> dict[str, list[Any]]:
    """All rows of the register's and signatures' tables, as stored."""
    tables = [
        name
        for name in connection.introspection.table_names()
        if name.startswith("signatories_") and name not in GROWING
    ]
    rows = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            rows[table] = sorted(cursor.fetchall(), key=repr)
    return rows


@pytest.fixture
def pair() -> tuple[Organisation, Organisation]:
    """Two organisations with everything they can have, under shared and other letters."""
    kept = OrganisationFactory(name="Council on Refugees", website="https://one.example.org")
    merged = OrganisationFactory(
        name="Refugee Council", acronym="RC", website="https://two.example.org"
    )
    for organisation, name in ((kept, "Совет"), (merged, "Совет"), (merged, "Rat")):
        OrganisationName.objects.create(
            organisation=organisation,
            name=name,
            kind=OrganisationName.Kind.TRANSLATION,
            language="ru",
        )
    OrganisationDomain.objects.create(organisation=merged, domain="three.example.org")
    OrganisationIdentifier.objects.create(organisation=merged, scheme="XI-ROR", value="ror-1")
    OrganisationFactory(name="Refugee Council of the North", parent=merged)
    third = OrganisationFactory(name="Third")
    Pair.objects.create(first=kept, second=merged, score=0.9)
    Pair.objects.create(first=merged, second=third, score=0.7)
    shared, other = LetterFactory(), LetterFactory()
    SignatureFactory(letter=shared, organisation=kept, in_review=True)
    SignatureFactory(letter=shared, organisation=merged)
    SignatureFactory(letter=other, organisation=merged)
    SignatureFactory(letter=other, organisation=merged, withdrawn=True)
    for organisation in (kept, merged):
        index_organisation(organisation)
    compare_new()
    return kept, merged


def test_everything_moves_to_the_kept_organisation(pair, staff):
    kept, merged = pair
    merge_organisations(kept=kept, merged=merged, by=staff, now=NOW)
    kept.refresh_from_db()
    merged.refresh_from_db()
    assert merged.merged_into == kept
    assert not merged.signatures.exists()
    assert kept.acronym == "RC"
    assert sorted(kept.names.values_list("name", "kind")) == [
        ("Rat", "spelling"),  # lists in Russian go on showing what `kept` is called there
        ("Refugee Council", "spelling"),
        ("Совет", "translation"),
    ]
    assert sorted(kept.domains.values_list("domain", flat=True)) == [
        "three.example.org",
        "two.example.org",
    ]
    assert kept.identifiers.get().value == "ror-1"
    assert kept.sections.get().name == "Refugee Council of the North"


def test_of_two_live_signatures_the_published_one_stays(pair, staff, outbox):
    kept, merged = pair
    merge_organisations(kept=kept, merged=merged, by=staff, now=NOW)
    live = Signature.objects.live().filter(organisation=kept)
    assert sorted(live.values_list("status", flat=True)) == [Status.PUBLISHED] * 2
    declined = Signature.objects.get(status=Status.DECLINED)
    assert declined.reason == "Your organisation had already signed this letter."
    assert [message.to for message in outbox.send()] == [[declined.representative_email]]


def test_of_two_alike_the_one_that_was_confirmed_first_stays(staff):
    letter = LetterFactory()
    later = SignatureFactory(letter=letter, signed_at=NOW)
    first = SignatureFactory(letter=letter, signed_at=NOW - timedelta(days=1))
    merge_organisations(kept=later.organisation, merged=first.organisation, by=staff, now=NOW)
    assert Signature.objects.live().get() == first


def test_letters_get_a_new_version(pair, staff):
    kept, merged = pair
    letter = merged.signatures.public().first().letter
    merge_organisations(kept=kept, merged=merged, by=staff, now=NOW)
    before = letter.public_version
    letter.refresh_from_db()
    assert letter.public_version == before + 1


def test_undoing_restores_every_row(pair, staff):
    kept, merged = pair
    before = every_row()
    merge = merge_organisations(kept=kept, merged=merged, by=staff, now=NOW)
    assert every_row() != before
    undo_merge(merge=merge, by=staff, now=NOW)
    assert every_row() == before


def test_undoing_twice_is_harmless(pair, staff):
    kept, merged = pair
    merge = merge_organisations(kept=kept, merged=merged, by=staff, now=NOW)
    for _ in range(2):
        undo_merge(merge=merge, by=staff, now=NOW)
    verbs = AuditEntry.objects.filter(verb="merge undone")
    assert verbs.count() == 1


def test_undoing_leaves_what_others_changed_since(pair, staff):
    kept, merged = pair
    merge = merge_organisations(kept=kept, merged=merged, by=staff, now=NOW)
    moved = Signature.objects.public().filter(organisation=kept).first()
    Signature.objects.filter(pk=moved.pk).update(status=Status.WITHDRAWN, withdrawn_at=NOW)
    undo_merge(merge=merge, by=staff, now=NOW)
    moved.refresh_from_db()
    assert (moved.organisation, moved.status) == (merged, Status.WITHDRAWN)


def test_merges_are_undone_from_the_last_one_back(staff):
    one, two, three = (OrganisationFactory() for _ in range(3))
    first = merge_organisations(kept=two, merged=one, by=staff, now=NOW)
    second = merge_organisations(kept=three, merged=two, by=staff, now=NOW)
    with pytest.raises(CannotMerge):
        undo_merge(merge=first, by=staff, now=NOW)
    undo_merge(merge=second, by=staff, now=NOW)
    undo_merge(merge=first, by=staff, now=NOW)
    assert Organisation.objects.on_register().count() == 3


def test_one_organisation_is_not_merged_with_itself_or_twice(staff):
    one, two, three = (OrganisationFactory() for _ in range(3))
    with pytest.raises(CannotMerge):
        merge_organisations(kept=one, merged=one, by=staff, now=NOW)
    merge_organisations(kept=one, merged=two, by=staff, now=NOW)
    with pytest.raises(CannotMerge):
        merge_organisations(kept=three, merged=two, by=staff, now=NOW)


def test_likely_duplicates_are_listed_best_first_and_only_once():
    OrganisationFactory(name="Council on Refugees and Exiles", country="DE")
    OrganisationFactory(name="Council of Refugees and Exiles", country="DE")
    OrganisationFactory(name="Society of Gardeners", country="DE")
    assert compare_new() == 3
    assert compare_new() == 0
    (likely,) = Pair.objects.all()
    assert {str(likely.first), str(likely.second)} == {
        "Council on Refugees and Exiles",
        "Council of Refugees and Exiles",
    }


def test_an_organisation_that_was_never_indexed_is_indexed_first():
    organisation = OrganisationFactory(name="Society of Gardeners")
    RecognitionKey.objects.all().delete()
    Organisation.objects.update(forms=[], compared=False)
    compare_new()
    organisation.refresh_from_db()
    assert organisation.forms != []
    assert RecognitionKey.objects.filter(organisation=organisation).exists()


def test_pairs_that_staff_called_different_never_come_back(staff):
    one = OrganisationFactory(name="Council on Refugees and Exiles")
    other = OrganisationFactory(name="Council of Refugees and Exiles")
    compare_new()
    keep_apart(one=other, other=one, by=staff, now=NOW)
    Organisation.objects.update(compared=False)
    compare_new()
    assert Pair.objects.get().decision == Pair.Decision.DIFFERENT
    assert different_from(one) == {other.pk}


def test_a_section_is_no_likely_duplicate_of_its_federation(staff):
    parent = OrganisationFactory(name="Council on Refugees and Exiles")
    section = OrganisationFactory(name="Council of Refugees and Exiles")
    compare_new()
    make_section(section=section, parent=parent, by=staff, now=NOW)
    Organisation.objects.update(compared=False)
    compare_new()
    assert Pair.objects.count() == 0


def test_an_organisation_is_not_a_section_of_its_own_section(staff):
    parent = OrganisationFactory()
    section = OrganisationFactory(parent=parent)
    with pytest.raises(SignatureError):
        make_section(section=parent, parent=section, by=staff, now=NOW)
