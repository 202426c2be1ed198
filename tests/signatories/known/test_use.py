"""Imported data is used when organisations sign, and by staff."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from letters.models import Letter
from signatories.housekeeping import tidy
from signatories.known.actions import link_waiting, undo_import
from signatories.models import (
    DomainSource,
    Organisation,
    OrganisationName,
    Pair,
    RefusedKnowledge,
    Signature,
)
from signatories.register.actions import index_organisation, record_organisation
from signatories.register.owners import owners_of
from signatories.review.actions import merge_organisations, undo_merge
from signatories.signing.actions import confirm_signature, settle_confirmed
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory, StaffFactory
from tests.signatories.admin.test_admin import organisation_data

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ENGLISH, GERMAN = "Institute of Clear Waters", "Institut für klare Gewässer"
HOST = "clearwaters.example.org"


@pytest.fixture
def letter() -> Letter:
    return LetterFactory()


def confirmed(letter: Letter, name: str, email: str = "sam@gmail.com") -> Signature:
    signature = SignatureFactory(
        letter=letter,
        unconfirmed=True,
        signed_as=name,
        country="DE",
        representative_email=email,
    )
    return confirm_signature(signature=signature, now=NOW)


def settled(signature: Signature) -> Organisation:
    settle_confirmed(now=NOW)
    signature.refresh_from_db()
    assert signature.organisation is not None
    return signature.organisation


def names(organisation: Organisation) -> set[str]:
    return set(organisation.names.values_list("name", flat=True))


def test_a_known_body_that_signs_is_added_as_typed_with_its_known_data(letter, registry):
    organisation = settled(confirmed(letter, GERMAN))
    assert (organisation.name, organisation.website) == (GERMAN, "")
    assert names(organisation) == {ENGLISH, "清水研究所", "Clearwaters", "ICW"}
    assert {one.source for one in organisation.names.all()} == {DomainSource.REGISTER}
    assert organisation.domains.get().domain == HOST
    assert organisation.identifiers.filter(scheme="XI-ROR", value="000ygj308").exists()


def test_its_other_names_are_recognised_from_then_on(letter, registry):
    organisation = settled(confirmed(letter, GERMAN))
    letter = LetterFactory(slug="second", campaign=letter.campaign)
    other = settled(confirmed(letter, "清水研究所"))
    assert other == organisation
    assert Organisation.objects.on_register().count() == 1


def test_without_the_import_they_are_two_organisations(letter):
    organisation = settled(confirmed(letter, GERMAN))
    letter = LetterFactory(slug="second", campaign=letter.campaign)
    assert settled(confirmed(letter, "清水研究所")) != organisation


def test_a_merely_similar_name_is_not_linked(letter, registry):
    organisation = settled(confirmed(letter, "Institute of Clear Skies"))
    assert not organisation.names.exists()


def test_confirming_does_not_look_up_imported_registers(letter, registry):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        confirmed(letter, GERMAN, email=f"ada@{HOST}")
    assert len(queries) > 0
    assert [one["sql"] for one in queries if "signatories_known" in one["sql"]] == []


def test_a_body_that_only_another_team_may_see_gets_a_second_organisation(letter, registry):
    """As if it had never signed: the same answers, names and numbers."""
    hidden = settled(confirmed(LetterFactory(slug="theirs"), GERMAN))
    Signature.objects.update(visibility="withheld", status="published", published_at=NOW)
    own = settled(confirmed(letter, ENGLISH))
    assert own != hidden
    assert (own.name, names(own)) == (ENGLISH, {GERMAN, "清水研究所", "Clearwaters", "ICW"})
    assert own.domains.get().domain == HOST
    assert own.known_links.get().known == hidden.known_links.get().known


def test_two_organisations_linked_with_one_known_body_are_likely_duplicates(registry):
    first, second = OrganisationFactory(name=ENGLISH), OrganisationFactory(name=GERMAN)
    tidy(now=NOW)
    pair = Pair.objects.get()
    assert {pair.first, pair.second} == {first, second}
    assert "same_number" in pair.reasons


def test_a_known_domain_proves_authority_once_the_organisation_is_linked(letter, registry):
    assert owners_of(f"ada@{HOST}") == []
    organisation = settled(confirmed(letter, GERMAN))
    assert owners_of(f"ada@{HOST}") == [organisation.pk]
    undo_import(imported=registry, now=NOW)
    assert owners_of(f"ada@{HOST}") == []


def test_the_worker_links_organisations_that_staff_added_or_renamed(registry):
    organisation = OrganisationFactory(name="Something Else")
    tidy(now=NOW)
    assert not organisation.names.exists()
    organisation.set_name(ENGLISH)
    organisation.save()
    record_organisation(organisation=organisation, by=StaffFactory(), now=NOW, changed=["name"])
    tidy(now=NOW)
    assert GERMAN in names(organisation)


def test_linking_again_changes_nothing(registry):
    organisation = OrganisationFactory(name=ENGLISH)
    while link_waiting(now=NOW):
        pass
    before = list(organisation.names.values())
    index_organisation(organisation)
    assert link_waiting(now=NOW) == 1
    assert list(organisation.names.values()) == before
    assert link_waiting(now=NOW) == 0


# What staff enter


def save(client, organisation: Organisation, part: str, rows: list[dict[str, object]]) -> None:
    data = organisation_data(name=organisation.name)
    data |= {f"{part}-TOTAL_FORMS": str(len(rows)), f"{part}-INITIAL_FORMS": str(len(rows))}
    for place, row in enumerate(rows):
        data |= {f"{part}-{place}-{name}": str(value) for name, value in row.items()}
        data[f"{part}-{place}-organisation"] = str(organisation.pk)
    page = reverse("admin:signatories_organisation_change", args=[organisation.pk])
    assert client.post(page, data).status_code == 302


def rows_of(organisation: Organisation) -> list[dict[str, object]]:
    found = organisation.names.order_by("pk").values("id", "name", "kind", "language")
    return [dict(row) for row in found]


def test_a_name_that_staff_removed_does_not_come_back(staff_client, registry):
    organisation = OrganisationFactory(name=ENGLISH)
    tidy(now=NOW)
    rows = rows_of(organisation)
    (gone,) = (row for row in rows if row["name"] == "Clearwaters")
    gone["DELETE"] = "on"
    save(staff_client, organisation, "names", rows)
    tidy(now=NOW)
    assert names(organisation) == {GERMAN, "清水研究所", "ICW"}
    assert RefusedKnowledge.objects.get().value == "clearwaters"


def test_a_name_that_staff_edited_is_theirs(staff_client, registry):
    organisation = OrganisationFactory(name=ENGLISH)
    tidy(now=NOW)
    rows = rows_of(organisation)
    (changed,) = (row for row in rows if row["name"] == "Clearwaters")
    changed["name"] = "Clear Waters Ltd"
    save(staff_client, organisation, "names", rows)
    tidy(now=NOW)
    assert names(organisation) == {GERMAN, "清水研究所", "ICW", "Clear Waters Ltd"}
    undo_import(imported=registry, now=NOW)
    assert names(organisation) == {"Clear Waters Ltd"}


@pytest.mark.parametrize("part", ["domains", "identifiers"])
def test_a_domain_or_number_that_staff_removed_does_not_come_back(staff_client, registry, part):
    organisation = OrganisationFactory(name=ENGLISH)
    tidy(now=NOW)
    columns = {"domains": ["id", "domain"], "identifiers": ["id", "scheme", "value"]}[part]
    rows = list(getattr(organisation, part).values(*columns))
    save(staff_client, organisation, part, [row | {"DELETE": "on"} for row in rows])
    tidy(now=NOW)
    assert not getattr(organisation, part).exists()


def test_a_merge_moves_known_data_and_undoing_moves_it_back(registry):
    kept, merged = OrganisationFactory(name="Waters"), OrganisationFactory(name=ENGLISH)
    tidy(now=NOW)
    before = names(merged)
    done = merge_organisations(kept=kept, merged=merged, by=StaffFactory(), now=NOW)
    assert names(kept) == {ENGLISH, *before}
    assert kept.known_links.count() == 1
    undo_merge(merge=done, by=StaffFactory(), now=NOW)
    assert (names(kept), names(merged)) == (set(), before)
    assert merged.known_links.count() == 1


def test_undoing_an_import_leaves_a_merge_that_can_be_undone(registry):
    kept, merged = OrganisationFactory(name=ENGLISH), OrganisationFactory(name=GERMAN)
    tidy(now=NOW)
    done = merge_organisations(kept=kept, merged=merged, by=StaffFactory(), now=NOW)
    undo_import(imported=registry, now=NOW)
    assert names(kept) == {GERMAN}
    undo_merge(merge=done, by=StaffFactory(), now=NOW)
    assert OrganisationName.objects.filter(source=DomainSource.REGISTER).count() == 0
