"""From the invitation to the first page: a link that works once, within a week."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.models import AuditEntry, Invitation
from config.staff.errors import AccountError, InvitationEnded
from config.staff.invitation_links import make_token, read_token
from config.staff.invitations import accept, end_expired, invite, send_again, withdraw
from config.staff.roles import Role, role_of
from signatories.housekeeping import tidy
from tests.config.staff.conftest import PASSWORD, browser, verbs
from tests.factories import CampaignFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/config/invitation/"
ADDRESS = "bea@forum.example.org"


@pytest.fixture
def administrator(account) -> User:
    return account(Role.ADMINISTRATOR)


@pytest.fixture
def invitation(administrator) -> Invitation:
    return invite(
        email=ADDRESS, role=Role.EDITOR, language="en", by=administrator, now=timezone.now()
    )


def typed(**changes: str) -> dict[str, str]:
    words = {"username": "bea", "first_name": "Bea", "last_name": "Writer"}
    return words | {"new_password1": PASSWORD, "new_password2": PASSWORD} | changes


def page_of(invitation: Invitation) -> str:
    return f"/admin/join/{make_token(invitation)}/"


def join(invitation: Invitation, now=None) -> User:
    return accept(
        invitation=invitation,
        username="bea",
        first_name="Bea",
        last_name="Writer",
        password=PASSWORD,
        now=now or timezone.now(),
    )


def test_a_person_is_invited_and_joins(administrator, outbox, guarded, settings):
    settings.STAFF_SECOND_FACTOR = False
    ours, other = CampaignFactory(), CampaignFactory()
    sent = {"email": ADDRESS, "role": "editor", "campaigns": [ours.pk]}
    assert browser(administrator).post(f"{LIST}add/", sent).headers["Location"] == LIST
    settings.STAFF_SECOND_FACTOR = True
    (message,) = outbox.send()
    assert message.to == [ADDRESS]
    assert message.subject == "You have been invited to the staff of Undersigned_Test_Desk"
    (link,) = re.findall(r"http://testserver(/admin/join/\S+/)", message.body)
    client = Client()
    assert client.get(link).status_code == 200
    assert client.post(link, typed()).headers["Location"] == "/admin/"
    assert client.get("/admin/").headers["Location"].startswith("/admin/second-factor/")
    user = User.objects.get(username="bea")
    assert (user.email, user.get_full_name(), role_of(user)) == (ADDRESS, "Bea Writer", Role.EDITOR)
    assert (user.is_active, user.is_staff, user.check_password(PASSWORD)) == (True, True, True)
    assert (list(ours.team.all()), list(other.team.all())) == ([user], [])
    assert Invitation.objects.count() == 0
    assert Client().get(link).status_code == 410
    assert verbs() == ["invited", "team joined", "invitation accepted", "logged in"]


def test_opening_the_link_changes_nothing(invitation):
    before = User.objects.values().get(invitation=invitation)
    assert Client().get(page_of(invitation)).status_code == 200
    assert User.objects.values().get(invitation=invitation) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "be a"}, "username"),
        ({"username": "ADA"}, "username"),
        ({"new_password2": "another"}, "new_password2"),
        ({"new_password1": "short", "new_password2": "short"}, "new_password2"),
        ({"new_password1": "password1234", "new_password2": "password1234"}, "new_password2"),
        (
            {"username": "beatrice-writes", "new_password1": "beatrice-writes1"}
            | {"new_password2": "beatrice-writes1"},
            "new_password2",
        ),
        ({"new_password1": ADDRESS, "new_password2": ADDRESS}, "new_password2"),
    ],
)
def test_a_bad_name_or_password_is_reported_beside_its_field(invitation, account, changes, field):
    account(username="ada")
    response = Client().post(page_of(invitation), typed(**changes))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert Invitation.objects.get().account.is_active is False


def test_a_link_ends_after_seven_days(invitation):
    at = invitation.sent_at + timedelta(days=7)
    assert read_token(make_token(invitation), now=at - timedelta(seconds=1)) == invitation
    with pytest.raises(InvitationEnded):
        read_token(make_token(invitation), now=at)
    with pytest.raises(InvitationEnded):
        join(invitation, now=at)


@pytest.mark.parametrize("token", ["", "x", "1~abc~def", "us_1~abc~def", "us_", "~~"])
def test_a_forged_link_does_not_work(invitation, token):
    with pytest.raises(InvitationEnded):
        read_token(token, now=timezone.now())
    with pytest.raises(InvitationEnded):
        read_token(make_token(invitation)[:-1] + "~", now=timezone.now())


def test_a_link_of_a_former_secret_key_still_works(invitation, settings):
    token = make_token(invitation)
    settings.SECRET_KEY, former = "a new key" * 10, settings.SECRET_KEY
    with pytest.raises(InvitationEnded):
        read_token(token, now=timezone.now())
    settings.SECRET_KEY_FALLBACKS = [former]
    assert read_token(token, now=timezone.now()) == invitation


def test_a_new_link_ends_the_one_before_and_the_week_begins_anew(administrator, invitation, outbox):
    outbox.send()
    old = make_token(invitation)
    later = timezone.now() + timedelta(days=3)
    again = send_again(invitation=invitation, by=administrator, now=later)
    (message,) = outbox.send()
    assert make_token(again) in message.body
    assert again.expires_at == later + timedelta(days=7)
    with pytest.raises(InvitationEnded):
        read_token(old, now=later)
    with pytest.raises(InvitationEnded):
        join(invitation)


def test_it_is_used_once_even_by_two_at_the_same_page(invitation):
    first, second = (read_token(make_token(invitation), now=timezone.now()) for _n in range(2))
    join(first)
    with pytest.raises(InvitationEnded):
        join(second)


def test_a_username_taken_meanwhile_is_reported(invitation, account):
    account(username="bea")
    with pytest.raises(AccountError):
        join(invitation)
    assert Invitation.objects.get().account.is_active is False


@pytest.mark.parametrize("email", [ADDRESS, ADDRESS.upper()])
def test_an_address_is_invited_once(administrator, invitation, email):
    sent = {"email": email, "role": "viewer"}
    response = browser(administrator).post(f"{LIST}add/", sent)
    assert list(response.context["adminform"].form.errors) == ["email"]
    join(invitation)
    with pytest.raises(AccountError):
        invite(email=email, role=Role.VIEWER, language="en", by=administrator, now=timezone.now())
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_a_withdrawn_invitation_leaves_no_address_and_no_account(administrator, invitation, outbox):
    link = page_of(invitation)
    browser(administrator).post(f"{LIST}{invitation.pk}/delete/", {"post": "yes"})
    assert (Invitation.objects.count(), User.objects.count()) == (0, 1)
    assert Client().get(link).status_code == 410
    assert outbox.send() == []
    withdraw(invitation=invitation, by=administrator, now=timezone.now())
    assert verbs() == ["invited", "invitation withdrawn"]


def test_the_worker_deletes_expired_invitations(invitation):
    assert end_expired(now=invitation.expires_at - timedelta(seconds=1)) == 0
    tidy(now=invitation.expires_at)
    assert (Invitation.objects.count(), User.objects.count()) == (0, 1)


def test_an_invited_account_can_do_nothing_before_it_joins(administrator, invitation):
    account = invitation.account
    assert (account.is_active, account.has_usable_password()) == (False, False)
    client = browser(administrator)
    listed = client.get("/admin/auth/user/").context["cl"].result_list
    assert list(listed) == [administrator]
    assert client.get(f"/admin/auth/user/{account.pk}/change/").headers["Location"] == "/admin/"


def test_the_address_is_encrypted_and_not_logged(administrator, outbox, caplog):
    client = browser(administrator)
    client.post(f"{LIST}add/", {"email": ADDRESS, "role": "viewer"})
    invitation = Invitation.objects.get()
    client.post(f"{LIST}{invitation.pk}/send/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM config_invitation")
        assert ADDRESS not in str(cursor.fetchall())
        cursor.execute("SELECT args_kwargs FROM django_tasks_database_dbtaskresult")
        assert ADDRESS not in str(cursor.fetchall())
    client.post(f"{LIST}{invitation.pk}/delete/", {"post": "yes"})
    trail = str(list(AuditEntry.objects.values()))
    assert "bea" not in trail + caplog.text + str(invitation)
    assert LogEntry.objects.count() == 0


def test_an_invitation_is_shown_and_sent_again_by_button(administrator, invitation, outbox):
    outbox.send()
    CampaignFactory(title="Ours").team.add(invitation.account)
    client = browser(administrator)
    page = client.get(f"{LIST}{invitation.pk}/change/").content.decode()
    assert [word for word in (ADDRESS, "Ours", "Editor") if word not in page] == []
    client.post(f"{LIST}{invitation.pk}/send/")
    assert len(outbox.send()) == 1
