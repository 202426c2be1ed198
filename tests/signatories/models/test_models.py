"""Each constraint accepts what it should and rejects what it should, in the database itself."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from signatories.defence.limits import BURST, window_start
from signatories.models import Organisation, OrganisationDomain, RateCount, Signature
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory, StaffFactory

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()


def refused(constraint: str, make) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    # SQLite names the columns of a unique constraint and PostgreSQL its name.
    assert constraint in str(error.value) or "UNIQUE constraint failed" in str(error.value)


@pytest.mark.parametrize("second", [{}, {"in_review": True}])
def test_an_organisation_has_one_live_signature_under_a_letter(second):
    first = SignatureFactory()
    refused(
        "signature_one_live_per_letter_and_organisation",
        lambda: SignatureFactory(letter=first.letter, organisation=first.organisation, **second),
    )


@pytest.mark.parametrize("state", ["withdrawn", "declined"])
def test_ended_signatures_leave_room_for_a_live_one(state):
    first = SignatureFactory(**{state: True})
    SignatureFactory(letter=first.letter, organisation=first.organisation)
    assert Signature.objects.count() == 2


def test_an_organisation_signs_several_letters():
    first = SignatureFactory()
    SignatureFactory(organisation=first.organisation)
    assert Signature.objects.live().count() == 2


def test_one_address_has_one_unconfirmed_signature_for_a_name():
    same = {
        "letter": LetterFactory(),
        "unconfirmed": True,
        "representative_email": "rosa@forum.example.org",
    }
    SignatureFactory(**same, signed_as="Forum")
    SignatureFactory(**same, signed_as="Other")
    refused(
        "signature_one_unconfirmed_per_letter_address_and_name",
        lambda: SignatureFactory(**same, signed_as="Forum"),
    )


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("signature_has_organisation_once_confirmed", {"organisation": None}),
        ("signature_has_organisation_once_confirmed", {"confirmed_at": None}),
        ("signature_has_organisation_once_confirmed", {"status": Status.UNCONFIRMED}),
        ("signature_published_has_its_instant", {"published_at": None}),
        ("signature_withdrawn_has_its_instant", {"status": Status.WITHDRAWN}),
        ("signature_withdrawn_has_its_instant", {"withdrawn_at": NOW}),
        ("signature_declined_has_a_reason", {"status": Status.DECLINED, "decided_at": NOW}),
        ("signature_declined_has_a_reason", {"status": Status.DECLINED, "reason": "Why."}),
        ("signature_address_has_its_index", {"email_index": ""}),
        ("signature_address_has_its_index", {"representative_email": ""}),
    ],
)
def test_a_signature_that_contradicts_itself_is_refused(constraint, fields):
    signature = SignatureFactory()
    refused(constraint, lambda: Signature.objects.filter(pk=signature.pk).update(**fields))


def test_a_decider_has_an_instant():
    signature = SignatureFactory()
    rows = Signature.objects.filter(pk=signature.pk)
    staff = StaffFactory()
    refused("signature_decider_has_an_instant", lambda: rows.update(decided_by=staff))
    rows.update(decided_by=staff, decided_at=NOW)
    signature.refresh_from_db()
    assert signature.decided_by == staff


def test_a_name_is_unique_within_a_country():
    OrganisationFactory(name="Forum", country="DE")
    OrganisationFactory(name="Forum", country="FR")
    refused(
        "organisation_once_per_name_and_country",
        lambda: OrganisationFactory(name="FORUM!", country="DE"),
    )


def test_staff_can_keep_two_namesakes_apart():
    OrganisationFactory(name="Forum")
    OrganisationFactory(name="Forum", namesake=1)
    assert Organisation.objects.count() == 2


def test_an_organisation_has_a_name():
    refused("organisation_has_a_name", lambda: OrganisationFactory(name=""))


def test_a_window_has_one_row():
    start = window_start(NOW, BURST)
    row = {"key": "k" * 64, "window_start": start, "window_end": start + BURST}
    RateCount.objects.create(**row, count=1)
    refused("rate_count_once_per_key_and_window", lambda: RateCount.objects.create(**row))


def test_personal_data_is_not_readable_in_the_database(django_assert_num_queries):
    from django.db import connection

    signature = SignatureFactory()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM signatories_signature WHERE id = %s", [signature.pk])
        row = " ".join(str(value) for value in cursor.fetchone())
    for private in (
        signature.representative_name,
        signature.representative_role,
        signature.representative_email,
    ):
        assert private not in row


def test_an_organisations_url_has_its_name_and_its_permanent_id():
    organisation = OrganisationFactory(name="Открытый форум / Open!")
    stays = organisation.public_id
    assert re.fullmatch(r"[2-9b-z]{10}", stays)
    assert organisation.slug == f"otkrytyy-forum-open-{stays}"
    organisation.set_name("—")
    organisation.save()
    organisation.refresh_from_db()
    assert (organisation.public_id, organisation.slug) == (stays, stays)


def test_no_two_organisations_have_one_public_id():
    stays = OrganisationFactory().public_id
    refused("public_id", lambda: OrganisationFactory(public_id=stays))
    assert OrganisationFactory().public_id != stays


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("https://Faß.example/a", "https://xn--fa-hia.example/a"),
        ("https://fass.example/a", "https://fass.example/a"),
        ("", ""),
    ],
)
def test_a_website_is_stored_with_its_host_in_one_form(written, stored):
    organisation = OrganisationFactory(website=written)
    assert Organisation.objects.filter(website=written).get() == organisation
    organisation.refresh_from_db()
    assert organisation.website == stored


def test_an_organisation_has_one_row_for_each_host():
    organisation = OrganisationFactory()
    organisation.domains.create(domain="Faß.example")
    organisation.domains.create(domain="fass.example")
    refused(
        "organisation_domain_once",
        lambda: organisation.domains.create(domain="xn--fa-hia.example"),
    )


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("Faß.example", "xn--fa-hia.example"),
        ("https://faß.example/about", "xn--fa-hia.example"),
        ("info@faß.example", "xn--fa-hia.example"),
    ],
)
def test_staff_may_type_a_domain_in_many_ways(written, host):
    field = OrganisationDomain._meta.get_field("domain").formfield()
    assert field.clean(written) == host


@pytest.mark.parametrize("written", ["faß example", "-", "https://"])
def test_an_invalid_domain_is_refused(written):
    field = OrganisationDomain._meta.get_field("domain").formfield()
    with pytest.raises(ValidationError, match="Enter a domain"):
        field.clean(written)
