"""Who may do what to a letter in the admin, and the buttons that move it on."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client

from config.models import AuditEntry
from letters.models import Letter
from tests.factories import CampaignFactory, LetterFactory, StaffFactory
from tests.letters.conftest import INDEX, change_url, problems, sent_by

pytestmark = pytest.mark.django_db
Status = Letter.Status


def page(letter: Letter, name: str) -> str:
    return f"{INDEX}{letter.pk}/{name}/"


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# Teams


def test_another_teams_letter_is_not_listed_and_cannot_be_opened(member, member_client):
    own, other = LetterFactory(status=Status.DRAFT), LetterFactory(status=Status.DRAFT)
    own.campaign.team.add(member)
    assert list(member_client.get(INDEX).context["cl"].result_list) == [own]
    for name in ("change", "delete", "history"):
        response = member_client.get(page(other, name))
        assert (response.status_code, response.headers["Location"]) == (302, "/admin/"), name
        assert member_client.get(page(own, name)).status_code == 200, name


def test_another_teams_letter_cannot_be_changed_moved_or_deleted(staff_client, member_client):
    other = LetterFactory(status=Status.DRAFT)
    sent = sent_by(staff_client, change_url(other), goal="7")
    assert member_client.post(change_url(other), sent).headers["Location"] == "/admin/"
    assert member_client.post(page(other, "status"), {"to": "open"}).status_code == 404
    assert member_client.post(page(other, "delete"), {"post": "yes"}).status_code == 302
    stored = Letter.objects.get()
    assert (stored.goal, stored.status, AuditEntry.objects.count()) == (None, Status.DRAFT, 0)


def test_a_letter_cannot_be_moved_into_another_teams_campaign(member, member_client):
    own, other = LetterFactory(), CampaignFactory()
    own.campaign.team.add(member)
    sent = sent_by(member_client, change_url(own), campaign=str(other.pk))
    assert list(problems(member_client.post(change_url(own), sent))) == ["campaign"]
    assert Letter.objects.get().campaign == own.campaign


def test_the_filter_by_campaign_names_no_campaign_of_another_team(member, member_client):
    for _ in range(2):
        LetterFactory().campaign.team.add(member)
    LetterFactory(campaign__title="Theirs and secret")
    assert "Theirs and secret" not in member_client.get(INDEX).content.decode()


def test_a_letter_that_two_members_work_on_is_listed_once(member, member_client):
    letter = LetterFactory()
    letter.campaign.team.add(member, StaffFactory())
    assert list(member_client.get(INDEX).context["cl"].result_list) == [letter]


@pytest.mark.parametrize("number", ["abc", "0", "99999"])
def test_an_address_of_no_letter_leads_back(staff_client, number):
    assert staff_client.get(f"{INDEX}{number}/change/").headers["Location"] == "/admin/"


# Deleting


def test_a_draft_is_deleted_and_stays_on_record(staff, staff_client):
    letter = LetterFactory(status=Status.DRAFT)
    staff_client.post(page(letter, "delete"), {"post": "yes"})
    assert Letter.objects.count() == 0
    assert list(AuditEntry.objects.values_list("verb", "by")) == [("letter deleted", staff.pk)]


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRAFT}))
def test_what_was_public_cannot_be_deleted(staff_client, status):
    letter = LetterFactory(status=status)
    assert staff_client.get(page(letter, "delete")).status_code == 403
    assert staff_client.post(page(letter, "delete"), {"post": "yes"}).status_code == 403
    assert Letter.objects.get() == letter


def test_letters_cannot_be_deleted_in_bulk(staff_client):
    letter = LetterFactory(status=Status.DRAFT)
    written = {"action": "delete_selected", "_selected_action": [letter.pk], "post": "yes"}
    staff_client.post(INDEX, written)
    assert Letter.objects.get() == letter


# The buttons


@pytest.mark.parametrize(
    ("status", "labels"),
    [
        (Status.DRAFT, ["Open"]),
        (Status.OPEN, ["Closed"]),
        (Status.CLOSED, ["Archived", "Delivered", "Open"]),
        (Status.DELIVERED, ["Answered", "Archived"]),
        (Status.ANSWERED, ["Archived"]),
        (Status.ARCHIVED, []),
    ],
)
def test_the_page_offers_the_statuses_that_may_follow(staff_client, status, labels):
    response = staff_client.get(change_url(LetterFactory(status=status)))
    assert [str(label) for _value, label in response.context["next_statuses"]] == labels
    assert response.content.decode().count("Change to: ") == len(labels)


def test_a_button_moves_the_letter_on(staff, staff_client):
    letter = LetterFactory()
    response = staff_client.post(page(letter, "status"), {"to": "closed"})
    assert response.headers["Location"] == change_url(letter)
    assert said(response) == ["The letter is now: Closed."]
    stored = Letter.objects.get()
    assert (stored.status, stored.public_version) == (Status.CLOSED, 2)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by) == ("letter status changed", staff)


def test_pressing_it_twice_is_harmless(staff_client):
    letter = LetterFactory()
    for _ in range(2):
        response = staff_client.post(page(letter, "status"), {"to": "closed"})
        assert response.status_code == 302
    assert (Letter.objects.get().public_version, AuditEntry.objects.count()) == (2, 1)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"to": "delivered"}, "A letter that is “Open” cannot become “Delivered”."),
        ({"to": "nonsense"}, "A letter that is “Open” cannot become “nonsense”."),
        ({}, "A letter that is “Open” cannot become “”."),
    ],
)
def test_a_step_that_is_not_offered_is_refused_with_a_message(staff_client, written, message):
    letter = LetterFactory()
    assert said(staff_client.post(page(letter, "status"), written)) == [message]
    assert Letter.objects.get().status == Status.OPEN


def test_a_draft_that_is_not_ready_is_told_what_it_lacks(staff_client):
    letter = LetterFactory(status=Status.DRAFT)
    letter.addressees.all().delete()
    assert said(staff_client.post(page(letter, "status"), {"to": "open"})) == [
        "The letter cannot open yet. It lacks: an addressee."
    ]
    assert Letter.objects.get().status == Status.DRAFT


def test_following_a_link_moves_nothing(staff_client):
    letter = LetterFactory()
    assert staff_client.get(page(letter, "status"), {"to": "closed"}).status_code == 405
    assert Letter.objects.get().status == Status.OPEN


def test_a_form_of_another_site_moves_nothing(staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    letter = LetterFactory()
    assert client.post(page(letter, "status"), {"to": "closed"}).status_code == 403
    assert Letter.objects.get().status == Status.OPEN


def test_staff_who_may_only_read_letters_are_offered_no_button_and_move_nothing():
    user = StaffFactory(is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="view_letter"))
    letter = LetterFactory()
    letter.campaign.team.add(user)
    client = Client()
    client.force_login(user)
    assert "Change to: " not in client.get(change_url(letter)).content.decode()
    assert client.post(page(letter, "status"), {"to": "closed"}).status_code == 403
    assert Letter.objects.get().status == Status.OPEN


def test_nobody_else_reaches_the_buttons(client):
    letter = LetterFactory()
    response = client.post(page(letter, "status"), {"to": "closed"})
    assert response.headers["Location"].partition("?")[0] == "/admin/login/"
    assert Letter.objects.get().status == Status.OPEN
