"""Who may do what to a letter in the admin, and the buttons that change its status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from campaigns.models import Campaign
from config.models import AuditEntry
from letters.actions import save_edition
from letters.models import Letter
from tests.factories import (
    CampaignFactory,
    EditionFactory,
    LetterFactory,
    RevisionFactory,
    SignatureFactory,
    StaffFactory,
)
from tests.letters.conftest import INDEX, change_url, problems, sent_by

pytestmark = pytest.mark.django_db
Status = Letter.Status


def page(letter: Letter, name: str) -> str:
    return f"{INDEX}{letter.pk}/{name}/"


def messages_in(response) -> list[str]:
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
def test_an_unknown_letter_redirects_to_the_list(staff_client, number):
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
    assert messages_in(response) == ["The status of the letter is now: Closed."]
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
        ({"to": "delivered"}, "A letter cannot change from “Open” to “Delivered”."),
        ({"to": "nonsense"}, "A letter cannot change from “Open” to “nonsense”."),
        ({}, "A letter cannot change from “Open” to “”."),
    ],
)
def test_a_step_that_is_not_offered_is_refused_with_a_message(staff_client, written, message):
    letter = LetterFactory()
    assert messages_in(staff_client.post(page(letter, "status"), written)) == [message]
    assert Letter.objects.get().status == Status.OPEN


def test_a_draft_that_is_not_ready_shows_what_it_lacks(staff_client):
    letter = LetterFactory(status=Status.DRAFT)
    letter.addressees.all().delete()
    assert messages_in(staff_client.post(page(letter, "status"), {"to": "open"})) == [
        "The letter cannot open yet. Missing: an addressee."
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


# The page before a step


def step_page(letter: Letter, to: str) -> str:
    return f"{INDEX}{letter.pk}/step/{to}/"


def sentences(response) -> list[str]:
    assert response.status_code == 200
    return [*response.context["step"].obstacles, *response.context["effects"]]


@pytest.fixture
def draft() -> Letter:
    """Ready to open: from 1 March to 31 May in Brussels, both far away."""
    letter = LetterFactory(
        status=Status.DRAFT,
        time_zone="Europe/Brussels",
        opens_at=datetime(2096, 2, 29, 23, 0, tzinfo=UTC),
        closes_at=datetime(2096, 5, 31, 21, 59, tzinfo=UTC),
    )
    EditionFactory(letter=letter, language="fr", is_original=False)
    EditionFactory(letter=letter, language="de", is_original=False, status="draft")
    for translation in letter.editions.filter(is_original=False):
        save_edition(edition=translation, follows_now=True)
    return letter


def test_the_page_says_what_opening_does_and_opens_nothing(staff_client, draft):
    draft.campaign.team.add(
        StaffFactory(email="a@example.org"), StaffFactory(email="b@example.org")
    )
    assert sentences(staff_client.get(step_page(draft, "open"))) == [
        "The page becomes public at once. Organisations can sign from 1 March 2096, 00:00"
        " (Europe/Brussels) until 31 May 2096, 23:59 (Europe/Brussels).",
        "The text is frozen as revision 1, in these languages: English and French.",
        "These translations are drafts and stay out of it: German.",
        "From now on, this rule is fixed: a name stays if its organisation does not answer after"
        " a change.",
        "The number of withheld names needed to show a country can only be raised from 3.",
        "The letter can no longer be deleted.",
        "No email is sent now.",
        "Everyone who signs gets an email. Replies go to coalition@example.org.",
        "If signing looks unusual, 2 people in the team get an email.",
    ]
    assert Letter.objects.get().status == Status.DRAFT


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("us@example.org", "the organiser gets an email, because nobody in the team can."),
        ("", "nobody gets an email: no address is known."),
    ],
)
def test_without_a_team_that_can_be_mailed_the_page_says_who_is(staff_client, draft, email, told):
    draft.campaign.team.add(StaffFactory(email="a@example.org", is_active=False), StaffFactory())
    Campaign.objects.update(organiser_email=email)
    shown = sentences(staff_client.get(step_page(draft, "open")))
    assert shown[-1] == f"If signing looks unusual, {told}"


def test_the_button_of_the_page_opens_the_letter(staff_client, draft):
    shown = staff_client.get(step_page(draft, "open")).context["step"].as_shown
    staff_client.post(page(draft, "status"), {"to": "open", "as_shown": shown})
    assert Letter.objects.get().status == Status.OPEN


@pytest.mark.parametrize("change", ["words", "deadline"])
def test_a_page_that_no_longer_says_what_would_happen_is_shown_again(staff_client, draft, change):
    shown = staff_client.get(step_page(draft, "open")).context["step"].as_shown
    if change == "words":
        draft.editions.filter(is_original=True).update(body="Other words.")
    else:
        Letter.objects.update(closes_at=datetime(2096, 6, 30, tzinfo=UTC))
    sent = {"to": "open", "as_shown": shown}
    response = staff_client.post(page(draft, "status"), sent)
    assert response.headers["Location"] == step_page(draft, "open")
    assert messages_in(response) == [
        "The letter has changed since you opened this page. Check it again."
    ]
    assert Letter.objects.get().status == Status.DRAFT


def test_the_page_shows_what_is_missing_and_no_button(staff_client):
    letter = LetterFactory(status=Status.DRAFT, campaign__published=False, words=False)
    Letter.objects.update(closes_at=datetime(2020, 1, 1, tzinfo=UTC), opens_at=None)
    response = staff_client.get(step_page(letter, "open"))
    assert response.context["step"].obstacles == [
        "its text",
        "an addressee",
        "opening and closing times",
        "a published campaign",
    ]
    shown = response.content.decode()
    assert f"/admin/campaigns/campaign/{letter.campaign_id}/change/" in shown
    assert 'name="to"' not in shown


def test_the_page_shows_a_past_deadline_and_an_outdated_translation(staff_client, draft):
    draft.editions.filter(is_original=True).update(body="Other words.")
    Letter.objects.update(
        opens_at=datetime(2020, 1, 1, tzinfo=UTC), closes_at=datetime(2020, 2, 1, tzinfo=UTC)
    )
    assert staff_client.get(step_page(draft, "open")).context["step"].obstacles == [
        "a closing time in the future",
        "These translations are not up to date with the original: French.",
    ]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.CLOSED])
def test_a_letter_of_a_campaign_that_is_not_published_does_not_open(staff_client, status):
    letter = LetterFactory(status=status, campaign__published=False)
    assert messages_in(staff_client.post(page(letter, "status"), {"to": "open"})) == [
        "The letter cannot open yet. Missing: a published campaign."
    ]
    assert Letter.objects.get().status == status


def test_the_page_says_what_closing_does(staff_client, now):
    letter = LetterFactory(
        opens_at=now - timedelta(days=9),
        closes_at=datetime(2096, 6, 1, 12, 0, tzinfo=UTC),
        contact_days=0,
    )
    SignatureFactory(letter=letter, unconfirmed=True)
    SignatureFactory(letter=letter, in_review=True)
    SignatureFactory(letter=letter, in_review=True)
    today = date_format(timezone.now(), "DATE_FORMAT")
    assert sentences(staff_client.get(step_page(letter, "closed"))) == [
        "Nobody can sign from now on. The page gives this moment as the closing time.",
        "This is before the planned time, 1 June 2096, 12:00 (UTC).",
        "The text can still be changed, and the letter can be opened again.",
        "No email is sent now.",
        "1 signature is not confirmed. It can still be confirmed, and then waits for review.",
        "2 signatures are waiting for review. They can still be published.",
        f"The contact details of those who signed are deleted on {today}.",
    ]


@pytest.mark.parametrize(
    ("before", "to", "told"),
    [
        ("closed", "open", "The public text is still revision 1."),
        ("closed", "delivered", "The letter can no longer be opened again."),
        (
            "delivered",
            "answered",
            "The text can only be corrected. Nobody is asked to sign again.",
        ),
        ("answered", "archived", "You cannot undo this."),
        ("delivered", "archived", "The text can no longer be changed."),
    ],
)
def test_the_page_of_every_other_step_says_what_it_does(staff_client, before, to, told):
    response = staff_client.get(step_page(LetterFactory(status=before), to))
    assert told in sentences(response)
    assert "No email is sent now." in sentences(response)


def test_archiving_says_how_many_are_asked_no_more(staff_client):
    letter = LetterFactory(status=Status.CLOSED)
    SignatureFactory(letter=letter)
    RevisionFactory(letter=letter, number=2, title="Let all write")
    told = sentences(staff_client.get(step_page(letter, "archived")))
    assert "1 organisation that has not signed the changed text will not be asked again." in told


@pytest.mark.parametrize("to", ["delivered", "open", "nonsense"])
def test_a_step_that_does_not_follow_has_no_page(staff_client, to):
    assert staff_client.get(step_page(LetterFactory(), to)).status_code == 404


def test_the_button_for_a_step_saves_what_was_typed_and_leads_to_its_page(staff_client, draft):
    sent = sent_by(staff_client, change_url(draft), goal="70") | {"_step": "open"}
    response = staff_client.post(change_url(draft), sent)
    assert response.headers["Location"] == step_page(draft, "open")
    assert (Letter.objects.get().goal, Letter.objects.get().status) == (70, Status.DRAFT)


def test_the_button_for_a_step_keeps_what_cannot_be_saved(staff_client, draft):
    sent = sent_by(staff_client, change_url(draft), goal="many") | {"_step": "open"}
    response = staff_client.post(change_url(draft), sent)
    assert list(problems(response)) == ["goal"]
    assert 'value="many"' in response.content.decode()


def test_another_teams_letter_and_readers_have_no_page_of_a_step(member_client, draft):
    assert member_client.get(step_page(draft, "open")).status_code == 404
    reader = StaffFactory(is_superuser=False)
    reader.user_permissions.add(Permission.objects.get(codename="view_letter"))
    draft.campaign.team.add(reader)
    client = Client()
    client.force_login(reader)
    assert client.get(step_page(draft, "open")).status_code == 403
