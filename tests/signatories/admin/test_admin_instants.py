"""Times in the admin are those of the letter's zone, and name it, for whoever sees them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from config import audit
from config.staff.accounts import change_account
from config.staff.roles import Role
from letters.models import Letter
from signatories.models import Invalidation, Signature
from tests.factories import LetterFactory, SignatureFactory, StaffFactory

pytestmark = pytest.mark.django_db
OPENS = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
CLOSES = datetime(2026, 5, 31, 21, 59, tzinfo=UTC)
SIGNED = datetime(2026, 4, 1, 20, 15, tzinfo=UTC)
IN_ALMATY = "2 April 2026, 01:15 (Asia/Almaty)"


@pytest.fixture(params=list(Role), ids=str)
def someone(request: Any, staff: Any, settings: Any) -> Client:
    """A colleague of each role in the team of every campaign."""
    settings.STAFF_SECOND_FACTOR = False
    account = StaffFactory(is_superuser=False)
    change_account(account=account, role=request.param, is_active=True, by=staff, now=SIGNED)
    letter = LetterFactory(time_zone="Asia/Almaty", opens_at=OPENS, closes_at=CLOSES)
    letter.campaign.team.add(account)
    client = Client()
    client.force_login(account)
    return client


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_of_letters_names_the_zone_of_each(someone):
    shown = page(someone, "/admin/letters/letter/")
    assert "29 March 2026, 04:30 (Asia/Almaty)" in shown
    assert "1 June 2026, 02:59 (Asia/Almaty)" in shown


def test_a_letter_names_its_zone_whether_it_can_be_changed_or_only_read(someone):
    letter = Letter.objects.get()
    response = someone.get(f"/admin/letters/letter/{letter.pk}/change/")
    shown = response.content.decode()
    if response.context["has_change_permission"]:
        assert "Time zone: Asia/Almaty." in shown
        assert 'value="02:59:00"' in shown
    else:
        assert "1 June 2026, 02:59 (Asia/Almaty)" in shown


def test_a_signature_names_the_zone_of_its_letter(someone):
    signature = SignatureFactory(letter=Letter.objects.get(), signed_at=SIGNED)
    shown = page(someone, f"/admin/signatories/signature/{signature.pk}/change/")
    assert shown.count(IN_ALMATY) == 3  # signed, confirmed, published
    assert "20:15" not in shown
    assert IN_ALMATY in page(someone, "/admin/signatories/signature/")


@pytest.mark.parametrize(
    ("path", "factory", "values"),
    [
        ("letters/letter", LetterFactory, {"time_zone": "Asia/Almaty"}),
        ("signatories/signature", SignatureFactory, {"letter__time_zone": "Asia/Almaty"}),
    ],
)
def test_the_history_names_the_zone(staff, staff_client, path, factory, values):
    row = factory(**values)
    LogEntry.objects.create(
        user=staff,
        content_type=ContentType.objects.get_for_model(type(row)),
        object_id=str(row.pk),
        object_repr=str(row),
        action_flag=CHANGE,
        action_time=SIGNED,
    )
    shown = page(staff_client, f"/admin/{path}/{row.pk}/history/")
    assert "Times are in the time zone Asia/Almaty." in shown
    assert "2 April 2026, 01:15" in shown


def test_an_invalidation_is_read_and_shown_in_the_zone_of_its_letter(staff_client):
    letter = LetterFactory(time_zone="Asia/Almaty")
    for hour in (18, 20):
        SignatureFactory(letter=letter, signed_at=SIGNED.replace(hour=hour))
    sent = {"letter": letter.pk, "signed_from": "2026-04-02 00:00", "declared_only": ""}
    shown = staff_client.post("/admin/signatories/invalidation/add/", sent).content.decode()
    assert "2026-04-02 00:00:00 (Asia/Almaty)" in shown
    assert "1 signature on" in shown
    assert "2026-04-02 01:15" in shown


def test_the_list_of_invalidations_names_the_zone_of_each_letter(staff, staff_client):
    letter = LetterFactory(time_zone="Asia/Almaty")
    Invalidation.objects.create(letter=letter, at=SIGNED, by=staff, reason="Spam.")
    assert IN_ALMATY in page(staff_client, "/admin/signatories/invalidation/")


def test_times_that_belong_to_no_letter_are_in_utc(staff, staff_client):
    audit.record(verb=audit.Verb.LETTER_CHANGED, subject=LetterFactory(), by=staff, now=SIGNED)
    assert "1 April 2026, 20:15 (UTC)" in page(staff_client, "/admin/config/auditentry/")


def test_lists_can_still_be_ordered_by_an_instant(staff_client):
    early = LetterFactory(opens_at=OPENS, closes_at=CLOSES)
    late = LetterFactory()
    for order, rows in (("3", [early, late]), ("-3", [late, early])):
        found = staff_client.get("/admin/letters/letter/", {"o": order}).context["cl"].result_list
        assert [one.pk for one in found] == [one.pk for one in rows]


def test_an_instant_that_is_missing_is_a_dash(staff_client):
    signature = SignatureFactory(in_review=True)
    Signature.objects.filter(pk=signature.pk).update(decided_at=None)
    assert "None" not in page(staff_client, f"/admin/signatories/signature/{signature.pk}/change/")
