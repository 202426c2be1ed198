"""Staff's pages for abuse protection: lists, invalidations and alarms."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from signatories.models import Invalidation, Listing, Signature, SigningAlarm
from tests.factories import LetterFactory, SignatureFactory, StaffFactory

pytestmark = pytest.mark.django_db
LISTINGS = "/admin/signatories/listing/"
INVALIDATIONS = "/admin/signatories/invalidation/"


@pytest.fixture
def member_client(db: None) -> Client:
    """A user with all permissions of this app who is in no team yet."""
    member = StaffFactory(is_superuser=False)
    member.user_permissions.set(Permission.objects.filter(content_type__app_label="signatories"))
    client = Client()
    client.force_login(member)
    return client


def block(client: Client, **changes: str):
    data = {"verdict": "blocked", "kind": "domain", "value": "@Spam.Example", "comment": "A flood."}
    empty = {"expires_at_0": "", "expires_at_1": ""}
    return client.post(f"{LISTINGS}add/", data | empty | changes)


def test_staff_block_a_domain_and_lift_it(staff_client, staff):
    assert block(staff_client).status_code == 302
    listing = Listing.objects.get()
    assert (listing.value, listing.listed_by) == ("spam.example", staff)
    page = staff_client.get(f"{LISTINGS}{listing.pk}/change/").content.decode()
    assert "Lift" in page
    assert 'name="value"' not in page
    staff_client.post(f"{LISTINGS}{listing.pk}/lift/")
    listing.refresh_from_db()
    assert listing.lifted_by == staff
    assert staff_client.get(LISTINGS).status_code == 200


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": "com"}, "Enter a domain that somebody owns, such as example.org."),
        ({"comment": ""}, "This field is required."),
        ({"kind": "network", "value": "x"}, "Enter a network, such as 192.0.2.0/24"),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "12:00"}, "It would expire before"),
    ],
)
def test_an_invalid_entry_is_reported_beside_the_field(staff_client, changes, message):
    response = block(staff_client, **changes)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert Listing.objects.count() == 0


def test_an_entry_in_force_is_not_duplicated_and_an_expired_one_is_renewed(staff_client):
    block(staff_client)
    assert "It is already listed." in block(staff_client).content.decode()
    now = timezone.now()
    Listing.objects.update(listed_at=now - timedelta(days=2), expires_at=now - timedelta(days=1))
    assert block(staff_client).status_code == 302
    assert Listing.objects.count() == 2


def test_opening_the_page_for_lifting_lifts_nothing(staff_client):
    block(staff_client)
    listing = Listing.objects.get()
    assert staff_client.get(f"{LISTINGS}{listing.pk}/lift/").status_code == 405


def choose(client: Client, letter, **rule: str):
    return client.post(f"{INVALIDATIONS}add/", {"letter": letter.pk, **rule})


def shown(page: str) -> str:
    (found,) = re.findall(r'name="shown" value="([^"]+)"', page)
    return str(found)


def test_staff_preview_confirm_and_undo(staff_client, staff):
    letter = LetterFactory()
    spam = SignatureFactory(letter=letter, representative_email="a@spam.example")
    honest = SignatureFactory(letter=letter)
    page = choose(staff_client, letter, email_domain="spam.example").content.decode()
    assert "1 signature on" in page
    assert str(spam) in page
    assert str(honest) not in page
    assert Signature.objects.published().count() == 2
    data = {"shown": shown(page), "reason": "A flood."}
    for _press in range(2):
        response = staff_client.post(f"{INVALIDATIONS}add/", data, follow=True)
    done = Invalidation.objects.get()
    assert response.redirect_chain == [(f"{INVALIDATIONS}{done.pk}/change/", 302)]
    assert list(Signature.objects.published()) == [honest]
    staff_client.post(f"{INVALIDATIONS}{done.pk}/undo/")
    assert Signature.objects.published().count() == 2
    assert "Restored: 1." in staff_client.get(f"{INVALIDATIONS}{done.pk}/change/").content.decode()
    assert staff_client.get(INVALIDATIONS).status_code == 200


def test_without_a_reason_the_list_comes_back_and_nothing_changes(staff_client):
    signature = SignatureFactory()
    page = choose(staff_client, signature.letter, status="published").content.decode()
    response = staff_client.post(f"{INVALIDATIONS}add/", {"shown": shown(page), "reason": ""})
    assert "Give a reason." in response.content.decode()
    assert Invalidation.objects.count() == 0


def test_a_signature_that_comes_during_the_preview_is_not_declined(staff_client):
    first = SignatureFactory(signed_at=timezone.now() - timedelta(hours=1))
    page = choose(staff_client, first.letter, status="published").content.decode()
    second = SignatureFactory(letter=first.letter)
    staff_client.post(f"{INVALIDATIONS}add/", {"shown": shown(page), "reason": "A flood."})
    assert list(Signature.objects.published()) == [second]


def test_a_rule_without_criteria_is_refused(staff_client):
    page = choose(staff_client, LetterFactory()).content.decode()
    assert "Choose which signatures: fill in at least one field." in page


def test_forged_input_is_refused(staff_client):
    SignatureFactory()
    response = staff_client.post(f"{INVALIDATIONS}add/", {"shown": "forged", "reason": "x"})
    assert response.status_code == 403


def test_staff_reach_only_letters_of_their_campaigns(member_client, staff_client):
    signature = SignatureFactory()
    page = choose(staff_client, signature.letter, status="published").content.decode()
    data = {"shown": shown(page), "reason": "A flood."}
    refused = choose(member_client, signature.letter, status="published")
    assert "shown" not in refused.content.decode()
    assert member_client.post(f"{INVALIDATIONS}add/", data).status_code == 404
    staff_client.post(f"{INVALIDATIONS}add/", data)
    done = Invalidation.objects.get()
    assert member_client.post(f"{INVALIDATIONS}{done.pk}/undo/").status_code == 404
    assert member_client.get(f"{INVALIDATIONS}{done.pk}/change/").status_code == 302
    done.refresh_from_db()
    assert done.undone_at is None


@pytest.mark.parametrize(
    "address", [f"{INVALIDATIONS}add/", f"{LISTINGS}add/", INVALIDATIONS, LISTINGS]
)
def test_staff_without_the_permission_are_refused(address):
    client = Client()
    client.force_login(StaffFactory(is_superuser=False))
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403


def test_the_list_of_letters_marks_an_alarm_for_a_day(staff_client):
    now = timezone.now()
    letter = LetterFactory()
    LetterFactory()
    alarm = SigningAlarm.objects.create(
        letter=letter,
        day=now.date(),
        raised_at=now - timedelta(hours=23),
        signed=9,
        unconfirmed=9,
        usual=0,
        one_network=0,
        one_domain=0,
    )
    address = reverse("admin:letters_letter_changelist")
    assert staff_client.get(address).content.decode().count("⚠ unusual activity") == 1
    alarm.raised_at = now - timedelta(hours=25)
    alarm.save()
    assert "⚠" not in staff_client.get(address).content.decode()
