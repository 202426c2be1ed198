"""What was promised of either organisation survives a merge, and what came later survives undoing.

Each test that undoes edits what the merge itself had changed.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from signatories.models import (
    Logo,
    Merge,
    Organisation,
    OrganisationDomain,
    OrganisationName,
    Pair,
    Signature,
)
from signatories.register.actions import (
    compare_new,
    delete_organisation,
    keep_apart,
    rename_organisation,
)
from signatories.review.actions import merge_organisations, undo_merge
from signatories.signing.actions import confirm_signature
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
Status = Signature.Status
Visibility = Signature.Visibility


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def merge(staff):
    def make(kept: Organisation, merged: Organisation) -> Merge:
        return merge_organisations(kept=fresh(kept), merged=fresh(merged), by=staff, now=NOW)

    return make


@pytest.fixture
def undo(staff):
    def make(merge: Merge) -> None:
        undo_merge(merge=merge, by=staff, now=NOW)

    return make


# Every field is covered here. A new one has to be added here and in merging.py.
FATE = {
    "stays that of the one kept": {"id", "public_id", "country", "namesake", "entered"}
    | {"provisional", "recognised_as"},
    "becomes a further name": {"name", "name_key", "sort_key", "acronym"},
    "becomes a further domain": {"website", "website_source"},
    "holds if it was true of either": {"protected", "scope"},
    "is filled in where there is none": {"parent", "logo"},
    "moves": {"signatures", "names", "domains", "identifiers", "sections"}
    | {"known_links", "known_as", "refused"},
    "tells that it was merged": {"merged_into"},
    "is made anew": {"forms", "compared", "looked_up"},
}


def test_every_field_of_an_organisation_has_a_fate():
    known = {field.name for field in Organisation._meta.get_fields()}
    assert known == set().union(*FATE.values())


# Protection and scope


@pytest.mark.parametrize("kept_is", [True, False])
@pytest.mark.parametrize("merged_is", [True, False])
def test_a_protected_organisation_stays_protected(kept_is, merged_is, merge, undo):
    kept = OrganisationFactory(protected=kept_is)
    merged = OrganisationFactory(protected=merged_is)
    done = merge(kept, merged)
    assert fresh(kept).protected == (kept_is or merged_is)
    undo(done)
    assert (fresh(kept).protected, fresh(merged).protected) == (kept_is, merged_is)


def test_the_next_signature_from_its_domain_starts_withheld(merge):
    letter = LetterFactory(publish_own_domain=True)
    kept = OrganisationFactory(name="Forum")
    merged = OrganisationFactory(
        name="Circle for Truth", website="https://circle.example", protected=True
    )
    merge(kept, merged)
    signature = SignatureFactory(
        letter=letter,
        unconfirmed=True,
        signed_as="Circle for Truth",
        country="DE",
        website="https://circle.example",
        representative_email="rosa@circle.example",
    )
    confirmed = confirm_signature(signature=signature, now=NOW)
    assert (confirmed.organisation, confirmed.visibility) == (kept, Visibility.WITHHELD)


@pytest.mark.parametrize(
    ("kept_is", "merged_is", "becomes"),
    [
        ("national", "international", "international"),
        ("international", "national", "international"),
        ("national", "national", "national"),
    ],
)
def test_an_international_organisation_stays_international(
    kept_is, merged_is, becomes, merge, undo
):
    kept = OrganisationFactory(scope=kept_is)
    done = merge(kept, OrganisationFactory(scope=merged_is))
    assert fresh(kept).scope == becomes
    undo(done)
    assert fresh(kept).scope == kept_is


# Visibility


ORDER = [Visibility.COUNTED, Visibility.WITHHELD, Visibility.PUBLIC]


@pytest.mark.parametrize("first", ORDER)
@pytest.mark.parametrize("second", ORDER)
def test_of_two_signatures_the_more_hidden_wish_holds(first, second, merge, undo):
    letter = LetterFactory()
    stays = SignatureFactory(letter=letter, visibility=first, signed_at=NOW - timedelta(days=1))
    goes = SignatureFactory(letter=letter, visibility=second, signed_at=NOW)
    done = merge(stays.organisation, goes.organisation)
    assert fresh(stays).visibility == min(first, second, key=ORDER.index)
    assert fresh(goes).status == Status.DECLINED
    undo(done)
    assert (fresh(stays).visibility, fresh(goes).visibility) == (first, second)
    assert fresh(goes).status == Status.PUBLISHED


def test_a_signature_keeps_its_own_wish_under_another_letter(merge):
    hidden = SignatureFactory(visibility=Visibility.WITHHELD)
    shown = SignatureFactory()
    merge(shown.organisation, hidden.organisation)
    assert (fresh(hidden).visibility, fresh(shown).visibility) == ("withheld", "public")


# Federations and sections


def test_a_section_of_the_merged_one_becomes_one_of_the_kept(merge, undo):
    kept, merged = OrganisationFactory(), OrganisationFactory()
    section = OrganisationFactory(parent=merged)
    done = merge(kept, merged)
    assert fresh(section).parent == kept
    undo(done)
    assert fresh(section).parent == merged


def test_a_section_that_is_kept_takes_the_place_of_its_federation(merge, undo):
    above = OrganisationFactory()
    merged = OrganisationFactory(parent=above)
    kept = OrganisationFactory(parent=merged)
    done = merge(kept, merged)
    assert fresh(kept).parent == above
    undo(done)
    assert fresh(kept).parent == merged


def test_one_that_is_two_steps_below_comes_above_what_was_between(merge, undo):
    merged = OrganisationFactory()
    between = OrganisationFactory(parent=merged)
    kept = OrganisationFactory(parent=between)
    done = merge(kept, merged)
    assert (fresh(kept).parent, fresh(between).parent) == (None, kept)
    undo(done)
    assert (fresh(kept).parent, fresh(between).parent) == (between, merged)


@pytest.mark.parametrize("steps", [1, 2])
def test_one_that_is_merged_from_below_makes_nothing_its_own_section(steps, merge):
    kept = OrganisationFactory()
    between = OrganisationFactory(parent=kept) if steps == 2 else kept
    merge(kept, OrganisationFactory(parent=between))
    assert fresh(kept).parent is None


def test_the_federation_of_the_merged_one_is_taken_over_where_there_is_none(merge, undo):
    federation, other = OrganisationFactory(), OrganisationFactory()
    kept, merged = OrganisationFactory(), OrganisationFactory(parent=federation)
    undo(merge(kept, merged))
    assert fresh(kept).parent is None
    merge(kept, merged)
    assert fresh(kept).parent == federation
    settled = OrganisationFactory(parent=other)
    merge(settled, OrganisationFactory(parent=federation))
    assert fresh(settled).parent == other


# Names, domains, logos


def test_lists_still_show_the_kept_ones_translated_name(merge, undo):
    merged = OrganisationFactory(name="Refugee Council")
    kept = OrganisationFactory(name="Council")
    names = [
        OrganisationName.objects.create(
            organisation=one, name=name, kind="translation", language="ru"
        )
        for one, name in ((merged, "Их совет"), (kept, "Наш совет"))
    ]
    done = merge(kept, merged)
    assert fresh(kept).name_in("ru") == "Наш совет"
    assert fresh(names[0]).kind == "spelling"
    undo(done)
    assert fresh(merged).name_in("ru") == "Их совет"


def test_a_logo_is_taken_over_where_there_is_none(merge, undo):
    pictures = {"encoded": "AA==", "width": 1, "height": 1}
    kept, merged = OrganisationFactory(), OrganisationFactory()
    logo = Logo.objects.create(organisation=merged, **pictures)
    undo(merge(kept, merged))
    assert fresh(logo).organisation == merged
    own = Logo.objects.create(organisation=kept, **pictures)
    merge(kept, merged)
    assert (fresh(own).organisation, fresh(logo).organisation) == (kept, merged)


# Likely duplicates


def test_open_pairs_of_the_merged_one_are_compared_again(merge, undo):
    kept, merged, other = (OrganisationFactory(name=name) for name in ("A b", "C d", "E f"))
    Pair.objects.create(first=merged, second=other, score=0.7)
    Pair.objects.create(first=kept, second=merged, score=0.8)
    done = merge(kept, merged)
    assert not Pair.objects.exists()
    assert not fresh(kept).compared
    undo(done)
    assert sorted(Pair.objects.values_list("first", "second")) == sorted(
        [(merged.pk, other.pk), (kept.pk, merged.pk)]
    )


def test_what_staff_kept_apart_from_the_merged_one_stays_apart_from_the_kept(merge, undo, staff):
    other, kept, merged = (OrganisationFactory() for _ in range(3))
    keep_apart(one=merged, other=other, by=staff, now=NOW)
    done = merge(kept, merged)
    assert list(Pair.objects.values_list("first", "second", "decision")) == [
        (other.pk, kept.pk, "different")
    ]
    undo(done)
    assert list(Pair.objects.values_list("first", "second", "decision")) == [
        (other.pk, merged.pk, "different")
    ]


def test_a_decision_on_the_merged_one_closes_the_open_pair_of_the_kept(merge, undo, staff):
    other, kept, merged = (OrganisationFactory() for _ in range(3))
    keep_apart(one=merged, other=other, by=staff, now=NOW)
    own = Pair.objects.create(first=other, second=kept, score=0.7)
    done = merge(kept, merged)
    assert [pair.decision for pair in Pair.objects.all()] == [Pair.Decision.DIFFERENT]
    assert fresh(own).decided_by == staff
    undo(done)
    assert sorted(Pair.objects.values_list("second", "decision")) == sorted(
        [(kept.pk, "open"), (merged.pk, "different")]
    )


def test_a_pair_with_what_left_the_register_since_does_not_come_back(merge, undo, staff):
    kept, merged, other, third = (OrganisationFactory() for _ in range(4))
    gone = OrganisationFactory()
    for one in (other, gone):
        Pair.objects.create(first=merged, second=one, score=0.7)
    done = merge(kept, merged)
    merge(third, other)
    delete_organisation(organisation=gone, by=staff, now=NOW)
    undo(done)
    assert not Pair.objects.exists()
    compare_new()


# What others changed since


def test_undoing_leaves_a_field_that_the_merge_had_filled_in_and_staff_changed(merge, undo):
    kept = OrganisationFactory()
    merged = OrganisationFactory(acronym="RC", website="https://rc.example", protected=True)
    done = merge(kept, merged)
    Organisation.objects.filter(pk=kept.pk).update(acronym="ECRE", website="https://ecre.example")
    undo(done)
    kept = fresh(kept)
    assert (kept.acronym, kept.website) == ("ECRE", "https://ecre.example")
    assert not kept.protected  # unchanged fields are restored


def test_undoing_leaves_a_row_that_was_moved_on(merge, undo):
    kept, merged, third = (OrganisationFactory() for _ in range(3))
    signature = SignatureFactory(organisation=merged)
    domain = OrganisationDomain.objects.create(organisation=merged, domain="rc.example")
    section = OrganisationFactory(parent=merged)
    done = merge(kept, merged)
    Signature.objects.filter(pk=signature.pk).update(organisation=third)
    OrganisationDomain.objects.filter(pk=domain.pk).update(organisation=third)
    Organisation.objects.filter(pk=section.pk).update(parent=third)
    undo(done)
    assert fresh(signature).organisation == third
    assert fresh(domain).organisation == third
    assert fresh(section).parent == third


def test_undoing_leaves_a_name_that_staff_edited(merge, undo):
    kept, merged = OrganisationFactory(name="Council"), OrganisationFactory(name="Refugee Council")
    done = merge(kept, merged)
    added = kept.names.get()
    added.kind, added.language = "translation", "en"
    added.save()
    undo(done)
    assert kept.names.get() == added


def test_undoing_removes_the_unedited_name(merge, undo):
    kept, merged = OrganisationFactory(name="Council"), OrganisationFactory(name="Refugee Council")
    undo(merge(kept, merged))
    assert not OrganisationName.objects.exists()


def test_undoing_leaves_a_signature_that_staff_published_since(merge, undo, staff):
    """The one that had stayed was withdrawn, and staff restored the other one."""
    letter = LetterFactory()
    stays = SignatureFactory(letter=letter, signed_at=NOW - timedelta(days=1))
    goes = SignatureFactory(letter=letter, signed_at=NOW)
    done = merge(stays.organisation, goes.organisation)
    Signature.objects.filter(pk=stays.pk).update(status="withdrawn", withdrawn_at=NOW)
    later = NOW + timedelta(hours=1)
    Signature.objects.filter(pk=goes.pk).update(
        status="published", decided_at=later, decided_by=staff, reason=""
    )
    undo(done)
    goes = fresh(goes)
    assert (goes.status, goes.decided_at, goes.decided_by) == ("published", later, staff)


def test_undoing_restores_no_second_signature_under_one_letter(merge, undo):
    """The one that had stayed was withdrawn, and the organisation signed again."""
    letter = LetterFactory()
    stays = SignatureFactory(letter=letter, signed_at=NOW - timedelta(days=1))
    goes = SignatureFactory(letter=letter, signed_at=NOW)
    done = merge(goes.organisation, stays.organisation)
    Signature.objects.filter(pk=stays.pk).update(status="withdrawn", withdrawn_at=NOW)
    anew = SignatureFactory(letter=letter, organisation=goes.organisation)
    undo(done)
    assert (fresh(goes).status, fresh(anew).status) == (Status.DECLINED, Status.PUBLISHED)
    assert fresh(stays).organisation != fresh(goes).organisation


def test_undoing_bumps_a_letter_whose_list_gets_a_name_back(merge, undo):
    letter = LetterFactory()
    stays = SignatureFactory(letter=letter, signed_at=NOW - timedelta(days=1))
    goes = SignatureFactory(letter=letter, signed_at=NOW)
    done = merge(stays.organisation, goes.organisation)
    Signature.objects.filter(pk=stays.pk).update(status="withdrawn", withdrawn_at=NOW)
    before = fresh(letter).public_version
    undo(done)
    assert fresh(goes).status == Status.PUBLISHED
    assert fresh(letter).public_version == before + 1


def test_undoing_after_the_kept_one_took_the_name_makes_two_namesakes(merge, undo, staff):
    kept, merged = OrganisationFactory(name="Council"), OrganisationFactory(name="Refugee Council")
    done = merge(kept, merged)
    rename_organisation(organisation=fresh(kept), name="Refugee Council", by=staff, now=NOW)
    undo(done)
    assert [fresh(one).namesake for one in (kept, merged)] == [0, 1]
    assert fresh(merged).name == fresh(kept).name
